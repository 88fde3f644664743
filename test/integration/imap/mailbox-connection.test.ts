import { ImapFlow } from 'imapflow';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startDevMailServer } from '../../../src/dev/dev-mail-server.ts';
import { parseImapUrl } from '../../../src/domain/desk/imap-url.ts';
import {
  connectMailbox,
  type FetchedMail,
  type MailboxConnection,
  type MailboxOptions,
} from '../../../src/imap/mailbox-connection.ts';
import { startDovecot } from '../../support/dovecot.ts';
import { describeWith } from '../../support/servers.ts';

type World = { url(user: string): string; deliver(user: string, raw: string): Promise<void>; stop(): Promise<void> };

const LIMITS = { limit: 50, maxBatchBytes: 1_000_000, maxMailBytes: 1_000_000 };
const never = new AbortController().signal;

describeWith('dovecot', 'a mailbox on Dovecot', () =>
  mailboxSuite(async () => {
    const dovecot = await startDovecot();
    return { url: dovecot.imapUrl, deliver: (user, raw) => dovecot.deliver(user, raw), stop: dovecot.stop };
  }),
);

describe('a mailbox on the development server', () =>
  mailboxSuite(async () => {
    const server = await startDevMailServer({ users: [] });
    const known = (user: string) => {
      if (server.store.accountFor(user) === undefined) server.store.addAccount(user, 'secret');
      return user;
    };
    return {
      url: (user) => `imap://${encodeURIComponent(known(user))}:secret@127.0.0.1:${server.imapPort}/INBOX`,
      deliver: async (user, raw) => void server.store.deliver(known(user), Buffer.from(raw)),
      stop: server.stop,
    };
  }));

