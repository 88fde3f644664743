import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { type SeenMail, writeMail, writeReply } from '../../support/sent-mail.ts';

const ALICE = 'Alice Ames <alice@desk.example>';
const SUPPORT = 'support@desk.example';
let made = 0;
/** A customer whom no other test has. */
let jo: string;
let world: DeskWorld;

beforeAll(async () => {
  world = await startDeskWorld();
  await world.start();
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
});
afterAll(() => world?.stop());
beforeEach(() => {
  made++;
  jo = `jo${made}@customer${made}.example`;
});

const quiet = () =>
  world.until(
    `select (select count(*) from outbox where state <> 'sent') + (select count(*) from inbound_mails where disposition is null) = 0`,
  );

/** Delivers a mail and waits until all that follows from it was sent; what became of it, and the newest mail to Alice. */
async function deliver(raw: Buffer, recipient = 'alice@desk.example') {
  const before = world.countTo(recipient);
  const [count] = await world.rows<{ n: string }>('select count(*) as n from inbound_mails');
  await world.deliver(raw);
  await world.until(`select count(*) > ${count?.n} from inbound_mails where disposition is not null`);
  await quiet();
  const [inbound] = await world.rows<{ disposition: string; reason: string; ticket_id: string | null }>(
    'select disposition, reason, ticket_id from inbound_mails order by id desc limit 1',
  );
  const told = world.countTo(recipient) > before ? await world.mailTo(recipient, before + 1) : undefined;
  return { inbound, told, ticket: await ticketOf(inbound?.ticket_id ?? null) };
}

/** Its text in one line, however it is wrapped. */
const said = (mail: SeenMail | undefined) => mail?.parsed.text.replace(/\s+/g, ' ');

async function ticketOf(id: string | null) {
  const [ticket] = await world.rows<{ id: string; email: string; query: string; status: string }>(
    `select id, email, query, status from tickets where id = ${id ?? 0}`,
  );
  return ticket;
}

const responsesOf = (id: string | undefined) =>
  world.rows<{ response_sent: string; response_received: string | null }>(
    `select response_sent, response_received from responses where ticket_id = ${id} order by id`,
  );

const forwarded = (from: string, words: string, subject = 'Lid') =>
  `---------- Forwarded message ---------\nFrom: Jo Doe <${from}>\nDate: Fri, Nov 27, 2026 at 10:12 AM\nSubject: ${subject}\nTo: Alice <alice@desk.example>\n\n\n${words}`;

const byAlice = (text: string, more: Partial<Parameters<typeof writeMail>[0]> = {}) =>
  writeMail({ from: ALICE, to: SUPPORT, subject: 'Fwd: Lid', text, ...more });

