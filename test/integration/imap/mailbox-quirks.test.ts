import { afterEach, describe, expect, test } from 'vitest';
import { type DevMailServer, startDevMailServer } from '../../../src/dev/dev-mail-server.ts';
import { skipUids } from '../../../src/dev/mail-store.ts';
import { connectMailbox, type FetchedMail, type MailboxConnection } from '../../../src/imap/mailbox-connection.ts';
import { freePort } from '../../support/child-process.ts';
import { PATIENCE_MS } from '../../support/wait-for.ts';
import { type Answer, type ScriptedImap, startScriptedImap } from './scripted-imap.ts';

const LIMITS = { limit: 50, maxBatchBytes: 1_000_000, maxMailBytes: 1000 };
const never = new AbortController().signal;
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function scripted(answer: (command: string) => Answer, capabilities?: string): Promise<ScriptedImap> {
  const server = await startScriptedImap(answer, capabilities);
  stops.push(server.stop);
  return server;
}

async function connect(url: string, timeoutMs = PATIENCE_MS): Promise<MailboxConnection> {
  const connection = await connectMailbox({ url, timeoutMs });
  stops.push(() => connection.close());
  return connection;
}

async function devServer(): Promise<DevMailServer & { url: string }> {
  const server = await startDevMailServer({ users: [{ address: 'desk@acme.test', password: 'secret' }] });
  stops.push(server.stop);
  return { ...server, url: `imap://desk%40acme.test:secret@127.0.0.1:${server.imapPort}/INBOX` };
}

async function all(connection: MailboxConnection, after: number): Promise<FetchedMail[]> {
  const mails: FetchedMail[] = [];
  for await (const batch of connection.fetchAfter(after, LIMITS)) mails.push(...batch);
  return mails;
}

const SELECT_THREE = {
  lines: ['* 3 EXISTS', '* OK [UIDVALIDITY 7] ok', '* OK [UIDNEXT 10] ok'],
  tagged: 'OK [READ-WRITE] done',
};
const sizeRow = (n: number, uid: number, size = 5) =>
  `* ${n} FETCH (UID ${uid} RFC822.SIZE ${size} INTERNALDATE "17-Jul-1996 02:44:25 +0000")`;
const bodyRow = (n: number, uid: number, body = 'a\r\n\r\nb') =>
  `* ${n} FETCH (UID ${uid} BODY[]<0> {${body.length}}\r\n${body})`;

