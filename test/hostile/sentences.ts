import { CONTENT_CLAIMS } from './content-claims.ts';
import type { Deed, OutgoingRow } from './desk-state.ts';
import { readable } from './invariants.ts';
import type { Scene } from './scenes.ts';

/** What the `and:` lines of a head may claim about one mail. Each returns a complaint where it does not hold. */
export type Claim = (deed: Deed, scene: Scene, words: RegExpExecArray) => string | undefined;

const CLAIMS: [RegExp, Claim][] = [
  [/^nothing is sent$/, (deed) => none(deed.outgoing)],
  [/^nothing goes to the sender$/, (deed) => none(to(deed, deed.inbound.from ?? ''))],
  [/^nothing goes to the customer$/, (deed, scene) => none(to(deed, scene.customer))],
  [
    /^no mail leaves for the sender$/,
    (deed) => none(to(deed, deed.inbound.from ?? '').filter(({ state }) => state === 'sent')),
  ],
  [/^nothing goes to the agents$/, (deed) => none(deed.outgoing.filter((row) => row.agent !== null))],
  [/^the sender gets one receipt$/, (deed) => only(to(deed, deed.inbound.from ?? ''), 'receipt')],
  [
    /^the sender gets one notice$/,
    (deed) => only(to(deed, deed.inbound.from ?? ''), 'held-before-response', 'already-answered'),
  ],
  [/^the agents see it once$/, (deed) => seenOnce(deed)],
  [/^only (alice|bob) hears of it, once$/, (deed, _, words) => onlyHears(deed, words[1] ?? '')],
  [
    /^(alice|bob) gets it back$/,
    (deed, _, words) => only(to(deed, `${words[1]}@desk.example`), 'returned') ?? onlyHears(deed, words[1] ?? ''),
  ],
  [
    /^(alice|bob) and (alice|bob) get it back$/,
    (deed, _, words) =>
      [words[1], words[2]].map((name) => only(to(deed, `${name}@desk.example`), 'returned')).find((wrong) => wrong),
  ],
  [/^the sender is told that nothing was done$/, (deed) => only(to(deed, deed.inbound.from ?? ''), 'returned')],
  [/^the turn stays open$/, (deed, scene) => turnIs(deed, scene, 0)],
  [/^the turn is taken$/, (deed, scene) => turnIs(deed, scene, 1)],
  [/^it is filed under the ticket$/, (deed, scene) => filed(deed, scene.ticket ?? 0)],
  [/^it is filed under the other ticket$/, (deed, scene) => filed(deed, scene.otherTicket)],
  [/^it is filed under no ticket$/, (deed) => filed(deed, null)],
  [/^it is filed under a new ticket$/, (deed) => newTicket(deed)],
  [/^the sender is read as (\S+)$/, (deed, _, words) => same('sender', deed.inbound.from, words[1] ?? '')],
  [/^nobody is read as its sender$/, (deed) => same('sender', deed.inbound.from, null)],
  [/^nobody is muted$/, (deed) => nobodyMuted(deed)],
  [/^(\S+) is muted$/, (deed, _, words) => muted(deed, words[1] ?? '')],
  [/^one mail of ours is marked undelivered$/, (deed) => marked(deed, 1)],
  [/^no mail of ours is marked undelivered$/, (deed) => marked(deed, 0)],
  [
    /^"(.+)" goes to nobody outside the desk$/,
    (deed, _, words) => saidTo(deed, words[1] ?? '', (recipient) => !recipient.endsWith('@desk.example')),
  ],
  [/^"(.+)" goes to nobody$/, (deed, _, words) => saidTo(deed, words[1] ?? '', () => true)],
  [
    /^"(.+)" does not go to the sender$/,
    (deed, _, words) => saidTo(deed, words[1] ?? '', (recipient) => recipient === deed.inbound.from),
  ],
  [
    /^"(.+)" does not go to the customer$/,
    (deed, scene, words) => saidTo(deed, words[1] ?? '', (recipient) => recipient === scene.customer),
  ],
  ...CONTENT_CLAIMS,
];

