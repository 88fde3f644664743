import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ImapFlow } from 'imapflow';
import { afterEach, expect, test } from 'vitest';
import { parseImapUrl } from '../../src/domain/desk/imap-url.ts';
import { type DeskWorld, startDeskWorld } from '../support/desk-world.ts';
import type { TestDovecot } from '../support/dovecot.ts';
import { DESK, SETTLED } from '../support/played-desk.ts';
import { writeMail } from '../support/sent-mail.ts';
import { describeWith } from '../support/servers.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

type Broken = { world: DeskWorld; dovecot: TestDovecot; proxy: TcpProxy };

let world: DeskWorld | undefined;
afterEach(() => world?.stop());

const PATIENT = { timeout: 300_000 };
const FAULTED = 'select last_error is not null from mailboxes';
const mailOf = (name: string, text?: string) =>
  writeMail({ from: `${name}@customer.example`, to: DESK, subject: name, ...(text === undefined ? {} : { text }) });

/** A desk that reads a real Dovecot through a network that the test can break. */
async function brokenWorld(env: Record<string, string> = {}): Promise<Broken> {
  world = await startDeskWorld({
    mailbox: 'dovecot',
    env: { INITIAL_SYNC: 'all', POLL_SECONDS: '1', IMAP_TIMEOUT_SECONDS: '3', ...env },
  });
  const { dovecot } = world;
  if (!dovecot) throw new Error('there is no Dovecot');
  const proxy = await startTcpProxy({ port: dovecot.imapPort });
  world.onStop(() => proxy.stop());
  const url = new URL(world.env['IMAP_URL'] ?? '');
  url.port = String(proxy.port);
  world.env['IMAP_URL'] = url.href;
  return { world, dovecot, proxy };
}

