import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { remindAgents } from '../../../src/flows/time/remind-agents.ts';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { ALICE, ask, BOB, countAbout, hand, mailAbout, newestAbout, respond } from '../../support/played-desk.ts';
import { type SeenMail, writeMail, writeReply } from '../../support/sent-mail.ts';
import { testDesk } from '../../support/test-desk.ts';

let world: DeskWorld;
beforeAll(async () => {
  world = await startDeskWorld({ env: { NOTICES_PER_TICKET: '0' } });
  await world.start();
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
});
afterAll(() => world?.stop());

const wordsBetween = (mail: SeenMail, start: string, end: string) => {
  const { text } = mail.parsed;
  const from = text.indexOf(start);
  if (from < 0) throw new Error(`no "${start}" in ${text}`);
  const to = text.indexOf(end, from + start.length);
  return text.slice(from + start.length, to < 0 ? undefined : to);
};

describe('an agent', () => {
  test('reads a held mail apart until somebody responds, then in its place in the history', async () => {
    const asked = await ask(world, 'held@customer.example', { text: 'It burns.' });
    await hand(world, writeReply(asked.receipt, asked.customer, 'It also smokes.'));
    const response = await respond(world, asked, 'Pour water on it.');
    await hand(world, writeReply(response, asked.customer, 'It is out.'));
    const answer = await newestAbout(world, 'alice@desk.example', asked.ticket);
    expect(answer.parsed.text).not.toContain('Also written');
    const history = wordsBetween(answer, 'History\n', '-----').replace(/^.*UTC, /gm, '');
    expect(history.trim()).toBe(
      [
        'answer 1 by Alice Ames:\n  Pour water on it.',
        'the customer, before it was their turn:\n  It also smokes.',
        'the customer:\n  It burns.',
      ].join('\n\n'),
    );
  });

  test('reads the words of a third party under their own address, never as the customer’s', async () => {
    const asked = await ask(world, 'quiet@customer.example', { text: 'It burns.' });
    const to = asked.receipt.header('Reply-To') ?? '';
    await hand(world, writeMail({ from: 'boss@customer.example', to, text: 'Hurry up!' }));
    await hand(world, writeReply(asked.toAlice, ALICE, '/history'));
    const shown = wordsBetween(
      await newestAbout(world, 'alice@desk.example', asked.ticket),
      'Also written, out of turn\n',
      'History',
    );
    expect(shown).toMatch(/boss@customer\.example, who is not the\s+customer:\n {2}Hurry up!/);
  });

  test('is reminded with the time it has waited and the newest words of the customer', async () => {
    const asked = await ask(world, 'waits@customer.example', { text: 'It burns.' });
    const response = await respond(world, asked, 'Pour water on it.');
    await hand(world, writeReply(response, asked.customer, 'It burns again.'));
    const late = testDesk(world, Date.now() + 27 * 3_600_000);
    await remindAgents({ ...late, digestAt: undefined, timeZone: 'UTC', remindHours: 24 });
    await world.database.query('update outbox set next_attempt_at = 0');
    await world.until(`select count(*) = 1 from outbox where ticket_id = ${asked.ticket} and state = 'sent'
      and payload->>'event' = 'reminder'`);
    const { text } = (await newestAbout(world, 'alice@desk.example', asked.ticket)).parsed;
    expect(text).toMatch(/^Still waiting for an answer after 1 day$/m);
    expect(text.indexOf('  It burns again.')).toBeLessThan(text.indexOf('History'));
  });

  test('sees in the queue who has each ticket', async () => {
    const text = `It burns ${'and burns '.repeat(30)}`;
    const asked = await ask(world, 'queued@customer.example', { text });
    await hand(world, writeReply(asked.toAlice, ALICE, '/take'));
    for (const [agent, holder] of [
      [ALICE, 'with you'],
      [BOB, 'with Alice Ames'],
    ] as const) {
      const address = agent === ALICE ? 'alice@desk.example' : BOB;
      const had = world.countTo(address);
      await hand(world, writeMail({ from: agent, to: 'support@desk.example', subject: '/queue', text: '-- \nAcme' }));
      const list = await world.mailTo(address, had + 1);
      expect(wordsBetween(list, `#${asked.ticket} `, 'Respond')).toContain(
        `queued@customer.example, 1 minute, our turn, ${holder}`,
      );
      expect(wordsBetween(list, `#${asked.ticket} `, 'Respond')).toMatch(
        /It burns and burns (?:and|burns|\s)+[a-z]*…\s*$/,
      );
    }
  });
});

test('all mails of a ticket are one thread: for the customer, whose address is believed, and for each agent', async () => {
  const first = 'first-of-the-thread@client.example';
  const asked = await ask(world, 'threads@customer.example', { subject: 'Printer on fire', messageId: first });
  await hand(world, writeReply(asked.receipt, asked.customer, 'It also smokes.'));
  const newest = () => newestAbout(world, 'alice@desk.example', asked.ticket);
  const response = await respond(world, asked, 'Pour water on it.', { agent: ALICE, notification: await newest() });
  await hand(world, writeReply(response, asked.customer, 'It is out.'));
  await hand(world, writeReply(response, asked.customer, 'Thank you.'));
  await hand(world, writeReply(await newest(), ALICE, '/note they pay late\n/close'));
  const toCustomer = await mailsAbout(asked.customer, asked.ticket);
  const toAlice = await mailsAbout('alice@desk.example', asked.ticket);
  // Receipt, held, response, taken, closing; and new, held, answer, held again, confirmation.
  expect([toCustomer.length, toAlice.length]).toEqual([5, 5]);
  expect(toCustomer.map((mail) => mail.parsed.subject)).toEqual([
    ...Array.from({ length: 5 }, () => `Re: Printer on fire [#${asked.ticket}]`),
  ]);
  for (const mail of toCustomer) expect(mail.header('References')).toContain(`<${first}>`);
  const thread = `[#${asked.ticket}] Printer on fire`;
  expect(toAlice.map((mail) => mail.parsed.subject)).toEqual(
    ['', 'Wrote again: ', '', 'Wrote again: ', ''].map((event) => `${event}${thread}`),
  );
  for (const mail of toAlice)
    expect(mail.header('From')).toBe('"threads at customer.example (Acme Support)" <support@desk.example>');
  expect(new Set(toAlice.map((mail) => mail.header('References')?.split(/\s+/)[0])).size).toBe(1);
});

async function mailsAbout(person: string, ticket: number): Promise<SeenMail[]> {
  const mails: SeenMail[] = [];
  for (let n = 1; n <= countAbout(world, person, ticket); n++) mails.push(await mailAbout(world, person, ticket, n));
  return mails;
}
