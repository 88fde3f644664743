import { cutText } from '../../domain/cut-text.ts';
import { type Alarm, type DeskCheck, type ParkedLine, partOf, type UntoldParked } from '../../domain/desk/alarm.ts';
import { DAY_MS, HOUR_MS } from '../../domain/desk/rules.ts';
import type { EmailAddress } from '../../domain/mail/email-address.ts';
import { hideTokens } from '../../domain/mail/hide-tokens.ts';
import { alarmKey, type DedupeKey, forOperator, parkedAlertKey, uidsAgainKey } from '../../domain/ticket/dedupe-key.ts';
import type { EpochMs, MailboxId } from '../../domain/ticket/ids.ts';
import type { OutboxDraft, OutboxPayload } from '../../domain/ticket/outbox-item.ts';
import { REASONS, type Reason } from '../../domain/ticket/reasons.ts';
import { cleanSubject } from '../mail/words/mail-words.ts';

/** What to keep of an alarm (undefined: nothing any more), and what to tell the operators now. */
export type AlarmStep = { alarm: Alarm | undefined; tell: 'begun' | 'over' | undefined };

/**
 * A cause must be wrong for this many looks in a row before the operators hear of it, and right for as many before they
 * hear that it is over: a part that flaps tells them a few times an hour and not each minute. The causes below are told at
 * once; the brake releases itself, and is over only when a whole window has gone by.
 */
const PATIENCE = { begun: 3, over: 3 };
export const BRAKE_CAUSE = 'send brake';
/** The provider of tokens said no; and the relay lets us not send as ourselves. Neither flickers. */
export const SIGN_IN_CAUSE = 'sign-in';
export const SENDER_CAUSE = 'sender';
const PATIENCE_OF: Record<string, typeof PATIENCE> = {
  [BRAKE_CAUSE]: { begun: 1, over: 10 },
  [SIGN_IN_CAUSE]: { begun: 1, over: 1 },
  [SENDER_CAUSE]: { begun: 1, over: 1 },
};

/** Looks of several processes, or after a jump of the clock, count once. */
const LOOK_EVERY_MS = 45_000;

/** One look at one cause; `alarm` is what the look before left of it. */
export function nextAlarm(alarm: Alarm | undefined, check: DeskCheck, now: EpochMs): AlarmStep {
  const patience = PATIENCE_OF[partOf(check.cause).part] ?? PATIENCE;
  if (alarm?.toldAt === undefined) {
    if (check.ok) return { alarm: undefined, tell: undefined };
    const known = alarm ?? { cause: check.cause, since: now, looks: 0, lookedAt: 0, toldAt: undefined };
    return wrong(known, patience.begun, now);
  }
  // The operators know: what was counted against it is void.
  if (!check.ok) return { alarm: { ...alarm, looks: 0, lookedAt: now }, tell: undefined };
  const counted = count(alarm, now);
  return counted.looks >= patience.over ? { alarm: undefined, tell: 'over' } : { alarm: counted, tell: undefined };
}

function wrong(alarm: Alarm, patience: number, now: EpochMs): AlarmStep {
  const counted = count(alarm, now);
  if (counted.looks < patience) return { alarm: counted, tell: undefined };
  return { alarm: { ...counted, looks: 0, toldAt: now }, tell: 'begun' };
}

function count(alarm: Alarm, now: EpochMs): Alarm {
  const sinceThen = now - alarm.lookedAt;
  const counts = alarm.looks === 0 || sinceThen >= LOOK_EVERY_MS || sinceThen < 0;
  return counts ? { ...alarm, looks: alarm.looks + 1, lookedAt: now } : alarm;
}

const WORDS: Record<string, string> = {
  database: 'The database does not answer.',
  queue: 'The queue does not answer. Nothing is lost: mails wait, and are worked on more slowly until it is back.',
  polls: 'No mail is being fetched.',
  'oldest waiting mail': 'Mails wait to be decided for too long.',
  'oldest unsent mail': 'Mails wait to be sent for too long.',
  [SIGN_IN_CAUSE]:
    'The desk cannot sign in to its mail servers any more. Nothing is lost: mail waits in the mailbox, and what is to be sent waits here until somebody signs in again.',
  [SENDER_CAUSE]:
    'The relay does not let the desk send with its own sender address. Nothing is lost: the mails wait here and are tried again.',
  [BRAKE_CAUSE]:
    'More automatic mails than SEND_BRAKE allows went out within ten minutes, as they do when two machines answer each other. Automatic mail to people who had one already waits; responses and mails to agents go on. It goes on by itself when the ten minutes are over.',
};

/** The others say what happens meanwhile, which is over too. */
function firstSentence(words: string): string {
  return words.split(/(?<=\.) /)[0] ?? words;
}

