import { afterAll, beforeAll, expect, test } from 'vitest';
import { watchDesk } from '../../../src/flows/operate/watch-desk.ts';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { ask, countAbout, DESK, hand, mailAbout, respond, ticketRow, turnsOf } from '../../support/played-desk.ts';
import { writeMail, writeReply } from '../../support/sent-mail.ts';
import { testDesk } from '../../support/test-desk.ts';

const OLGA = 'Olga <olga@ops.example>';
const FORM = 'noreply@shop.example';

let world: DeskWorld;
beforeAll(async () => {
  world = await startDeskWorld({
    env: {
      OPERATORS: OLGA,
      FORM_SENDERS: `${FORM}, sales@desk.example`,
      ALIASES: 'sales@desk.example, team@desk.example',
    },
  });
  await world.start();
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
});
afterAll(() => world?.stop());

let nth = 0;
const somebody = () => `person-${++nth}@customer.example`;

test.each<[string, string[]]>([
  ['another help desk', ['Auto-Submitted: auto-generated', 'X-Auto-Response-Suppress: All']],
  ['a CRM', ['Precedence: bulk', 'X-Mailer: CRM 9']],
  ['a mailing list', ['List-Id: <friends.lists.example>', 'Precedence: list']],
  ['a newsletter program', ['List-Unsubscribe: <mailto:u-1@mailer.example>', 'Precedence: bulk']],
  ['a ticket system', ['Precedence: junk', 'X-FC-MachineGenerated: true']],
])('an answer that %s carried is shown to the agents, takes no turn and gets no mail', async (_what, headers) => {
  const asked = await ask(world, somebody());
  const response = await respond(world, asked, 'Which contract is it?');
  const toCustomer = world.countTo(asked.customer);
  const had = countAbout(world, 'alice@desk.example', asked.ticket);
  const [fate] = await hand(world, writeReply(response, asked.customer, 'It is contract 8812.', {}, { headers }));
  expect(fate).toMatchObject({ disposition: 'third-party', reason: 'machine-carried', ticket: asked.ticket });
  const shown = await mailAbout(world, 'alice@desk.example', asked.ticket, had + 1);
  expect(shown.parsed.text).toContain('It is contract 8812.');
  expect(shown.parsed.text).not.toContain('who is not the customer');
  expect(world.countTo(asked.customer)).toBe(toCustomer);
  expect(await turnsOf(world, asked.ticket)).toMatchObject([{ received: null }]);
  expect((await hand(world, writeReply(response, asked.customer, 'Yes, that one.')))[0]).toMatchObject({
    disposition: 'answer',
  });
});

test('what machines carried to no ticket is parked, told once a day with one line each, and accepted into a ticket', async () => {
  const rule = writeMail({
    from: 'Ingo Info <info@oldname.example>',
    to: DESK,
    subject: 'FW: Order 7 arrived broken',
    text: 'From: Rita <rita@mail.example>\nSubject: Order 7 arrived broken\n\nThe mug in order 7 is broken.',
    headers: ['Auto-Submitted: auto-generated', 'X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent'],
  });
  const news = writeMail({
    from: 'shop@news.example',
    to: DESK,
    subject: 'Offers',
    headers: ['List-Id: <n.news.example>'],
  });
  const fates = await hand(world, rule, news);
  expect(fates).toMatchObject([
    { disposition: 'parked', reason: 'machine-mail' },
    { disposition: 'parked', reason: 'machine-mail' },
  ]);
  const look = (later = 0) =>
    watchDesk({
      ...testDesk(world, Date.now() - 1_000 + later),
      health: async () => ({ ok: true, checks: [], looks: [] }),
    });
  await look();
  const told = await world.mailTo('olga@ops.example');
  const id = fates[0]?.id ?? 0;
  expect(told.parsed.text).toMatch(new RegExp(`${id}: info@oldname\\.example: Order 7 arrived broken`));
  expect(told.parsed.text).toMatch(new RegExp(`${fates[1]?.id}: shop@news\\.example: Offers`));
  await hand(
    world,
    writeMail({ from: 'cron@machines.example', to: DESK, headers: ['Auto-Submitted: auto-generated'] }),
  );
  await look(3_600_000 * 2);
  expect(world.countTo('olga@ops.example')).toBe(1);
  const before = world.countTo('info@oldname.example');
  await hand(world, writeReply(told, OLGA, `/accept ${id}`, {}, { subject: 'Re: Turnmail needs a look' }));
  const answer = await world.mailTo('olga@ops.example', 2);
  expect(answer.parsed.text).toContain(`Mail ${id} is decided (ticket)`);
  const [row] = await world.rows<{ query: string }>(`select query from tickets where email = 'info@oldname.example'`);
  expect(row?.query).toContain('The mug in order 7 is broken.');
  expect(world.countTo('info@oldname.example')).toBe(before);
});