describe('a lost connection', () => {
  test('ends a wait with a fault that time will heal', async () => {
    const server = await devServer();
    const connection = await connect(server.url);
    const waiting = connection.waitForNews(60_000, never);
    // Fixed pause: time to begin an IDLE; before it a lost connection must end the wait as well.
    setTimeout(() => server.dropConnections(), 100);
    await expect(waiting).rejects.toMatchObject({ kind: 'network', code: 'imap-unavailable' });
    await expect(all(connection, 0)).rejects.toMatchObject({ kind: 'network' });
    await expect(connection.waitForNews(10, never)).rejects.toMatchObject({ kind: 'network' });
    expect(await connection.markStored([1])).toBe(false);
  });

  test('that is half open is noticed at the end of a wait, by a NOOP without answer', async () => {
    const server = await scripted((command) => (command === 'NOOP' ? null : undefined));
    const connection = await connect(server.url, 500);
    await expect(connection.waitForNews(300, never)).rejects.toMatchObject({ kind: 'network' });
  });

  test('in the middle of a mail is a fault, and no half mail comes out', async () => {
    const server = await startScriptedImap((command, socket) => {
      if (command.startsWith('SELECT')) return SELECT_THREE;
      if (command.includes('RFC822.SIZE')) return { lines: [sizeRow(1, 7, 500)] };
      if (!command.includes('BODY.PEEK')) return undefined;
      socket.end('* 1 FETCH (UID 7 BODY[]<0> {500}\r\nSubject: half');
      return null;
    });
    stops.push(server.stop);
    await expect(all(await connect(server.url), 6)).rejects.toMatchObject({ kind: 'network' });
  });

  test('nobody listens, or nobody greets', async () => {
    const url = `imap://desk:secret@127.0.0.1:${await freePort()}/INBOX`;
    await expect(connect(url)).rejects.toMatchObject({
      kind: 'network',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    const { createServer } = await import('node:net');
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(connect(`imap://desk:secret@127.0.0.1:${port}`, 300)).rejects.toMatchObject({ kind: 'network' });
    silent.close();
  });

  test('a BYE while waiting is the end of the connection', async () => {
    const server = await devServer();
    server.store.deliver('desk@acme.test', Buffer.from('Subject: x\r\n\r\ny\r\n'));
    const connection = await connect(server.url);
    const before = connection.status().uidValidity;
    const waiting = connection.waitForNews(60_000, never);
    // Fixed pause: time to begin an IDLE; before it a BYE must end the wait as well.
    setTimeout(() => server.changeUidValidity('desk@acme.test'), 100);
    await expect(waiting).rejects.toMatchObject({ kind: 'network' });
    expect((await connect(server.url)).status().uidValidity).not.toBe(before);
  });
});

describe('habits of servers', () => {
  test('numbers with holes of millions cost nothing', async () => {
    const server = await devServer();
    const inbox = server.store.folder('desk@acme.test');
    for (let n = 0; n < 3; n += 1) {
      server.store.deliver('desk@acme.test', Buffer.from(`Subject: ${n}\r\n\r\ny\r\n`));
      skipUids(inbox, 50_000_000);
    }
    const connection = await connect(server.url);
    expect((await all(connection, 0)).map((mail) => mail.uid)).toEqual([1, 50_000_002, 100_000_003]);
  });

  test('a folder without UIDNEXT is asked for its last mail', async () => {
    const server = await scripted((command) => {
      if (command.startsWith('SELECT')) return { lines: ['* 3 EXISTS', '* OK [UIDVALIDITY 7] ok'] };
      if (/^FETCH (\*|3) /.test(command)) return { lines: ['* 3 FETCH (UID 41)'] };
      return undefined;
    });
    expect((await connect(server.url)).status()).toEqual({
      uidValidity: 7,
      uidNext: 42,
      saysUidNext: false,
      exists: 3,
      idle: true,
      moves: true,
    });
  });

  test('`n:*` that names an old mail, and news of flags among the rows, make no mail and lose none', async () => {
    let asked = 0;
    const server = await scripted((command) => {
      if (command.startsWith('SELECT')) return SELECT_THREE;
      if (command.includes('RFC822.SIZE')) {
        asked += 1;
        if (asked > 1) return { lines: [sizeRow(3, 9)] };
        return { lines: ['* 1 FETCH (UID 3 FLAGS (\\Seen))', sizeRow(2, 8), '* 3 FETCH (UID 9 FLAGS (\\Seen))'] };
      }
      if (command.includes('BODY.PEEK')) return { lines: [bodyRow(3, 9), bodyRow(2, 8)] };
      return undefined;
    });
    const connection = await connect(server.url);
    expect((await all(connection, 7)).map((mail) => [mail.uid, mail.raw?.toString()])).toEqual([
      [8, 'a\r\n\r\nb'],
      [9, 'a\r\n\r\nb'],
    ]);
  });

  test('a mail that the server refuses to hand out is named, and the others come', async () => {
    const server = await scripted((command) => {
      if (command.startsWith('SELECT')) return SELECT_THREE;
      if (command.includes('RFC822.SIZE')) return { lines: [sizeRow(1, 7), sizeRow(2, 8), sizeRow(3, 9)] };
      if (/UID FETCH 8 \(UID BODY/.test(command)) return { tagged: 'NO Some messages could not be FETCHed' };
      if (/UID FETCH 7:9 /.test(command)) return { lines: [bodyRow(1, 7)], tagged: 'NO Some could not be FETCHed' };
      if (/UID FETCH 8 UID/.test(command)) return { lines: ['* 2 FETCH (UID 8)'] };
      const alone = /UID FETCH ([79]) \(UID BODY/.exec(command)?.[1];
      return alone === undefined ? undefined : { lines: [bodyRow(1, Number(alone))] };
    });
    const mails = await all(await connect(server.url), 6);
    expect(mails.map((mail) => [mail.uid, mail.withheld])).toEqual([
      [7, undefined],
      [8, 'unreadable'],
      [9, undefined],
    ]);
  });

  test('a server that says "not now" is believed: no mail is called unreadable', async () => {
    const server = await scripted((command) => {
      if (command.startsWith('SELECT')) return SELECT_THREE;
      if (command.includes('RFC822.SIZE')) return { lines: [sizeRow(1, 7)] };
      return command.includes('BODY.PEEK') ? { tagged: 'NO [UNAVAILABLE] Backend is away' } : undefined;
    });
    await expect(all(await connect(server.url), 6)).rejects.toMatchObject({ kind: 'network' });
  });

  test('a mail that is larger than its server says is not kept', async () => {
    const server = await scripted((command) => {
      if (command.startsWith('SELECT')) return SELECT_THREE;
      if (command.includes('RFC822.SIZE')) return { lines: [sizeRow(1, 7, 10)] };
      return command.includes('BODY.PEEK') ? { lines: [bodyRow(1, 7, 'x'.repeat(1001))] } : undefined;
    });
    expect(await all(await connect(server.url), 6)).toMatchObject([{ uid: 7, raw: undefined, withheld: 'too-large' }]);
    expect(server.commands.find((command) => command.includes('BODY.PEEK'))).toContain('<0.1001>');
  });

  test('a search that is refused is a fault, not an empty mailbox', async () => {
    const server = await scripted((command) => (command.includes('SEARCH') ? { tagged: 'NO not today' } : undefined));
    await expect((await connect(server.url)).uidsSince(0)).rejects.toMatchObject({ kind: 'protocol' });
  });

  test('a login that fails for now is no fault of the operator', async () => {
    const server = await scripted((command) =>
      /^(LOGIN|AUTH)/.test(command) ? { tagged: 'NO [UNAVAILABLE] Temporary authentication failure' } : undefined,
    );
    await expect(connect(server.url)).rejects.toMatchObject({ kind: 'network' });
  });

  test('a folder that takes no keywords is left unmarked', async () => {
    const server = await scripted((command) => {
      if (!command.startsWith('SELECT')) return undefined;
      return { ...SELECT_THREE, lines: [...SELECT_THREE.lines, '* OK [PERMANENTFLAGS (\\Seen)] few'] };
    });
    expect(await (await connect(server.url)).markStored([7])).toBe(true);
    expect(server.commands.some((command) => command.includes('STORE'))).toBe(false);
  });

  test('a folder that is read-only is read, and left unmarked', async () => {
    const server = await scripted((command) => {
      if (command.startsWith('SELECT')) return { ...SELECT_THREE, tagged: 'OK [READ-ONLY] done' };
      if (command.includes('RFC822.SIZE')) return { lines: [sizeRow(1, 7)] };
      if (command.includes('BODY.PEEK')) return { lines: [bodyRow(1, 7)] };
      return command.includes('STORE') ? { tagged: 'NO read-only' } : undefined;
    });
    const connection = await connect(server.url);
    expect((await all(connection, 6)).map((mail) => mail.uid)).toEqual([7]);
    expect(await connection.markStored([7])).toBe(false);
    expect((await all(connection, 6)).map((mail) => mail.uid)).toEqual([7]);
  });

  test('a server without IDLE is asked, and a refused mark is false', async () => {
    let noops = 0;
    const server = await scripted((command) => {
      if (command === 'NOOP') {
        noops += 1;
        return { lines: ['* 1 EXISTS'] };
      }
      return command.includes('STORE') ? { tagged: 'NO not today' } : undefined;
    }, 'IMAP4rev1');
    const connection = await connect(server.url);
    expect(connection.status().idle).toBe(false);
    expect(await connection.waitForNews(500, never)).toBe('news');
    expect(noops).toBeGreaterThan(0);
    expect(await connection.markStored([1])).toBe(false);
  });
});

describe('a server that can neither move mails nor remove single ones', () => {
  test('has stored mails copied and marked, and nothing is ever expunged', async () => {
    const permitted = { ...SELECT_THREE, lines: [...SELECT_THREE.lines, '* OK [PERMANENTFLAGS (\\Deleted \\*)] ok'] };
    const server = await scripted((command) => {
      if (command.startsWith('SELECT')) return permitted;
      return command.startsWith('LIST') ? { lines: ['* LIST () "/" INBOX', '* LIST () "/" Processed'] } : undefined;
    }, 'IMAP4rev1 NAMESPACE');
    const connection = await connectMailbox({ url: server.url, timeoutMs: 60_000, moveTo: 'Processed' });
    stops.push(() => connection.close());
    expect(connection.status().moves).toBe(false);
    expect(await connection.markStored([4, 5])).toBe(true);
    const done = server.commands.filter((command) => /^(?:UID|EXPUNGE|CLOSE|STORE)/.test(command));
    expect(done).toEqual(['UID COPY 4:5 Processed', expect.stringMatching(/^UID STORE 4:5 \+FLAGS.*\$TurnmailStored/)]);
  });
});
