import { DAY_MS } from '../../src/domain/desk/rules.ts';
import { type Draft, type SeenMail, seeMail, writeMail, writeReply } from '../support/sent-mail.ts';
import type { AttackedDesk } from './attacked-desk.ts';

/** A mail on its way to the desk. */
export type Incoming = { afterMs: number; raw: Buffer };

/** Somebody, mostly a machine, who answers the desk's mail and never says that it is automatic. */
export type Partner = {
  name: string;
  domain: string;
  /** what it writes by itself on the morning of a day */
  morning(day: number): Incoming[];
  /** what it does about a mail of ours that reached it at `at` */
  react(mail: SeenMail, at: number): Incoming[] | Promise<Incoming[]>;
};

const DESK = 'support@desk.example';
const MINUTE = 60_000;
let written = 0;

const once = (afterMs: number, raw: Buffer): Incoming[] => [{ afterMs, raw }];
const write = (draft: Omit<Draft, 'to'> & { to?: string }) => writeMail({ to: DESK, ...draft });
const daily = (from: string) => (day: number) =>
  once(0, write({ from, subject: `Delivery of day ${day}`, text: `Where is the delivery of day ${day}?` }));
const answerTo = (mail: SeenMail) => mail.header('Reply-To') ?? DESK;

/** Every word that says "automatic" is gone, and so is the mark by which a desk knows its own mail. */
export function unmarked(raw: Buffer | string): Buffer {
  const text = raw.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const marks =
    /^(?:auto-submitted|precedence|x-auto-response-suppress|x-turnmail-desk|list-[a-z-]+):.*\r\n(?:[ \t].*\r\n)*/gim;
  return Buffer.from(text.slice(0, end + 2).replace(marks, '') + text.slice(end + 2), 'latin1');
}

const echo: Partner = {
  name: 'plain echo',
  domain: 'echo.example',
  morning: daily('echo@echo.example'),
  react: (mail) =>
    once(
      MINUTE,
      write({ from: 'echo@echo.example', to: answerTo(mail), subject: mail.parsed.subject, text: mail.parsed.text }),
    ),
};

function dailyOutOfOffice(): Partner {
  let told = -1;
  return {
    name: 'daily out-of-office',
    domain: 'office.example',
    morning: daily('mia@office.example'),
    react: (mail, at) => {
      const day = Math.floor(at / DAY_MS);
      if (day === told) return [];
      told = day;
      return once(MINUTE, writeReply(mail, 'mia@office.example', 'Thanks for your mail. I look at it on Monday.'));
    },
  };
}

/** Not every day: a chain of ever new senders goes on for hours within the bound of its domain. */
const SEEDS_OF_DAY: Record<number, number> = { 2: 30, 6: 4 };

function changingOutOfOffice(): Partner {
  let people = 0;
  const person = () => {
    people++;
    return write({
      from: `p${people}@people.example`,
      subject: `Seen ${people}`,
      text: `Back soon, number ${people}.`,
    });
  };
  return {
    name: 'out-of-office, sender and subject change',
    domain: 'people.example',
    // On the second day thirty of them within half an hour; each answer makes one more.
    morning: (day) =>
      Array.from({ length: SEEDS_OF_DAY[day] ?? 0 }, (_, n) => ({ afterMs: n * MINUTE, raw: person() })),
    react: () => once(7 * MINUTE, person()),
  };
}

const opener: Partner = {
  name: 'ticket system, a ticket for each mail',
  domain: 'opener.example',
  morning: daily('help@opener.example'),
  react: () => {
    written++;
    return once(
      2 * MINUTE,
      write({ from: 'help@opener.example', subject: `Case ${written}`, text: `We opened case ${written} for you.` }),
    );
  },
};

const answerer: Partner = {
  name: 'ticket system, answers every mail',
  domain: 'answerer.example',
  morning: daily('care@answerer.example'),
  react: (mail) => {
    written++;
    return once(2 * MINUTE, writeReply(mail, 'care@answerer.example', `Your words are now number ${written} with us.`));
  },
};

const bouncer: Partner = {
  name: 'bouncer of bounces',
  domain: 'bouncer.example',
  morning: daily('returns@bouncer.example'),
  react: (mail) =>
    once(
      MINUTE,
      write({
        from: 'returns@bouncer.example',
        to: mail.envelope.from,
        subject: `Came back: ${mail.parsed.subject}`,
        text: `Nobody here wants this:\n\n${mail.parsed.text}`,
      }),
    ),
};

