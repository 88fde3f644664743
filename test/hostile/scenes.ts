import type { TokenKeys } from '../../src/decide/mail/match/reply-token.ts';
import { findTokens } from '../../src/domain/ticket/reply-token.ts';
import { ALICE, BOB, DESK } from '../support/played-desk.ts';
import { type SeenMail, seeMail, writeMail, writeReply } from '../support/sent-mail.ts';
import type { AttackedDesk } from './attacked-desk.ts';
import type { Values } from './placeholders.ts';

/** What a desk has been through before the attack comes. */
export type Scene = {
  values: Values;
  customer: string;
  ticket: number | undefined;
  /** the ticket of somebody else, with an open turn */
  otherTicket: number;
  /** our newest mail to the customer: what a real answer answers */
  newest: SeenMail | undefined;
  /** the keys of the desk when the attack comes */
  keys: TokenKeys;
};

type Step =
  | 'note'
  | 'share'
  | 'respond'
  | 'bounce'
  | 'answer'
  | 'close'
  | 'vote'
  | 'close-as-spam'
  | 'a-month'
  | 'two-years';

/** The scenes that a head may name, by the steps that follow the customer's first mail. */
const SCENES: Record<string, Step[] | undefined> = {
  nothing: undefined,
  'a new ticket': [],
  'a ticket with an open turn': ['respond'],
  'a ticket whose customer cannot be reached': ['respond', 'bounce'],
  'a ticket whose turn is taken': ['respond', 'answer'],
  'a ticket with two open turns': ['respond', 'respond'],
  'a ticket with a note that alice was shown': ['note', 'respond', 'answer'],
  'a ticket with a reader': ['note', 'share'],
  'a closed ticket': ['respond', 'close'],
  'a closed ticket whose customer was thanked': ['respond', 'close', 'vote'],
  'a ticket closed a month ago': ['respond', 'close', 'a-month'],
  'a ticket closed as spam': ['close-as-spam'],
  'a ticket of two years ago with an open turn': ['respond', 'two-years'],
};

const DAY_MS = 86_400_000;
const PASSES: Partial<Record<Step, number>> = { 'a-month': 30 * DAY_MS, 'two-years': 730 * DAY_MS };
/** What an agent noted about the customer: no word of it may leave the desk. */
const NOTE = 'SECRETNOTE: he never pays his bills.';
export const REAL_ANSWER = 'It worked, thank you.';

const others = new WeakMap<AttackedDesk, Promise<{ ticket: number; values: Values }>>();

/** @param n tells the people of this attack from those of the others on the desk */
export async function playScene(desk: AttackedDesk, name: string, n: number): Promise<Scene> {
  if (!(name in SCENES)) throw new Error(`no scene is called "${name}"; there are: ${Object.keys(SCENES).join('; ')}`);
  const other = others.get(desk) ?? playOther(desk);
  others.set(desk, other);
  const { ticket: otherTicket, values: otherValues } = await other;
  const customer = `jo-${n}@customer.example`;
  const values: Values = {
    ...otherValues,
    customer,
    'customer-domain': 'customer.example',
    stranger: `eve-${n}@stranger.example`,
    agent: 'alice@desk.example',
    colleague: BOB,
    desk: DESK,
    'desk-id': await deskIdOf(desk),
    'real-answer': REAL_ANSWER,
  };
  const steps = SCENES[name];
  const scene = { values, customer, otherTicket, keys: desk.keys };
  if (steps === undefined) return { ...scene, ticket: undefined, newest: undefined };
  const now = desk.clock.now;
  desk.clock.now -= steps.reduce((sum, step) => sum + (PASSES[step] ?? 0), 0);
  const played = await playTicket(desk, customer, steps);
  desk.clock.now = Math.max(now, desk.clock.now);
  return { ...scene, values: { ...values, ...played.values }, ticket: played.ticket, newest: played.newest };
}

/** The answer that the customer writes in the end: always the same bytes but for the moment. */
export function writeRealAnswer(to: SeenMail, customer: string): Buffer {
  return writeReply(to, customer, REAL_ANSWER, {}, { messageId: `real.${customer}` });
}

