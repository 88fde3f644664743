import { convert } from 'html-to-text';

export type BodyParts = {
  /** decoded text/plain parts joined in order, or undefined; flowed/delSp from the Content-Type (RFC 3676) */
  plain: { text: string; flowed: boolean; delSp: boolean } | undefined;
  /** decoded text/html parts joined in order, or undefined */
  html: string | undefined;
};
export type BodyText = { text: string; reply: string; hidden: { elements: number; images: number } };

/** Linear in the input; bounded (see constants); never throws. */
export function readBody(parts: BodyParts): BodyText {
  const hidden = { elements: 0, images: 0 };
  const html = parts.html === undefined ? '' : convert(parts.html.slice(0, 500_000), { limits: { maxDepth: 100 } });
  const text = parts.plain?.text.trim() || html;
  const lines = text.split(/\r?\n/);
  const cut = lines.findIndex((line) => /^-- ?$/.test(line) || /^On .{5,200} wrote:$/.test(line));
  const reply = (cut < 0 ? lines : lines.slice(0, cut)).filter((line) => !line.startsWith('>')).join('\n');
  return { text, reply: reply.trim(), hidden };
}