const list: Partner = {
  name: 'mailing list that redistributes',
  domain: 'list.example',
  morning: daily('friends@list.example'),
  react: (mail) =>
    once(
      MINUTE,
      write({
        from: 'Acme Support via Friends <friends@list.example>',
        subject: `[Friends] ${mail.parsed.subject}`,
        text: `${mail.parsed.text}\n\n_____\nFriends, a list for friends`,
        headers: [`In-Reply-To: ${mail.header('Message-ID') ?? ''}`, `References: ${mail.header('Message-ID') ?? ''}`],
      }),
    ),
};

const batcher: Partner = {
  name: 'vacation, all answers in one night batch',
  domain: 'batch.example',
  morning: daily('lee@batch.example'),
  react: (mail, at) => {
    const next = Math.floor(at / DAY_MS) * DAY_MS + DAY_MS + 3 * 60 * MINUTE;
    return once(next - at, writeReply(mail, 'lee@batch.example', `I am at the sea. (${mail.parsed.subject})`));
  },
};

const forwarder: Partner = {
  name: 'forwarding loop that rewrites headers',
  domain: 'forward.example',
  morning: (day) => (day % 4 === 1 ? daily('fwd@forward.example')(day) : []),
  react: (mail) => {
    written++;
    // A plus tag would be the same person's mailbox, and their words out of turn: held, and no loop at all.
    const from = `fwd.${written}@forward.example`;
    return once(2 * MINUTE, write({ from, subject: mail.parsed.subject, text: mail.parsed.text }));
  },
};

/** A second desk of ours, all of it, whose mail loses its marks on the way; `twin` runs with its own database. */
export function secondDeskOf(twin: AttackedDesk): Partner {
  const address = 'support@twin.example';
  let seen = 0;
  return {
    name: 'our own twin',
    domain: 'twin.example',
    morning: daily(address),
    react: async (mail, at) => {
      twin.clock.now = at;
      await twin.receive(unmarked(mail.raw));
      const fresh = twin.relayed
        .slice(seen)
        .filter(({ envelope }) => envelope.to.some((to) => to.endsWith('@desk.example')));
      seen = twin.relayed.length;
      const toUs = fresh.filter(({ envelope }) => !envelope.to.some((to) => /^(alice|bob)@/.test(to)));
      return toUs.map(({ raw }) => ({ afterMs: MINUTE, raw: unmarked(raw) }));
    },
  };
}

/** The nine that need no desk of their own. */
export function simplePartners(): Partner[] {
  return [echo, dailyOutOfOffice(), changingOutOfOffice(), opener, answerer, bouncer, list, batcher, forwarder];
}

/** A play on the desk: what happens in the order of its time, and what partners make of the mails that go out. */
export type Play = {
  /** how many mails of each partner have come in */
  mailsIn: Map<string, number>;
  at(time: number, run: () => Promise<unknown>): void;
  startDay(day: number, time: number): void;
  /** plays until nothing happens any more, or until a moment of the play */
  run(until?: number): Promise<void>;
};

const MAX_EVENTS = 5_000;

export function createPlay(desk: AttackedDesk, partners: Partner[]): Play {
  const events: { time: number; run: () => Promise<unknown> }[] = [];
  const mailsIn = new Map(partners.map(({ name }) => [name, 0]));
  const at: Play['at'] = (time, run) => {
    events.push({ time, run });
  };
  const arrive = ({ name }: Partner, { afterMs, raw }: Incoming, from: number) =>
    at(from + afterMs, () => {
      mailsIn.set(name, (mailsIn.get(name) ?? 0) + 1);
      return desk.receive(raw);
    });
  let seen = desk.relayed.length;
  const passOn = async (now: number) => {
    for (const mail of desk.relayed.slice(seen)) {
      const partner = partners.find(({ domain }) => mail.envelope.to[0]?.endsWith(`@${domain}`));
      for (const incoming of (await partner?.react(await seeMail(mail), now)) ?? []) {
        if (partner) arrive(partner, incoming, now);
      }
    }
    seen = desk.relayed.length;
  };
  return {
    mailsIn,
    at,
    startDay: (day, time) => {
      for (const [index, partner] of partners.entries())
        for (const incoming of partner.morning(day)) arrive(partner, incoming, time + index * MINUTE);
    },
    run: async (until = Number.POSITIVE_INFINITY) => {
      for (let done = 0; events.length > 0; done++) {
        if (done > MAX_EVENTS) throw new Error(`a loop does not end: ${done} mails`);
        events.sort((a, b) => b.time - a.time);
        const event = events.pop();
        if (!event || event.time > until) return;
        desk.clock.now = event.time;
        await event.run();
        await passOn(event.time);
      }
    },
  };
}
