/**
 * `{{name}}` is filled from the played desk; before a name may stand what is done to it. Two more make bytes that no
 * editor keeps: `{{byte 00}}` and `{{repeat 500 text}}`, where `text` may hold `{{byte ..}}` too. In
 * `{{count 500 text}}` each `#` is the number of the repetition.
 */
export type Values = Record<string, string | undefined>;

const CHANGES: Record<string, (text: string) => string> = {
  upper: (text) => text.toUpperCase(),
  /** the last letter gone, before the at sign of an address */
  'cut-short': (text) => text.replace(/.(?=@|$)/, ''),
  /** another last letter, before the at sign of an address */
  'changed-letter': (text) => text.replace(/(.)(?=@|$)/, (letter) => (letter === 'a' ? 'b' : 'a')),
  /** the last twelve letters of a token, and what stands before them */
  'end-of': (text) => text.slice(-12),
  'start-of': (text) => text.slice(0, -12),
  'encoded-word': (text) => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`,
  base64: (text) => Buffer.from(text, 'latin1').toString('base64').replace(/.{76}/g, '$&\r\n'),
  'local-part': (text) => text.slice(0, text.lastIndexOf('@')),
  percent: (text) => text.replace('@', '%'),
};

export function fillPlaceholders(text: string, values: Values): string {
  const bytes = text.replace(/\{\{byte ([0-9a-f]{2})\}\}/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return bytes
    .replace(/\{\{([a-z0-9-]+)(?: ([a-z0-9-]+))?\}\}/g, (_, first: string, second: string | undefined) => {
      const name = second ?? first;
      const value = values[name];
      if (value === undefined) throw new Error(`there is no {{${name}}} in this scene`);
      const change = second === undefined ? (same: string) => same : CHANGES[first];
      if (!change) throw new Error(`nothing is called {{${first} ...}}`);
      return change(value);
    })
    .replace(/\{\{repeat (\d{1,7}) ([\s\S]*?)\}\}/g, (_, times: string, what: string) => what.repeat(Number(times)))
    .replace(/\{\{count (\d{1,7}) ([\s\S]*?)\}\}/g, (_, times: string, what: string) =>
      Array.from({ length: Number(times) }, (_one, index) => what.replaceAll('#', String(index + 1))).join(''),
    );
}
