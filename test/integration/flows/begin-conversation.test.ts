import { describe, expect, test } from 'vitest';
import { writeMail, writeReply } from '../../support/sent-mail.ts';
import { ALICE, byAlice, deliver, forwarded, jo, responsesOf, SUPPORT, said, useDesk, world } from './agent-begins.ts';

useDesk();

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
