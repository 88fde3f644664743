import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importTickets } from '../../../src/flows/import-tickets.ts';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { writeMail, writeReply } from '../../support/sent-mail.ts';
import { testDesk } from '../../support/test-desk.ts';

const ALICE = 'Alice Ames <alice@desk.example>';
const DOUBLE = 'Set "copies" to 1 in the print window, then print again.';
const JAM = 'Open the back door of the printer and pull the sheet out slowly.';

const QUESTIONS: [string, string][] = [
  ['My printer prints every page twice', DOUBLE],
  ['The printer prints each page two times since Monday', DOUBLE],
  ['Every document comes out twice from the printer', DOUBLE],
  ['Why does the printer print all pages twice?', DOUBLE],
  ['Pages are printed twice, please help', DOUBLE],
  ['A sheet of paper is stuck in the printer', JAM],
  ['Paper jam in the printer on the second floor', JAM],
  ['The paper is jammed and cannot be pulled out', JAM],
  ['Printer says paper jam', JAM],
];

async function* from(lines: string[]): AsyncGenerator<string> {
  yield* lines;
}

describe('answers from the past', () => {
  let world: DeskWorld;
  beforeAll(async () => {
    world = await startDeskWorld();
    const lines = QUESTIONS.map(([query, answer], index) =>
      JSON.stringify({
        email: `past${index}@customer.example`,
        query,
        last_response: answer,
        feedback: 'satisfied',
        created_time: 1_700_000_000_000 + index,
        closed_time: 1_700_000_100_000 + index,
      }),
    );
    const silent = { bad: () => {}, step: () => {} };
    expect(await importTickets(testDesk(world, Date.now()), from(lines), silent)).toMatchObject({
      imported: 9,
      bad: 0,
    });
    await world.start();
    await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
  });
  afterAll(() => world?.stop());

  test('go with the notification of a ticket that they fit, with the same numbers for every agent', async () => {
    await world.deliver(
      writeMail({
        from: 'jo@customer.example',
        to: 'support@desk.example',
        subject: 'Help',
        text: 'Hello,\n\nour printer prints every page twice. What can I do?\n\nJo',
      }),
    );
    const toAlice = await world.mailTo('alice@desk.example');
    const toBob = await world.mailTo('bob@desk.example');
    for (const seen of [toAlice, toBob]) {
      expect(seen.parsed.text).toContain(DOUBLE);
      expect(seen.parsed.text).toContain('/use 1');
    }
    expect((await world.mailTo('jo@customer.example')).parsed.text).not.toContain(DOUBLE);
  });

  test('/use sends the one that was shown, and it is written down', async () => {
    await world.deliver(writeReply(await world.mailTo('alice@desk.example'), ALICE, '/use 1\nDid that help?'));
    const response = await world.mailTo('jo@customer.example', 2);
    expect(response.parsed.text).toContain(`${DOUBLE}\n\nDid that help?`);
    expect(
      await world.rows('select number, used_at is not null as used from shown_answers where used_at is not null'),
    ).toEqual([{ number: 1, used: true }]);
  });

  test('nothing is shown where nothing fits', async () => {
    await world.deliver(
      writeMail({
        from: 'pat@customer.example',
        to: 'support@desk.example',
        subject: 'Invoice',
        text: 'I was charged for a subscription that I cancelled in spring.',
      }),
    );
    const seen = await world.mailTo('bob@desk.example', 2);
    expect(seen.parsed.text).not.toContain(DOUBLE);
    expect(seen.parsed.text).not.toContain(JAM);
    expect(seen.parsed.text).not.toContain('/use 1');
  });
});
