import { afterEach, expect, test, vi } from 'vitest';
import { type MailboxesWorld, startMailboxesWorld } from '../../support/mailboxes-world.ts';
import { replyAddressOf, writeMail } from '../../support/sent-mail.ts';
import { describeWith } from '../../support/servers.ts';

// Three mailboxes on two Dovecots, on a machine with much else to do.
vi.setConfig({ testTimeout: 240_000 });

const JO = 'jo@customer.example';
const ALICE = 'alice@desk.example';
const BOB = 'bob@desk.example';
let desk: MailboxesWorld;
afterEach(() => desk?.world.stop());

/** Nobody signs in to sales here: it is down, and no other waits for it. */
async function start(env: Record<string, string> = {}): Promise<void> {
  desk = await startMailboxesWorld();
  await desk.world.start(undefined, { ...desk.env, ...env });
  await desk.world.until('select count(*) = 2 from mailboxes where last_good_poll_at is not null');
}

describeWith('dovecot', 'between the mailboxes of a desk', () => {
  test('/move hands a ticket over: the customer sees nothing but the next From, and their old reply address stays good', async () => {
    await start({ TEAM_NEWS: 'yes' });
    const { world } = desk;
    await desk.deliver('support', writeMail({ from: JO, to: 'support@desk.example', text: 'My invoice is wrong.' }));
    const receipt = await desk.mailFrom('support', JO);
    const asked = await desk.mailFrom('support', ALICE);
    await desk.deliver(
      'support',
      writeMail({ from: ALICE, to: replyAddressOf(asked), text: '/move billing\n/note They paid twice.' }),
    );
    const handed = await desk.mailFrom('billing', BOB);
    expect(handed.parsed.text).toContain('Alice Ames handed this ticket over from support');
    expect(handed.parsed.text).toContain('My invoice is wrong.');
    expect(handed.parsed.text).toContain('They paid twice.');
    expect((await desk.mailFrom('billing', ALICE)).parsed.text).toContain('is in the mailbox billing now');
    await desk.deliver('billing', writeMail({ from: BOB, to: replyAddressOf(handed), text: 'You get it back.' }));
    const response = await desk.mailFrom('billing', JO);
    expect(response.header('from')).toContain('Acme Billing');
    expect(response.header('from')).toContain('<billing@desk.example>');
    expect(replyAddressOf(response)).toMatch(/^billing\+/);
    // Between the receipt and the response the customer got nothing.
    expect(await world.rows(`select kind from outbox where recipient = '${JO}' order by id`)).toEqual([
      { kind: 'receipt' },
      { kind: 'response' },
    ]);
    // The customer answers the oldest mail that they have.
    await desk.deliver('support', writeMail({ from: JO, to: replyAddressOf(receipt), text: 'Thank you!' }));
    await world.until(`select count(*) = 1 from responses where response_received is not null`);
    expect((await desk.mailFrom('billing', BOB, 2)).parsed.text).toContain('Thank you!');
    // Who handed it over has no more to do with it.
    await desk.deliver('support', writeMail({ from: ALICE, to: replyAddressOf(asked), text: 'And here I am again.' }));
    const refused = await desk.mailFrom('billing', ALICE, 2);
    expect(refused.parsed.text?.replace(/\s+/g, ' ')).toContain(
      'is in the mailbox billing, whose tickets others work on',
    );
    expect(await world.rows('select count(*)::int as responses from responses')).toEqual([{ responses: 1 }]);
    expect(await world.rows(`select action, actor from audit_log where action = 'moved'`)).toEqual([
      { action: 'moved', actor: 'agent:1' },
    ]);
  });

  test.each([
    [
      '/move nowhere',
      'there is no mailbox "nowhere", so nothing was done. The mailboxes are: support, billing, sales.',
    ],
    ['/move support', 'is in the mailbox support already'],
    ['/move', '/move needs the name or address of a mailbox'],
    ['/move billing\nYou get it back.', 'no words may stand with it but a /note'],
    ['/move billing\n/close', '/move and /close cannot stand together'],
  ])('"%s" moves nothing and says why', async (words, why) => {
    await start();
    await desk.deliver('support', writeMail({ from: JO, to: 'support@desk.example' }));
    const asked = await desk.mailFrom('support', ALICE);
    await desk.deliver('support', writeMail({ from: ALICE, to: replyAddressOf(asked), text: words }));
    const returned = await desk.mailFrom('support', ALICE, 2);
    expect((returned.parsed.text ?? '').replace(/\s+/g, ' ')).toContain(why);
    expect(await desk.world.rows(`select count(*)::int as moved from audit_log where action = 'moved'`)).toEqual([
      { moved: 0 },
    ]);
  });

  test.each([
    ['the first first', ['support', 'billing']],
    ['the second first', ['billing', 'support']],
  ] as const)(
    'a mail to two addresses is one ticket in the first that it names, when it comes to %s',
    async (_which, order) => {
      await start();
      const { world } = desk;
      const mail = writeMail({
        from: JO,
        to: 'Friends <friends@elsewhere.example>, support@desk.example',
        headers: ['Cc: billing@desk.example'],
        messageId: 'twice@customer.example',
      });
      for (const [index, mailbox] of order.entries()) {
        await desk.deliver(mailbox, Buffer.concat([Buffer.from(`Received: by ${mailbox}.example; now\r\n`), mail]));
        await world.until(`select count(*) = ${index + 1} from inbound_mails where disposition is not null`);
      }
      expect(await world.rows('select disposition from inbound_mails order by id')).toEqual([
        { disposition: 'ticket' },
        { disposition: 'duplicate' },
      ]);
      const told = await desk.mailFrom('support', ALICE);
      expect(told.parsed.text?.replace(/\s+/g, ' ')).toContain('This mail also went to billing@desk.example');
      expect((await desk.mailFrom('support', JO)).header('from')).toContain('<support@desk.example>');
      expect(world.countTo(BOB)).toBe(0);
      expect(desk.relays.billing.mails).toEqual([]);
    },
  );

  test('an answer that goes to another address in copy is still the answer of its ticket', async () => {
    await start();
    const { world } = desk;
    await desk.deliver('support', writeMail({ from: JO, to: 'support@desk.example' }));
    const asked = await desk.mailFrom('support', ALICE);
    await desk.deliver('support', writeMail({ from: ALICE, to: replyAddressOf(asked), text: 'Pour water on it.' }));
    const response = await desk.mailFrom('support', JO, 2);
    const answer = writeMail({
      from: JO,
      to: `billing@desk.example, ${replyAddressOf(response)}`,
      text: 'It worked.',
      messageId: 'answer@customer.example',
    });
    for (const mailbox of ['billing', 'support'] as const) await desk.deliver(mailbox, answer);
    await world.until('select count(*) = 4 from inbound_mails where disposition is not null');
    expect(await world.rows('select response_received from responses')).toEqual([{ response_received: 'It worked.' }]);
    expect(await world.rows('select count(*)::int as tickets from tickets')).toEqual([{ tickets: 1 }]);
  });

  test('/queue, /assign and the digest know only the mailboxes of the agent', async () => {
    await start();
    const { world } = desk;
    await desk.deliver('support', writeMail({ from: JO, to: 'support@desk.example', subject: 'A printer' }));
    const asked = await desk.mailFrom('support', ALICE);
    await desk.deliver('billing', writeMail({ from: JO, to: 'billing@desk.example', subject: 'An invoice' }));
    await desk.mailFrom('billing', BOB);
    // To whichever mailbox they write it.
    await desk.deliver('billing', writeMail({ from: ALICE, to: 'billing@desk.example', subject: '/queue', text: '' }));
    await world.until(`select count(*) = 1 from outbox where kind = 'digest' and state = 'sent'`);
    const queue = (await desk.mailFrom('billing', ALICE)).parsed.text ?? '';
    expect(queue).toContain('A printer');
    expect(queue).not.toContain('An invoice');
    expect(await world.rows('select count(*)::int as tickets from tickets')).toEqual([{ tickets: 2 }]);
    await desk.deliver('support', writeMail({ from: ALICE, to: replyAddressOf(asked), text: '/assign bob' }));
    const returned = await desk.mailFrom('support', ALICE, 2);
    expect(returned.parsed.text?.replace(/\s+/g, ' ')).toContain('there is no agent "bob"');
  });
});
