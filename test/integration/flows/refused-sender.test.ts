import { afterEach, beforeEach, expect, test } from 'vitest';
import type { App } from '../../../src/app.ts';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { DESK, SETTLED } from '../../support/played-desk.ts';
import { writeMail } from '../../support/sent-mail.ts';
import { type SmtpSink, startSmtpSink } from '../../support/smtp-sink.ts';

const LOGIN = 'robot@login.example';
const OLGA = 'olga@ops.example';
const JO = 'jo@customer.example';
const DENIED = { code: 550, message: '5.7.60 SMTP; Client does not have permissions to send as this sender' };

let world: DeskWorld;
let relay: SmtpSink;
let app: App;

beforeEach(async () => {
  relay = await startSmtpSink({ auth: { user: LOGIN, pass: 'secret' } });
  world = await startDeskWorld({ env: { OPERATORS: OLGA, SMTP_URL: relay.url } });
  app = await world.start();
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
});
afterEach(async () => {
  await world?.stop();
  await relay?.stop();
});

const isFrom = (raw: Buffer, address: string) =>
  new RegExp(`^From:[^\\r]*${address}`, 'im').test(raw.toString('latin1'));
const sender = async () => (await app.health()).checks.find(({ name }) => name === 'sender');

test('a relay that takes no bounce address gets the plain one, at once and from then on first', async () => {
  const asked: string[] = [];
  relay.behaviour.onMail = (from) => {
    asked.push(from);
    return from === DESK ? undefined : { code: 553, message: '5.7.1 Sender address rejected: not owned by user' };
  };
  await world.deliver(writeMail({ from: JO, to: DESK }));
  expect((await relay.waitFor((mail) => mail.envelope.to.includes(JO))).envelope.from).toBe(DESK);
  await world.until(SETTLED);
  const before = asked.length;
  await world.deliver(writeMail({ from: 'pat@customer.example', to: DESK }));
  await relay.waitFor((mail) => mail.envelope.to.includes('pat@customer.example'));
  await world.until(SETTLED);
  expect(asked.slice(before).every((from) => from === DESK)).toBe(true);
  expect(await world.rows(`select id from outbox where state <> 'sent'`)).toEqual([]);
  expect(await sender()).toMatchObject({ ok: true });
});

test.each([
  ['at MAIL', (on: SmtpSink) => (on.behaviour.onMail = (from) => (from === LOGIN ? undefined : DENIED))],
  ['after DATA', (on: SmtpSink) => (on.behaviour.onData = (mail) => (isFrom(mail.raw, LOGIN) ? 'accept' : DENIED))],
])(
  'a relay that lets us not send as ourselves (%s) keeps every mail waiting, and the operators hear of it',
  async (_, refuse) => {
    refuse(relay);
    await world.deliver(writeMail({ from: JO, to: DESK }));
    const alert = await relay.waitFor((mail) => mail.envelope.to.includes(OLGA));
    expect(alert.envelope.from).toBe(LOGIN);
    expect(isFrom(alert.raw, LOGIN)).toBe(true);
    expect(alert.raw.toString()).toContain('permissions to send as');
    await world.until(
      `select count(*) = 1 from outbox where recipient = '${JO}' and state = 'pending' and attempts > 0`,
    );
    expect(await sender()).toMatchObject({ ok: false, detail: expect.stringContaining('5.7.60') });
    expect(await world.rows('select address from suppressed_addresses')).toEqual([]);
    relay.behaviour.onMail = () => undefined;
    relay.behaviour.onData = () => 'accept';
    await world.rows(`update outbox set next_attempt_at = 0 where state = 'pending'`);
    const receipt = await relay.waitFor((mail) => mail.envelope.to.includes(JO));
    expect(isFrom(receipt.raw, DESK)).toBe(true);
    await world.until(`select count(*) = 0 from outbox where state in ('pending', 'failed')`);
    expect(await sender()).toMatchObject({ ok: true });
  },
);