test('a form in FORM_SENDERS opens a ticket of whom its Reply-To names, with a receipt at most, who can answer', async () => {
  const vera = somebody();
  const [fate] = await hand(
    world,
    writeMail({
      from: `Shop <${FORM}>`,
      to: DESK,
      subject: 'Contact form',
      text: 'My order 881 never arrived.',
      headers: [`Reply-To: Vera Visitor <${vera}>`, 'Auto-Submitted: auto-generated', 'Precedence: bulk'],
    }),
  );
  expect(fate).toMatchObject({ disposition: 'ticket', reason: 'new-request' });
  const ticket = fate?.ticket ?? 0;
  expect(await ticketRow(world, ticket)).toMatchObject({ email: vera, query: 'My order 881 never arrived.' });
  const receipt = await mailAbout(world, vera, ticket);
  // Nobody proved the address, so the words of the form come back to nobody.
  expect(receipt.parsed.subject).toBe(`We have your request [#${ticket}]`);
  expect(world.countTo(FORM)).toBe(0);
  const asked = {
    ticket,
    customer: vera,
    receipt,
    toAlice: await mailAbout(world, 'alice@desk.example', ticket),
    toBob: await mailAbout(world, 'bob@desk.example', ticket),
  };
  expect(asked.toAlice.parsed.text).toContain('Vera Visitor');
  const response = await respond(world, asked, 'It is on its way.');
  expect((await hand(world, writeReply(response, vera, 'Thank you.')))[0]).toMatchObject({ disposition: 'answer' });
});

test.each<[string, string, string[]]>([
  ['nobody', FORM, []],
  ['the desk itself', FORM, [`Reply-To: ${DESK}`]],
  ['the form itself', FORM, [`Reply-To: ${FORM}`]],
])('a form whose Reply-To names %s is parked', async (_who, from, headers) => {
  expect((await hand(world, writeMail({ from, to: DESK, headers })))[0]).toMatchObject({
    disposition: 'parked',
    reason: 'form-names-nobody',
  });
});

test('a group that writes in our name names its author in X-Original-From', async () => {
  const sam = somebody();
  const [fate] = await hand(
    world,
    writeMail({
      from: `'Sam Strict' via Sales <sales@desk.example>`,
      to: 'sales@desk.example',
      subject: 'Cannot log in',
      headers: [
        'Reply-To: sales@desk.example',
        `X-Original-From: Sam Strict <${sam}>`,
        'List-ID: <sales.desk.example>',
        'Mailing-list: list sales@desk.example; contact sales+owners@desk.example',
        'Precedence: list',
      ],
    }),
  );
  expect(fate).toMatchObject({ disposition: 'ticket' });
  expect(await ticketRow(world, fate?.ticket ?? 0)).toMatchObject({ email: sam });
});

test('a group copy of a customer’s mail is a ticket, also where the group is an alias', async () => {
  const headers = [
    'List-ID: <team.desk.example>',
    'Precedence: list',
    'List-Unsubscribe: <mailto:team+u@desk.example>',
  ];
  const [fate] = await hand(world, writeMail({ from: somebody(), to: 'team@desk.example', headers }));
  expect(fate).toMatchObject({ disposition: 'ticket', reason: 'new-request' });
});