describe('an agent who forwards a customer’s mail', () => {
  test('opens a ticket of the customer, has it, and is told so; the customer gets nothing', async () => {
    const { inbound, told, ticket } = await deliver(byAlice(forwarded(jo, 'The lid is broken.')));
    expect(inbound).toMatchObject({ disposition: 'ticket', reason: 'agent-began' });
    expect(ticket).toMatchObject({ email: jo, query: 'The lid is broken.', status: 'open' });
    expect(world.countTo(jo)).toBe(0);
    expect(told?.parsed.subject).toBe(`[#${ticket?.id}] Lid`);
    expect(said(told)).toContain(`Nothing was sent to ${jo}. To respond, reply to this mail.`);
    expect(await world.rows(`select assignee_id from ticket_mail where ticket_id = ${ticket?.id}`)).toEqual([
      { assignee_id: '1' },
    ]);
    expect(world.countTo('bob@desk.example')).toBe(0);
  });

  test('responds by replying to what they were told, and the customer’s reply is their answer', async () => {
    const { told, ticket } = await deliver(byAlice(forwarded(jo, 'The lid is broken.')));
    if (!told) throw new Error('Alice was not told');
    await deliver(writeReply(told, ALICE, 'A new one is on its way.'));
    const response = await world.mailTo(jo);
    expect(response.parsed.text).toMatch(/^A new one is on its way\./);
    expect(response.raw).not.toContain('alice@desk.example');
    await deliver(writeReply(response, `Jo <${jo}>`, 'Thank you.'));
    expect(await responsesOf(ticket?.id)).toEqual([
      { response_sent: 'A new one is on its way.', response_received: 'Thank you.' },
    ]);
  });

  test('sends the words above it as the first response, and nothing of the forward', async () => {
    const text = `Hello Jo,\n\nwe send you a new one.\n\n${forwarded(jo, 'The lid is broken.')}`;
    const { inbound, told, ticket } = await deliver(byAlice(text));
    expect(inbound).toMatchObject({ disposition: 'ticket', reason: 'agent-began-with-response' });
    expect(ticket).toMatchObject({ email: jo, query: 'The lid is broken.', status: 'in_process' });
    const response = await world.mailTo(jo);
    expect(response.parsed.text).toMatch(/^Hello Jo,\n\nwe send you a new one\.\n/);
    expect(response.header('From')).toBe('Alice Ames at Acme Support <support@desk.example>');
    expect(response.raw).not.toContain('Forwarded message');
    expect(said(told)).toContain(`Your words went to ${jo} as the first response.`);
    expect(world.countTo(jo)).toBe(1);
    await deliver(writeReply(response, `Jo <${jo}>`, 'Great.'));
    expect(await responsesOf(ticket?.id)).toMatchObject([{ response_received: 'Great.' }]);
  });

  test('sends neither a signature nor a word for colleagues', async () => {
    const signed = await deliver(byAlice(`Alice Ames\nAcme GmbH\n+49 30 1234567\n\n${forwarded(jo, 'One.', 'S1')}`));
    expect(signed.inbound).toMatchObject({ reason: 'agent-began' });
    const fyi = await deliver(byAlice(`FYI\n\n${forwarded(`x${jo}`, 'Two.', 'S2')}`));
    expect(fyi.inbound).toMatchObject({ reason: 'agent-began' });
    expect(await world.rows(`select note from notes where ticket_id = ${fyi.ticket?.id}`)).toEqual([{ note: 'FYI' }]);
    expect(world.countTo(jo) + world.countTo(`x${jo}`)).toBe(0);
  });

  test('keeps a note inside, gives the ticket to a colleague, asks for a receipt', async () => {
    const text = `/note They are angry.\n/assign bob\n/receipt\n\n${forwarded(jo, 'Where is my lid?')}`;
    const { ticket, told } = await deliver(byAlice(text));
    expect(ticket).toMatchObject({ email: jo, query: 'Where is my lid?', status: 'open' });
    expect((await world.mailTo(jo)).parsed.text).toContain(`Your request number is #${ticket?.id}`);
    expect((await world.mailTo(jo)).raw).not.toContain('angry');
    expect(said(told)).toContain('kept inside');
    expect((await world.mailTo('bob@desk.example')).parsed.text).toContain('They are angry.');
  });

  test('may attach it instead, or forward what a colleague forwarded', async () => {
    const eml = `From: Jo Doe <${jo}>\r\nTo: alice@desk.example\r\nSubject: Sofa\r\nMessage-ID: <sofa@x.example>\r\n\r\nThe sofa is too long.`;
    const raw = writeMail({
      from: ALICE,
      to: SUPPORT,
      subject: 'Fwd: Sofa',
      headers: ['Content-Type: multipart/mixed; boundary="o"'],
      text: `--o\nContent-Type: text/plain\n\n\n--o\nContent-Type: message/rfc822\nContent-Disposition: attachment; filename="Sofa.eml"\n\n${eml}\n--o--`,
    });
    const lines = raw
      .toString()
      .replace('Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n', '');
    const attached = await deliver(Buffer.from(lines));
    expect(attached.ticket).toMatchObject({ email: jo, query: 'The sofa is too long.' });
    const inner = forwarded(`y${jo}`, 'It is late.', 'Late');
    const chain = await deliver(byAlice(forwarded('bob@desk.example', `Please see.\n\n${inner}`, 'Fwd: Late')));
    expect(chain.ticket).toMatchObject({ email: `y${jo}`, query: 'It is late.' });
  });
});