/** The mails that tell every operator of a step; the key makes them once, however many processes look. */
export function planAlert(
  operators: EmailAddress[],
  tell: 'begun' | 'over',
  { cause, since }: Alarm,
  detail: string,
  now: EpochMs,
): OutboxDraft[] {
  const { part, mailbox } = partOf(cause);
  const words = WORDS[part] ?? `Something is wrong: ${cause}.`;
  const what = mailbox === undefined ? words : `Mailbox ${mailbox}: ${words}`;
  const minutes = Math.max(1, Math.round((now - since) / 60_000));
  const lines =
    tell === 'begun'
      ? [what, `The check "${cause}" says: ${detail}.`]
      : [
          `It is over after ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}. What it was: ${firstSentence(what)}`,
          `Now the check "${cause}" says: ${detail}.`,
        ];
  return alerts(operators, { lines, over: tell === 'over' }, alarmKey(cause, since, tell));
}

/** One mail for one reason in an hour, and of what machines carried in a day; what is parked meanwhile waits for the next. */
export function mayTellOfParked(reason: Reason, toldAt: EpochMs | undefined, now: EpochMs): boolean {
  const pauseMs = reason === 'machine-mail' ? DAY_MS : HOUR_MS;
  return toldAt === undefined || now - toldAt >= pauseMs || now < toldAt;
}

const MAX_IDS = 20;

/** The mails that tell every operator what was parked for one reason; the key makes them once, however many processes look. */
export function planParkedAlert(operators: EmailAddress[], { reason, ids }: UntoldParked): OutboxDraft[] {
  const named = ids.slice(0, MAX_IDS);
  const more = ids.length - named.length;
  const [first] = named;
  if (first === undefined) return [];
  const many =
    ids.length === 1 ? 'A mail is parked, and waits for you' : `${ids.length} mails are parked, and wait for you`;
  const lines = [
    `${many}: ${REASONS[reason]} (${reason}).`,
    `${named.length === 1 ? 'Its number' : 'Their numbers'}: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
    `To look at one: turnmail parked show ${first}`,
    `To have it decided as if that did not matter: turnmail parked accept ${first}`,
    `To end it without doing anything: turnmail parked discard ${first}`,
    `Or answer this mail with /show ${first}, /accept ${first} or /discard ${first} on its first line; several numbers are fine.`,
    'All of them: turnmail parked list',
  ];
  return alerts(operators, { lines }, parkedAlertKey(reason, first));
}

/** Lines in one mail about mails that machines carried. */
export const MAX_MACHINE_LINES = 200;

/** The daily mail about what machines carried: one line a mail, enough to see which of them a person should read. */
export function planMachineMail(operators: EmailAddress[], mails: readonly ParkedLine[], count: number): OutboxDraft[] {
  const [first] = mails;
  if (first === undefined) return [];
  const more = count - mails.length;
  const lines = [
    `Mail that machines carried is parked (${count}): rules of mail servers, other help desks, shops, lists. People's words may stand in it.`,
    ...mails.map(({ id, from, subject }) => {
      const about = cleanSubject(hideTokens(subject ?? ''));
      return `${id}: ${cutText(from ?? 'nobody', 80)}: ${about === '' ? '(no subject)' : cutText(about, 120)}`;
    }),
    ...(more > 0 ? [`And ${more} more: turnmail parked list`] : []),
    `Answer this mail with /accept ${first.id} on its first line to open a ticket of it, /show ${first.id} to read it, /discard ${first.id} to end it; several numbers are fine.`,
    'A sender whose Reply-To names the customer belongs into FORM_SENDERS; MACHINE_MAIL=ticket opens tickets of all such mail, MACHINE_MAIL=ignore asks nobody.',
  ];
  return alerts(operators, { lines }, parkedAlertKey('machine-mail', first.id));
}

/** A mailbox whose server gave old UIDs to new mails; once a day, since one that goes back and forth would do it often. */
export function planReusedAlert(operators: EmailAddress[], mailboxId: MailboxId, now: EpochMs): OutboxDraft[] {
  const lines = [
    `The mail server of mailbox ${mailboxId} has given numbers (UIDs) again that other mails had before, as a mailbox does that was restored from a backup.`,
    'The mailbox is read again from the first start on. What the desk knows is not acted on twice, and what it does not know is taken.',
    'Mails that are in the mailbox no more are still in the desk.',
  ];
  return alerts(operators, { lines }, uidsAgainKey(mailboxId, now));
}

function alerts(operators: EmailAddress[], payload: OutboxPayload, about: DedupeKey): OutboxDraft[] {
  return operators.map((recipient) => ({
    template: 'alert',
    audience: 'operator',
    recipient,
    payload,
    dedupeKey: forOperator(about, recipient),
  }));
}
