import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { watchDesk } from '../../../src/flows/operate/watch-desk.ts';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { ask, DESK, hand } from '../../support/played-desk.ts';
import { type SeenMail, writeMail, writeReply } from '../../support/sent-mail.ts';
import { testDesk } from '../../support/test-desk.ts';
import { runTurnmail } from '../cli/run-turnmail.ts';

const OLGA = 'Olga <olga@ops.example>';
const PAT = 'pat@ops.example';

let world: DeskWorld;
beforeEach(async () => {
  world = await startDeskWorld({ env: { OPERATORS: `${OLGA}, ${PAT}`, RATE_PER_HOUR: '1' } });
  await world.start();
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
});
afterEach(() => world?.stop());

/** A customer's second request that was parked, and the alert that Olga got about it. */
async function alerted() {
  const { customer } = await ask(world, 'jo@customer.example');
  const [parked] = await hand(world, writeMail({ from: customer, to: DESK, subject: 'Lid', text: 'It leaks now.' }));
  expect(parked).toMatchObject({ disposition: 'parked', reason: 'over-rate' });
  const health = async () => ({ ok: true, checks: [], looks: [] });
  await watchDesk({ ...testDesk(world, Date.now() - 1_000), health });
  const alert = await world.mailTo('olga@ops.example');
  return { alert, id: parked?.id ?? 0 };
}

const answer = (alert: SeenMail, from: string, words: string) => writeReply(alert, from, words, { subject: false });
const isParked = async (id: number) =>
  (await world.rows<{ disposition: string }>(`select disposition from inbound_mails where id = ${id}`))[0]
    ?.disposition === 'parked';

test('an operator answers the alert: looks at the mail, accepts it, and is told what came of it', async () => {
  const { alert, id } = await alerted();
  expect(alert.parsed.text).toContain(`/accept ${id}`);
  const [looked] = await hand(world, answer(alert, OLGA, `/show ${id}`));
  expect(looked).toMatchObject({ disposition: 'command', reason: 'operator-command', ticket: null });
  const shown = await world.mailTo('olga@ops.example', 2);
  expect(shown.parsed.text).toMatch(/^From: jo@customer\.example$[\s\S]*^\| It leaks now\.$/m);
  expect(await isParked(id)).toBe(true);
  await world.rows('update inbound_mails set stored_at = 0');
  await hand(world, answer(shown, OLGA, `/accept ${id}`));
  expect((await world.mailTo('olga@ops.example', 3)).parsed.text).toContain(`Mail ${id} is decided (ticket)`);
  expect(await world.rows('select query from tickets where id > 1')).toEqual([{ query: 'It leaks now.' }]);
  await hand(world, answer(alert, OLGA, `/discard ${id} 999999`));
  expect((await world.mailTo('olga@ops.example', 4)).parsed.text).toMatch(
    new RegExp(`Mail ${id} is not parked[\\s\\S]*There is no mail 999999`),
  );
});

test('nobody else can: not a stranger with the alert, not an operator without it or with a colleague’s', async () => {
  const { alert, id } = await alerted();
  await hand(world, answer(alert, 'eve@elsewhere.example', `/accept ${id}`));
  await hand(world, answer(alert, PAT, `/accept ${id}`));
  await hand(world, writeMail({ from: OLGA, to: DESK, text: `/accept ${id}` }));
  const forged = { headers: [`In-Reply-To: ${alert.header('Message-ID')?.replace(/-[a-z2-7]{4}/, '-aaaa')}`] };
  const [last] = await hand(world, writeMail({ from: OLGA, to: DESK, text: `/accept ${id}`, ...forged }));
  expect(last?.reason).not.toBe('operator-command');
  expect(await isParked(id)).toBe(true);
  expect(await world.rows(`select count(*)::int from inbound_mails where reason = 'operator-command'`)).toEqual([
    { count: 0 },
  ]);
});

test('an automatic answer to an alert gives no order, also where it quotes one', async () => {
  const { alert, id } = await alerted();
  const away = writeReply(alert, OLGA, `/accept ${id}`, {}, { headers: ['Auto-Submitted: auto-replied'] });
  const [fate] = await hand(world, away);
  expect(fate?.disposition).toBe('automatic');
  expect(await isParked(id)).toBe(true);
});

