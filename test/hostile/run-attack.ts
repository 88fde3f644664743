import { DISPOSITIONS, type Disposition, REASONS } from '../../src/domain/ticket/reasons.ts';
import { ALICE } from '../support/played-desk.ts';
import { seeMail, writeReply } from '../support/sent-mail.ts';
import { type AttackFile, headLine, headLines } from './attack-file.ts';
import type { AttackedDesk, InboundRow } from './attacked-desk.ts';
import { lookAtDesk, type OutgoingRow, seeDeed } from './desk-state.ts';
import { keysOf, trustOf, usualZone, vouchFor, writeHostileMail, zoneOf } from './hostile-mail.ts';
import { checkInvariants } from './invariants.ts';
import { fillPlaceholders } from './placeholders.ts';
import { playScene, REAL_ANSWER, type Scene, writeRealAnswer } from './scenes.ts';
import { checkAllSent } from './sent-invariants.ts';
import { checkClaim, isClaim } from './sentences.ts';

/** What a file promises, what came, and every way in which the two differ: one sentence each. */
export type AttackResult = { file: AttackFile; expected: string; got: string; complaints: string[] };

type Attack = { desk: AttackedDesk; file: AttackFile; scene: Scene; n: number };

/** What follows after the mail, as an `and:` line: each resolves with what went wrong, or undefined. */
const SEQUELS: Record<string, (attack: Attack, inbound: InboundRow) => Promise<string | undefined>> = {
  'the real answer still takes the turn': sendRealAnswer,
  'a second such mail tells nobody': (attack) => sendSecond(attack, () => true),
  'a second such mail tells nobody outside': (attack) => sendSecond(attack, (row) => row.agent === null),
  'the same bytes again are a duplicate': sendAgain,
  'what alice responds goes to its sender alone': sendResponse,
};

/** @throws Error where the file itself is wrong, in words */
export async function runAttack(desk: AttackedDesk, file: AttackFile, n: number): Promise<AttackResult> {
  const expected = headLine(file, 'expect') ?? '';
  const { disposition } = readExpectation(file);
  desk.clock.now += 2 * 3_600_000;
  const scene = await playScene(desk, headLine(file, 'before') ?? '', n);
  desk.clock.now += 60_000;
  const attack: Attack = { desk, file, scene, n };
  await sendAhead(attack, Number(headLine(file, 'times') ?? 1) - 1);
  const before = await lookAtDesk(desk);
  const { raw, values, how } = await write(attack, 1);
  const startedAt = performance.now();
  const inbound = await desk.receive(raw, how);
  const deed = await seeDeed(desk, before, inbound, performance.now() - startedAt);
  const got = `${inbound.disposition} ${inbound.reason}`;
  const complaints = got === expected ? [] : [`expected ${expected}, got ${got}`];
  complaints.push(...checkInvariants(deed, disposition, claimedSenders(raw)));
  complaints.push(...checkAllSent(deed));
  for (const sentence of headLines(file, 'and')) {
    const sequel = SEQUELS[sentence];
    const complaint = sequel
      ? await sequel(attack, inbound)
      : checkClaim(fillPlaceholders(sentence, values), deed, scene);
    if (complaint !== undefined) complaints.push(sequel ? `${sentence}: no, ${complaint}` : complaint);
  }
  return { file, expected, got, complaints };
}

/** Throws where a head promises what does not exist, without playing anything. */
export function readExpectation(file: AttackFile): { disposition: Disposition; reason: string } {
  const [, disposition, reason = ''] = /^(\S+) (\S+)$/.exec(headLine(file, 'expect') ?? '') ?? [];
  const found = DISPOSITIONS.find((one) => one === disposition);
  if (!found || !(reason in REASONS)) throw new Error(`${file.name}: no such outcome: ${headLine(file, 'expect')}`);
  for (const sentence of headLines(file, 'and')) {
    if (!(sentence in SEQUELS) && !isClaim(sentence)) throw new Error(`${file.name}: no claim reads "${sentence}"`);
  }
  return { disposition: found, reason };
}

async function write({ desk, file, scene, n }: Attack, time: number) {
  const values = {
    ...scene.values,
    date: mailDate(desk.clock.now),
    'new-id': `hostile-${n}-${time}@client.example`,
    nth: String(time),
  };
  const raw = await writeHostileMail(file, values, desk.clock.now);
  return { raw, values, how: { trust: trustOf(file), zone: zoneOf(file, values), keys: keysOf(file, scene.keys) } };
}

