/** What is wrong with a value, as the rest of a sentence that begins with its key. */
export type Unfilled = { problem: string };

/**
 * Puts values of the environment in the place of `${NAME}`. Inside a URL a value with letters that cannot stand there is
 * written as a URL wants it, so that a password may be in the environment as it is.
 */
export function fillIn(text: string, env: NodeJS.ProcessEnv, isUrl: boolean): string | Unfilled {
  const missing: string[] = [];
  const filled = text.replace(/\$\{([^{}]*)\}/g, (whole, name: string) => {
    const value = /^[A-Za-z_]\w*$/.test(name) ? env[name]?.trim() : undefined;
    if (value === undefined || value === '') {
      missing.push(name);
      return '';
    }
    return isUrl && whole !== text.trim() ? asUrlPart(value) : value;
  });
  const [first] = missing;
  return first === undefined
    ? filled
    : { problem: `takes its value from ${first}, which is not set in the environment` };
}

/** What is written for a URL already stays as it is. */
function asUrlPart(value: string): string {
  const isWritten = /^(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9a-fA-F]{2})*$/.test(value);
  return isWritten ? value : encodeURIComponent(value);
}
