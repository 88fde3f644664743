import { describe, expect, test } from 'vitest';
import type { MailTemplate } from '../../src/domain/ticket/outbox-item.ts';
import type { Deed, TicketState } from './desk-state.ts';
import { checkHtml, checkSent } from './sent-invariants.ts';
import { checkClaim } from './sentences.ts';

const RECEIPT =
  'Thank you for writing to us.\r\n\r\nWe have your message. Your request number is #1.\r\n\r\nOne of us will read it and write back to you. You can then simply reply\r\nto that mail.\r\n\r\nAcme Support\r\n';

type Sketch = { subject?: string; text?: string; html?: string; file?: string; to?: string; from?: string };

/** A mail as we write it: words in text and HTML, and perhaps one file. */
function sent(sketch: Sketch = {}) {
  const { subject = '[#1] It burns', from = 'Acme Support', text = 'Hello', html = '<p>Hello</p>', file, to } = sketch;
  const disposition = `Content-Disposition: attachment; filename="${file}"`;
  const attached = `--x\r\nContent-Type: text/plain\r\n${disposition}\r\n\r\nabc\r\n`;
  const raw = [
    `Message-ID: <m@desk.example>\r\nFrom: "${from}" <support@desk.example>\r\nSubject: ${subject}`,
    'Content-Type: multipart/mixed; boundary="x"',
    '',
    `--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}`,
    `--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${html}`,
    `${file === undefined ? '' : attached}--x--\r\n`,
  ].join('\r\n');
  return { envelope: { from: 'b@desk.example', to: [to ?? 'alice@desk.example'] }, raw: Buffer.from(raw), at: 0 };
}

describe('what every mail that leaves is held to', () => {
  const check = (kind: MailTemplate, sketch: Sketch) => checkSent(sent(sketch), kind);

  test('holds for a mail as it should be', () => {
    expect(check('notification', {})).toEqual([]);
    expect(check('receipt', { subject: 'We have your request [#1]', text: RECEIPT })).toEqual([]);
    expect(check('response', { subject: 'Re: Printer on fire [#1]' })).toEqual([]);
  });

  test('sees words of theirs in a subject and in a receipt', () => {
    expect(check('notification', { subject: 'Urgent: [#1] buy now' })).toHaveLength(1);
    expect(check('notification', { subject: 'buy now [#1]' })).toHaveLength(1);
    const named = RECEIPT.replace('message.', 'message “buy now”.');
    expect(check('receipt', { subject: 'Re: buy now [#1]', text: named })).toEqual([]);
    expect(check('receipt', { subject: 'We have your request [#1]', text: named })).toHaveLength(1);
    expect(check('receipt', { subject: 'We have your request [#1]', text: `${RECEIPT}\r\nbuy now` })).toHaveLength(1);
    expect(check('response', { subject: 'Re: =?utf-8?B?4oCu?= [#1]' })).toHaveLength(1);
  });

  test('sees a sender who seems to be somebody else', () => {
    expect(check('notification', { from: 'Jo Doe (Acme Support)' })).toEqual([]);
    expect(check('response', { subject: 'Re: It burns [#1]', from: 'Alice Ames at Acme Support' })).toEqual([]);
    for (const from of ['Jo Doe', 'Alice Ames (Acme Support)', 'jo@x.example (Acme Support)', 'Acme Support (Jo)'])
      expect(check('notification', { from })).toHaveLength(1);
    expect(
      check('receipt', { subject: 'We have your request [#1]', text: RECEIPT, from: 'Jo (Acme Support)' }),
    ).toHaveLength(1);
  });

  test('sees bytes that end a line or a mail early', () => {
    for (const text of ['a\nb', 'a\rb', 'a\0b', 'a'.repeat(999)])
      expect(check('notification', { text })).toHaveLength(1);
  });

  test.each([
    '<script>1</script>',
    '<img src="http://x.example/">',
    '<img src="cid:other">',
    '<img src="data:image/png;base64,AAAA">',
    '<p onclick="x">',
    '<p style="background:url(http://x.example/)">',
    '<p style="display:none">',
    '<a href="javascript:x">',
    '<a href=javascript:x>',
    '<p/onclick=x>',
    '<!-- comment -->',
    '<svg>',
    '<p class="hidden">',
    '<style>p { display: none }</style>',
    '<table><tr><td>1</td></tr></table>',
    '<p title=x',
    '<meta http-equiv="refresh" content="0;url=http://x.example/">',
  ])('sees %s', (html) => {
    expect(checkHtml(`<p>before</p>${html}`)).not.toEqual([]);
  });
});

