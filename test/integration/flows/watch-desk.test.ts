import { afterEach, expect, test } from 'vitest';
import type { Health } from '../../../src/flows/operate/report-health.ts';
import { watchDesk } from '../../../src/flows/operate/watch-desk.ts';
import { type DeskWorld, startDeskWorld, type WorldOptions } from '../../support/desk-world.ts';
import { DESK, hand, SETTLED } from '../../support/played-desk.ts';
import { writeMail } from '../../support/sent-mail.ts';
import { testDesk } from '../../support/test-desk.ts';

const OLGA = 'olga@ops.example';
const MINUTE = 60_000;
/** The minutes of a test are in the past, so that what it puts into the outbox is due. */
const at = (minute: number) => Date.now() - 300 * MINUTE + minute * MINUTE;

let world: DeskWorld;
afterEach(() => world?.stop());

async function startDesk(options: WorldOptions = {}) {
  world = await startDeskWorld({ ...options, env: { OPERATORS: `Olga <${OLGA}>`, ...options.env } });
  const app = await world.start();
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
  return app;
}

const health = (ok: boolean): Health => ({
  ok,
  checks: [],
  looks: [{ cause: 'polls', ok, detail: 'the last good poll was never' }],
});

/** Two processes look at the desk at once, at this minute. */
async function look(minute: number, ok: boolean): Promise<void> {
  const desk = testDesk(world, at(minute));
  const watching = { ...desk, health: async () => health(ok) };
  await Promise.all([watchDesk(watching), watchDesk(watching)]);
}

const nobody = (subject: string) => Buffer.from(`To: ${DESK}\r\nSubject: ${subject}\r\n\r\nWho am I?\r\n`);

test('an alarm is one mail when it begins and one when it is over, however many processes look', async () => {
  world = await startDeskWorld({ env: { OPERATORS: `Olga <${OLGA}>` } });
  await world.start(['send', 'sweep']);
  await world.rows(
    `insert into mailboxes (source, created_at, last_error) values ('imap', 0, 'the password was refused')`,
  );
  for (const minute of [0, 1, 2, 3]) await look(minute, false);
  const begun = await world.mailTo(OLGA);
  expect(begun.parsed.text).toContain('No mail is being fetched');
  expect(begun.parsed.text).toMatch(/the\s+last\s+good\s+poll\s+was\s+never/);
  expect(begun.parsed.text).toMatch(/it\s+said:\s+the\s+password\s+was\s+refused/);
  expect(begun.header('Auto-Submitted')).toBe('auto-generated');
  for (const minute of [4, 5, 6, 7, 8]) await look(minute, true);
  expect((await world.mailTo(OLGA, 2)).parsed.text).toContain('It is over after');
  await world.until(SETTLED);
  expect(world.countTo(OLGA)).toBe(2);
  expect(await world.rows('select cause from alarms')).toEqual([]);
});

test('a healthy desk looks at itself and tells nobody', async () => {
  const app = await startDesk();
  for (const minute of [0, 1, 2, 3]) await watchDesk({ ...testDesk(world, at(minute)), health: app.health });
  await world.until(SETTLED);
  expect(await world.rows('select count(*)::int from outbox')).toEqual([{ count: 0 }]);
});

test('parked mails are one mail an hour for each reason, with their numbers and the choices', async () => {
  await startDesk();
  const first = await hand(world, nobody('one'), nobody('two'));
  expect(first.map((fate) => fate.disposition)).toEqual(['parked', 'parked']);
  await look(0, true);
  const told = await world.mailTo(OLGA);
  expect(told.parsed.text).toContain('2 mails are parked');
  expect(told.parsed.text).toContain(first.map((fate) => fate.id).join(', '));
  expect(told.parsed.text).toContain(`turnmail parked accept ${first[0]?.id}`);
  const [later] = await hand(world, nobody('three'));
  const group = Buffer.from(`From: all:;\r\nTo: ${DESK}\r\nSubject: four\r\n\r\nWho are we?\r\n`);
  const [other] = await hand(world, group);
  expect(other?.reason).not.toBe(later?.reason);
  for (const minute of [1, 2, 30, 59]) await look(minute, true);
  await world.until(SETTLED);
  expect((await world.mailTo(OLGA, 2)).parsed.text).toContain(`${other?.reason}`);
  expect(world.countTo(OLGA)).toBe(2);
  await look(61, true);
  expect((await world.mailTo(OLGA, 3)).parsed.text).toMatch(new RegExp(`A mail is parked[\\s\\S]*: ${later?.id}\\b`));
  await look(125, true);
  await world.until(SETTLED);
  expect(world.countTo(OLGA)).toBe(3);
});

test('whoever is named as an operator later hears of what was parked before', async () => {
  await startDesk({ env: { OPERATORS: '' } });
  await hand(world, nobody('one'));
  await look(0, true);
  world.env['OPERATORS'] = OLGA;
  await look(1, true);
  expect((await world.mailTo(OLGA)).parsed.text).toContain('A mail is parked');
});

test('while Redis is away the alert goes out all the same, and so does the mail of customers', async () => {
  const app = await startDesk({ queue: 'redis' });
  await world.redis?.stop();
  for (const minute of [0, 1, 2]) await watchDesk({ ...testDesk(world, at(minute)), health: app.health });
  expect((await world.mailTo(OLGA)).parsed.text).toContain('The queue does not answer');
  await world.deliver(writeMail({ from: 'jo@customer.example', to: DESK }));
  await world.mailTo('jo@customer.example');
});
