import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DeskWorld, startDeskWorld, type WorldOptions } from '../../support/desk-world.ts';
import { writeMail, writeReply } from '../../support/sent-mail.ts';

const JO = 'Jo Doe <jo@customer.example>';
const ALICE = 'Alice Ames <alice@desk.example>';

/** One conversation with nothing but mail clients and a pressed button, played in order; the same on every backend. */
export function conversationSuite(options: WorldOptions): void {
  let world: DeskWorld;
  let port: number | undefined;

  beforeAll(async () => {
    world = await startDeskWorld(options);
    port = (await world.start()).httpPort;
    await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
  });
  afterAll(() => world?.stop());

  const page = (url: string) => url.replace('https://help.desk.example', `http://127.0.0.1:${port}`);
  const linksIn = (text: string) =>
    [...text.matchAll(/https:\/\/help\.desk\.example\/t\/\S+/g)].map((match) => page(match[0]));

  test('a mail becomes a ticket, a receipt, and a notification for each agent', async () => {
    const askedAt = Date.now();
    await world.deliver(writeMail({ from: JO, to: 'support@desk.example', messageId: 'first@customer.example' }));
    const receipt = await world.mailTo('jo@customer.example');
    expect(receipt.parsed.subject).toContain('[#1]');
    expect(receipt.header('In-Reply-To')).toBe('<first@customer.example>');
    expect(receipt.header('Auto-Submitted')).toBe('auto-replied');
    const [ticket] = await world.rows('select * from tickets');
    expect(ticket).toMatchObject({
      id: '1',
      email: 'jo@customer.example',
      status: 'open',
      query: 'Hello,\n\nmy printer burns.',
      feedback: null,
      last_response: null,
    });
    const createdAt = Number(ticket?.['created_time']);
    expect(createdAt >= askedAt - 1 && createdAt <= Date.now() + 1, `made at ${createdAt}, asked at ${askedAt}`).toBe(
      true,
    );
    const toAlice = await world.mailTo('alice@desk.example');
    const toBob = await world.mailTo('bob@desk.example');
    expect(toAlice.parsed.text).toContain('my printer burns.');
    expect(toAlice.header('Reply-To')).toMatch(/^support\+1-\w+-[a-z2-7]{26}@desk\.example$/);
    expect(toAlice.header('Reply-To')).not.toBe(toBob.header('Reply-To'));
  });

  test('a mail before any response is held, with one notice, and changes neither table', async () => {
    const receipt = await world.mailTo('jo@customer.example');
    const before = await world.rows('select * from tickets');
    await world.deliver(writeReply(receipt, JO, 'It also smokes.'));
    const notice = await world.mailTo('jo@customer.example', 2);
    expect(notice.parsed.text).toContain('When our answer comes, just reply');
    await world.deliver(writeReply(receipt, JO, 'And it smells.'));
    await world.until(`select count(*) = 2 from inbound_mails where disposition = 'held'`);
    expect(await world.rows('select * from tickets')).toEqual(before);
    expect(await world.rows('select * from responses')).toEqual([]);
    const shown = await world.mailTo('alice@desk.example', 2);
    expect(shown.parsed.text).toContain('It also smokes.');
    await world.until(`select count(*) = 0 from outbox where state <> 'sent'`);
    expect(world.countTo('jo@customer.example')).toBe(2);
  });

  test('an agent’s reply becomes a response, and nothing of the notification travels along', async () => {
    const notification = await world.mailTo('alice@desk.example');
    await world.deliver(writeReply(notification, ALICE, 'Pour water on it.\n\nAlice'));
    const response = await world.mailTo('jo@customer.example', 3);
    expect(response.header('From')).toBe('Alice Ames at Acme Support <support@desk.example>');
    expect(response.header('In-Reply-To')).toMatch(/@client\.example>$|^<first@customer\.example>$/);
    expect(response.header('References')).toContain('<first@customer.example>');
    expect(response.parsed.subject).toBe('Re: Printer on fire [#1]');
    expect(response.header('Message-ID')).toMatch(/^<1-/);
    expect(response.header('Reply-To')).toMatch(/^support\+1-/);
    expect(response.header('Auto-Submitted')).toBeUndefined();
    expect(response.parsed.text).toMatch(/^Pour water on it\.\n\nAlice/);
    const token = /\+([^@]+)@/.exec(notification.header('Reply-To') ?? '')?.[1] ?? 'no token';
    for (const secret of ['alice@desk.example', 'bob@desk.example', token, 'Reply above this line', 'It also smokes']) {
      expect(response.raw).not.toContain(secret);
    }
    expect(linksIn(response.parsed.text)).toHaveLength(1);
    expect(await world.rows('select status, last_response from tickets')).toEqual([
      { status: 'in_process', last_response: null },
    ]);
    expect(await world.rows('select response_sent, response_received, rec_time, ticket_id from responses')).toEqual([
      { response_sent: 'Pour water on it.\n\nAlice', response_received: null, rec_time: null, ticket_id: '1' },
    ]);
    // What came after the notification that she answered she gets at once.
    for (const [n, words] of [
      [3, 'It also smokes.'],
      [4, 'And it smells.'],
    ] as const)
      expect((await world.mailTo('alice@desk.example', n)).parsed.text).toContain(words);
  });

  test('the answer fills its response, without the quote, and the agent who responded hears of it', async () => {
    const response = await world.mailTo('jo@customer.example', 3);
    await world.deliver(writeReply(response, JO, 'It worked, thank you.\nBut it is wet now.'));
    const heard = await world.mailTo('alice@desk.example', 5);
    expect(heard.parsed.text).toContain('But it is wet now.');
    const [row] = await world.rows('select response_received, rec_time from responses');
    expect(row).toMatchObject({ response_received: 'It worked, thank you.\nBut it is wet now.' });
    expect(Number(row?.['rec_time'])).toBeGreaterThan(0);
    expect(world.countTo('bob@desk.example')).toBe(2);
  });

  test('a second answer to the same response is held, with one notice for that turn', async () => {
    const response = await world.mailTo('jo@customer.example', 3);
    await world.deliver(writeReply(response, JO, 'One more thing.'));
    expect((await world.mailTo('jo@customer.example', 4)).parsed.text).toContain(
      'You have answered our last mail already',
    );
    await world.deliver(writeReply(response, JO, 'And another.'));
    await world.until(`select count(*) = 4 from inbound_mails where disposition = 'held'`);
    expect(await world.rows('select response_received from responses')).toEqual([
      { response_received: 'It worked, thank you.\nBut it is wet now.' },
    ]);
    await world.until(`select count(*) = 0 from outbox where state <> 'sent'`);
    expect(world.countTo('jo@customer.example')).toBe(4);
  });

  test('/note stays inside; an unknown command comes back and sends nothing', async () => {
    const heard = await world.mailTo('alice@desk.example', 5);
    await world.deliver(writeReply(heard, ALICE, '/note He dried it with a towel.'));
    await world.until(`select count(*) = 1 from notes where note = 'He dried it with a towel.'`);
    await world.deliver(writeReply(heard, ALICE, '/clsoe\nBuy a new one.'));
    await world.until(
      `select count(*) = 1 from inbound_mails where disposition = 'returned' and reason = 'agent-unknown-command'`,
    );
    await world.until(`select count(*) = 0 from outbox where state <> 'sent'`);
    const returned = world.sink.mails.filter((mail) => mail.raw.includes('Buy a new one.'));
    expect(returned.map((mail) => mail.envelope.to)).toEqual([['alice@desk.example']]);
    expect(world.countTo('jo@customer.example')).toBe(4);
  });

  test('/close with words responds and closes; last_response is the newest response', async () => {
    const heard = await world.mailTo('alice@desk.example', 5);
    await world.deliver(writeReply(heard, ALICE, '/close\nBuy a new one, then.'));
    const closing = await world.mailTo('jo@customer.example', 5);
    // One mail: the words, that the request is closed, and the choices.
    expect(closing.parsed.text).toMatch(
      /^Buy a new one, then\.\n\nAlice Ames\n\n-+\nWith this answer we closed your request #1\./,
    );
    expect(linksIn(closing.parsed.text)).toHaveLength(3);
    await world.until(`select count(*) = 0 from outbox where state <> 'sent'`);
    expect(world.countTo('jo@customer.example')).toBe(5);
    expect(await world.rows('select status, last_response, feedback from tickets')).toEqual([
      { status: 'closed', last_response: 'Buy a new one, then.', feedback: null },
    ]);
  });

  test('looking at a link changes nothing; pressing its button acts, and twice is once', async () => {
    const [satisfied, notSatisfied] = linksIn((await world.mailTo('jo@customer.example', 5)).parsed.text);
    if (!satisfied || !notSatisfied) throw new Error('the closing mail has no links');
    for (const method of ['GET', 'HEAD']) expect((await fetch(satisfied, { method })).status).toBe(200);
    expect(await world.rows('select feedback from tickets')).toEqual([{ feedback: null }]);
    for (const time of [1, 2]) expect((await fetch(satisfied, { method: 'POST' })).status, `press ${time}`).toBe(200);
    expect(await world.rows('select feedback from tickets')).toEqual([{ feedback: 'satisfied' }]);
    expect(await world.rows(`select count(*)::int as n from audit_log where action = 'feedback'`)).toEqual([{ n: 1 }]);
    await fetch(notSatisfied, { method: 'POST' });
    expect(await world.rows('select feedback from tickets')).toEqual([{ feedback: 'not_satisfied' }]);
  });

  test('an answer within the window reopens; the customer’s link closes again', async () => {
    const last = await world.mailTo('jo@customer.example', 5);
    await world.deliver(writeReply(last, JO, 'Which one?'));
    await world.until(`select status = 'in_process' from tickets`);
    expect(await world.rows('select last_response, feedback from tickets')).toEqual([
      { last_response: null, feedback: null },
    ]);
    const [close] = linksIn((await world.mailTo('jo@customer.example', 3)).parsed.text);
    await fetch(close ?? '', { method: 'POST' });
    expect(await world.rows('select status, last_response from tickets')).toEqual([
      { status: 'closed', last_response: 'Buy a new one, then.' },
    ]);
  });

  test('a later mail opens a new ticket that follows the old one', async () => {
    const last = await world.mailTo('jo@customer.example', 5);
    await world.deliver(writeReply(last, JO, 'The new one burns too.'));
    await world.until('select count(*) = 1 from ticket_mail where follows_ticket_id = 1');
    expect(await world.rows('select status, query from tickets where id = 2')).toEqual([
      { status: 'open', query: 'The new one burns too.' },
    ]);
  });

  test('every mail has an end, and every row was sent', async () => {
    await world.until(`select count(*) = 0 from outbox where state <> 'sent'`);
    expect(await world.rows('select count(*)::int as n from inbound_mails where disposition is null')).toEqual([
      { n: 0 },
    ]);
    const [row] = await world.rows<{ n: number }>('select count(*)::int as n from outbox');
    expect(world.sink.mails).toHaveLength(row?.n ?? -1);
  });
}
