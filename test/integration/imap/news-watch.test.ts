import { ImapFlow } from 'imapflow';
import { afterEach, expect, test } from 'vitest';
import { createNewsWatch } from '../../../src/imap/news-watch.ts';
import { PATIENCE_MS } from '../../support/wait-for.ts';
import { type Answer, type ScriptedImap, startScriptedImap } from './scripted-imap.ts';

const never = new AbortController().signal;
const stops: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function open(answer: (command: string) => Answer): Promise<{ server: ScriptedImap; client: ImapFlow }> {
  const server = await startScriptedImap(answer);
  const { port } = new URL(server.url);
  const client = new ImapFlow({
    host: '127.0.0.1',
    port: Number(port),
    secure: false,
    auth: { user: 'desk', pass: 'secret' },
    disableAutoIdle: true,
    logger: false,
  });
  client.on('error', () => undefined);
  stops.push(server.stop, () => client.close());
  await client.connect();
  await client.mailboxOpen('INBOX');
  return { server, client };
}

test('a long wait is cut into IDLEs that are each ended by a NOOP', async () => {
  const { server, client } = await open(() => undefined);
  const stop = new AbortController();
  const waiting = createNewsWatch(client, PATIENCE_MS, 100).wait(PATIENCE_MS, stop.signal);
  const said = () => server.commands.slice(server.commands.indexOf('IDLE'));
  await expect.poll(() => said().slice(0, 4)).toEqual(['IDLE', 'NOOP', 'IDLE', 'NOOP']);
  stop.abort();
  expect(await waiting).toBe('aborted');
  expect(await createNewsWatch(client, PATIENCE_MS, 100).wait(300, never)).toBe('timeout');
});

test('a connection that went dead while idle is noticed at the next renewal, long before the wait is over', async () => {
  let noops = 0;
  const { client } = await open((command) => {
    if (command !== 'NOOP') return undefined;
    noops += 1;
    return noops > 2 ? null : undefined;
  });
  await expect(createNewsWatch(client, 200, 100).wait(60_000, never)).rejects.toThrow('in time');
  expect(client.usable).toBe(false);
});

test('news that only the answer to a NOOP brings is news', async () => {
  let noops = 0;
  const { client } = await open((command) => {
    if (command !== 'NOOP') return undefined;
    noops += 1;
    return noops === 2 ? { lines: ['* 1 EXISTS'] } : undefined;
  });
  expect(await createNewsWatch(client, PATIENCE_MS, 50).wait(PATIENCE_MS, never)).toBe('news');
});

test('fewer mails than before are no news', async () => {
  const { server, client } = await open((command) =>
    command.startsWith('SELECT')
      ? { lines: ['* 3 EXISTS', '* OK [UIDVALIDITY 7] ok', '* OK [UIDNEXT 4] ok'], tagged: 'OK [READ-WRITE] done' }
      : undefined,
  );
  const watch = createNewsWatch(client, PATIENCE_MS);
  const stop = new AbortController();
  const waiting = watch.wait(PATIENCE_MS, stop.signal);
  await expect.poll(() => server.commands).toContain('IDLE');
  server.sockets[0]?.write('* 3 EXPUNGE\r\n* 2 EXISTS\r\n');
  await expect.poll(() => client.mailbox).toMatchObject({ exists: 2 });
  expect(watch.hasNews()).toBe(false);
  stop.abort();
  expect(await waiting).toBe('aborted');
});

test('a server that refuses IDLE is asked with NOOP instead', async () => {
  const { server, client } = await open((command) => (command === 'IDLE' ? { tagged: 'NO not here' } : undefined));
  const stop = new AbortController();
  const waiting = createNewsWatch(client, PATIENCE_MS, 100).wait(PATIENCE_MS, stop.signal);
  await expect.poll(() => server.commands.filter((command) => command === 'NOOP').length).toBeGreaterThan(1);
  stop.abort();
  expect(await waiting).toBe('aborted');
});
