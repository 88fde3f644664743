import type { MailTemplate } from '../../src/domain/ticket/outbox-item.ts';
import { storedId } from '../../src/domain/ticket/stored-id.ts';
import type { SinkMail } from '../support/smtp-sink.ts';
import type { Deed } from './desk-state.ts';
import { headOf } from './invariants.ts';
import { readSent } from './sent-parts.ts';

/** What must hold of every mail that leaves, whatever came in: its subject, its bytes, its HTML, and a receipt's words. */
export function checkAllSent({ outgoing, relayed }: Deed): string[] {
  return relayed.flatMap((mail) => {
    const row = outgoing.find(({ messageId }) => storedId(headOf(mail)).includes(`Message-ID: <${messageId}>`));
    return row ? checkSent(mail, row.kind) : [];
  });
}

export function checkSent(mail: SinkMail, kind: MailTemplate): string[] {
  const { subject, from, text, html } = readSent(mail);
  return [
    ...checkBytes(mail),
    ...(SUBJECTS[kind].test(subject) ? [] : [`a ${kind} has the subject ${JSON.stringify(subject)}`]),
    ...checkHtml(html).map((complaint) => `a ${kind} ${complaint}`),
    ...(kind !== 'receipt' || isReceipt(subject, text) ? [] : [`a receipt says ${JSON.stringify(text)}`]),
    ...(isSender(from, kind) ? [] : [`a ${kind} comes from ${JSON.stringify(from)}`]),
  ];
}