describe('in doubt nothing is opened, nothing is sent, and the mail comes back', () => {
  const CASES: [string, () => Buffer, RegExp][] = [
    [
      'no address',
      () =>
        byAlice('From: Doe, Jo\nSent: Friday, November 27, 2026 10:12 AM\nTo: Ames, Alice\nSubject: Lid\n\nBroken.', {
          subject: 'FW: Lid',
        }),
      /does not show the address/,
    ],
    ['of the desk itself', () => byAlice(forwarded('bob@desk.example', 'Broken.')), /belongs to this desk/],
    [
      'to somebody else than its author',
      () =>
        byAlice(`Can you look?\n\n${forwarded(jo, 'Broken.')}`, {
          to: 'parts@supplier.example',
          headers: [`Cc: ${SUPPORT}`],
        }),
      /somebody else than whom it went to/,
    ],
    ['two addresses', () => byAlice(`/for ${jo}, pat@x.example\n\nBroken.`), /needs one address/],
    ['no address behind /for', () => byAlice('/for\n\nBroken.'), /needs one address/],
    [
      'several people in To',
      () => byAlice('Hello', { to: `${jo}, pat@x.example`, headers: [`Cc: ${SUPPORT}`], subject: 'Hi' }),
      /several people/,
    ],
    ['a misspelt command', () => byAlice(`/fro ${jo}\n\n${forwarded(jo, 'Broken.')}`), /Did you mean \/for/],
    [
      'a command that does not belong there',
      () => byAlice(`/close\n\n${forwarded(jo, 'Broken.')}`),
      /\/close cannot stand/,
    ],
  ];
  for (const [name, write, says] of CASES) {
    test(name, async () => {
      const [before] = await world.rows('select count(*) from tickets');
      const { inbound, told } = await deliver(write());
      expect(inbound?.disposition).toBe('returned');
      expect(said(told)).toMatch(says);
      expect(said(told)).toMatch(/Broken|Hello/);
      expect(world.countTo(jo)).toBe(0);
      expect(await world.rows('select count(*) from tickets')).toEqual([before]);
    });
  }

  test('a forward of a notification of ours leaks no note and no token', async () => {
    await deliver(writeMail({ from: `Jo <${jo}>`, to: SUPPORT, subject: 'Hot' }));
    const notification = await world.mailTo('alice@desk.example', world.countTo('alice@desk.example'));
    const text = `---------- Forwarded message ---------\nFrom: ${notification.header('From')}\nSubject: Hot\n\n${notification.parsed.text}`;
    const { inbound } = await deliver(byAlice(text));
    expect(inbound?.disposition).toBe('returned');
    const forged = `---------- Forwarded message ---------\nFrom: Pat <pat@other.example>\nSubject: Hot\n\n${notification.parsed.text}`;
    const again = await deliver(byAlice(forged));
    expect(again.inbound).toMatchObject({ disposition: 'returned', reason: 'agent-quotes-notification' });
    expect(world.countTo('pat@other.example')).toBe(0);
  });
});