/** The customer's server says where our envelope asked for it that there is no such person. */
function writeBounce({ envelope }: SeenMail): Buffer {
  return writeMail({
    from: 'mailer-daemon@customer.example',
    to: envelope.from,
    subject: 'Undelivered Mail Returned to Sender',
    headers: ['Auto-Submitted: auto-replied'],
    text: `I could not deliver your message.\n\nFinal-Recipient: rfc822; ${envelope.to[0]}\nAction: failed\nStatus: 5.1.1`,
  });
}

async function playOther(desk: AttackedDesk): Promise<{ ticket: number; values: Values }> {
  const { ticket, values } = await playTicket(desk, 'kim@other.example', ['respond']);
  const renamed = Object.entries(values).map(([key, value]) => [`other-${key}`, value]);
  return { ticket, values: { ...Object.fromEntries(renamed), 'other-customer': 'kim@other.example' } };
}

async function playTicket(desk: AttackedDesk, customer: string, steps: Step[]) {
  const from = desk.relayed.length;
  const first = writeMail({ from: customer, to: DESK });
  const { ticket } = await desk.receive(first);
  if (ticket === null) throw new Error(`the mail of ${customer} became no ticket`);
  const about = async (person: string) => {
    const mails = desk.relayed.slice(from).filter((mail) => mail.envelope.to.includes(person));
    return (await Promise.all(mails.map(seeMail))).filter((mail) => mail.parsed.subject.includes(`[#${ticket}]`));
  };
  const toAlice = (await about('alice@desk.example'))[0];
  const toBob = (await about(BOB))[0];
  if (!toAlice || !toBob) throw new Error('the agents were not told of the ticket');
  const say = async (reply: Buffer, expected: string) => {
    const { disposition } = await desk.receive(reply);
    if (disposition !== expected) throw new Error(`a step of the scene became ${disposition} instead of ${expected}`);
  };
  for (const step of steps) {
    desk.clock.now += PASSES[step] ?? 60_000;
    const newest = (await about(customer)).at(-1);
    if (step === 'respond') await say(writeReply(toAlice, ALICE, 'Pour water on it.'), 'response');
    if (step === 'note') await say(writeReply(toBob, BOB, `/note ${NOTE}`), 'note');
    if (step === 'share')
      await say(writeReply(toAlice, ALICE, `/cc ${readerOf(customer)}\n\nPour water on it.`), 'response');
    if (step === 'answer' && newest) await say(writeRealAnswer(newest, customer), 'answer');
    if (step === 'close') await say(writeReply(toAlice, ALICE, '/close'), 'command');
    if (step === 'bounce' && newest) await say(writeBounce(newest), 'bounce');
    if (step === 'vote') {
      const { 'satisfied-address': to = '' } = await linkAddresses(desk, await about(customer));
      await say(writeMail({ from: customer, to }), 'link');
    }
    if (step === 'close-as-spam') await say(writeReply(toAlice, ALICE, '/spam'), 'command');
  }
  const toCustomer = await about(customer);
  const values = {
    ...(await valuesOf(desk, ticket, toCustomer, toAlice, toBob)),
    ...shownTo(await about('alice@desk.example')),
    ...namesOf('reader-', (await about(readerOf(customer))).at(-1)),
    reader: readerOf(customer),
  };
  const opened = {
    'first-mail': first.toString('latin1').replace(/\r\n$/, ''),
    'first-message-id': namesOf('', await seeOwn(first))['message-id'],
  };
  return { ticket, newest: toCustomer.at(-1), values: { ...values, ...opened } };
}