/** What went to somebody outside the desk holds the cleaned subject only where they wrote it; agents see all of them. */
const OF_AGENT = /^\[#\d+\] [^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u;
const EVENT =
  /^(?:(?:Wrote again|Not seen yet|Thanks|All of a mail|Somebody else wrote|By a machine|Still waiting|Not satisfied): )?\[#\d+\] [^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u;
const OF_CUSTOMER = /^Re: [^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]* \[#\d+\]$|^Re: \[#\d+\]$/u;
const SUBJECTS: Record<MailTemplate, RegExp> = {
  receipt: /^We have your request \[#\d+\]$|^Re: [^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]* ?\[#\d+\]$/u,
  notification: EVENT,
  'team-news': OF_AGENT,
  response: OF_CUSTOMER,
  closing: OF_CUSTOMER,
  'already-answered': OF_CUSTOMER,
  'held-before-response': OF_CUSTOMER,
  'feedback-thanks': OF_CUSTOMER,
  reopened: OF_CUSTOMER,
  returned: /^NOT SENT: (?:your mail to the desk|\[#\d+\] [^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+)$/u,
  confirmation: /^(?:Done|\[#\d+\] [^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+)$/u,
  undelivered: /^(?:Maybe not|Not) delivered: (?:a mail of the desk|\[#\d+\] [^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+)$/u,
  digest: /^(?:Waiting: \d+ tickets?|Nothing waits for you)$/,
  report: /^The desk from \w{3},? \d+ \w{3,4} to \w{3},? \d+ \w{3,4}: \d+ came in, \d+ waiting$/,
  alert: /^Turnmail(?: needs a look|: it is over)$/,
};

/** Lines are wrapped by their length, so each blank may be a line end. */
const inWords = (words: string) => words.replaceAll(' ', '\\s+');
const RECEIPT_END = new RegExp(
  inWords(
    '^is #\\d+\\. (?:It follows your earlier request #\\d+, which is closed\\. )?One of us will read it and write back to you\\. You can then simply reply to that mail\\. Acme Support\\s*$',
  ),
);
const START = inWords('Thank you for writing to us\\. We have your message');
const UNNAMED = new RegExp(`^${START}\\.\\s+Your\\s+request\\s+number\\s+`);
const NAMED = new RegExp(
  `^${START}(?:\\s+“[^\\u0000-\\u0009\\u000b\\u000c\\u000e-\\u001f]{1,140}”)?\\.\\s+Your\\s+request\\s+number\\s+`,
);

/** A receipt to somebody who did not prove their address, with its fixed subject, holds no word that a stranger chose. */
function isReceipt(subject: string, text: string): boolean {
  const start = subject.startsWith('We have') ? UNNAMED : NAMED;
  return start.test(text) && RECEIPT_END.test(text.replace(start, ''));
}

const TO_AGENTS: MailTemplate[] = ['notification', 'returned', 'confirmation', 'undelivered', 'team-news'];

/** The name beside our address: the desk's, an agent's at the desk, or in agents' mails a customer's that misleads nobody. */
function isSender(from: string, kind: MailTemplate): boolean {
  if (/[\p{Cc}\p{Cf}]/u.test(from)) return false;
  const name = from.replace(/\s*<[^<>@]+@[^<>@]+>$/, '').replace(/^"(.*)"$/, '$1');
  if (name.includes('@')) return false;
  if (name === 'Acme Support') return true;
  if (kind === 'response') return /^[^()]{1,80} at Acme Support$/.test(name);
  return (
    TO_AGENTS.includes(kind) && /^[^()]{1,60} \(Acme Support\)$/.test(name) && !/^(?:alice|bob)\b(?! at )/i.test(name)
  );
}

/** What ends a line or a mail early for some server: bare CR or LF, NUL, lines longer than RFC 5322 section 2.1.1 allows. */
function checkBytes({ raw }: SinkMail): string[] {
  const text = raw.toString('latin1');
  return [
    ...(/(?<!\r)\n|\r(?!\n)/.test(text) ? ['a mail left with a bare CR or LF'] : []),
    ...(text.includes('\0') ? ['a mail left with a NUL'] : []),
    ...(text.split('\r\n').some((line) => line.length > 998) ? ['a mail left with a line of more than 998 bytes'] : []),
  ];
}

const TAGS = new Set(
  'html head meta title style body div h1 h2 p a b bdi br ul li span code table tr td strong em u s sub sup ol blockquote th hr img'.split(
    ' ',
  ),
);
const ATTRIBUTES = new Set(
  'lang dir charset name content style href rel class role bgcolor border cellpadding cellspacing src alt start type colspan rowspan width'.split(
    ' ',
  ),
);
/** The only names of classes: they change colours in the dark, and nothing else. */
const CLASSES = new Set(['page', 'soft', 'edge', 'tint']);
const RULE =
  /\.(?:page|soft|edge|tint) \{ (?:(?:color|background|border-color): #[0-9a-f]{6} !important(?:; | \}))+\s*|\.page a \{ color: #[0-9a-f]{6} \}\s*/g;

/** What a person put into a table stays in one; ours only lay things out. */
const TABLE_OF_A_PERSON = '<table style="margin:0 0 12px;border-collapse:collapse">';

/** HTML that loads nothing, runs nothing and hides nothing: every tag and attribute is one of our templates. */
export function checkHtml(html: string): string[] {
  const complaints = new Set<string>();
  const styles = [...html.matchAll(/<style>([^<]*)<\/style>/g)].map(([, style = '']) => style);
  const inHead = html.indexOf('<style>') < html.indexOf('</head>');
  const rest = (styles[0] ?? '').replace(RULE, '').replace(/\s+/g, '');
  if (html.includes('<style') && (styles.length !== 1 || !inHead || rest !== '@media(prefers-color-scheme:dark){}'))
    complaints.add('has a style sheet that is not ours');
  for (const [tag] of html.replace(/^<!doctype html>/i, '').matchAll(/<[^>]*>?/g)) {
    const [, name = '', rest = ''] = /^<\/?([a-z0-9]+)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*>$/.exec(tag) ?? [];
    if (tag.startsWith('<table') && !tag.includes('role="presentation"') && tag !== TABLE_OF_A_PERSON)
      complaints.add('holds a table of data');
    if (!TAGS.has(name)) complaints.add(`holds the tag ${tag.slice(0, 60)}`);
    for (const [, attribute = '', value = ''] of rest.matchAll(/([a-z-]+)="([^"]*)"/g)) {
      if (!ATTRIBUTES.has(attribute)) complaints.add(`holds the attribute ${attribute}`);
      if (attribute === 'src' && !/^cid:(?:logo|picture-\d{1,4}|plot-[a-z]+)$/.test(value))
        complaints.add(`shows ${value}`);
      if (attribute === 'class' && !value.split(' ').every((name) => CLASSES.has(name)))
        complaints.add(`has the class ${value}`);
      if (attribute === 'href' && !/^(?:https?:\/\/|mailto:)/.test(value)) complaints.add(`links to ${value}`);
      if (attribute === 'style' && /url\(|expression|@import|display:\s*none|position:|font-size:\s*0/i.test(value))
        complaints.add(`has the style ${value}`);
      if (attribute === 'content' && /url=/i.test(value)) complaints.add('sends its reader elsewhere');
    }
  }
  return [...complaints];
}
