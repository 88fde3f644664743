import type { SinkMail } from '../support/smtp-sink.ts';

/** One leaf of a mail that we sent, read by rules of its own, so that a fault of our parser cannot hide one of our writer. */
export type SentPart = { type: string; filename: string | undefined; content: Buffer };
export type SentMail = { subject: string; from: string; parts: SentPart[]; text: string; html: string };

/** We write regular MIME only; what is not throws. */
export function readSent(mail: SinkMail): SentMail {
  const { fields, body } = split(mail.raw.toString('latin1'));
  const parts = leaves(fields, body);
  const words = (type: string) =>
    parts
      .filter((part) => part.type === type && part.filename === undefined)
      .map((part) => part.content.toString('utf8'))
      .join('\n');
  const field = (name: string) => decoded(fields.get(name) ?? '');
  return { subject: field('subject'), from: field('from'), parts, text: words('text/plain'), html: words('text/html') };
}

function split(entity: string): { fields: Map<string, string>; body: string } {
  const end = entity.indexOf('\r\n\r\n');
  if (end < 0) throw new Error('a part of ours has no end of its header');
  const fields = new Map<string, string>();
  for (const line of entity
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase();
    if (fields.has(name)) throw new Error(`a mail of ours has ${name} twice`);
    fields.set(name, line.slice(line.indexOf(':') + 1).trim());
  }
  return { fields, body: entity.slice(end + 4) };
}

function leaves(fields: Map<string, string>, body: string): SentPart[] {
  const type = fields.get('content-type') ?? 'text/plain';
  const boundary = /^multipart\/.*boundary="([^"]+)"/i.exec(type)?.[1];
  if (boundary === undefined) {
    const name = /filename\*?=("[^"]*"|[^;\s]+)/i.exec(joinContinuations(fields.get('content-disposition') ?? ''))?.[1];
    return [
      {
        type: (type.split(';')[0] ?? '').trim().toLowerCase(),
        filename: name === undefined ? undefined : decodedName(name),
        content: undo(fields.get('content-transfer-encoding') ?? '7bit', body),
      },
    ];
  }
  const pieces = `\r\n${body}`.split(`\r\n--${boundary}`);
  if (!(pieces.at(-1) ?? '').startsWith('--')) throw new Error('a mail of ours has a multipart without its end');
  return pieces.slice(1, -1).flatMap((piece) => {
    const part = split(piece.replace(/^[ \t]*\r\n/, ''));
    return leaves(part.fields, part.body);
  });
}

function undo(encoding: string, body: string): Buffer {
  if (encoding === 'base64') return Buffer.from(body, 'base64');
  if (encoding !== 'quoted-printable') return Buffer.from(body, 'latin1');
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}

/** RFC 2231 section 3: `filename*0*=...; filename*1*=...` as one `filename*=`. */
function joinContinuations(field: string): string {
  const pieces = [...field.matchAll(/filename\*\d+\*?=("[^"]*"|[^;\s]+)/gi)].map(([, piece = '']) => unquoted(piece));
  return pieces.length === 0 ? field : `filename*=${pieces.join('')}`;
}

function unquoted(text: string): string {
  return text.replace(/^"|"$/g, '');
}

function decodedName(written: string): string {
  const extended = /^utf-8'[^']*'(.*)$/is.exec(unquoted(written))?.[1];
  return extended === undefined ? decoded(unquoted(written)) : decodeURIComponent(extended);
}

/** Encoded words (RFC 2047) as we write them: UTF-8, B or Q. */
function decoded(text: string): string {
  const joined = text.replace(/(=\?utf-8\?[bq]\?[^?]*\?=)\s+(?==\?utf-8\?)/gi, '$1');
  const bytes = joined.replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
    kind.toLowerCase() === 'b'
      ? Buffer.from(word, 'base64').toString('latin1')
      : undo('quoted-printable', word.replaceAll('_', ' ')).toString('latin1'),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
