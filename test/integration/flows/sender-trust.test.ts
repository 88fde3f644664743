import { afterAll, beforeAll, expect, test } from 'vitest';
import { foreseeDecision } from '../../../src/flows/decide/foresee-decision.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../../src/mail/parse/parse-bounds.ts';
import { startParserPool } from '../../../src/mail/parse/parser-pool.ts';
import type { Authenticate } from '../../../src/mail/sender/verify-dkim.ts';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { ALICE, ask, BOB, countAbout, hand, mailAbout, SETTLED, turnsOf } from '../../support/played-desk.ts';
import { writeMail, writeReply } from '../../support/sent-mail.ts';
import { fakeDns, signingKey, signMail, type Zone } from '../../support/signed-mail.ts';
import { testDesk } from '../../support/test-desk.ts';
import { PATIENCE_MS, waitFor } from '../../support/wait-for.ts';

const KEY = signingKey();
const zone: Zone = {
  's1._domainkey.desk.example': [KEY.record],
  's1._domainkey.customer.example': [KEY.record],
  '_dmarc.desk.example': ['v=DMARC1; p=reject'],
  '_dmarc.customer.example': ['v=DMARC1; p=none'],
  '_dmarc.bank.example': ['v=DMARC1; p=reject'],
};
const dns = fakeDns(zone);
let world: DeskWorld;

beforeAll(async () => {
  world = await startDeskWorld({ env: { SENDER_TRUST: 'dkim' } });
  await world.start(undefined, {}, { resolver: dns.resolve });
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
});
afterAll(() => world?.stop());

const byDesk = (mail: Buffer) => signMail(mail, { key: KEY, domain: 'desk.example', signTime: new Date() });
const byCustomer = (mail: Buffer) => signMail(mail, { key: KEY, domain: 'customer.example', signTime: new Date() });
/** Lets pauses pass at once, which are by the clock of the database, until no mail waits. */
const passPauses = () =>
  waitFor(
    async () => {
      await world.rows(
        'update inbound_mails set next_attempt_at = 0 where disposition is null and next_attempt_at > 0',
      );
      return Object.values((await world.rows(SETTLED))[0] ?? {})[0] === true;
    },
    PATIENCE_MS,
    () => 'mails whose sender is asked for',
  );
const checkOf = async (id: number) =>
  (await world.rows(`select verification, reason, tries, findings from sender_checks where inbound_id = ${id}`))[0];

test('an agent acts only with a mail that their own domain signed', async () => {
  const asked = await ask(world, 'jo@customer.example');
  const reply = writeReply(asked.toAlice, ALICE, 'Pour water on it.');
  const changed = Buffer.from((await byDesk(reply)).toString('latin1').replace('Pour water', 'Pour petrol'), 'latin1');
  const borrowed = await byCustomer(writeReply(asked.toAlice, ALICE, 'Pour oil on it.'));
  for (const forged of [reply, changed, borrowed]) {
    const [fate] = await hand(world, forged);
    expect(fate).toMatchObject({ disposition: 'parked', reason: 'agent-not-verified', ticket: asked.ticket });
  }
  expect(await turnsOf(world, asked.ticket)).toEqual([]);
  // Told once, with her words, although three mails came; what her domain disowns is not quoted.
  expect(countAbout(world, 'alice@desk.example', asked.ticket)).toBe(2);
  const told = await mailAbout(world, 'alice@desk.example', asked.ticket, 2);
  expect(told.parsed.text.replace(/\s+/g, ' ')).toContain('"v=DMARC1; p=none" at _dmarc.desk.example');
  expect(told.parsed.text.replace(/\s+/g, ' ')).not.toContain('petrol');
  const [fate] = await hand(world, await byDesk(writeReply(asked.toAlice, ALICE, 'Pour water on it, please.')));
  expect(fate).toMatchObject({ disposition: 'response', ticket: asked.ticket });
  expect(await turnsOf(world, asked.ticket)).toMatchObject([{ sent: 'Pour water on it, please.' }]);
  expect(await checkOf(fate?.id ?? 0)).toMatchObject({
    verification: 'verified',
    reason: 'dmarc-pass',
    tries: 1,
    findings: { dns: expect.arrayContaining([expect.objectContaining({ name: 's1._domainkey.desk.example' })]) },
  });
});