/** Every address that the mail's From fields show to anybody. */
function claimedSenders(raw: Buffer): string[] {
  const head = raw.toString('latin1').split(/\r?\n\r?\n/)[0] ?? '';
  const froms = head.replace(/\r?\n[ \t]+/g, ' ').match(/^from[ \t]*:.*$/gim) ?? [];
  return froms.flatMap((line) => line.slice(0, 10_000).match(/[^\s<>,;:"()]{1,200}@[^\s<>,;:"()]{1,200}/g) ?? []);
}

/** Mails of the same kind that come before the one that is looked at. */
async function sendAhead(attack: Attack, count: number): Promise<void> {
  for (let time = 0; time < count; time++) {
    const { raw, how } = await write(attack, 100 + time);
    await attack.desk.receive(raw, how);
  }
}

async function sendRealAnswer({ desk, file, scene }: Attack): Promise<string | undefined> {
  if (!scene.newest || scene.ticket === undefined) return 'there is nothing to answer in this scene';
  const trust = trustOf(file);
  desk.clock.now += 60_000;
  const raw = writeRealAnswer(scene.newest, scene.customer);
  const vouched = await vouchFor(raw, trust, 'customer.example', desk.clock.now);
  const before = await lookAtDesk(desk);
  const inbound = await desk.receive(vouched, { trust, zone: usualZone(), keys: keysOf(file, scene.keys) });
  const deed = await seeDeed(desk, before, inbound);
  const got = `${inbound.disposition} ${inbound.reason}`;
  if (!/^answer answers-(?:open-turn|and-reopens)$/.test(got)) return `it became ${got}`;
  const [row] = await desk.world.rows<{ received: string | null }>(
    `select response_received as received from responses where id = ${inbound.response}`,
  );
  if (row?.received !== REAL_ANSWER) return `the turn holds ${JSON.stringify(row?.received)}`;
  return checkInvariants(deed, 'answer', [scene.customer])[0];
}

/** Another mail of the same kind, with a Message-ID of its own. */
async function sendSecond(attack: Attack, counts: (row: OutgoingRow) => boolean): Promise<string | undefined> {
  const { desk } = attack;
  desk.clock.now += 60_000;
  const { raw, how } = await write(attack, 2);
  const before = await lookAtDesk(desk);
  const deed = await seeDeed(desk, before, await desk.receive(raw, how));
  const told = deed.outgoing.filter(counts).map((row) => `${row.kind} to ${row.recipient}`);
  return told.length === 0 ? undefined : told.join(', ');
}

async function sendAgain(attack: Attack): Promise<string | undefined> {
  const { desk } = attack;
  const before = await lookAtDesk(desk);
  const { raw, how } = await write(attack, 1);
  const inbound = await desk.receive(raw, how);
  const deed = await seeDeed(desk, before, inbound);
  if (inbound.disposition !== 'duplicate') return `they became ${inbound.disposition} ${inbound.reason}`;
  return checkInvariants(deed, 'duplicate', claimedSenders(raw))[0];
}

/** Alice responds to the newest notification: one mail leaves, to the sender of the attack, and holds her words alone. */
async function sendResponse({ desk, n }: Attack, inbound: InboundRow): Promise<string | undefined> {
  const toAlice = desk.relayed.findLast((mail) => mail.envelope.to.includes('alice@desk.example'));
  if (!toAlice) return 'alice was told nothing';
  desk.clock.now += 60_000;
  const messageId = `response-${n}@desk.example`;
  const raw = writeReply(await seeMail(toAlice), ALICE, 'Pour water on it.', {}, { messageId });
  const before = await lookAtDesk(desk);
  const response = await desk.receive(raw);
  const deed = await seeDeed(desk, before, response);
  const got = `${response.disposition} ${response.reason}`;
  if (got !== 'response agent-response') return `it became ${got}`;
  const told = deed.outgoing.map((row) => `${row.kind} to ${row.recipient}`).join(', ');
  if (told !== `response to ${inbound.from}`) return told || 'nothing was sent';
  return checkInvariants(deed, 'response', [])[0] ?? checkAllSent(deed)[0];
}

/** A moment as a Date field writes it (RFC 5322 section 3.3). */
function mailDate(at: number): string {
  return new Date(at).toUTCString().replace('GMT', '+0000');
}