test('a copy of the order gives it no second time: what was parked anew waits for a new one', async () => {
  const { alert } = await alerted();
  const notice = writeMail({
    from: 'jo@customer.example',
    to: DESK,
    subject: 'Cup',
    text: 'It leaks too.',
    headers: ['Auto-Submitted: auto-generated'],
  });
  const [parked] = await hand(world, notice);
  expect(parked?.disposition).toBe('parked');
  const order = answer(alert, OLGA, `/accept ${parked?.id}`);
  await hand(world, order);
  const told = await world.mailTo('olga@ops.example', 2);
  expect(told.parsed.text).toContain(`Mail ${parked?.id} is still parked, for another reason`);
  const [copy] = await hand(world, order);
  expect(copy).toMatchObject({ disposition: 'duplicate' });
  expect(await isParked(parked?.id ?? 0)).toBe(true);
  await hand(world, answer(told, OLGA, `/accept ${parked?.id}`));
  expect(await isParked(parked?.id ?? 0)).toBe(false);
});

test('orders stand or fall with the mail that gives them, and each sees what the ones before it did', async () => {
  const { alert, id } = await alerted();
  const [other] = await hand(world, writeMail({ from: 'jo@customer.example', to: DESK, subject: 'Spout' }));
  const orders = `/accept ${id} ${other?.id}\n/discard ${other?.id}\n/accept ${id}`;
  await world.rows(`create function fail() returns trigger language plpgsql as 'begin raise exception ''full''; end'`);
  await world.rows(`create trigger refuse before insert on outbox for each row
    when (new.audience = 'operator') execute function fail()`);
  await world.deliver(answer(alert, OLGA, orders));
  await world.until(`select count(*) = 1 from inbound_mails
    where disposition is null and attempts > 0 and lease_until = 0 and next_attempt_at > 0`);
  expect([await isParked(id), await isParked(other?.id ?? 0)]).toEqual([true, true]);
  await world.rows('drop trigger refuse on outbox');
  const told = await world.mailTo('olga@ops.example', 2);
  expect(told.parsed.text).toMatch(
    new RegExp(
      `(Mail (${id}|${other?.id}) is decided [^\\n]*\\n+){2}Mail ${other?.id} is not parked\\.\\n+Mail ${id} is not parked\\.`,
    ),
  );
  expect(await world.rows(`select actor, action from audit_log where action = 'accepted'`)).toEqual([
    { actor: 'operator', action: 'accepted' },
    { actor: 'operator', action: 'accepted' },
  ]);
});

test('explain --desk foresees an order and gives none', async () => {
  const { alert, id } = await alerted();
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'orders-')), 'order.eml');
  await writeFile(file, answer(alert, OLGA, `/accept ${id}`));
  const { code, out } = await runTurnmail(['explain', file, '--desk', '--jsonl'], world.env);
  await rm(path.dirname(file), { recursive: true });
  expect({ code, desk: JSON.parse(out).desk }).toEqual({
    code: 0,
    desk: { disposition: 'command', reason: 'operator-command', ticketId: null },
  });
  expect(await isParked(id)).toBe(true);
  expect(await world.rows('select count(*)::int from tickets')).toEqual([{ count: 1 }]);
});

test('an order that fails undoes itself alone, and a mail of orders is accepted as nothing else', async () => {
  const { alert, id } = await alerted();
  const [other] = await hand(
    world,
    writeMail({ from: 'jo@customer.example', to: DESK, subject: 'Spout', text: 'It drips.' }),
  );
  await world.rows(`create function fail() returns trigger language plpgsql as 'begin raise exception ''full''; end'`);
  await world.rows(`create trigger refuse before insert on tickets for each row
    when (new.query = 'It drips.') execute function fail()`);
  const [fate] = await hand(world, answer(alert, OLGA, `/accept ${other?.id} ${id}`));
  expect(fate).toMatchObject({ disposition: 'command', reason: 'operator-command' });
  const told = await world.mailTo('olga@ops.example', 2);
  expect(told.parsed.text).toMatch(
    new RegExp(`Mail ${other?.id} stays parked\\. It could not be decided[^]*Mail ${id} is decided`),
  );
  expect([await isParked(id), await isParked(other?.id ?? 0)]).toEqual([false, true]);
  await world.rows(`update inbound_mails set disposition = 'parked', reason = 'cannot-apply' where id = ${fate?.id}`);
  const { code, err } = await runTurnmail(['parked', 'accept', String(fate?.id)], world.env);
  expect({ code, err }).toMatchObject({ code: 65, err: expect.stringContaining('it gives orders as an operator') });
});