/** What does not hold of the sentence, or undefined. @throws Error where nobody can check such a sentence */
export function checkClaim(sentence: string, deed: Deed, scene: Scene): string | undefined {
  for (const [form, claim] of CLAIMS) {
    const words = form.exec(sentence);
    const complaint = words ? claim(deed, scene, words) : undefined;
    if (words) return complaint && `${sentence}: no, ${complaint}`;
  }
  throw new Error(`no claim reads "${sentence}"`);
}

/** Placeholders may stand in it still. */
export function isClaim(sentence: string): boolean {
  const filled = sentence.replace(/\{\{[^}]*\}\}/g, 'x');
  return CLAIMS.some(([form]) => form.test(filled));
}

function to({ outgoing }: Deed, recipient: string): OutgoingRow[] {
  return outgoing.filter((row) => row.recipient.toLowerCase() === recipient.toLowerCase());
}

function none(rows: OutgoingRow[]): string | undefined {
  return rows.length === 0 ? undefined : rows.map(({ kind, recipient }) => `${kind} to ${recipient}`).join(', ');
}

function only(rows: OutgoingRow[], ...kinds: string[]): string | undefined {
  const [row] = rows;
  const fits = rows.length === 1 && row !== undefined && kinds.includes(row.kind) && row.state === 'sent';
  return fits ? undefined : (none(rows) ?? 'nothing');
}

/** Each agent who is told is told once, by a notification, and at least one is. */
function seenOnce({ outgoing }: Deed): string | undefined {
  const rows = outgoing.filter((row) => row.agent !== null);
  const twice = rows.length !== new Set(rows.map((row) => row.agent)).size;
  if (rows.length === 0) return 'no agent';
  return twice || rows.some((row) => row.kind !== 'notification') ? none(rows) : undefined;
}

function onlyHears({ outgoing }: Deed, agent: string): string | undefined {
  const rows = outgoing.filter((row) => row.agent !== null);
  return rows.length === 1 && rows[0]?.recipient === `${agent}@desk.example` ? undefined : (none(rows) ?? 'nobody');
}

function turnIs({ before, after }: Deed, { ticket }: Scene, taken: number): string | undefined {
  const [was, is] = [before, after].map(({ tickets }) => tickets.get(ticket ?? 0)?.answered);
  if (was === undefined || is === undefined) return 'there is no ticket';
  return is - was === taken ? undefined : `${is - was} turns were taken`;
}

function filed({ inbound }: Deed, ticket: number | null): string | undefined {
  return inbound.ticket === ticket ? undefined : `under ${inbound.ticket}`;
}

function newTicket({ inbound, before }: Deed): string | undefined {
  return inbound.ticket !== null && !before.tickets.has(inbound.ticket) ? undefined : `under ${inbound.ticket}`;
}

function same(what: string, got: string | null, wanted: string | null): string | undefined {
  return got === wanted ? undefined : `the ${what} is ${got}`;
}

function muted({ before, after }: Deed, address: string): string | undefined {
  const added = after.muted.filter((one) => !before.muted.includes(one));
  return added.join() === address ? undefined : added.join() || 'nobody';
}

function nobodyMuted({ before, after }: Deed): string | undefined {
  return after.muted.length === before.muted.length ? undefined : after.muted.join();
}

function marked({ before, after }: Deed, count: number): string | undefined {
  const more = after.undelivered.length - before.undelivered.length;
  return more === count ? undefined : `${more} are`;
}

function saidTo({ relayed }: Deed, words: string, whom: (recipient: string) => boolean): string | undefined {
  const mail = relayed.find((one) => whom(one.envelope.to[0] ?? '') && whole(one).includes(words));
  return mail && `it goes to ${mail.envelope.to.join()}`;
}

function whole(mail: Deed['relayed'][number]): string {
  return `${mail.raw.toString('latin1')}\n${readable(mail)}`;
}