const names = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}-${n + 1}`);

function fill(dovecot: TestDovecot, some: string[], text?: string) {
  const at = Date.now() - some.length * 1000;
  return dovecot.fill(
    'support',
    some.map((name, n) => ({ raw: mailOf(name, text), at: at + n * 1000 })),
  );
}

/** Every one of these customers has exactly one ticket, and every stored mail has its end. */
async function expectTickets({ world }: Broken, customers: string[]) {
  await world.until(`select count(*) >= ${customers.length} from tickets`);
  await world.until(SETTLED);
  const rows = await world.rows<{ name: string }>(`select split_part(email, '@', 1) as name from tickets`);
  expect(rows.map((row) => row.name).sort()).toEqual([...customers].sort());
}

async function person(dovecot: TestDovecot): Promise<ImapFlow> {
  const { host, port, user, password: pass } = parseImapUrl(dovecot.imapUrl('support'));
  const client = new ImapFlow({ host, port, secure: false, auth: { user, pass }, logger: false });
  await client.connect();
  await client.mailboxOpen('INBOX');
  return client;
}

describeWith('dovecot', 'a mailbox that fails', () => {
  test(
    'a first start on two thousand old mails makes no ticket, sends nothing, and takes what comes then',
    PATIENT,
    async () => {
      const broken = await brokenWorld({ INITIAL_SYNC: 'new' });
      const { world, dovecot } = broken;
      await fill(dovecot, names('old', 2000));
      await world.start();
      await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
      await world.deliver(mailOf('new'));
      await expectTickets(broken, ['new']);
      expect(await world.rows('select uid::int from inbound_mails')).toEqual([{ uid: 2001 }]);
      expect(world.sink.mails.flatMap((mail) => mail.envelope.to).filter((to) => to.startsWith('old-'))).toEqual([]);
    },
  );

  test('a server that is restarted while we wait for mail is found again', PATIENT, async () => {
    const broken = await brokenWorld();
    const { world, dovecot } = broken;
    await world.start();
    await world.deliver(mailOf('before'));
    await expectTickets(broken, ['before']);
    await dovecot.down();
    await world.until(FAULTED);
    await dovecot.up();
    await world.deliver(mailOf('after'));
    await expectTickets(broken, ['before', 'after']);
  });

  test('a server that is restarted while it hands out mail hands out the rest afterwards', PATIENT, async () => {
    const broken = await brokenWorld();
    const { world, dovecot, proxy } = broken;
    const customers = names('many', 150);
    await fill(dovecot, customers, 'word '.repeat(400));
    proxy.flow({ toClient: { bytes: 4096, everyMs: 20 } });
    await world.start();
    await world.until('select count(*) between 1 and 149 from inbound_mails');
    await dovecot.down();
    await world.until(FAULTED);
    proxy.flow({ toClient: 'pass' });
    await dovecot.up();
    await expectTickets(broken, customers);
  });

  test('a connection that is cut in the middle of a mail, again and again, costs no mail', PATIENT, async () => {
    const broken = await brokenWorld();
    const { world, dovecot, proxy } = broken;
    const customers = names('cut', 40);
    await fill(dovecot, customers, 'word '.repeat(2000));
    const cuts = (async () => {
      for (const bytes of [30_000, 250_000, 60_000]) await proxy.cutOnce({ way: 'toClient', bytes });
    })();
    await world.start();
    await cuts;
    await expectTickets(broken, customers);
  });

  test('a connection that died without a word is noticed by the poll and the time-out', PATIENT, async () => {
    const broken = await brokenWorld({ POLL_SECONDS: '2', IMAP_TIMEOUT_SECONDS: '2' });
    const { world, proxy } = broken;
    await world.start();
    await world.deliver(mailOf('before'));
    await expectTickets(broken, ['before']);
    proxy.flow({ toClient: 'swallow' });
    await world.deliver(mailOf('unheard'));
    await world.until(FAULTED);
    proxy.flow({ toClient: 'pass' });
    await expectTickets(broken, ['before', 'unheard']);
  });

  test('mails that people delete while they are fetched are passed over, and the others come', PATIENT, async () => {
    const broken = await brokenWorld();
    const { world, dovecot, proxy } = broken;
    const customers = names('some', 120);
    await fill(dovecot, customers, 'word '.repeat(400));
    proxy.flow({ toClient: { bytes: 4096, everyMs: 20 } });
    await world.start();
    await world.until('select count(*) >= 1 from inbound_mails');
    const client = await person(dovecot);
    await client.messageDelete('101:110', { uid: true });
    await client.logout();
    proxy.flow({ toClient: 'pass' });
    await world.until(`select count(*) = 1 from tickets where email like 'some-120@%'`);
    await world.until(SETTLED);
    const rows = await world.rows<{ uid: number }>('select uid::int from inbound_mails order by uid');
    const kept = rows.map((row) => row.uid).filter((uid) => uid < 101 || uid > 110);
    expect(kept).toEqual([...customers.keys()].map((n) => n + 1).filter((uid) => uid < 101 || uid > 110));
    expect(await world.rows('select last_error from mailboxes')).toEqual([{ last_error: null }]);
  });

  test(
    'a mail that the server cannot read stops no other: it is parked, and healed when it can be read',
    PATIENT,
    async () => {
      const broken = await brokenWorld();
      const { world, dovecot } = broken;
      const customers = names('whole', 20);
      const [first, second] = [customers.slice(0, 10), customers.slice(10)];
      await fill(dovecot, [...first, 'for-a-while', 'for-good', ...second]);
      const folder = path.join(dovecot.maildir('support'), 'new');
      const files = (await readdir(folder)).sort();
      const spoilt = files.slice(10, 12);
      // Dovecot ends the connection when it cannot read a mail.
      for (const file of spoilt) await spoil(dovecot, file, 0);
      await world.start();
      await world.until('select count(*) = 20 from tickets');
      await world.until(`select owed <> '{}' from mailbox_places`);
      await spoil(dovecot, spoilt[0] ?? '', 0o644);
      await world.until(`select count(*) = 1 from inbound_mails where reason = 'withheld-by-server'`);
      await expectTickets(broken, [...customers, 'for-a-while']);
      const parked = await world.rows('select uid::int, disposition from inbound_mails where raw is null');
      expect(parked).toEqual([{ uid: 12, disposition: 'parked' }]);
      // It is asked for once more now and then, for a day: when it can be read at last, it is a ticket like any other.
      expect(await world.rows('select owed::text from mailbox_places')).toEqual([{ owed: '{[12,13)}' }]);
      await world.deliver(mailOf('not-kept-waiting'));
      await spoil(dovecot, spoilt[1] ?? '', 0o644);
      await expectTickets(broken, [...customers, 'for-a-while', 'not-kept-waiting', 'for-good']);
      expect(await world.rows('select owed::text from mailbox_places')).toEqual([{ owed: '{}' }]);
    },
  );

  test('a mail that comes to light under an old number after a restart is taken', PATIENT, async () => {
    const broken = await brokenWorld({ INITIAL_SYNC: 'new' });
    const { world, dovecot } = broken;
    await fill(dovecot, ['old-1', 'old-2']);
    await world.start();
    await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
    await world.deliver(mailOf('first'));
    await expectTickets(broken, ['first']);
    const whileDown = async (change: () => Promise<void>) => {
      await dovecot.down();
      await world.until(FAULTED);
      await change();
      await dovecot.up();
      await world.until('select last_error is null from mailboxes');
    };
    // Of two delivery processes the one with the higher number is done first.
    await whileDown(() => editUids(dovecot, (lines) => lines.map((line) => line.replace(/^(3 V.*) N\d+ /, '$1 N5 '))));
    await world.deliver(mailOf('third'));
    await expectTickets(broken, ['first', 'third']);
    expect(await world.rows('select last_uid::int, holes::text from mailbox_places')).toEqual([
      { last_uid: 5, holes: '{[4,5)}' },
    ]);
    await whileDown(async () => {
      const [file] = await fill(dovecot, ['second']);
      await editUids(dovecot, (lines) => {
        const fifth = lines.findIndex((line) => line.startsWith('5 '));
        return lines.toSpliced(fifth, 0, `4 :${file}`);
      });
    });
    await expectTickets(broken, ['first', 'second', 'third']);
    expect(await world.rows('select uid::int from inbound_mails order by id')).toEqual([
      { uid: 3 },
      { uid: 5 },
      { uid: 4 },
    ]);
  });

  test(
    'a mailbox that is restored from a snapshot, and gives its UIDs again, loses nothing and doubles nothing',
    PATIENT,
    async () => {
      const broken = await brokenWorld({ OPERATORS: 'ops@desk.example' });
      const { world, dovecot } = broken;
      await world.start();
      for (const name of ['one', 'two', 'three', 'four']) await world.deliver(mailOf(name));
      await expectTickets(broken, ['one', 'two', 'three', 'four']);
      await dovecot.down();
      await world.until(FAULTED);
      // As it was after the second mail: the same UIDVALIDITY, a lower next UID, and the later files are gone.
      const folder = dovecot.maildir('support');
      await editUids(dovecot, (lines) =>
        lines
          .map((line) => line.replace(/^(3 V.*) N\d+ /, '$1 N3 '))
          .filter((line) => !/^[34] .*:/.test(line) || line.startsWith('3 V')),
      );
      const files = await Promise.all(
        ['new', 'cur'].map(async (part) =>
          (await readdir(path.join(folder, part))).map((name) => path.join(folder, part, name)),
        ),
      );
      const raws = await Promise.all(files.flat().map(async (file) => ({ file, raw: await readFile(file, 'utf8') })));
      for (const { file, raw } of raws) if (/Subject: (three|four)/.test(raw)) await rm(file);
      await dovecot.up();
      await world.deliver(mailOf('five'));
      await expectTickets(broken, ['one', 'two', 'three', 'four', 'five']);
      for (const name of ['six', 'seven']) await world.deliver(mailOf(name));
      await expectTickets(broken, ['one', 'two', 'three', 'four', 'five', 'six', 'seven']);
      const rows = await world.rows(
        `select subject, uid::int, (uid_validity / 4294967296)::int as again from inbound_mails where disposition = 'ticket' order by id`,
      );
      expect(rows.slice(2)).toEqual([
        { subject: 'three', uid: 3, again: 0 },
        { subject: 'four', uid: 4, again: 0 },
        { subject: 'five', uid: 3, again: 1 },
        { subject: 'six', uid: 4, again: 1 },
        { subject: 'seven', uid: 5, again: 1 },
      ]);
      await world.mailTo('ops@desk.example');
      expect(world.countTo('ops@desk.example')).toBe(1);
    },
  );
});

/** Changes which number Dovecot gives to which file; it forgets its index and believes the list. */
async function editUids(dovecot: TestDovecot, edit: (lines: string[]) => string[]) {
  const folder = dovecot.maildir('support');
  const list = path.join(folder, 'dovecot-uidlist');
  const lines = (await readFile(list, 'utf8')).split('\n');
  await writeFile(list, edit(lines).join('\n'));
  for (const name of await readdir(folder)) if (name.startsWith('dovecot.index')) await rm(path.join(folder, name));
}

/** Takes away, or gives back, the right to read a mail's file, wherever Dovecot has moved it. */
async function spoil(dovecot: TestDovecot, file: string, mode: number) {
  const folders = ['new', 'cur'].map((name) => path.join(dovecot.maildir('support'), name));
  for (const folder of folders) {
    for (const name of await readdir(folder)) {
      if (name.startsWith(file.split(':')[0] ?? file)) await chmod(path.join(folder, name), mode);
    }
  }
}
