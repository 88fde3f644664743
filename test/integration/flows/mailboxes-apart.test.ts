import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { lookAtLink } from '../../../src/flows/act/press-link.ts';
import type { Desk } from '../../../src/flows/desk.ts';
import { knowMailboxes } from '../../../src/flows/know-mailboxes.ts';
import { showBoard } from '../../../src/flows/report/show-board.ts';
import { remindAgents } from '../../../src/flows/time/remind-agents.ts';
import { sendReports } from '../../../src/flows/time/send-reports.ts';
import { loadPages } from '../../../src/mail/templates/load-pages.ts';
import { loadConfig, TEMPLATES_FOLDER } from '../../../src/runtime/settings/config.ts';
import { type MailboxesWorld, startMailboxesWorld } from '../../support/mailboxes-world.ts';
import { type SeenMail, seeMail, writeMail } from '../../support/sent-mail.ts';
import { describeWith } from '../../support/servers.ts';
import { testDesk } from '../../support/test-desk.ts';
import { PATIENCE_MS, waitFor } from '../../support/wait-for.ts';
import { runTurnmail } from '../cli/run-turnmail.ts';

// Three mailboxes on two Dovecots, on a machine with much else to do.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const HOUR = 3_600_000;
const JO = 'jo@customer.example';
const ALICE = 'alice@desk.example';
const BOB = 'bob@desk.example';
const OLGA = 'olga@desk.example';

let world: MailboxesWorld;
const config = () => loadConfig([], { ...world.env, OPERATORS: OLGA });

async function deskAt(now: number): Promise<Desk & { timeZone: string; boardNames: boolean }> {
  const { rules, words, keys } = config();
  const desk = testDesk(world.world, now);
  return {
    ...desk,
    ...(await knowMailboxes(desk.database, config())),
    rules,
    words,
    keys,
    timeZone: 'UTC',
    boardNames: true,
  };
}

/** What the relay of a mailbox took for somebody and that has this in it. */
async function mailWith(mailbox: 'support' | 'billing', to: string, words: string): Promise<SeenMail> {
  let found: SeenMail | undefined;
  await waitFor(
    async () => {
      for (const mail of world.relays[mailbox].mails.filter(({ envelope }) => envelope.to.includes(to))) {
        const seen = await seeMail(mail);
        if (`${seen.header('subject')}\n${seen.parsed.text}`.replace(/\s+/g, ' ').includes(words)) found = seen;
      }
      return found !== undefined;
    },
    PATIENCE_MS,
    () => `a mail from ${mailbox} to ${to} with "${words}"`,
  );
  if (!found) throw new Error('a mail that was there is gone');
  return found;
}

const plain = (mail: SeenMail) => `${mail.header('subject')} ${mail.parsed.text ?? ''}`.replace(/\s+/g, ' ');
const boardIn = (mail: SeenMail) => /\/board\/([0-9a-z]+-[a-z2-7]{26})/.exec(plain(mail))?.[1] ?? '';

/** The subjects that a board shows, and whose it is. */
async function boardOf(token: string) {
  const view = await showBoard(await deskAt(Date.now()), token);
  return view && { name: view.brand.name, subjects: view.rows.map(({ subject }) => subject), came: view.numbers.came };
}