describe('/for and /new', () => {
  test('/for opens a ticket with the words below it as the question, and sends nothing', async () => {
    const { ticket, told } = await deliver(
      byAlice(`/for Jo Doe <${jo}>\n\nJo called: the lid is broken.`, { subject: 'Phone call' }),
    );
    expect(ticket).toMatchObject({ email: jo, query: 'Jo called: the lid is broken.', status: 'open' });
    expect(world.countTo(jo)).toBe(0);
    expect(said(told)).toContain('Nothing was sent');
  });

  test('/for names the customer of a forward that shows no address', async () => {
    const text = `/for ${jo}\nHello Jo, it is on its way.\n\nFrom: Doe, Jo\nSent: Friday, November 27, 2026 10:12 AM\nTo: Ames, Alice\nSubject: Lid\n\nBroken.`;
    const { ticket } = await deliver(byAlice(text, { subject: 'FW: Lid' }));
    expect(ticket).toMatchObject({ email: jo, query: 'Broken.' });
    expect((await world.mailTo(jo)).parsed.text).toMatch(/^Hello Jo, it is on its way\./);
  });

  test('/new begins a conversation: the words go to the customer, and their reply is the answer', async () => {
    const { ticket } = await deliver(
      byAlice(`/new ${jo}\n\nYour parcel came back to us. Where shall it go?`, { subject: 'Your parcel' }),
    );
    expect(ticket).toMatchObject({ email: jo, query: 'Your parcel', status: 'in_process' });
    const response = await world.mailTo(jo);
    expect(response.parsed.text).toMatch(/^Your parcel came back to us/);
    await deliver(writeReply(response, `Jo <${jo}>`, 'To my office.'));
    expect(await responsesOf(ticket?.id)).toMatchObject([{ response_received: 'To my office.' }]);
  });

  test('a forward of what an open ticket is about opens no second one, unless /new says so', async () => {
    await deliver(writeMail({ from: `Jo <${jo}>`, to: SUPPORT, subject: 'Lid', text: 'The lid is broken.' }), jo);
    const [first] = await world.rows<{ id: string }>(`select id from tickets where email = '${jo}'`);
    const again = await deliver(byAlice(forwarded(jo, 'The lid is still broken.', 'Re: Lid')));
    expect(again.inbound).toMatchObject({
      disposition: 'note',
      reason: 'agent-forward-of-known-ticket',
      ticket_id: first?.id,
    });
    expect(said(again.told)).toContain(`belongs to ticket #${first?.id}`);
    const [note] = await world.rows<{ note: string }>(`select note from notes where ticket_id = ${first?.id}`);
    expect(note?.note).toContain('The lid is still broken.');
    const second = await deliver(byAlice(`/new\n\n${forwarded(jo, 'Another lid.', 'Lid')}`));
    expect(second.ticket).toMatchObject({ email: jo, query: 'Another lid.' });
    expect(second.ticket?.id).not.toBe(first?.id);
  });
});

describe('an agent who writes to a customer with the desk in copy', () => {
  test('has a ticket with that response, which is not sent again; answering to all is the answer', async () => {
    const raw = writeMail({
      from: ALICE,
      to: `Jo <${jo}>`,
      subject: 'Re: Lid',
      messageId: `direct${made}@desk.example`,
      headers: [`Cc: ${SUPPORT}`],
      text: `We send you a new one.\n\nOn Fri, 27 Nov 2026 at 10:12, Jo Doe <${jo}> wrote:\n> The lid is broken.`,
    });
    const { inbound, ticket, told } = await deliver(raw);
    expect(inbound).toMatchObject({ disposition: 'ticket', reason: 'agent-began-with-response' });
    expect(ticket).toMatchObject({ email: jo, query: 'The lid is broken.', status: 'in_process' });
    expect(world.countTo(jo)).toBe(0);
    expect(said(told)).toContain('it was not sent again');
    await deliver(
      writeMail({
        from: `Jo <${jo}>`,
        to: ALICE,
        subject: 'Re: Lid',
        messageId: `answer${made}@customer.example`,
        headers: [`Cc: ${SUPPORT}`, `In-Reply-To: <direct${made}@desk.example>`],
        text: 'Thank you.',
      }),
    );
    expect(await responsesOf(ticket?.id)).toEqual([
      { response_sent: 'We send you a new one.', response_received: 'Thank you.' },
    ]);
    const next = await deliver(
      writeMail({
        from: ALICE,
        to: `Jo <${jo}>`,
        subject: 'Re: Lid',
        headers: [`Cc: ${SUPPORT}`, `In-Reply-To: <answer${made}@customer.example>`],
        text: 'You are welcome.',
      }),
    );
    expect(next.inbound).toMatchObject({
      disposition: 'response',
      reason: 'agent-wrote-to-customer',
      ticket_id: ticket?.id,
    });
    expect((await responsesOf(ticket?.id)).length).toBe(2);
    expect(world.countTo(jo)).toBe(0);
  });
});