test('mail from an address of ours that the desk did not write is parked, and accepted as of whom it names', async () => {
  const vera = somebody();
  const form = { from: `Acme Website <${DESK}>`, to: DESK, text: 'My order never arrived.' };
  const [named, nobody] = await hand(
    world,
    writeMail({ ...form, headers: [`Reply-To: Vera <${vera}>`] }),
    writeMail({ ...form, from: 'team@desk.example' }),
  );
  expect(named).toMatchObject({ disposition: 'parked', reason: 'from-ourselves' });
  expect(nobody).toMatchObject({ disposition: 'parked', reason: 'from-ourselves' });
  const told = world.countTo('olga@ops.example');
  await watchDesk({
    ...testDesk(world, Date.now() - 1_000),
    health: async () => ({ ok: true, checks: [], looks: [] }),
  });
  await world.until(`select count(*) > ${told} from outbox where kind = 'alert' and state = 'sent'`);
  const alerts = world.sink.mails.filter(({ envelope }) => envelope.to.includes('olga@ops.example'));
  expect(alerts.map(({ raw }) => raw.toString()).join()).toContain('from-ourselves');
});

test('a copy of a mail that a list gave a footer is the same ticket, whichever comes first', async () => {
  const footer = '_______________________________________________\nsales mailing list, sales@desk.example\n';
  for (const order of ['plain first', 'footer first']) {
    const messageId = `dup-${order.replace(' ', '-')}@client.example`;
    const mail = { from: somebody(), to: DESK, messageId, text: 'Through two addresses.\n\n-- \nJo, Corp' };
    const plain = writeMail({ ...mail, subject: 'Twice', headers: ['Cc: sales@desk.example'] });
    const listed = writeMail({
      ...mail,
      subject: '[sales] Twice',
      text: `${mail.text}\n\n${footer}`,
      headers: ['Cc: sales@desk.example', 'List-Id: <sales.desk.example>'],
    });
    const pair = order === 'plain first' ? [plain, listed] : [listed, plain];
    const fates = [];
    for (const one of pair) fates.push(...(await hand(world, one)));
    expect(fates, order).toMatchObject([{ disposition: 'ticket' }, { disposition: 'duplicate' }]);
  }
});

test('a mail with the Message-ID of another and more words below a line is a mail of its own', async () => {
  const mail = { from: somebody(), to: DESK, messageId: 'reused@client.example' };
  const fates = await hand(world, writeMail({ ...mail, text: 'Order 1.' }));
  fates.push(...(await hand(world, writeMail({ ...mail, text: 'Order 1.\n\n----------\nAnd order 2 as well.' }))));
  expect(fates).toMatchObject([{ disposition: 'ticket' }, { disposition: 'ticket' }]);
});

test('the number of another desk in the subject of a customer stays in ours', async () => {
  const asked = await ask(world, somebody(), { subject: 'Re: [#4711] Contract [BigCorp 12]' });
  expect(asked.toAlice.parsed.subject).toContain(`[#${asked.ticket}] [#4711] Contract [BigCorp 12]`);
  const response = await respond(world, asked, 'Which one?');
  expect(response.parsed.subject).toBe(`Re: [#4711] Contract [BigCorp 12] [#${asked.ticket}]`);
  const [fate] = await hand(
    world,
    writeReply(response, asked.customer, 'The long one.', { address: false, references: false }),
  );
  expect(fate).toMatchObject({ disposition: 'answer', ticket: asked.ticket });
});

test('the notification says whom a mail asks to answer', async () => {
  const asked = await ask(world, somebody(), { headers: ['Reply-To: Boss <boss@corp.example>'] });
  expect(asked.toAlice.parsed.text).toContain('asks to be answered at boss@corp.example');
});

/** A Gmail reaction as Gmail sends it. */
