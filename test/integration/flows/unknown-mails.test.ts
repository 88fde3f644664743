import { afterEach, expect, test, vi } from 'vitest';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { ALICE, type Asked, ask, countAbout, hand, mailAbout, SETTLED } from '../../support/played-desk.ts';
import { seeMail, writeMail, writeReply } from '../../support/sent-mail.ts';

// Two whole sweeps for each time that passes: minutes on a busy machine.
vi.setConfig({ testTimeout: 300_000 });

let world: DeskWorld;
afterEach(() => world?.stop());

const WORDS = 'Pour water on it.';

/** A desk with an asked ticket whose response is taken by a relay that falls silent after the dot. */
async function loseAResponse(): Promise<Asked> {
  world = await startDeskWorld({ env: { UNKNOWN_RESEND_MINUTES: '30' } });
  await world.start();
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
  const asked = await ask(world, 'jo@customer.example');
  world.sink.behaviour.onData = (mail) => (mail.envelope.to.includes(asked.customer) ? 'drop' : 'accept');
  await hand(world, writeReply(asked.toAlice, ALICE, WORDS));
  expect(await responses()).toEqual([{ state: 'unknown', attempts: 1 }]);
  return asked;
}

const responses = () => world.rows(`select state, attempts from outbox where kind = 'response' order by id`);
const offered = () =>
  world.sink.seen.filter((mail) => mail.raw.includes(WORDS) && mail.envelope.to[0]?.startsWith('jo'));
const aboutIt = (asked: Asked) => countAbout(world, 'alice@desk.example', asked.ticket);

/** Time passes since mails became unknown, by the database's clock, and two whole sweeps. */
async function pass(minutes: number): Promise<void> {
  await world.rows(`update outbox set ended_at = ended_at - ${minutes * 60_000} where state = 'unknown'`);
  for (const _sweep of [1, 2]) {
    const [row] = await world.rows<{ id: number }>(
      `insert into outbox (audience, kind, recipient, state, lease_until, created_at, next_attempt_at)
       values ('operator', 'alert', 'nobody@ops.example', 'claimed', 1, 1, 9000000000000000) returning id::int`,
    );
    await world.until(`select state <> 'claimed' from outbox where id = ${row?.id}`);
    await world.rows(`delete from outbox where id = ${row?.id}`);
  }
  await world.until(SETTLED);
}

test('a mail nobody has heard of goes out once more after the pause, the same bytes, and the agent is not bothered', async () => {
  const asked = await loseAResponse();
  const told = aboutIt(asked);
  // Far from the pause, since the test itself may take minutes on a busy machine.
  await pass(15);
  expect(offered()).toHaveLength(1);
  world.sink.behaviour.onData = () => 'accept';
  await pass(16);
  await world.until("select count(*) = 1 from outbox where kind = 'response' and attempts = 2 and state = 'sent'");
  expect(await responses()).toEqual([{ state: 'sent', attempts: 2 }]);
  expect(offered()).toHaveLength(2);
  expect(new Set(offered().map((mail) => mail.raw.toString('latin1'))).size).toBe(1);
  await pass(600);
  expect(offered()).toHaveLength(2);
  expect(aboutIt(asked)).toBe(told);
  const audit = `select action from audit_log where ticket_id = ${asked.ticket} and actor = 'system'`;
  expect(await world.rows(audit)).toEqual([{ action: 'resent' }]);
});

test('a second unknown is final: the agent is told once, and nothing is ever sent again', async () => {
  const asked = await loseAResponse();
  const told = aboutIt(asked);
  await pass(31);
  const mail = await mailAbout(world, 'alice@desk.example', asked.ticket, told + 1);
  expect(mail.parsed.text).toContain('not known whether');
  for (const minutes of [31, 600]) await pass(minutes);
  expect(await responses()).toEqual([{ state: 'unknown', attempts: 2 }]);
  expect(offered()).toHaveLength(2);
  expect(aboutIt(asked)).toBe(told + 1);
});

test('the customer’s answer shows that the mail was taken, and it is not sent again', async () => {
  const asked = await loseAResponse();
  const [lost] = offered();
  if (!lost) throw new Error('the relay saw no response');
  await hand(world, writeReply(await seeMail(lost), asked.customer, 'It works.'));
  await pass(31);
  expect(await responses()).toEqual([{ state: 'sent', attempts: 1 }]);
  expect(offered()).toHaveLength(1);
});

test('its own copy in the desk’s mailbox shows it too', async () => {
  await loseAResponse();
  const [lost] = offered();
  await hand(world, lost?.raw ?? Buffer.alloc(0));
  await pass(31);
  expect(await responses()).toEqual([{ state: 'sent', attempts: 1 }]);
});

test('an answer to another mail of the ticket proves nothing, also where its References name the lost one', async () => {
  const asked = await loseAResponse();
  const [lost] = offered();
  const id = /^Message-ID: (<[^>]+>)/im.exec(lost?.raw.toString('latin1') ?? '')?.[1];
  const more = { headers: [`References: ${id} ${asked.receipt.header('Message-ID')}`] };
  await hand(world, writeReply(asked.receipt, asked.customer, 'Hello?', { references: false }, more));
  await hand(world, writeMail({ from: 'pat@other.example', to: 'support@desk.example' }));
  world.sink.behaviour.onData = () => 'accept';
  await pass(31);
  expect(await responses()).toEqual([{ state: 'sent', attempts: 2 }]);
});