async function valuesOf(
  desk: AttackedDesk,
  ticket: number,
  toCustomer: SeenMail[],
  toAlice: SeenMail,
  toBob: SeenMail,
): Promise<Values> {
  const newest = toCustomer.at(-1);
  const answer = newest && writeRealAnswer(newest, newest.envelope.to[0] ?? '').toString('latin1');
  return {
    ticket: String(ticket),
    'real-answer-id': /^Message-ID: <(.*)>/m.exec(answer ?? '')?.[1],
    'real-answer-subject': /^Subject: (.*)\r/m.exec(answer ?? '')?.[1],
    'real-answer-text': answer?.slice(answer.indexOf('\r\n\r\n') + 4),
    ...namesOf('', newest),
    // Where there are three, the first response is no longer our newest mail.
    ...namesOf('old-', toCustomer.length > 2 ? toCustomer[1] : undefined),
    ...namesOf('receipt-', toCustomer[0]),
    ...namesOf('agent-', toAlice),
    ...namesOf('colleague-', toBob),
    quoted: newest?.parsed.text.replace(/^/gm, '> ') ?? '',
    ...(await linkAddresses(desk, toCustomer)),
  };
}

/** Somebody outside the desk who gets copies of the responses. */
function readerOf(customer: string): string {
  return `reader-of-${customer.split('@')[0]}@elsewhere.example`;
}

/** Alice's newest notification as mail programs quote, forward and attach it; one character for each byte. */
function shownTo(mails: SeenMail[]): Values {
  const newest = mails.findLast((mail) => mail.header('Auto-Submitted') !== undefined);
  if (newest === undefined) return {};
  const bytes = (text: string) => Buffer.from(text).toString('latin1');
  const text = bytes(newest.parsed.text);
  const withoutMark = text.split('\n').filter((line) => !line.includes('##'));
  return {
    notification: text,
    'notification-quoted': text.replace(/^/gm, '> '),
    'notification-without-mark': withoutMark.join('\n'),
    'notification-without-mark-quoted': withoutMark.join('\n').replace(/^/gm, '> '),
    'notification-wrapped': text.replace(/(.{20,34}) /g, '$1\n'),
    'notification-html': text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`).replace(/\n/g, '<br>\n'),
    'notification-mail': newest.raw.trimEnd(),
    'notification-base64': Buffer.from(newest.raw, 'latin1').toString('base64').replace(/.{76}/g, '$&\n'),
  };
}

/** The three ways in which a mail of ours names its ticket, and the address that its failure would be told to. */
function namesOf(prefix: string, mail: SeenMail | undefined): Values {
  const address = mail?.header('Reply-To')?.replace(/^.*<|>.*$/g, '');
  return {
    [`${prefix}reply-address`]: address,
    [`${prefix}message-id`]: mail?.header('Message-ID')?.replace(/[<>]/g, ''),
    [`${prefix}token`]: address?.replace(/^[^+]*\+|@.*$/g, ''),
    // what stands behind the ticket's number in a token
    [`${prefix}proof`]: address?.replace(/^[^-]*-|@.*$/g, ''),
    [`${prefix}row`]: address?.replace(/^[^-]*-|-[^-]*@.*$/g, ''),
    [`${prefix}digest`]: address?.replace(/^.*-|@.*$/g, ''),
    [`${prefix}bounce-address`]: mail?.envelope.from,
    [`${prefix}subject`]: mail?.parsed.subject,
  };
}

/** The mailto: twins of the links that the customer was sent, as `close-address` and so on. */
async function linkAddresses(desk: AttackedDesk, mails: SeenMail[]): Promise<Values> {
  const values: Values = {};
  for (const mail of mails) {
    for (const token of mail.parsed.text.match(/\d+-[0-9a-z]+-[a-z2-7]{26}/g) ?? []) {
      const [row] = await desk.world.rows<{ purpose: string }>(
        `select purpose::text from reply_tokens where id = ${findTokens(token)[0]?.tokenId}`,
      );
      if (row) values[`${row.purpose}-address`] = DESK.replace('@', `+${token}@`);
    }
  }
  return values;
}

function seeOwn(raw: Buffer): Promise<SeenMail> {
  return seeMail({ raw, envelope: { from: '', to: [] }, at: 0 });
}

async function deskIdOf(desk: AttackedDesk): Promise<string | undefined> {
  const mail = desk.relayed[0];
  return mail && (await seeMail(mail)).header('X-Turnmail-Desk');
}
