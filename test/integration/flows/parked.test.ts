import { afterEach, beforeEach, expect, test } from 'vitest';
import type { InboundId } from '../../../src/domain/ticket/ids.ts';
import { acceptParkedMail, discardParkedMail } from '../../../src/flows/operate/accept-parked.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../../src/mail/parse/parse-bounds.ts';
import { type ParserPool, startParserPool } from '../../../src/mail/parse/parser-pool.ts';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { ALICE, ask, DESK, type Fate, hand, mailAbout, SETTLED, turnsOf } from '../../support/played-desk.ts';
import { writeMail, writeReply } from '../../support/sent-mail.ts';
import { testDesk } from '../../support/test-desk.ts';
import { runTurnmail } from '../cli/run-turnmail.ts';

let world: DeskWorld;
let parser: ParserPool;
beforeEach(async () => {
  world = await startDeskWorld({
    env: { RATE_PER_HOUR: '2', SENDER_TRUST: 'authentication-results:mx.desk.example' },
  });
  await world.start();
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
  parser = startParserPool({ workers: 1, timeoutMs: 20_000, maxHeapMb: 256, bounds: DEFAULT_PARSE_BOUNDS });
});
afterEach(async () => {
  await parser?.close();
  await world?.stop();
});

const accept = (fate: Fate | undefined) =>
  acceptParkedMail({ ...testDesk(world, Date.now()), parser }, (fate?.id ?? 0) as InboundId);
const auditOf = (id: number | undefined) =>
  world.rows(`select actor, action, detail from audit_log where inbound_id = ${id} order by id`);

/** A customer's answer, parked since nobody vouches for its sender and the client kept only the subject. */
async function parkedAnswer() {
  const asked = await ask(world, 'jo@customer.example');
  const vouched = { headers: ['Authentication-Results: mx.desk.example; dmarc=pass header.from=desk.example'] };
  await hand(world, writeReply(asked.toAlice, ALICE, 'Pour water on it.', {}, vouched));
  const response = await mailAbout(world, asked.customer, asked.ticket, 2);
  const bare = { address: false, references: false };
  const [fate] = await hand(world, writeReply(response, asked.customer, 'It works now.', bare));
  expect(fate).toMatchObject({ disposition: 'parked', reason: 'customer-not-verified', ticket: asked.ticket });
  return { asked, fate };
}

test('accepting a customer’s answer takes their turn, tells the agent, and is written down', async () => {
  const { asked, fate } = await parkedAnswer();
  expect(await turnsOf(world, asked.ticket)).toMatchObject([{ received: null }]);
  const had = world.countTo('alice@desk.example');
  expect(await accept(fate)).toMatchObject({ kind: 'done', disposition: 'answer', ticketId: asked.ticket });
  expect(await turnsOf(world, asked.ticket)).toMatchObject([{ received: 'It works now.' }]);
  await world.until(SETTLED);
  expect(world.countTo('alice@desk.example')).toBe(had + 1);
  expect(await auditOf(fate?.id)).toMatchObject([
    { actor: 'customer', action: 'answered' },
    { actor: 'operator', action: 'accepted', detail: { reason: 'customer-not-verified' } },
  ]);
  expect(await accept(fate)).toEqual({ kind: 'not-parked' });
});

test('two operators who accept at once make one ticket', async () => {
  await ask(world, 'jo@customer.example');
  await hand(world, writeMail({ from: 'jo@customer.example', to: DESK, subject: 'One thing' }));
  const [fate] = await hand(world, writeMail({ from: 'jo@customer.example', to: DESK, subject: 'Another thing' }));
  expect(fate).toMatchObject({ disposition: 'parked', reason: 'over-rate' });
  const kinds = (await Promise.all([accept(fate), accept(fate), accept(fate)])).map((outcome) => outcome.kind);
  expect(kinds.sort()).toEqual(['done', 'not-parked', 'not-parked']);
  expect(await world.rows('select count(*)::int from tickets')).toEqual([{ count: 3 }]);
});

test('a mail that cannot be read or names nobody stays parked and says why; discarding ends it', async () => {
  const nobody = Buffer.from('To: support@desk.example\r\nSubject: Boo\r\n\r\nWho am I?\r\n');
  const [fate] = await hand(world, nobody);
  expect(fate).toMatchObject({ disposition: 'parked', reason: 'from-missing' });
  expect(await accept(fate)).toEqual({
    kind: 'refused',
    why: 'It cannot be accepted: it has no From, so nobody could be answered.',
  });
  const [before] = await world.rows(`select disposition, reason from inbound_mails where id = ${fate?.id}`);
  expect(before).toEqual({ disposition: 'parked', reason: 'from-missing' });
  const desk = testDesk(world, Date.now());
  expect(await discardParkedMail(desk, (fate?.id ?? 0) as InboundId)).toMatchObject({ disposition: 'discarded' });
  expect(await world.rows(`select disposition, reason, raw is not null as kept from inbound_mails`)).toEqual([
    { disposition: 'discarded', reason: 'operator-discarded', kept: true },
  ]);
  expect(await auditOf(fate?.id)).toEqual([
    { actor: 'operator', action: 'discarded', detail: { reason: 'from-missing' } },
  ]);
  expect(await discardParkedMail(desk, 999 as InboundId)).toEqual({ kind: 'no-such-mail' });
});

test('the command lists, shows, accepts and refuses, each in words and with its exit code', async () => {
  const { fate } = await parkedAnswer();
  const id = String(fate?.id);
  const turnmail = (...args: string[]) => runTurnmail(['parked', ...args], world.env);
  const listed = await turnmail('list');
  expect(listed).toMatchObject({ code: 0, err: '' });
  expect(listed.out).toMatch(new RegExp(`^${id} +.*customer-not-verified +jo@customer\\.example +Re: .*`, 'm'));
  const shown = await turnmail('show', id);
  expect(shown).toMatchObject({ code: 0, err: '' });
  for (const words of ['could not be verified', 'Subject: Re:', 'It works now.', `turnmail parked accept ${id}`])
    expect(shown.out).toContain(words);
  const accepted = await turnmail('accept', id, '--json');
  expect(JSON.parse(accepted.out)).toMatchObject({ kind: 'done', disposition: 'answer' });
  expect(await turnmail('discard', id)).toEqual({ code: 65, out: '', err: `turnmail: mail ${id} is not parked\n` });
  expect(await turnmail('show', '999999')).toMatchObject({ code: 66, out: '' });
  expect(await turnmail('list')).toMatchObject({ code: 0, out: 'No mail is parked.\n' });
});
