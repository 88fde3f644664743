import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { ask, countAbout, DESK, hand, mailAbout, respond, turnsOf } from '../../support/played-desk.ts';
import { type SeenMail, writeMail, writeReply } from '../../support/sent-mail.ts';

let world: DeskWorld;
beforeAll(async () => {
  world = await startDeskWorld();
  await world.start();
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
});
afterAll(() => world?.stop());

/** A delivery report in the form of RFC 3464, as a mail server writes it about a mail of ours. */
function writeBounce(
  of: SeenMail,
  to: string,
  report: { action?: string; status?: string; note?: string } = {},
): Buffer {
  const { action = 'failed', status = '5.1.1', note = 'Your mail could not be delivered.' } = report;
  const lines = [
    'Return-Path: <>',
    'From: Mail Delivery System <MAILER-DAEMON@mx.customer.example>',
    `To: ${to}`,
    'Subject: Undelivered Mail Returned to Sender',
    `Message-ID: <${Math.random().toString(36).slice(2)}@mx.customer.example>`,
    'Date: Sun, 22 Nov 2026 10:00:00 +0000',
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    note,
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.customer.example',
    '',
    `Final-Recipient: rfc822; ${of.envelope.to[0]}`,
    `Action: ${action}`,
    `Status: ${status}`,
    'Diagnostic-Code: smtp; 550 5.1.1 no such user here',
    '',
    '--b',
    'Content-Type: text/rfc822-headers',
    '',
    `Message-ID: ${of.header('Message-ID')}`,
    `Subject: ${of.parsed.subject}`,
    '',
    '--b--',
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}

const undelivered = (ticket: number) =>
  world.rows<{ id: number }>(
    `select id::int from outbox where ticket_id = ${ticket} and undelivered_at is not null order by id`,
  );

test('an out-of-office in reply to a response is kept, takes no turn and is not answered', async () => {
  const asked = await ask(world, 'auto-reply@customer.example');
  const response = await respond(world, asked, 'Pour water on it.');
  const sentBefore = world.sink.mails.length;
  const headers = ['Auto-Submitted: auto-replied', 'X-Auto-Response-Suppress: All'];
  const [fate] = await hand(
    world,
    writeReply(response, asked.customer, 'I am away until Monday.', {}, { headers, subject: 'Away' }),
  );
  expect(fate).toMatchObject({ disposition: 'automatic', reason: 'auto-reply', ticket: asked.ticket });
  expect(fate?.words).toBe('Away until Monday (automatic answer)');
  expect(world.sink.mails).toHaveLength(sentBefore);
  const [answer] = await hand(world, writeReply(response, asked.customer, 'I am back.'));
  expect(answer).toMatchObject({ disposition: 'answer' });
  expect(await turnsOf(world, asked.ticket)).toMatchObject([{ received: 'I am back.' }]);
});

test('an automatic mail opens no ticket and gets no receipt', async () => {
  const headers = ['Auto-Submitted: auto-generated'];
  const [fate] = await hand(world, writeMail({ from: 'robot@machines.example', to: DESK, headers }));
  expect(fate).toMatchObject({ disposition: 'parked', reason: 'machine-mail', ticket: null });
  expect(world.countTo('robot@machines.example')).toBe(0);
});

test('a bounced response is marked, told to the agent once, and leaves the turn open', async () => {
  const asked = await ask(world, 'gone@customer.example');
  const response = await respond(world, asked, 'Pour water on it.');
  const had = countAbout(world, 'alice@desk.example', asked.ticket);
  const bobHad = countAbout(world, 'bob@desk.example', asked.ticket);
  const [first] = await hand(world, writeBounce(response, response.envelope.from));
  expect(first).toMatchObject({ disposition: 'bounce', reason: 'delivery-failed', ticket: asked.ticket });
  // A line of the ticket's history.
  expect(first?.words).toBe('Could not be delivered: gone@customer.example (5.1.1)');
  const told = await mailAbout(world, 'alice@desk.example', asked.ticket, had + 1);
  expect(told.parsed.text).toMatch(
    /could not be delivered[\s\S]*Status: 5\.1\.1\s+The mail server said: [\s\S]*no such user here[\s\S]*Pour water on it\./,
  );
  const marked = await undelivered(asked.ticket);
  expect(marked).toHaveLength(1);
  // Another report about the same mail, by the other way to find it.
  const [second] = await hand(world, writeBounce(response, DESK, { note: 'Once more: it could not be delivered.' }));
  expect(second).toMatchObject({ disposition: 'bounce', reason: 'delivery-failed', ticket: asked.ticket });
  expect(countAbout(world, 'alice@desk.example', asked.ticket)).toBe(had + 1);
  expect(countAbout(world, 'bob@desk.example', asked.ticket)).toBe(bobHad);
  expect(await undelivered(asked.ticket)).toEqual(marked);
  expect(await turnsOf(world, asked.ticket)).toMatchObject([{ received: null }]);
  const [answer] = await hand(world, writeReply(response, asked.customer, 'I am here after all.'));
  expect(answer).toMatchObject({ disposition: 'answer' });
});

test('an address that bounced gets no automatic mail until somebody writes from it', async () => {
  const asked = await ask(world, 'muted@customer.example');
  await hand(world, writeBounce(asked.receipt, asked.receipt.envelope.from));
  expect(await world.rows('select address from suppressed_addresses')).toContainEqual({ address: asked.customer });
  const [second] = await hand(world, writeMail({ from: asked.customer, to: DESK, subject: 'Am I heard?' }));
  expect(second).toMatchObject({ disposition: 'ticket' });
  expect(await world.rows('select address from suppressed_addresses')).not.toContainEqual({ address: asked.customer });
  expect(await mailAbout(world, asked.customer, second?.ticket ?? 0)).toBeDefined();
});

test('a report of a mail that is late, or was delivered, is only filed', async () => {
  const asked = await ask(world, 'late@customer.example');
  const response = await respond(world, asked, 'Pour water on it.');
  const sent = world.sink.mails.length;
  for (const [action, status, fateOf] of [
    ['delayed', '4.4.1', { disposition: 'bounce', reason: 'delivery-delayed' }],
    ['delivered', '2.0.0', { disposition: 'automatic', reason: 'auto-generated' }],
  ] as const) {
    const [fate] = await hand(world, writeBounce(response, response.envelope.from, { action, status }));
    expect(fate, action).toMatchObject(fateOf);
  }
  expect(await undelivered(asked.ticket)).toEqual([]);
  expect(world.sink.mails).toHaveLength(sent);
});

test('a report about a mail that we never sent changes nothing and is told to nobody', async () => {
  const asked = await ask(world, 'forger@customer.example');
  const forged = { ...asked.receipt, header: () => '<never-sent@desk.example>' };
  const sent = world.sink.mails.length;
  const address = asked.receipt.envelope.from.replace(/.@/, '7@');
  const [fate] = await hand(world, writeBounce(forged, address));
  expect(fate).toMatchObject({ disposition: 'bounce', reason: 'bounce-of-nothing-we-sent', ticket: null });
  expect(world.sink.mails).toHaveLength(sent);
});

test('our own mail that comes back is a loop, whichever mail it is', async () => {
  const asked = await ask(world, 'mirror@customer.example');
  const response = await respond(world, asked, 'Pour water on it.');
  const sent = world.sink.mails.length;
  const turns = await turnsOf(world, asked.ticket);
  for (const mail of [asked.receipt, asked.toAlice, response]) {
    const [fate] = await hand(world, Buffer.from(mail.raw, 'latin1'));
    expect(fate).toMatchObject({ disposition: 'loop', reason: 'our-own-mail' });
  }
  const [spoofed] = await hand(world, writeMail({ from: `Acme Support <${DESK}>`, to: DESK }));
  expect(spoofed).toMatchObject({ disposition: 'parked', reason: 'from-ourselves' });
  expect(world.sink.mails).toHaveLength(sent);
  expect(await turnsOf(world, asked.ticket)).toEqual(turns);
});

test('two desks that answer each other’s receipts stop at once', async () => {
  const asked = await ask(world, 'support@other-desk.example');
  const sent = world.sink.mails.length;
  const echo = writeReply(
    asked.receipt,
    asked.customer,
    'We have your request [#991].',
    {},
    {
      headers: ['Auto-Submitted: auto-replied'],
    },
  );
  expect((await hand(world, echo))[0]).toMatchObject({ disposition: 'automatic' });
  expect(world.sink.mails).toHaveLength(sent);
});

test('a partner whose machine hides what it is gets a bounded number of mails', async () => {
  const asked = await ask(world, 'liar@machines.example');
  for (let round = 1; round <= 12; round++) {
    await hand(world, writeReply(asked.receipt, asked.customer, `We have received your mail, number ${round}.`));
  }
  expect(world.countTo(asked.customer)).toBeLessThanOrEqual(2);
});
