import { describe, expect, test } from 'vitest';
import { writeMail, writeReply } from '../../support/sent-mail.ts';
import {
  ALICE,
  byAlice,
  deliver,
  forwarded,
  jo,
  made,
  responsesOf,
  SUPPORT,
  said,
  useDesk,
  world,
} from './agent-begins.ts';

useDesk();

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
