import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importTickets } from '../../../src/flows/people/import-tickets.ts';
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

function pastLines(): string[] {
  return QUESTIONS.map(([query, answer], index) =>
    JSON.stringify({
      email: `past${index}@customer.example`,
      query,
      last_response: answer,
      feedback: 'satisfied',
      created_time: 1_700_000_000_000 + index,
      closed_time: 1_700_000_100_000 + index,
    }),
  );
}

async function* from(lines: string[]): AsyncGenerator<string> {
  yield* lines;
}

// Its tests are one story, each in the world that the one before has left.
describe('answers from the past', { shuffle: false }, () => {
  let world: DeskWorld;
  beforeAll(async () => {
    world = await startDeskWorld();
    const silent = { bad: () => {}, step: () => {} };
    expect(
      await importTickets({ ...testDesk(world, Date.now()), locale: 'en' }, from(pastLines()), silent),
    ).toMatchObject({
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
    expect(response.parsed.text).toMatch(/^Hello,\n\n/);
    expect(response.parsed.text).toContain(`${DOUBLE}\n\nDid that help?`);
    expect(response.parsed.text).toContain('Alice Ames');
    expect(
      await world.rows('select number, used_at is not null as used from shown_answers where used_at is not null'),
    ).toEqual([{ number: 1, used: true }]);
  });

  test('an answer that holds details of its customer is shown marked, and /use gives a draft back', async () => {
    const lines = ['Where is my wardrobe?', 'My wardrobe has not arrived', 'When does the wardrobe come?'].map(
      (query, at) =>
        JSON.stringify({
          email: `maria${at}@customer.example`,
          query: `${query}\n\nThanks\nMaria`,
          last_response: `Dear Maria,\n\nthe carrier has wardrobe 8841${at} on board and rings you before noon.\n\nBest regards\nBob`,
          feedback: 'satisfied',
          created_time: 1_700_000_200_000 + at,
        }),
    );
    const desk = { ...testDesk(world, Date.now()), locale: 'en' };
    await importTickets(desk, from(lines), { bad: () => {}, step: () => {} });
    await world.deliver(
      writeMail({
        from: 'Kim Berg <kim@customer.example>',
        to: 'support@desk.example',
        subject: 'Wardrobe',
        text: 'Where is my wardrobe? It has not arrived.',
      }),
    );
    const seen = await world.mailTo('alice@desk.example', 2);
    expect(seen.parsed.text).toMatch(/as a draft[\s\S]*\/use 1[\s\S]*wardrobe \[\[8841\d\]\] on board/);
    expect(seen.parsed.text).not.toContain('Dear Maria');
    await world.deliver(writeReply(seen, ALICE, '/use 1'));
    const draft = await world.mailTo('alice@desk.example', 3);
    expect(draft.parsed.text).toContain('Hello Kim Berg,\n\n  the carrier has wardrobe [[number]] on board');
    await world.deliver(
      writeReply(draft, ALICE, 'Hello Kim,\n\nthe carrier has wardrobe 99123 on board and rings you before noon.'),
    );
    const response = await world.mailTo('kim@customer.example', 2);
    expect(response.parsed.text).toContain('wardrobe 99123 on board');
    expect(response.parsed.text).not.toMatch(/Maria|8841|Bob/);
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
    const seen = await world.mailTo('bob@desk.example', 3);
    expect(seen.parsed.text).not.toContain(DOUBLE);
    expect(seen.parsed.text).not.toContain(JAM);
    expect(seen.parsed.text).not.toContain('/use 1');
  });
});

describe('a desk that shows past answers to its customers', () => {
  let world: DeskWorld;
  beforeAll(async () => {
    world = await startDeskWorld({ env: { SUGGEST_TO_CUSTOMERS: 'yes', PUBLIC_URL: '' } });
    const desk = testDesk(world, Date.now());
    await importTickets({ ...desk, locale: 'en' }, from(pastLines()), { bad: () => {}, step: () => {} });
    // What a desk with a hundred closed tickets and more has found out about itself.
    await world.database.query(
      `insert into answer_calibrations (made_at, tickets, gate) values (1, 9, '{"weights": [-3, 0.15, 0, 8, -5], "next": [-3], "show": 0.5, "sure": 0.8}')`,
    );
    await world.start();
    await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
  });
  afterAll(() => world?.stop());

  test('puts the one that is beyond doubt into the receipt, and its link closes the ticket', async () => {
    await world.deliver(
      writeMail({
        from: 'jo@customer.example',
        to: 'support@desk.example',
        text: 'My printer prints every page twice',
      }),
    );
    const receipt = await world.mailTo('jo@customer.example');
    expect(receipt.parsed.text).toContain(DOUBLE);
    expect(receipt.parsed.text).toMatch(/how we answered a question much like yours[\s\S]*This solved it/);
    const link = new URL(/mailto:\S+/.exec(receipt.parsed.text)?.[0] ?? '');
    await world.deliver(
      writeMail({
        from: 'jo@customer.example',
        to: decodeURIComponent(link.pathname),
        subject: link.searchParams.get('subject') ?? '',
        text: link.searchParams.get('body') ?? '',
      }),
    );
    await world.until(`select status = 'closed' from tickets where email = 'jo@customer.example'`);
  });

  test('says nothing about the past in a receipt where doubt is left', async () => {
    await world.deliver(
      writeMail({ from: 'pat@customer.example', to: 'support@desk.example', text: 'My teapot came without its lid.' }),
    );
    const receipt = await world.mailTo('pat@customer.example');
    expect(receipt.parsed.text).not.toContain('much like yours');
    expect(receipt.parsed.text).not.toContain('This solved it');
  });
});
