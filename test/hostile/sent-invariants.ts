import type { MailTemplate } from '../../src/domain/outbox-item.ts';
import type { SinkMail } from '../support/smtp-sink.ts';
import type { Deed } from './desk-state.ts';
import { headOf } from './invariants.ts';
import { readSent } from './sent-parts.ts';

/** What must hold of every mail that leaves, whatever came in: its subject, its bytes, its HTML, and a receipt's words. */
export function checkAllSent({ outgoing, relayed }: Deed): string[] {
  return relayed.flatMap((mail) => {
    const row = outgoing.find(({ messageId }) => headOf(mail).includes(`Message-ID: <${messageId}>`));
    return row ? checkSent(mail, row.kind) : [];
  });
}

export function checkSent(mail: SinkMail, kind: MailTemplate): string[] {
  const { subject, text, html } = readSent(mail);
  return [
    ...checkBytes(mail),
    ...(SUBJECTS[kind].test(subject) ? [] : [`a ${kind} has the subject ${JSON.stringify(subject)}`]),
    ...checkHtml(html).map((complaint) => `a ${kind} ${complaint}`),
    ...(kind !== 'receipt' || RECEIPT.test(text) ? [] : [`a receipt says ${JSON.stringify(text)}`]),
  ];
}

/** Only what goes to the customer who wrote it holds the cleaned subject of their ticket. */
const TICKET = /^Ticket \[#\d+\]$/;
const OF_CUSTOMER = /^Re: [^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]* \[#\d+\]$|^Re: \[#\d+\]$/u;
const SUBJECTS: Record<MailTemplate, RegExp> = {
  receipt: /^We have your request \[#\d+\]$/,
  notification: TICKET,
  response: OF_CUSTOMER,
  closing: OF_CUSTOMER,
  'already-answered': OF_CUSTOMER,
  'held-before-response': OF_CUSTOMER,
  'feedback-thanks': OF_CUSTOMER,
  reopened: OF_CUSTOMER,
  returned: /^(?:Ticket \[#\d+\]|Your mail was not carried out)$/,
  confirmation: /^(?:Ticket \[#\d+\]|Done)$/,
  undelivered: /^(?:Ticket \[#\d+\]|A mail could not be delivered)$/,
  digest: /^(?:Waiting: \d+ tickets?|Nothing waits for you)$/,
  alert: /^Turnmail(?: needs a look|: it is over)$/,
};

const RECEIPT =
  /^Thank you for writing to us\. We have your request; its number is \[#\d+\]\.\s+(?:It follows your earlier request \[#\d+\], which is closed\.\s+)?A person reads it and answers you by mail\. You need not do anything\s+until then\. Once we have responded, you can answer that mail\.\s+Acme Support\s*$/;

/** What ends a line or a mail early for some server: bare CR or LF, NUL, lines longer than RFC 5322 section 2.1.1 allows. */
function checkBytes({ raw }: SinkMail): string[] {
  const text = raw.toString('latin1');
  return [
    ...(/(?<!\r)\n|\r(?!\n)/.test(text) ? ['a mail left with a bare CR or LF'] : []),
    ...(text.includes('\0') ? ['a mail left with a NUL'] : []),
    ...(text.split('\r\n').some((line) => line.length > 998) ? ['a mail left with a line of more than 998 bytes'] : []),
  ];
}

const TAGS = new Set('html head meta title body div p a b bdi br ul li span code'.split(' '));
const ATTRIBUTES = new Set('lang dir charset name content style href rel'.split(' '));

/** HTML that loads nothing, runs nothing and hides nothing: every tag and attribute is one of our templates. */
export function checkHtml(html: string): string[] {
  const complaints = new Set<string>();
  for (const [tag] of html.replace(/^<!doctype html>/i, '').matchAll(/<[^>]*>?/g)) {
    const [, name = '', rest = ''] = /^<\/?([a-z0-9]+)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*>$/.exec(tag) ?? [];
    if (!TAGS.has(name)) complaints.add(`holds the tag ${tag.slice(0, 60)}`);
    for (const [, attribute = '', value = ''] of rest.matchAll(/([a-z-]+)="([^"]*)"/g)) {
      if (!ATTRIBUTES.has(attribute)) complaints.add(`holds the attribute ${attribute}`);
      if (attribute === 'href' && !/^(?:https?:\/\/|mailto:)/.test(value)) complaints.add(`links to ${value}`);
      if (attribute === 'style' && /url\(|expression|@import|display:\s*none|position:|font-size:\s*0/i.test(value))
        complaints.add(`has the style ${value}`);
      if (attribute === 'content' && /url=/i.test(value)) complaints.add('sends its reader elsewhere');
    }
  }
  return [...complaints];
}