test('what a customer answered to the agent alone is their answer once it is forwarded', async () => {
  const words = 'We send you a new lid this week, to the address of your order.';
  const direct = writeMail({ from: ALICE, to: jo, subject: 'Lid', headers: [`Cc: ${SUPPORT}`], text: words });
  const { ticket } = await deliver(direct);
  const early = await deliver(byAlice(forwarded(jo, 'Where is my lid?', 'Lid')));
  expect(early.inbound).toMatchObject({ disposition: 'note', ticket_id: ticket?.id });
  const answer = `Thank you, that is fine.\n\nOn Fri, 27 Nov 2026 at 10:12, Alice Ames <alice@desk.example> wrote:\n> ${words}`;
  const late = await deliver(byAlice(forwarded(jo, answer, 'Re: Lid')));
  expect(late.inbound).toMatchObject({
    disposition: 'answer',
    reason: 'agent-forwarded-answer',
    ticket_id: ticket?.id,
  });
  expect(await responsesOf(ticket?.id)).toEqual([
    { response_sent: words, response_received: 'Thank you, that is fine.' },
  ]);
  const again = await deliver(byAlice(`/take\n\n${forwarded(jo, answer, 'Re: Lid')}`));
  expect(again.inbound).toMatchObject({ disposition: 'note' });
});

describe('/cc', () => {
  test('makes somebody a reader: they get copies, their words are a third party’s, the turn stays the customer’s', async () => {
    const pat = `pat${made}@other.example`;
    const first = await deliver(writeMail({ from: `Jo <${jo}>`, to: SUPPORT, subject: 'Lid' }));
    if (!first.told) throw new Error('Alice was not told');
    const { told } = await deliver(writeReply(first.told, ALICE, `/cc ${pat}\n\nPour water on it.`));
    expect(said(told)).toContain(`Copies of the responses go to ${pat}, from now on.`);
    const response = await world.mailTo(jo, 2);
    const copy = await world.mailTo(pat);
    expect(copy.parsed.text).toMatch(/^Pour water on it\./);
    expect(copy.parsed.text).toContain('This is a copy of our answer');
    expect(copy.parsed.text).not.toContain('help.desk.example');
    expect(copy.header('Reply-To')).toMatch(/^support\+/);
    expect(copy.header('Reply-To')).not.toBe(response.header('Reply-To'));
    const shown = await deliver(writeReply(copy, `Pat <${pat}>`, 'I would not.'));
    expect(shown.inbound).toMatchObject({ disposition: 'third-party' });
    expect(said(shown.told)).toContain('who is not the customer, wrote');
    expect(said(shown.told)).toContain(`Copies of our answers go to: ${pat}`);
    const [ticket] = await world.rows<{ id: string }>(`select id from tickets where email = '${jo}'`);
    expect(await responsesOf(ticket?.id)).toMatchObject([{ response_received: null }]);
    const answered = await deliver(writeReply(response, `Jo <${jo}>`, 'It is out.'));
    expect(answered.inbound).toMatchObject({ disposition: 'answer' });
    if (!answered.told) throw new Error('Alice was not told');
    await deliver(writeReply(answered.told, ALICE, `/uncc ${pat}\n\nGood.`));
    await world.mailTo(jo, 3);
    expect(world.countTo(pat)).toBe(1);
  });

  test('nobody becomes a reader by the headers of a mail, and neither customer nor agent do', async () => {
    const first = await deliver(
      writeMail({ from: `Jo <${jo}>`, to: SUPPORT, subject: 'Lid', headers: ['Cc: eve@evil.example'] }),
    );
    if (!first.told) throw new Error('Alice was not told');
    for (const address of [jo, 'bob@desk.example', SUPPORT]) {
      const { inbound } = await deliver(writeReply(first.told, ALICE, `/cc ${address}\n\nWords ${address}`));
      expect(inbound).toMatchObject({ disposition: 'returned', reason: 'agent-command-misused' });
    }
    await deliver(writeReply(first.told, ALICE, 'Pour water on it.', {}, { headers: ['Cc: eve@evil.example'] }));
    await world.mailTo(jo, 2);
    expect(world.countTo('eve@evil.example')).toBe(0);
  });
});