test('a customer answers unsigned with the token, without it only signed, and never against their domain', async () => {
  const jo = 'turn@customer.example';
  const asked = await ask(world, jo);
  await hand(world, await byDesk(writeReply(asked.toAlice, ALICE, 'Pour water on it.')));
  const response = await mailAbout(world, jo, asked.ticket, 2);
  const subject = `Re: Printer [#${asked.ticket}]`;
  const bare = (text: string) => writeMail({ from: jo, to: 'support@desk.example', subject, text });
  const [unsigned] = await hand(world, bare('Nobody knows who wrote this.'));
  expect(unsigned).toMatchObject({ disposition: 'parked', reason: 'customer-not-verified' });
  const changed = Buffer.from(
    (await byCustomer(writeReply(response, jo, 'It worked.'))).toString('latin1').replace('worked', 'burned'),
    'latin1',
  );
  expect((await hand(world, changed))[0]).toMatchObject({ disposition: 'parked', reason: 'customer-not-verified' });
  expect(await turnsOf(world, asked.ticket)).toMatchObject([{ received: null }]);
  const [withToken] = await hand(world, writeReply(response, jo, 'It worked, thanks.'));
  expect(withToken).toMatchObject({ disposition: 'answer', reason: 'answers-open-turn' });
  const [signed] = await hand(world, await byCustomer(bare('One thing more.')));
  expect(signed).toMatchObject({ disposition: 'held', ticket: asked.ticket });
});

test('somebody whose domain refuses forgeries gets no ticket unsigned, and nobody gets a receipt', async () => {
  const [fate] = await hand(world, writeMail({ from: 'ann@bank.example', to: 'support@desk.example' }));
  expect(fate).toMatchObject({ disposition: 'parked', reason: 'sender-refused-by-its-domain', ticket: null });
  expect(world.countTo('ann@bank.example')).toBe(0);
});

test('automatic mail is not worth a question to DNS', async () => {
  const questions = dns.asked.length;
  const [fate] = await hand(
    world,
    writeMail({
      from: 'robot@customer.example',
      to: 'support@desk.example',
      headers: ['Auto-Submitted: auto-replied'],
    }),
  );
  expect(fate).toMatchObject({ disposition: 'automatic' });
  expect(dns.asked).toHaveLength(questions);
  expect(await checkOf(fate?.id ?? 0)).toBeUndefined();
});

test('while DNS fails a mail waits, others go on, and the answer that comes later decides', async () => {
  const asked = await ask(world, 'wait@customer.example');
  const record = zone['s1._domainkey.desk.example'] ?? [];
  zone['s1._domainkey.desk.example'] = 'ESERVFAIL';
  await world.deliver(await byDesk(writeReply(asked.toBob, BOB, 'Pour water on it.')));
  await world.until('select count(*) = 1 from sender_checks where verification is null');
  await world.deliver(writeMail({ from: 'other@customer.example', to: 'support@desk.example' }));
  await world.until(`select count(*) = 1 from tickets where email = 'other@customer.example'`);
  zone['s1._domainkey.desk.example'] = record;
  expect(countAbout(world, asked.customer, asked.ticket)).toBe(1);
  await passPauses();
  expect(await turnsOf(world, asked.ticket)).toMatchObject([{ sent: 'Pour water on it.' }]);
});

test('DNS that goes on failing is asked four times, and then the mail counts as unverified', async () => {
  const asked = await ask(world, 'long@customer.example');
  zone['_dmarc.desk.example'] = 'ESERVFAIL';
  await world.deliver(await byDesk(writeReply(asked.toBob, BOB, 'Nobody will see this.')));
  await world.until('select count(*) = 1 from sender_checks where verification is null');
  await passPauses();
  const [row] = await world.rows<{ id: number; reason: string }>(
    'select id::int, reason from inbound_mails order by id desc limit 1',
  );
  expect(row?.reason).toBe('agent-not-verified');
  expect(await checkOf(row?.id ?? 0)).toMatchObject({ verification: 'unverified', reason: 'dns-failure', tries: 4 });
});

test('what is foreseen of a mail asks about its sender where the mail itself would have been asked about', async () => {
  const asked: string[] = [];
  const authenticate: Authenticate = async (_raw, from) => {
    asked.push(from);
    throw new Error('nobody may be asked');
  };
  const parser = startParserPool({ workers: 1, timeoutMs: 60_000, maxHeapMb: 256, bounds: DEFAULT_PARSE_BOUNDS });
  const foresee = async (raw: Buffer) => {
    const outcome = await parser.parse(raw);
    if (!outcome.ok) throw new Error(outcome.detail);
    return await foreseeDecision({ ...testDesk(world, Date.now()), authenticate, parser }, raw, outcome.mail);
  };
  const away = {
    from: ALICE,
    to: 'support@desk.example',
    headers: ['Auto-Submitted: auto-replied'],
    text: 'I am away.',
  };
  expect(await foresee(writeMail(away))).toMatchObject({ disposition: 'automatic' });
  expect(asked).toEqual([]);
  await expect(foresee(writeMail({ ...away, headers: [] }))).rejects.toThrow('nobody may be asked');
  await parser.close();
});
