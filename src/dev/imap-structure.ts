import { quoted } from './imap-syntax.ts';
import { headerFields, type MimePart } from './mime-structure.ts';

/** BODYSTRUCTURE, or BODY without extension data (RFC 3501 section 7.4.2). */
export function bodyStructure(part: MimePart, extended: boolean): string {
  const text = (value: string | undefined) => quoted(fromLatin1(value));
  if (part.type === 'multipart' && part.children.length > 0) {
    const children = part.children.map((child) => bodyStructure(child, extended)).join('');
    const tail = extended ? ` ${parameters(part.params)} ${disposition(part)} NIL NIL` : '';
    return `(${children} ${text(part.subtype.toUpperCase())}${tail})`;
  }
  const [type, subtype] = part.type === 'multipart' ? ['text', 'plain'] : [part.type, part.subtype];
  const basic = [
    text(type.toUpperCase()),
    text(subtype.toUpperCase()),
    parameters(part.params),
    text(part.id),
    text(part.description),
    text(part.encoding.toUpperCase()),
    String(part.body.length),
  ];
  const inner = part.children[0];
  if (type === 'message' && subtype === 'rfc822' && inner !== undefined) {
    basic.push(envelope(inner.header), bodyStructure(inner, extended), String(lineCount(part.body)));
  } else if (type === 'text') {
    basic.push(String(lineCount(part.body)));
  }
  if (extended) basic.push('NIL', disposition(part), 'NIL', 'NIL');
  return `(${basic.join(' ')})`;
}

function disposition(part: MimePart): string {
  if (part.disposition === undefined) return 'NIL';
  return `(${quoted(fromLatin1(part.disposition.type.toUpperCase()))} ${parameters(part.disposition.params)})`;
}

function parameters(params: [string, string][]): string {
  if (params.length === 0) return 'NIL';
  return `(${params.map(([name, value]) => `${quoted(fromLatin1(name.toUpperCase()))} ${quoted(fromLatin1(value))}`).join(' ')})`;
}

function lineCount(body: Buffer): number {
  let lines = 0;
  for (let at = body.indexOf(0x0a); at >= 0; at = body.indexOf(0x0a, at + 1)) lines += 1;
  return lines;
}

/** ENVELOPE: the header fields a list of mails is drawn from. */
export function envelope(header: Buffer): string {
  const fields = headerFields(header);
  const value = (name: string) => fields.find((field) => field.name === name)?.value;
  const from = addresses(value('from'));
  return `(${[
    quoted(fromLatin1(value('date'))),
    quoted(fromLatin1(value('subject'))),
    from,
    value('sender') === undefined ? from : addresses(value('sender')),
    value('reply-to') === undefined ? from : addresses(value('reply-to')),
    addresses(value('to')),
    addresses(value('cc')),
    addresses(value('bcc')),
    quoted(fromLatin1(value('in-reply-to'))),
    quoted(fromLatin1(value('message-id'))),
  ].join(' ')})`;
}

/** A plain reading of an address list: names with addresses in angle brackets, or bare addresses; no groups. */
function addresses(value: string | undefined): string {
  if (value === undefined) return 'NIL';
  const found: string[] = [];
  for (const written of splitAtCommas(value.slice(0, 10_000))) {
    const open = written.lastIndexOf('<');
    const address = (open < 0 ? written : written.slice(open + 1).replace(/>.*$/, '')).trim();
    const at = address.lastIndexOf('@');
    if (at < 1) continue;
    const name = open < 0 ? '' : written.slice(0, open).trim();
    const shown = name.replace(/^"(.*)"$/, '$1').replace(/\\(.)/g, '$1');
    const [local, domain] = [fromLatin1(address.slice(0, at)), fromLatin1(address.slice(at + 1))];
    found.push(`(${quoted(shown === '' ? undefined : fromLatin1(shown))} NIL ${quoted(local)} ${quoted(domain)})`);
  }
  return found.length === 0 ? 'NIL' : `(${found.join('')})`;
}

function splitAtCommas(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let inQuotes = false;
  for (let at = 0; at < text.length; at += 1) {
    if (inQuotes && text[at] === '\\') at += 1;
    else if (text[at] === '"') inQuotes = !inQuotes;
    else if (text[at] === ',' && !inQuotes) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

/** Header bytes are held as latin1; 8-bit ones are shown as what they were, UTF-8. */
function fromLatin1(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text, 'latin1').toString('utf8');
}
