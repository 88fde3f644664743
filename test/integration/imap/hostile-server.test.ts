import { createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { connectMailbox, type FetchedMail } from '../../../src/imap/mailbox-connection.ts';
import { startScriptedImap } from './scripted-imap.ts';

const MEGABYTE = 1024 * 1024;
const MAX_MAIL = 2 * MEGABYTE;
/** What a server may make us take in before it is cut off: a line, a literal, and what the two sockets hold. */
const MAX_TAKEN = 32 * MEGABYTE;

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Writes these pieces without end, as fast as they are taken, and counts what was. */
function flood(socket: Socket, begin: string, piece: Buffer): { taken: () => number } {
  socket.write(begin);
  const go = () => {
    while (!socket.destroyed && socket.writable && socket.write(piece)) {
      // On until the other side takes no more.
    }
  };
  socket.on('drain', go);
  go();
  return { taken: () => socket.bytesWritten - socket.writableLength };
}

/** A server that greets, and then floods. */
async function floodingServer(begin: string, piece: Buffer) {
  const floods: { taken: () => number }[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    floods.push(flood(socket, begin, piece));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `imap://desk:secret@127.0.0.1:${port}/INBOX`,
    taken: () => floods.reduce((sum, one) => sum + one.taken(), 0),
  };
}

test.each([
  ['a greeting', '* OK ', 'x'],
  ['a line of capabilities', '* OK hello\r\n* CAPABILITY ', 'IMAP4rev1 X-A '],
  ['a line of quotes', '* OK hello\r\n* LIST () "/" "', '\\"'],
  ['a list in lists', '* OK hello\r\n* 1 FETCH ', '('],
])('a server that sends %s without end is cut off', async (_name, begin, piece) => {
  const server = await floodingServer(begin, Buffer.from(piece.repeat(Math.ceil(65_536 / piece.length))));
  await expect(connectMailbox({ url: server.url, timeoutMs: 60_000, maxMailBytes: MAX_MAIL })).rejects.toMatchObject({
    name: 'ImapFault',
  });
  expect(server.taken()).toBeLessThan(MAX_TAKEN);
});

const SELECTED = ['* 50 EXISTS', '* OK [UIDVALIDITY 7] ok', '* OK [UIDNEXT 51] ok'];
const UIDS = Array.from({ length: 50 }, (_one, n) => n + 1);
const sizeRow = (uid: number) => `* ${uid} FETCH (UID ${uid} RFC822.SIZE 100)`;

/** A server with 50 mails of 100 bytes each, by its own words, whose bodies are as `body` says. */
async function lyingServer(body: (uid: number) => string) {
  const server = await startScriptedImap((command, socket) => {
    if (/^SELECT/.test(command)) return { lines: SELECTED, tagged: 'OK [READ-WRITE] done' };
    if (/^UID FETCH .*RFC822\.SIZE/.test(command)) return { lines: UIDS.map(sizeRow) };
    const asked = /^UID FETCH (\d+)(?::(\d+))? .*BODY/.exec(command);
    if (asked === null) return undefined;
    for (const uid of UIDS)
      if (uid >= Number(asked[1]) && uid <= Number(asked[2] ?? asked[1])) socket.write(`${body(uid)}\r\n`);
    return {};
  });
  stops.push(server.stop);
  return server;
}

async function fetchAll(url: string, onLog: (line: string) => void = () => undefined): Promise<FetchedMail[]> {
  const connection = await connectMailbox({ url, timeoutMs: 60_000, maxMailBytes: MAX_MAIL, onLog });
  stops.push(() => connection.close());
  const mails: FetchedMail[] = [];
  const limits = { limit: 50, maxBatchBytes: 16 * MEGABYTE, maxMailBytes: MAX_MAIL };
  for await (const batch of connection.fetchAfter(0, limits)) for (const mail of batch) mails.push(mail);
  return mails;
}

test('a body that says it is larger than any mail may be ends the connection before a byte of it is kept', async () => {
  const server = await lyingServer((uid) => `* ${uid} FETCH (UID ${uid} BODY[]<0> {900000000}\r\n${'x'.repeat(1000)}`);
  await expect(fetchAll(server.url)).rejects.toMatchObject({ name: 'ImapFault', fetching: UIDS });
});

test('mails that are all much larger than announced are not taken together', async () => {
  const large = 'x'.repeat(MEGABYTE);
  const server = await lyingServer((uid) => `* ${uid} FETCH (UID ${uid} BODY[]<0> {${large.length}}\r\n${large})`);
  const failed = await fetchAll(server.url).catch((error: unknown) => error);
  expect(failed).toMatchObject({ kind: 'protocol', fetching: UIDS });
  expect(String(failed)).toContain('much more than it has announced');
});

test('a mail whose size is announced wrongly is read all the same', async () => {
  const body = 'Subject: a\r\n\r\n'.padEnd(5_000, 'y');
  const server = await lyingServer((uid) => `* ${uid} FETCH (UID ${uid} BODY[]<0> {${body.length}}\r\n${body})`);
  expect((await fetchAll(server.url)).map((mail) => mail.raw?.length)).toEqual(UIDS.map(() => 5_000));
});

test('what a server says that cannot be parsed stands in no log', async () => {
  const lines: string[] = [];
  const secret = 'jo@customer.example 12-3f-abcdefghijklmnopqrstuvwxyz';
  const server = await startScriptedImap((command) =>
    /^SELECT/.test(command)
      ? { lines: [...SELECTED, `* 1 FETCH (BODY[] "${secret}" (((`, `* ${secret} {{`], tagged: 'OK [READ-WRITE] done' }
      : undefined,
  );
  stops.push(server.stop);
  const connection = await connectMailbox({ url: server.url, timeoutMs: 60_000, onLog: (line) => lines.push(line) });
  stops.push(() => connection.close());
  expect(lines.join('\n')).toMatch(/a line of \d+ bytes cannot be parsed/);
  expect(lines.join('\n')).not.toMatch(/customer\.example|12-3f/);
});