describe('claims about words, files and headers', () => {
  const ticket: TicketState = { email: 'jo@x.example', status: 'open', query: 'a', subject: 'b', answered: 0, all: '' };
  const state = {
    tickets: new Map([[1, ticket]]),
    agents: [],
    readers: [],
    lastOutbox: 0,
    relayed: 0,
    muted: [],
    undelivered: [],
  };
  const row = { id: 1, kind: 'notification', recipient: 'alice@desk.example', agent: 1, ticket: 1, state: 'sent' };
  const deed = (sketch: Sketch): Deed => ({
    inbound: {
      id: 1,
      disposition: 'ticket',
      reason: 'x',
      from: 'jo@x.example',
      ticket: 1,
      response: null,
      words: null,
    },
    before: state,
    after: state,
    outgoing: [{ ...row, kind: 'notification', envelopeFrom: 'b@desk.example', messageId: 'm@desk.example' }],
    relayed: [sent(sketch)],
    tokens: [],
    tookMs: 2_000,
  });
  const scene = { values: {}, customer: 'jo@x.example', ticket: 1, otherTicket: 2, newest: undefined, keys: undefined };
  const claim = (sentence: string, sketch: Sketch) =>
    checkClaim(sentence, deed(sketch), { ...scene, keys: [Buffer.alloc(32)] });
  const named = 'Attachments\r\n* a.exe (application/pdf, 3 byte, not passed on: it\r\n  could do harm)';

  test.each<[string, Sketch, Sketch]>([
    ['the agents read "two words"', { text: 'the two\r\nwords' }, { text: 'three words' }],
    ['the agents do not read "bait"', { text: 'Ticket' }, { text: 'Ticket bait' }],
    ['the agents see HTML with <b>x</b>', { html: '<p><b>x</b></p>' }, { html: '<p>x</p>' }],
    ['the agents see no HTML with <b>', { html: '<p>x</p>' }, { html: '<p><b>x</b></p>' }],
    ['the file "a.pdf" reaches the agents', { file: 'a.pdf' }, {}],
    ['the file "a.exe" is named and stays here', { text: named }, { text: named, file: 'a.exe' }],
    ['the file "a.exe" is named and stays here', { text: named }, { text: '* a.exe (application/pdf, 3 byte)' }],
    ['no file reaches anybody', {}, { file: 'a.pdf' }],
    ['"bcc: x" stands in no header', {}, { subject: 'Hello Bcc: x' }],
    ['no line of ours begins with "RCPT"', { text: ' RCPT TO' }, { text: 'RCPT TO' }],
  ])('%s', (sentence, good, bad) => {
    expect(claim(sentence, good)).toBeUndefined();
    expect(claim(sentence, bad)).toContain('no, ');
  });

  test('about a ticket and about time', () => {
    for (const good of ['the ticket asks "a"', 'the ticket does not ask "c"', 'the ticket\'s subject is "b"'])
      expect(claim(good, {})).toBeUndefined();
    expect(claim('the ticket is open', {})).toBeUndefined();
    expect(claim('it is over within 2 s', {})).toBeUndefined();
    for (const bad of ['the ticket asks "b"', 'the ticket does not ask "a"', 'the ticket\'s subject is "a"'])
      expect(claim(bad, {})).toContain('no, ');
    expect(claim('the ticket is closed', {})).toContain('no, ');
    expect(claim('it is over within 1 s', {})).toContain('no, ');
  });
});
