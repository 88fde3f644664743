/**
 * What a machine or a button said about a ticket, as one line of its history: "Away until 7 December (automatic answer)".
 * The agents read it beside the turns; it is no words of anybody.
 */
import { cutText } from '../../domain/cut-text.ts';
import { hideTokens } from '../../domain/mail/hide-tokens.ts';
import type { Classification, DeliveryReport, ParsedMail } from '../../domain/mail/parsed-mail.ts';
import { isAbsenceNotice } from './absence-notice.ts';
import { findAbsence } from './absence-until.ts';
import { emojiOf } from './button-mail.ts';
import { READ } from './button-words.ts';

const MAX_LINE = 240;
const MAX_READ_TEXT = 2_000;

/** Undefined where there is nothing to say. */
export function historyLine(mail: ParsedMail, classification: Classification): string | undefined {
  const said = lineOf(mail, classification);
  return said === undefined ? undefined : cutText(hideTokens(said.replace(/\s+/g, ' ').trim()), MAX_LINE);
}

function lineOf(mail: ParsedMail, { kind, button }: Classification): string | undefined {
  if (button === 'reaction') return reaction(mail);
  if (button === 'recall') return `Asked to recall a mail: ${mail.subject.slice(0, 200)}`;
  switch (kind) {
    case 'read-receipt':
      return `Read receipt: ${findReadLine(mail) ?? mail.subject.slice(0, 200)}`;
    case 'auto-reply':
      return lineOfAbsence(mail);
    case 'bounce':
      return mail.delivery === null ? undefined : deliveryLine(mail.delivery);
    case 'auto-generated':
    case 'list':
      return mail.delivery === null ? lineOfMachine(mail) : deliveryLine(mail.delivery);
    case 'complaint':
      return 'Feedback report: the recipient or their provider calls a mail of ours unwanted';
    case 'calendar':
      return `Calendar: ${mail.subject.slice(0, 200)}`;
    case 'normal':
    case 'own':
      return undefined;
  }
}

function reaction({ text, subject }: ParsedMail): string {
  const emoji = emojiOf(text) || emojiOf(subject);
  const tapback = /^\s*(liked|loved|laughed at|emphasized|disliked|questioned)\b/i.exec(text)?.[1];
  return `Reacted${emoji === '' ? '' : ` with ${emoji}`}${tapback === undefined ? '' : ` (${tapback.toLowerCase()})`}`;
}

/** The line of a report that says when. */
function findReadLine({ text }: ParsedMail): string | undefined {
  const lines = text.slice(0, MAX_READ_TEXT).split('\n');
  return lines.find((line) => READ.some((phrase) => phrase.test(line.toLowerCase())))?.trim();
}

function lineOfAbsence(mail: ParsedMail): string {
  const { until, sentence } = findAbsence(mail.text.slice(0, MAX_READ_TEXT));
  if (until !== undefined) return `Away${until} (automatic answer)`;
  const said = sentence ?? mail.subject.slice(0, 200);
  return `${isAbsenceNotice(mail.text) ? 'Away' : 'Automatic answer'}: ${said}`;
}

function lineOfMachine(mail: ParsedMail): string {
  return `Automatic mail: ${findAbsence(mail.text.slice(0, MAX_READ_TEXT)).sentence ?? mail.subject.slice(0, 200)}`;
}

/** Recipients that one line names. */
const MAX_RECIPIENTS = 2;
const FATES = {
  failed: 'Could not be delivered',
  delayed: 'Delivery is late',
  delivered: 'Delivered',
  relayed: 'Handed on',
  expanded: 'Handed on to a list',
} as const;

export function deliveryLine({ recipients }: DeliveryReport): string {
  const [first] = recipients;
  if (first === undefined) return 'Delivery report';
  const named = recipients.slice(0, MAX_RECIPIENTS).map(({ recipient }) => recipient.slice(0, 100));
  const more = recipients.length - named.length;
  const status = first.status === null ? '' : ` (${first.status.slice(0, 20)})`;
  return `${FATES[first.action]}: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}${status}`;
}
