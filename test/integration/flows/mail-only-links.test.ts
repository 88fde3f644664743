import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { type SeenMail, writeMail, writeReply } from '../../support/sent-mail.ts';

const JO = 'jo@customer.example';

/** The mailto: links of a mail as a mail client opens them (RFC 6068). */
function mailtoLinks(mail: SeenMail): { to: string; subject: string; body: string }[] {
  return [...mail.parsed.text.matchAll(/mailto:\S+/g)].map((match) => {
    const url = new URL(match[0]);
    return {
      to: decodeURIComponent(url.pathname),
      subject: url.searchParams.get('subject') ?? '',
      body: url.searchParams.get('body') ?? '',
    };
  });
}

describe.each([
  ['with plus addresses', {}],
  ['with REPLY_ADDRESS=none, by the token in the subject', { REPLY_ADDRESS: 'none' }],
])('a desk without a web address, %s', (_name, env) => {
  let world: DeskWorld;
  beforeAll(async () => {
    world = await startDeskWorld({ env: { PUBLIC_URL: '', ...env } });
    await world.start();
    await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
    await world.deliver(writeMail({ from: JO, to: 'support@desk.example' }));
    const notification = await world.mailTo('alice@desk.example');
    await world.deliver(writeReply(notification, 'alice@desk.example', 'Pour water on it.'));
  });
  afterAll(() => world?.stop());

  const press = async (mail: SeenMail, index: number, from = JO, words = '') => {
    const link = mailtoLinks(mail)[index];
    if (!link) throw new Error(`the mail has no link ${index}: ${mail.parsed.text}`);
    await world.deliver(writeMail({ from, to: link.to, subject: link.subject, text: `${words}${link.body}` }));
  };

  test('sends no link that could be opened in a browser', async () => {
    const response = await world.mailTo(JO, 2);
    expect(response.parsed.text).not.toMatch(/https?:/);
    expect(mailtoLinks(response)).toHaveLength(1);
  });

  test('is not closed by somebody else who sends the same mail, and no agent is shown its one sentence', async () => {
    const told = world.countTo('alice@desk.example');
    await press(await world.mailTo(JO, 2), 0, 'eve@elsewhere.example');
    await world.until(
      `select count(*) = 1 from inbound_mails where from_address = 'eve@elsewhere.example' and disposition is not null`,
    );
    expect(await world.rows('select status from tickets where id = 1')).toEqual([{ status: 'in_process' }]);
    const fate = `select disposition, reason, words from inbound_mails where from_address = 'eve@elsewhere.example'`;
    expect(await world.rows(fate)).toEqual([{ disposition: 'third-party', reason: 'no-new-words', words: null }]);
    await world.until(`select count(*) = 0 from outbox where state <> 'sent'`);
    expect(world.countTo('alice@desk.example')).toBe(told);
  });

  test('closes by mail, with the closing mail as the one confirmation', async () => {
    await press(await world.mailTo(JO, 2), 0);
    await world.mailTo(JO, 3);
    expect(await world.rows('select status, last_response from tickets where id = 1')).toEqual([
      { status: 'closed', last_response: 'Pour water on it.' },
    ]);
    await press(await world.mailTo(JO, 2), 0);
    await world.until(`select count(*) = 1 from inbound_mails where reason = 'link-without-effect'`);
    await world.until(`select count(*) = 0 from outbox where state <> 'sent'`);
    expect(world.countTo(JO)).toBe(3);
  });

  test('takes feedback by mail, thanks once, and lets it be changed', async () => {
    const closing = await world.mailTo(JO, 3);
    expect(mailtoLinks(closing)).toHaveLength(3);
    await press(closing, 1);
    await world.until(`select feedback = 'not_satisfied' from tickets where id = 1`);
    await press(closing, 0);
    await world.until(`select feedback = 'satisfied' from tickets where id = 1`);
    expect((await world.mailTo(JO, 4)).header('Auto-Submitted')).toBe('auto-replied');
    expect(await world.rows('select count(*)::int as n from responses where response_received is not null')).toEqual([
      { n: 0 },
    ]);
  });

  test('opens the ticket again by mail, and says so once', async () => {
    await press(await world.mailTo(JO, 3), 2, JO, 'The tea is cold again.\n\n');
    const said = await world.mailTo(JO, 6);
    expect(said.parsed.text).toContain('is open again');
    expect(said.header('Auto-Submitted')).toBe('auto-replied');
    expect(await world.rows('select status, feedback from tickets where id = 1')).toEqual([
      { status: 'in_process', feedback: null },
    ]);
    await world.until(
      `select count(*) = 1 from outbox where payload->>'event' = 'reopened-by-mail' and state = 'sent'`,
    );
    const told = await world.mailTo('alice@desk.example', world.countTo('alice@desk.example'));
    expect(told.parsed.text).toContain('The tea is cold again.');
    expect(told.parsed.text).toMatch(/\n {2}The tea is cold again\.\n\n[A-Z]/);
    await press(await world.mailTo(JO, 3), 2);
    await world.until(`select count(*) = 2 from inbound_mails where reason = 'link-without-effect'`);
    await world.until(`select count(*) = 0 from outbox where state <> 'sent'`);
    expect(world.countTo(JO)).toBe(6);
  });
});
