import { afterEach, beforeEach, expect, test } from 'vitest';
import type { InboundId, TicketId } from '../../../src/domain/ticket/ids.ts';
import { runTurnmail } from './run-turnmail.ts';
import { createSeededDesk, JO, NOON, type SeededDesk } from './seeded-desk.ts';

let desk: SeededDesk;
let one: { ticketId: TicketId; inboundId: InboundId; messageId: string };

beforeEach(async () => {
  desk = await createSeededDesk();
  one = await desk.openTicket('Teapot');
  await desk.openTicket('Saucer');
  await desk.database.query(
    `with sent as (update outbox set state = 'sent', ended_at = $2, message_id = 'r1@acme.example', attempts = 2
                   where ticket_id = $1 returning id)
     insert into outbox_attempts (outbox_id, number, started_at, ended_at, outcome, server_reply)
     select id, n, $2::bigint + n * 1000, $2::bigint + n * 1000 + 40, case n when 1 then 'deferred' else 'accepted' end,
       case n when 1 then '451 4.7.1 greylisted' else '250 2.0.0 queued as ABC' end
     from sent, generate_series(1, 2) n`,
    [one.ticketId, NOON],
  );
  await desk.database.query(`insert into suppressed_addresses (address, reason, since) values ($1, 'bounced', $2)`, [
    'gone@customer.example',
    NOON,
  ]);
});

afterEach(() => desk.drop());

const trace = (id: string, ...options: string[]) => runTurnmail(['trace', id, ...options], desk.settings);

test('a ticket is told in order of time: arrived, decided and why, done, sent with the words of the server', async () => {
  const { code, out, err } = await trace(String(one.ticketId));
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const order = [
    'mail 1 arrived from Jo <jo@customer.example>: "Teapot"',
    'decided as ticket: a new request: it opened a ticket (new-request)',
    'the customer: opened the ticket',
    'was put into the outbox, because of mail 1',
    'attempt 1 deferred, took 40 ms; the server: 451 4.7.1 greylisted',
    'attempt 2 accepted, took 40 ms; the server: 250 2.0.0 queued as ABC',
  ].map((words) => out.indexOf(words));
  expect(order).not.toContain(-1);
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(out).not.toContain('Saucer');
});

test('a Message-ID is found with and without its brackets, received and sent', async () => {
  for (const id of [one.messageId, `<${one.messageId}>`]) {
    const { code, out } = await trace(id);
    expect(code).toBe(0);
    expect(out).toContain(`turnmail trace ${one.ticketId}`);
    expect(out).toContain('new-request');
  }
  const sent = JSON.parse((await trace('r1@acme.example', '--json')).out);
  expect(sent.subject).toBe('message');
  expect(sent.sent).toHaveLength(1);
  expect(sent.sent[0].attempts).toHaveLength(2);
});

test('an address is told with all its tickets, in any case of letters', async () => {
  const found = JSON.parse((await trace(JO.toUpperCase(), '--json')).out);
  expect(found.subject).toBe('address');
  expect(found.tickets).toHaveLength(2);
  expect(found.received).toHaveLength(2);
  expect(found.received[0]).toMatchObject({ disposition: 'ticket', reason: 'new-request', kind: 'normal' });
});

test('where nothing is known, it says so', async () => {
  for (const id of ['4711', 'nobody@nowhere.example', 'teapot']) {
    const { code, out, err } = await trace(id);
    expect({ code, out }).toEqual({ code: 66, out: '' });
    expect(err).toMatch(/^turnmail: nothing is known of [^\n]+\n$/);
  }
});

test('a muted address is told even if no mail of it is left', async () => {
  const { code, out } = await trace('gone@customer.example');
  expect(code).toBe(0);
  expect(out).toContain('held back since 2026-11-22 12:00:00.000: bounced');
});

test('what was found out about the sender is told: verdict, signatures, alignment, policy, and of DNS its errors', async () => {
  const findings = {
    sameFrom: true,
    plainHead: true,
    signatures: [
      { domain: 'customer.example', selector: 's1', algorithm: 'rsa-sha256', state: 'weak', detail: 'l=' },
      { domain: 'mail.customer.example', selector: 's2', algorithm: 'rsa-sha256', state: 'dns-failure', detail: '' },
    ],
    signaturesLeftOut: 1,
    dmarc: { result: 'fail', policy: 'none', policyDomain: 'customer.example' },
    dns: [
      {
        name: 's1._domainkey.customer.example',
        type: 'TXT',
        answers: ['v=DKIM1; p=ABCD'],
        error: undefined,
        tookMs: 3,
      },
      { name: 's2._domainkey.mail.customer.example', type: 'TXT', answers: [], error: 'ESERVFAIL', tookMs: 3 },
    ],
  };
  await desk.database.query(
    `insert into sender_checks (inbound_id, verification, reason, tries, checked_at, findings)
     values ($1, 'unverified', 'weak-signature', 2, $2, $3)`,
    [one.inboundId, NOON, JSON.stringify(findings)],
  );
  const { out } = await trace(String(one.ticketId));
  for (const line of [
    'sender unverified: its signature covers too little, or is too cheap (weak-signature), asked 2 times',
    'DKIM of customer.example, selector s1 (rsa-sha256), aligned: weak, l=',
    'DKIM of mail.customer.example, selector s2 (rsa-sha256), aligned: dns-failure',
    'DKIM: 1 other signatures were not looked at',
    'DMARC fail, published by customer.example, policy none',
    'DNS: TXT of s2._domainkey.mail.customer.example: ESERVFAIL',
  ])
    expect(out).toContain(line);
  expect(out).not.toContain('p=ABCD');
  const told = JSON.parse((await trace(String(one.ticketId), '--json')).out);
  expect(told.received[0].sender).toMatchObject({
    verification: 'unverified',
    findings: { dns: findings.dns.map(({ name }) => ({ name })) },
  });
});

test('a mail that a bound kept back is told, with the setting', async () => {
  const { ticketId } = await desk.openTicket('Fork');
  await desk.database.query(
    `update outbox set state = 'cancelled', held_by = 'per-recipient', ended_at = $2 where ticket_id = $1`,
    [ticketId, NOON],
  );
  const { code, out } = await trace(String(ticketId));
  expect(code).toBe(0);
  expect(out.replace(/\s+/g, ' ')).toContain(
    'cancelled: NOTICES_PER_RECIPIENT: the recipient had their automatic mails',
  );
});
