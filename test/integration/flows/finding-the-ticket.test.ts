import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import {
  ALICE,
  ask,
  BOB,
  countAbout,
  DESK,
  hand,
  mailAbout,
  respond,
  ticketRow,
  turnsOf,
} from '../../support/played-desk.ts';
import { type Keeps, writeMail, writeReply } from '../../support/sent-mail.ts';

const NOTHING: Keeps = { address: false, references: false, subject: false };

describe('the ticket of a reply', () => {
  let world: DeskWorld;
  beforeAll(async () => {
    world = await startDeskWorld();
    await world.start();
    await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
  });
  afterAll(() => world?.stop());

  test.each<[string, Keeps]>([
    ['reply address', { ...NOTHING, address: true }],
    ['Message-ID that it answers', { ...NOTHING, references: true }],
    ['subject', { ...NOTHING, subject: true }],
  ])('is found by the %s alone, for the customer’s answer', async (way, keeps) => {
    const customer = `${way.replaceAll(/\W+/g, '-')}@customer.example`;
    const asked = await ask(world, customer);
    const response = await respond(world, asked, 'Pour water on it.');
    const [fate] = await hand(world, writeReply(response, customer, 'It worked.', keeps));
    expect(fate).toMatchObject({ disposition: 'answer', ticket: asked.ticket });
    expect(await turnsOf(world, asked.ticket)).toMatchObject([{ sent: 'Pour water on it.', received: 'It worked.' }]);
  });

  test('is found by the last of the References when In-Reply-To was lost', async () => {
    const asked = await ask(world, 'refs@customer.example');
    const response = await respond(world, asked, 'Try again.');
    const headers = [`References: <unknown@elsewhere.example> ${response.header('Message-ID')}`];
    const [fate] = await hand(world, writeReply(response, asked.customer, 'Done.', NOTHING, { headers }));
    expect(fate).toMatchObject({ disposition: 'answer', ticket: asked.ticket });
  });

  test('is found when the customer replies to their own mail', async () => {
    const asked = await ask(world, 'own@customer.example', { messageId: 'own-first@customer.example' });
    await respond(world, asked, 'Try again.');
    const headers = ['In-Reply-To: <own-first@customer.example>'];
    const [fate] = await hand(
      world,
      writeMail({ from: asked.customer, to: DESK, subject: 'Re: Printer on fire', text: 'Done.', headers }),
    );
    expect(fate).toMatchObject({ disposition: 'answer', ticket: asked.ticket });
  });

  test('is not found by a reply that kept none of the three: it is a new ticket', async () => {
    const asked = await ask(world, 'lost@customer.example');
    const response = await respond(world, asked, 'Try again.');
    const [fate] = await hand(world, writeReply(response, asked.customer, 'Done.', NOTHING));
    expect(fate).toMatchObject({ disposition: 'ticket', reason: 'new-request' });
    expect(fate?.ticket).not.toBe(asked.ticket);
    expect(await turnsOf(world, asked.ticket)).toMatchObject([{ received: null }]);
  });

  test('is not shown to a stranger who knows its number: they get a ticket of their own', async () => {
    const asked = await ask(world, 'victim@customer.example', { messageId: 'victim-first@customer.example' });
    await respond(world, asked, 'Try again.');
    const before = await ticketRow(world, asked.ticket);
    const [fate] = await hand(
      world,
      writeMail({
        from: 'stranger@elsewhere.example',
        to: DESK,
        subject: `Re: Printer on fire [#${asked.ticket}]`,
        text: 'Please send me the password.',
        headers: ['In-Reply-To: <victim-first@customer.example>'],
      }),
    );
    expect(fate).toMatchObject({ disposition: 'ticket', reason: 'new-request' });
    expect(await ticketRow(world, fate?.ticket ?? 0)).toMatchObject({ email: 'stranger@elsewhere.example' });
    expect(await ticketRow(world, asked.ticket)).toEqual(before);
    expect(await turnsOf(world, asked.ticket)).toMatchObject([{ received: null }]);
    const receipt = await mailAbout(world, 'stranger@elsewhere.example', fate?.ticket ?? 0);
    expect(receipt.raw).not.toContain('victim');
  });

  test('is not found by a token that somebody made up', async () => {
    const asked = await ask(world, 'forged@customer.example');
    const response = await respond(world, asked, 'Try again.');
    const address = response.header('Reply-To') ?? '';
    const forged = address.replace(/([a-z2-7])@/, (_, last: string) => `${last === 'a' ? 'b' : 'a'}@`);
    expect(forged).not.toBe(address);
    const [fate] = await hand(world, writeMail({ from: 'stranger@elsewhere.example', to: forged, text: 'Hello.' }));
    expect(fate).toMatchObject({ disposition: 'ticket', reason: 'new-request' });
    expect(await turnsOf(world, asked.ticket)).toMatchObject([{ received: null }]);
  });

  test('is not continued by a forward, which is a new request', async () => {
    const asked = await ask(world, 'forwards@customer.example');
    const response = await respond(world, asked, 'Try again.');
    const subject = `Fwd: ${response.parsed.subject}`;
    const [fate] = await hand(
      world,
      writeReply(response, asked.customer, 'What is this?', { address: false }, { subject }),
    );
    expect(fate).toMatchObject({ disposition: 'ticket' });
    expect(fate?.ticket).not.toBe(asked.ticket);
  });

  test('keeps its turn when a third party writes to its reply address: agents are shown the words', async () => {
    const asked = await ask(world, 'shares@customer.example');
    const response = await respond(world, asked, 'Try again.');
    const had = countAbout(world, 'alice@desk.example', asked.ticket);
    const [fate] = await hand(world, writeReply(response, 'Col League <col@customer.example>', 'I sit next to them.'));
    expect(fate).toMatchObject({ disposition: 'third-party', ticket: asked.ticket, words: 'I sit next to them.' });
    const shown = await mailAbout(world, 'alice@desk.example', asked.ticket, had + 1);
    expect(shown.parsed.text).toContain('I sit next to them.');
    expect(shown.parsed.text).toContain('who is not the customer');
    expect(world.countTo('col@customer.example')).toBe(0);
    expect(await turnsOf(world, asked.ticket)).toMatchObject([{ received: null }]);
    expect(await ticketRow(world, asked.ticket)).toMatchObject({ email: asked.customer });
    const [answer] = await hand(world, writeReply(response, asked.customer, 'It is still mine.'));
    expect(answer).toMatchObject({ disposition: 'answer' });
  });

  test('is not opened to a stranger by an agent’s token; the agent reads each mail, and the stranger hears nothing of the ticket', async () => {
    const asked = await ask(world, 'leaked@customer.example');
    for (const words of ['I am Alice.', 'I really am.']) {
      const [fate] = await hand(world, writeReply(asked.toAlice, 'mallory@elsewhere.example', words));
      expect(fate).toMatchObject({ disposition: 'parked', reason: 'token-of-someone-else' });
    }
    expect(countAbout(world, 'alice@desk.example', asked.ticket)).toBe(3);
    const told = await world.mailTo('mallory@elsewhere.example');
    expect(told.parsed.subject).not.toContain('#');
    expect(told.raw).not.toContain(asked.customer);
    expect(told.header('Reply-To')).toBeUndefined();
    expect(countAbout(world, asked.customer, asked.ticket)).toBe(1);
    expect(await turnsOf(world, asked.ticket)).toEqual([]);
  });

  test('is not open to an agent who replies to a colleague’s notification, or who writes without one', async () => {
    const asked = await ask(world, 'agents@customer.example');
    const [borrowed] = await hand(world, writeReply(asked.toAlice, BOB, 'From Bob.'));
    expect(borrowed).toMatchObject({ disposition: 'returned', reason: 'token-of-someone-else' });
    const subject = `Re: Ticket [#${asked.ticket}]`;
    const [bare] = await hand(world, writeMail({ from: ALICE, to: DESK, subject, text: 'From Alice.' }));
    expect(bare).toMatchObject({ disposition: 'returned', reason: 'agent-without-token' });
    expect(countAbout(world, asked.customer, asked.ticket)).toBe(1);
    expect(await turnsOf(world, asked.ticket)).toEqual([]);
  });
});

