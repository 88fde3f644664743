import { afterEach, expect, test, vi } from 'vitest';
import { type MailboxesWorld, startMailboxesWorld } from '../../support/mailboxes-world.ts';
import { replyAddressOf, writeMail } from '../../support/sent-mail.ts';
import { describeWith } from '../../support/servers.ts';
import { runTurnmail } from '../cli/run-turnmail.ts';

// Three mailboxes on two Dovecots, on a machine with much else to do.
vi.setConfig({ testTimeout: 240_000 });

const JO = 'jo@customer.example';
let desk: MailboxesWorld;
afterEach(() => desk?.world.stop());

async function startSignedIn(): Promise<void> {
  desk = await startMailboxesWorld();
  desk.provider.device = 'approved';
  const { code, err, out } = await runTurnmail(['login', 'sales'], desk.env);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('Signed in: sales@shop.example');
}

describeWith('dovecot', 'a desk of three mailboxes', () => {
  test('is three identities, each with its own servers, agents and tokens, one of them signed in with XOAUTH2', async () => {
    await startSignedIn();
    const app = await desk.start();
    expect(await app.health()).toMatchObject({ ok: true });
    const cases = [
      ['support', 'support@desk.example', 'Acme Support', 'desk.example'],
      ['billing', 'billing@desk.example', 'Acme Billing', 'desk.example'],
      ['sales', 'sales@shop.example', 'Acme Sales', 'shop.example'],
    ] as const;
    for (const [mailbox, address, name, domain] of cases) {
      await desk.deliver(mailbox, writeMail({ from: JO, to: address }));
      const receipt = await desk.mailFrom(mailbox, JO);
      expect(receipt.header('from')).toContain(name);
      expect(receipt.header('from')).toContain(`<${address}>`);
      expect(replyAddressOf(receipt)).toMatch(new RegExp(`^${mailbox}\\+.*@${domain}$`));
      expect(receipt.envelope.from).toMatch(new RegExp(`^${mailbox}\\+b.*@${domain}$`));
      expect(receipt.header('message-id')).toMatch(new RegExp(`@${domain}>$`));
    }
    // Agents hear of their own mailboxes, and of one that names none all of them.
    await desk.mailFrom('support', 'alice@desk.example');
    await desk.mailFrom('billing', 'bob@desk.example');
    await desk.mailFrom('sales', 'alice@desk.example');
    await desk.mailFrom('sales', 'bob@desk.example');
    const heard = await desk.world.rows(
      `select split_part(b.address, '@', 1) as mailbox, string_agg(distinct o.recipient, ' ' order by o.recipient) as agents
       from outbox o join mailboxes b on b.id = o.mailbox_id where o.kind = 'notification' group by 1 order by 1`,
    );
    expect(heard).toEqual([
      { mailbox: 'billing', agents: 'bob@desk.example' },
      { mailbox: 'sales', agents: 'alice@desk.example bob@desk.example' },
      { mailbox: 'support', agents: 'alice@desk.example' },
    ]);
  });

  test('takes no token of one identity at another: neither in an address, nor in a Message-ID, nor a number', async () => {
    await startSignedIn();
    await desk.start();
    const { world } = desk;
    await desk.deliver('support', writeMail({ from: JO, to: 'support@desk.example' }));
    const asked = await desk.mailFrom('support', 'alice@desk.example');
    await desk.deliver(
      'support',
      writeMail({ from: 'alice@desk.example', to: replyAddressOf(asked), text: 'Pour water on it.' }),
    );
    await world.until(`select count(*) = 1 from responses`);
    await world.until(`select count(*) = 1 from outbox where kind = 'response' and state = 'sent'`);
    const response = await desk.mailFrom('support', JO, 2);
    const id = response.header('message-id') ?? '';
    const tries = [
      { to: replyAddressOf(response).replace('support+', 'billing+') },
      { to: 'billing@desk.example', headers: [`In-Reply-To: ${id}`, `References: ${id}`] },
      { to: 'billing@desk.example', subject: `Re: ${response.header('subject')}` },
    ];
    for (const [index, wrong] of tries.entries()) {
      await desk.deliver('billing', writeMail({ from: JO, text: 'It worked!', ...wrong }));
      await world.until(`select count(*) = ${index + 1} from inbound_mails i join mailboxes b on b.id = i.mailbox_id
        where b.address = 'billing@desk.example' and disposition = 'ticket'`);
    }
    expect(await world.rows('select response_received from responses')).toEqual([{ response_received: null }]);
    // At its own address it is good still.
    await desk.deliver('support', writeMail({ from: JO, to: replyAddressOf(response), text: 'It worked!' }));
    await world.until('select count(*) = 1 from responses where response_received is not null');
  });

  test('goes on where one mailbox is down, in both directions, and readiness names it', async () => {
    await startSignedIn();
    let ahead = 0;
    const app = await desk.start({}, { now: () => Date.now() + ahead });
    const { world, doors } = desk;
    await desk.deliver('billing', writeMail({ from: JO, to: 'billing@desk.example' }));
    await desk.mailFrom('billing', JO);
    // Its servers take connections and say nothing any more.
    for (const door of Object.values(doors)) {
      door.flow({ toServer: 'stall', toClient: 'stall' });
    }
    const drafts = Array.from({ length: 60 }, (_, n) => `('receipt', 'customer', 'c${n}@elsewhere.example')`).join();
    await world.rows(`insert into outbox (kind, audience, recipient, mailbox_id, ticket_id, created_at)
      select kind, audience::audience, recipient, b.id, (select max(id) from tickets), epoch_ms()
      from (values ${drafts}) as d(kind, audience, recipient), mailboxes b where b.address = 'billing@desk.example'`);
    await world.until(`select count(*) > 2 from outbox where state = 'sending'`);
    for (const [mailbox, address] of [
      ['support', 'support@desk.example'],
      ['sales', 'sales@shop.example'],
    ] as const) {
      await desk.deliver(mailbox, writeMail({ from: 'kim@customer.example', to: address }));
      await desk.mailFrom(mailbox, 'kim@customer.example');
    }
    // Nobody has waited for the silent servers to be given up.
    expect(await world.rows(`select from outbox_attempts where outcome = 'not-sent'`)).toEqual([]);
    await world.until(`select last_error is not null from mailboxes where address = 'billing@desk.example'`);
    ahead = 3 * 60_000;
    await world.until(`select min(last_good_poll_at) filter (where address <> 'billing@desk.example') > ${Date.now() + ahead - 60_000}
      from mailboxes`);
    const { ok, checks } = await app.health();
    expect(ok).toBe(false);
    expect(checks.find(({ name }) => name === 'polls')).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/^1 of 3 mailboxes: billing: the last good poll of mailbox billing was \d+ s ago$/),
    });
    // Stopping waits for what is being sent, as long as a silent server may take.
    for (const door of Object.values(doors)) door.flow({ toServer: 'pass', toClient: 'pass' });
  });

  test('doctor walks through all of them', async () => {
    desk = await startMailboxesWorld();
    await desk.doors.imap.refuse();
    const { code, out } = await runTurnmail(['doctor', '--json'], desk.env);
    expect(code).toBe(1);
    const { checks } = JSON.parse(out) as {
      checks: { name: string; mailbox?: string; state: string; detail: string }[];
    };
    const of = (mailbox: string, name: string) => checks.find((one) => one.mailbox === mailbox && one.name === name);
    expect(of('support', 'imap')?.state).toBe('ok');
    expect(of('support', 'smtp')?.state).toBe('ok');
    expect(of('billing', 'imap')?.state).toBe('failed');
    expect(of('billing', 'smtp')?.state).toBe('ok');
    expect(of('sales', 'imap')).toMatchObject({
      state: 'failed',
      detail: expect.stringMatching(
        /^sales: mailbox INBOX of support at 127\.0\.0\.1:\d+: nobody has signed in yet: run turnmail login sales$/,
      ),
    });
    for (const mailbox of ['support', 'billing', 'sales']) expect(of(mailbox, 'replies')?.state).toBe('ok');
    expect(out).not.toContain(desk.world.dovecot?.password);
  });
});
