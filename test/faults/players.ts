import { DESK } from '../support/played-desk.ts';
import { type SeenMail, seeMail, writeMail, writeReply } from '../support/sent-mail.ts';
import type { SinkMail } from '../support/smtp-sink.ts';
import { messageIdOf } from './account-outbox.ts';
import type { Peers, Press } from './accounting.ts';
import { AGENT, type FaultWorld } from './fault-world.ts';
import type { Dice } from './seeded-random.ts';

/** What can be done next: a question to ask, a mail to answer, a button to press. */
type Turn = 'ask' | 'reply' | 'answer' | 'press' | 'again' | 'absence';
/** Mails of the desk that somebody may act on, each once. */
type Open = { notifications: SinkMail[]; responses: SinkMail[]; closings: SinkMail[] };

/**
 * The customers and the agent: they ask, reply, answer and press what the relay has brought them, as the dice say, and
 * write down what they did, so that the accounts can ask what became of it.
 */
export type Players = {
  fed: Peers['fed'];
  presses: Press[];
  /** does what is said, or asks a question where there is nothing yet to do it on */
  play(turn: Turn): Promise<Turn>;
  /** mails given to the mailbox so far */
  delivered(): number;
};

const CUSTOMERS = 400;
const TAG = /^Subject:.*\[#(\d+)\]/im;

export function createPlayers(world: FaultWorld, dice: Dice): Players {
  const fed: Peers['fed'] = [];
  const presses: Press[] = [];
  const open: Open = { notifications: [], responses: [], closings: [] };
  const closings = new WeakSet<SinkMail>();
  let looked = 0;
  let delivered = 0;

  /** What a mail is says its row, not its wording. Where the database is away, they look again later. */
  const look = async () => {
    const until = world.sink.mails.length;
    const rows = await world
      .rows<SentRow>(
        `select message_id as id, kind, payload->>'event' as event, kind = 'closing' or payload->>'closedBy' is not null as closes
         from outbox where message_id is not null`,
      )
      .catch(() => undefined);
    if (!rows) return;
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const mail of world.sink.mails.slice(looked, until))
      sort(mail, byId.get(messageIdOf(mail.raw)), open, closings);
    looked = until;
  };
  const give = async (raw: Buffer) => {
    await world.deliver(raw);
    delivered++;
  };
  const write = async (raw: Buffer, marker: string, expects: string[]) => {
    await give(raw);
    fed.push({ raw, marker, expects });
  };
  const mark = () => `m${fed.length + 1}x${dice.whole(100_000, 999_999)}`;

  const ask = async () => {
    const marker = mark();
    const from = `c${dice.whole(1, CUSTOMERS)}@customer${dice.whole(1, 9)}.example`;
    const subject = `${dice.pick(SUBJECTS)} ${marker}`;
    const text = `Hello,\n\n${dice.pick(TROUBLES)} ${marker}\n\nThank you.`;
    await write(writeMail({ from, to: DESK, subject, text, messageId: `${marker}@customer.example` }), marker, [
      'ticket',
    ]);
    return 'ask' as const;
  };
  const reply = async () => {
    const mail = take(open.notifications, dice);
    if (!mail) return await ask();
    const marker = mark();
    const closes = dice.chance(0.15) ? '/close\n' : '';
    const words = `${closes}${dice.pick(ANSWERS)} ${marker}`;
    await write(writeReply(await seeMail(mail), AGENT, words), marker, ['response', 'returned']);
    return 'reply' as const;
  };
  const answer = async () => {
    const mail = take(open.responses, dice);
    if (!mail) return await reply();
    const marker = mark();
    const from = mail.envelope.to[0] ?? '';
    const raw = writeReply(await seeMail(mail), from, `That is done, and it still burns. ${marker}`);
    await write(raw, marker, ['answer', 'held', 'ticket']);
    return 'answer' as const;
  };
  const press = async () => {
    const mail = take(dice.chance(0.5) ? open.closings : open.responses, dice) ?? take(open.responses, dice);
    if (!mail) return await reply();
    const seen = await seeMail(mail);
    const link = linksIn(seen)[0];
    const ticket = Number(TAG.exec(seen.raw)?.[1]);
    if (link === undefined || !Number.isInteger(ticket)) throw new Error('a mail with a button has none');
    const purpose = closings.has(mail) ? 'satisfied' : 'close';
    const press: Press = { ticket, purpose, link, answered: false };
    presses.push(press);
    const answer = await pressLink(link);
    press.answered = answer === 'done';
    // Whoever sees no answer presses again, later.
    if (answer === 'none') (purpose === 'close' ? open.responses : open.closings).push(mail);
    return 'press' as const;
  };
  /** The same bytes come twice, as some servers deliver them. */
  const again = async () => {
    const before = fed.at(-1);
    if (!before) return await ask();
    await give(before.raw);
    return 'again' as const;
  };
  const absence = async () => {
    const mail = open.responses.at(-1);
    if (!mail) return await ask();
    const marker = mark();
    const raw = writeReply(
      await seeMail(mail),
      mail.envelope.to[0] ?? '',
      `I am away until Monday. ${marker}`,
      {},
      {
        headers: ['Auto-Submitted: auto-replied'],
      },
    );
    await write(raw, marker, ['automatic']);
    return 'absence' as const;
  };
  const turns: Record<Turn, () => Promise<Turn>> = { ask, reply, answer, press, again, absence };
  return {
    fed,
    presses,
    delivered: () => delivered,
    play: async (turn) => {
      await look();
      return await turns[turn]();
    },
  };
}

type SentRow = { id: string; kind: string; event: string | null; closes: boolean };

const NEWS = ['new-ticket', 'answer'];

function sort(mail: SinkMail, row: SentRow | undefined, open: Open, closings: WeakSet<SinkMail>): void {
  if (row?.closes) {
    closings.add(mail);
    open.closings.push(mail);
  } else if (row?.kind === 'response') open.responses.push(mail);
  else if (row?.kind === 'notification' && NEWS.includes(row.event ?? '')) open.notifications.push(mail);
}

function take(mails: SinkMail[], dice: Dice): SinkMail | undefined {
  return mails.length === 0 ? undefined : mails.splice(dice.whole(0, mails.length - 1), 1)[0];
}

function linksIn(mail: SeenMail): string[] {
  return [...mail.parsed.text.matchAll(/http:\/\/127\.0\.0\.1:\d+\/t\/\S+/g)].map((match) => match[0]);
}

/** `gone` where the link does nothing any more, `none` where nobody answers, or with an error. */
async function pressLink(link: string): Promise<'done' | 'gone' | 'none'> {
  try {
    // Time bound: a page that is frozen never answers.
    const answer = await fetch(link, { method: 'POST', signal: AbortSignal.timeout(20_000) });
    await answer.text();
    return answer.status === 200 ? 'done' : answer.status === 404 ? 'gone' : 'none';
  } catch {
    return 'none';
  }
}

const SUBJECTS = ['Printer on fire', 'Invoice', 'Cannot log in', 'Delivery', 'Question'];
const TROUBLES = [
  'my printer burns since this morning.',
  'the invoice of October names another street.',
  'my password is not taken any more.',
  'the parcel has not come, and the courier says that it has.',
];
const ANSWERS = ['Pour water on it.', 'We have sent a new one.', 'Please try it again now.', 'It leaves us tomorrow.'];