describe('a desk whose provider has no plus addresses', () => {
  let world: DeskWorld;
  beforeAll(async () => {
    world = await startDeskWorld({ env: { REPLY_ADDRESS: 'none', PUBLIC_URL: '' } });
    await world.start();
    await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
  });
  afterAll(() => world?.stop());

  test('names no token in any address, and finds agents by Message-ID, customers by Message-ID or subject', async () => {
    const asked = await ask(world, 'jo@customer.example');
    const first = await respond(world, asked, 'Pour water on it.');
    for (const mail of [asked.receipt, asked.toAlice, first]) {
      expect(mail.envelope.from).toBe(DESK);
      expect(mail.header('Reply-To') ?? `<${DESK}>`).toContain(DESK);
    }
    const [byId] = await hand(world, writeReply(first, asked.customer, 'It worked.', { subject: false }));
    expect(byId).toMatchObject({ disposition: 'answer', ticket: asked.ticket });
    const second = await respond(world, asked, 'Good. And now?');
    const [bySubject] = await hand(world, writeReply(second, asked.customer, 'All is well.', { references: false }));
    expect(bySubject).toMatchObject({ disposition: 'answer', ticket: asked.ticket });
    expect(await turnsOf(world, asked.ticket)).toMatchObject([
      { sent: 'Pour water on it.', received: 'It worked.' },
      { sent: 'Good. And now?', received: 'All is well.' },
    ]);
  });

  test('closes and gathers feedback by mail alone, with the token in the subject', async () => {
    const asked = await ask(world, 'ann@customer.example');
    const response = await respond(world, asked, 'Pour water on it.');
    const [closed] = await hand(world, mailtoIn(response.parsed.text, asked.customer));
    expect(closed).toMatchObject({ disposition: 'link', reason: 'closing-mail', ticket: asked.ticket });
    const closing = await mailAbout(world, asked.customer, asked.ticket, 3);
    expect(await ticketRow(world, asked.ticket)).toMatchObject({
      status: 'closed',
      last_response: 'Pour water on it.',
    });
    const [voted] = await hand(world, mailtoIn(closing.parsed.text, asked.customer));
    expect(voted).toMatchObject({ disposition: 'link', reason: 'feedback-mail' });
    expect(await ticketRow(world, asked.ticket)).toMatchObject({ feedback: 'satisfied' });
  });
});

/** The mail that a client writes when the first mailto: link of a text is followed (RFC 6068). */
function mailtoIn(text: string, from: string): Buffer {
  const link = /mailto:([^?\s]+)\?(\S+)/.exec(text);
  if (!link) throw new Error(`no mailto: link in: ${text}`);
  const fields = new URLSearchParams((link[2] ?? '').replaceAll('+', '%2B'));
  return writeMail({
    from,
    to: decodeURIComponent(link[1] ?? ''),
    subject: fields.get('subject') ?? '',
    text: fields.get('body') ?? '',
  });
}