// Its tests are one story, each in the world that the one before has left.
describeWith('dovecot', 'two mailboxes with an agent each', { shuffle: false }, () => {
  beforeAll(async () => {
    world = await startMailboxesWorld(`    agents: [${ALICE}]\n`);
    await world.world.start(undefined, { ...world.env, OPERATORS: OLGA });
    await world.world.until('select count(*) = 2 from mailboxes where last_good_poll_at is not null');
    for (const [mailbox, subject] of [
      ['support', 'A printer'],
      ['billing', 'An invoice'],
    ] as const) {
      await world.deliver(
        mailbox,
        writeMail({ from: JO, to: `${mailbox}@desk.example`, subject, text: `${subject}!` }),
      );
    }
    await world.world.until('select count(*) = 2 from tickets');
  });
  afterAll(() => world?.world.stop());

  test('each is reminded of their own tickets, by a mail of the mailbox of that ticket', async () => {
    const at = Date.now() + 3 * HOUR;
    await remindAgents({ ...(await deskAt(at)), digestAt: undefined, remindHours: 2 });
    await world.world.rows('update outbox set next_attempt_at = 0 where next_attempt_at > 0 returning id');
    const reminded = await world.world.rows(
      `select o.recipient, m.subject from outbox o join ticket_mail m using (ticket_id)
       where dedupe_key like 'reminder:%' order by 1`,
    );
    expect(reminded).toEqual([
      { recipient: ALICE, subject: 'A printer' },
      { recipient: BOB, subject: 'An invoice' },
    ]);
    expect((await mailWith('billing', BOB, 'Still waiting for an answer')).header('from')).toContain('(Acme Billing)');
    await mailWith('support', ALICE, 'Still waiting for an answer');
  });

  test("the daily list of each is of their own tickets, with a link to their own board and the mailbox's name on it", async () => {
    const evening = Math.floor(Date.now() / (24 * HOUR)) * 24 * HOUR + 47 * HOUR;
    await remindAgents({ ...(await deskAt(evening)), digestAt: '08:00', remindHours: 0 });
    await world.world.rows('update outbox set next_attempt_at = 0 where next_attempt_at > 0 returning id');
    for (const [mailbox, agent, mine, other] of [
      ['support', ALICE, 'A printer', 'An invoice'],
      ['billing', BOB, 'An invoice', 'A printer'],
    ] as const) {
      const digest = await mailWith(mailbox, agent, 'ticket waits, oldest first');
      expect(plain(digest)).toContain(mine);
      expect(plain(digest)).not.toContain(other);
      expect(await boardOf(boardIn(digest))).toEqual({
        name: mailbox === 'billing' ? 'Acme Billing' : 'Acme Support',
        subjects: [mine],
        came: 1,
      });
    }
  });

  test('the report counts what its reader works on; an operator reads of all', async () => {
    const later = Math.floor(Date.now() / (24 * HOUR)) * 24 * HOUR + 2 * 24 * HOUR + 9 * HOUR;
    const weekday = new Date(later).getUTCDay();
    const reporting = { reportAt: { weekday, time: '08:00' }, reportTo: 'all' as const };
    await sendReports({ ...(await deskAt(later)), ...reporting });
    await world.world.rows('update outbox set next_attempt_at = 0 where next_attempt_at > 0 returning id');
    const bobs = await mailWith('billing', BOB, '1 came in, 1 waiting');
    const alices = await mailWith('support', ALICE, '1 came in, 1 waiting');
    const olgas = await mailWith('support', OLGA, '2 came in, 2 waiting');
    expect(bobs.header('from')).toContain('billing@desk.example');
    expect((await boardOf(boardIn(bobs)))?.subjects).toEqual(['An invoice']);
    expect((await boardOf(boardIn(alices)))?.subjects).toEqual(['A printer']);
    expect(await boardOf(boardIn(olgas))).toEqual({
      name: 'Acme Support',
      subjects: ['A printer', 'An invoice'],
      came: 2,
    });
    await world.deliver('billing', writeMail({ from: BOB, to: 'billing@desk.example', text: '/report' }));
    await world.world.until(`select count(*) = 4 from outbox where kind = 'report' and state = 'sent'`);
  });

  test('a page is that of the mailbox of its ticket: name, logo and colour', async () => {
    const asked = await mailWith('billing', BOB, 'New request from');
    const to = /<?([^<>\s]+@[^<>\s]+)>?$/.exec(asked.header('reply-to') ?? '')?.[1] ?? '';
    await world.deliver('billing', writeMail({ from: BOB, to, text: 'You get it back.' }));
    const response = await mailWith('billing', JO, 'You get it back.');
    const token = /\/t\/([0-9a-z-]+)/.exec(response.parsed.text ?? '')?.[1] ?? '';
    const sight = await lookAtLink(await deskAt(Date.now()), token);
    if (sight.state === 'gone') throw new Error('the link of a fresh response is gone');
    const brands = config().mailboxes.map(({ identity }) => identity.brand);
    const looks = brands.map((brand) =>
      brand.name === 'Acme Billing'
        ? ({ ...brand, color: '#7a1fa2', logo: { kind: 'url', url: 'https://billing.example/logo.png' } } as const)
        : brand,
    );
    const pages = loadPages(TEMPLATES_FOLDER, looks);
    const brand = looks.find(({ name }) => name === sight.brand.name);
    if (!brand) throw new Error('a page of no mailbox');
    const page = pages.link({ ...sight, brand });
    expect(page).toContain('<img src="https://billing.example/logo.png" alt="Acme Billing"');
    expect(page).toContain('#7a1fa2');
    expect(pages.styles).toContain(/<style>([\s\S]*?)<\/style>/.exec(page)?.[1]);
    expect(pages.logoOrigins).toEqual(['https://billing.example']);
  });

  test('the command line opens, moves, imports and counts by mailbox', async () => {
    const turnmail = (args: string[]) => runTurnmail(args, world.env);
    const opened = await turnmail(
      'ticket open kim@caller.example --subject Lid --respond Hello --mailbox billing --json'.split(' '),
    );
    expect(opened).toMatchObject({ code: 0, err: '' });
    const { ticketId } = JSON.parse(opened.out) as { ticketId: number };
    const first = await mailWith('billing', 'kim@caller.example', 'Hello');
    expect(first.header('from')).toContain('billing@desk.example');
    expect(first.envelope.from).toMatch(/^billing\+/);
    const moved = await turnmail(['ticket', 'move', String(ticketId), 'support']);
    expect(moved).toMatchObject({ code: 0, out: `Ticket #${ticketId} is in the mailbox support now.\n` });
    expect(plain(await mailWith('support', ALICE, 'Lid'))).toContain(
      'An operator handed this ticket over from billing',
    );
    await turnmail(['ticket', 'respond', String(ticketId), '--text', 'It is me again.']);
    const second = await mailWith('support', 'kim@caller.example', 'It is me again.');
    expect(second.header('from')).toContain('support@desk.example');
    expect(second.header('reply-to')).toMatch(/support\+.*@desk\.example/);
    expect(await turnmail(['ticket', 'move', String(ticketId), 'nowhere'])).toMatchObject({
      code: 65,
      err: expect.stringContaining('there is no mailbox "nowhere"'),
    });
    expect(await turnmail('ticket open kim@caller.example --subject Lid --mailbox nowhere'.split(' '))).toMatchObject({
      code: 65,
      err: expect.stringContaining('names no single mailbox; the mailboxes are: support, billing, sales'),
    });
    const reportOfBilling = async () => {
      const { out } = await turnmail('report --mailbox billing --json'.split(' '));
      return JSON.parse(out) as { came: number; responses: number };
    };
    const before = await reportOfBilling();
    const [invoice] = await world.world.rows<{ ticket: number }>(
      `select ticket_id::int as ticket from ticket_mail where subject = 'An invoice'`,
    );
    await turnmail(['ticket', 'respond', String(invoice?.ticket), '--text', 'You owe nothing.']);
    expect(before.came).toBe(1);
    expect(await reportOfBilling()).toMatchObject({ came: 1, responses: before.responses + 1 });
    expect((await turnmail('report --mailbox nowhere'.split(' '))).code).toBe(66);
    const folder = await mkdtemp(path.join(tmpdir(), 'turnmail-import-'));
    const file = path.join(folder, 'past.jsonl');
    const past = { email: 'old@caller.example', query: 'Where is my lid?', last_response: 'It is below the kettle.' };
    await writeFile(file, `${JSON.stringify(past)}\n`);
    const importTo = (mailbox: string) => turnmail(['import', file, '--mailbox', mailbox, '--json']);
    expect(await importTo('nowhere')).toMatchObject({
      code: 66,
      err: expect.stringContaining('names no single mailbox; the mailboxes are: support, billing, sales'),
    });
    expect(await importTo('sales')).toMatchObject({ code: 0, err: expect.not.stringContaining('left out') });
    await rm(folder, { recursive: true });
    expect(
      await world.world.rows(
        `select b.address from tickets t join ticket_mail s on s.ticket_id = t.id join mailboxes b on b.id = s.mailbox_id where t.email = 'old@caller.example'`,
      ),
    ).toEqual([{ address: 'sales@shop.example' }]);
  });
});