function mailboxSuite(start: () => Promise<World>): void {
  let world: World;
  let users = 0;
  let user = '';
  const open: { close(): unknown }[] = [];

  beforeAll(async () => {
    world = await start();
  });
  afterAll(() => world.stop());
  afterEach(async () => {
    for (const connection of open.splice(0)) await connection.close();
  });

  const newUser = () => {
    users += 1;
    user = `user${users}@acme.test`;
    return user;
  };
  const connect = async (options: Partial<MailboxOptions> = {}): Promise<MailboxConnection> => {
    const connection = await connectMailbox({ url: world.url(user), timeoutMs: 60_000, ...options });
    open.push(connection);
    return connection;
  };
  const person = async (): Promise<ImapFlow> => {
    const { host, port, user: name, password } = parseImapUrl(world.url(user));
    const client = new ImapFlow({ host, port, secure: false, auth: { user: name, pass: password }, logger: false });
    open.push(client);
    await client.connect();
    await client.mailboxOpen('INBOX');
    return client;
  };
  const deliver = async (count: number, body = 'words') => {
    for (let n = 1; n <= count; n += 1) await world.deliver(user, `Subject: mail ${n}\r\n\r\n${body}\r\n`);
  };

  test('an empty folder has status and no mail', async () => {
    newUser();
    const connection = await connect();
    expect(connection.status()).toMatchObject({ uidNext: 1, exists: 0 });
    expect(connection.status().uidValidity).toBeGreaterThan(0);
    expect(await all(connection, 0)).toEqual([]);
  });

  test('mails above the cursor come in order, with bytes, size and date, and stay unread', async () => {
    newUser();
    const deliveredAt = Date.now();
    await deliver(5);
    const connection = await connect();
    expect(connection.status()).toMatchObject({ uidNext: 6, exists: 5 });
    const mails = await all(connection, 2);
    expect(mails.map((mail) => mail.uid)).toEqual([3, 4, 5]);
    for (const mail of mails) {
      expect(mail.raw?.toString()).toContain(`Subject: mail ${mail.uid}\r\n`);
      expect(mail.size).toBe(mail.raw?.length);
      // A server tells whole seconds.
      const at = mail.internalDate ?? 0;
      expect(at > deliveredAt - 1_000 && at <= Date.now(), `${at}, delivered at ${deliveredAt}`).toBe(true);
    }
    const rows = await (await person()).fetchAll('1:*', { flags: true });
    expect(rows.map((row) => row.flags?.has('\\Seen'))).toEqual([false, false, false, false, false]);
  });

  test('nothing is new when the cursor is at or above the last mail', async () => {
    newUser();
    await deliver(2);
    const connection = await connect();
    expect(await all(connection, 2)).toEqual([]);
    expect(await all(connection, 40)).toEqual([]);
  });

  test('batches keep the limits of number and of bytes, and a large mail goes alone', async () => {
    newUser();
    await deliver(3);
    await deliver(1, 'x'.repeat(60_000));
    await deliver(3);
    const connection = await connect();
    const batches: number[][] = [];
    const limits = { limit: 2, maxBatchBytes: 50_000, maxMailBytes: 1_000_000 };
    for await (const batch of connection.fetchAfter(0, limits)) batches.push(batch.map((mail) => mail.uid));
    expect(batches).toEqual([[1, 2], [3], [4], [5, 6], [7]]);
  });

  test('a mail above the size limit is named and not fetched', async () => {
    newUser();
    await deliver(1);
    await deliver(1, 'x'.repeat(60_000));
    await deliver(1);
    const connection = await connect();
    const mails = await all(connection, 0, { ...LIMITS, maxMailBytes: 50_000 });
    expect(mails.map((mail) => mail.withheld)).toEqual([undefined, 'too-large', undefined]);
    expect(mails[1]?.raw).toBeUndefined();
    expect(mails[1]?.size).toBeGreaterThan(60_000);
  });

  test('holes in the numbers and mails that people deleted are passed over', async () => {
    newUser();
    await deliver(6);
    const client = await person();
    await client.messageDelete('2,4:5', { uid: true });
    const connection = await connect();
    expect((await all(connection, 1)).map((mail) => mail.uid)).toEqual([3, 6]);
  });

  test('a mail that is deleted between two batches is left out, and the others come', async () => {
    newUser();
    await deliver(4);
    const connection = await connect();
    const client = await person();
    const seen: number[] = [];
    for await (const batch of connection.fetchAfter(0, { ...LIMITS, limit: 1 })) {
      seen.push(...batch.map((mail) => mail.uid));
      if (seen.length === 1) await client.messageDelete('3', { uid: true });
    }
    // The server may go on showing the mail to this session until it has told of the deletion (RFC 2180 section 4.1).
    expect(seen.filter((uid) => uid !== 3)).toEqual([1, 2, 4]);
  });

  test('the consumer may mark between batches', async () => {
    newUser();
    await deliver(3);
    const connection = await connect();
    for await (const batch of connection.fetchAfter(0, { ...LIMITS, limit: 1 })) {
      expect(await connection.markStored(batch.map((mail) => mail.uid))).toBe(true);
    }
    const rows = await (await person()).fetchAll('1:*', { flags: true });
    expect(rows.map((row) => [...(row.flags ?? [])].filter((flag) => flag !== '\\Recent'))).toEqual([
      ['$TurnmailStored'],
      ['$TurnmailStored'],
      ['$TurnmailStored'],
    ]);
  });

  test('stored mails move where that was asked for, into a folder that is made', async () => {
    newUser();
    await deliver(3);
    const connection = await connect({ moveTo: 'Done' });
    expect(await connection.markStored([1, 3])).toBe(true);
    const client = await person();
    expect((await client.fetchAll('1:*', { uid: true })).map((row) => row.uid)).toEqual([2]);
    expect((await client.mailboxOpen('Done')).exists).toBe(2);
    expect((await all(connection, 0)).map((mail) => mail.uid)).toEqual([2]);
  });

  test('new mail ends the wait, and is then there to fetch', async () => {
    newUser();
    const connection = await connect();
    const waiting = connection.waitForNews(60_000, never);
    await deliver(1);
    expect(await waiting).toBe('news');
    expect((await all(connection, 0)).map((mail) => mail.uid)).toEqual([1]);
    expect(await connection.waitForNews(50, never)).toBe('timeout');
    await deliver(1);
    expect(await connection.waitForNews(60_000, never)).toBe('news');
    expect((await all(connection, 1)).map((mail) => mail.uid)).toEqual([2]);
  });

  test('a flag that a person sets is no news', async () => {
    newUser();
    await deliver(1);
    const connection = await connect();
    await all(connection, 0);
    const client = await person();
    const waiting = connection.waitForNews(1500, never);
    await client.messageFlagsAdd('1', ['\\Seen']);
    expect(await waiting).toBe('timeout');
  });

  test('the wait ends at once when it is aborted, and the connection is still good', async () => {
    newUser();
    const connection = await connect();
    const stop = new AbortController();
    const waiting = connection.waitForNews(60_000, stop.signal);
    // Fixed pause: time to begin an IDLE, which Dovecot tells nobody; before it an abort must hold as well.
    setTimeout(() => stop.abort(), 100);
    expect(await waiting).toBe('aborted');
    await deliver(1);
    expect((await all(connection, 0)).map((mail) => mail.uid)).toEqual([1]);
  });

  test('mails since a day are found by their date', async () => {
    newUser();
    const client = await person();
    const day = 86_400_000;
    for (const ago of [30, 20, 10, 0])
      await client.append('INBOX', 'Subject: x\r\n\r\ny\r\n', [], new Date(Date.now() - ago * day));
    const connection = await connect();
    expect(await connection.uidsSince(Date.now() - 15 * day)).toEqual([3, 4]);
    expect(await connection.uidsSince(Date.now() - 100 * day)).toEqual([1, 2, 3, 4]);
    expect(await connection.uidsSince(Date.now() + 100 * day)).toEqual([]);
  });

  test('a wrong password is a fault for the operator, without the password', async () => {
    newUser();
    const url = world.url(user).replace(':secret@', ':hunter2@');
    const failed = connectMailbox({ url, timeoutMs: 60_000 });
    await expect(failed).rejects.toMatchObject({ kind: 'auth', code: 'imap-refused' });
    await expect(failed).rejects.not.toThrow(/hunter2/);
  });

  test('a folder that is not there is a fault for the operator', async () => {
    newUser();
    const url = world.url(user).replace('/INBOX', '/Nowhere');
    await expect(connectMailbox({ url, timeoutMs: 60_000 })).rejects.toMatchObject({ kind: 'missing-folder' });
  });

  test('twelve hundred mails come whole and in order', async () => {
    newUser();
    const client = await person();
    for (let n = 0; n < 1200; n += 1) await client.append('INBOX', `Subject: ${n}\r\n\r\nx\r\n`);
    const connection = await connect();
    const mails = await all(connection, 0);
    expect(mails.map((mail) => mail.uid)).toEqual(Array.from({ length: 1200 }, (_value, index) => index + 1));
    expect(mails.every((mail, index) => mail.raw?.toString().startsWith(`Subject: ${index}\r\n`))).toBe(true);
  });
}

async function all(connection: MailboxConnection, after: number, limits = LIMITS): Promise<FetchedMail[]> {
  const mails: FetchedMail[] = [];
  for await (const batch of connection.fetchAfter(after, limits)) mails.push(...batch);
  return mails;
}
