/** Who and where a URL names, without its password. */
export function placeOf(text: string): string {
  if (!URL.canParse(text)) return 'an unreadable URL';
  const url = new URL(text);
  const user = url.username === '' ? '' : `${safeDecode(url.username)} at `;
  return `${user}${url.host}${url.pathname === '/' ? '' : url.pathname}`;
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
