import { spawn } from 'node:child_process';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { startDevMailServer } from '../../../src/dev/dev-mail-server.ts';
import { bareEnvironment } from '../../support/child-process.ts';
import { createDatabase } from '../../support/postgres.ts';
import { waitFor } from '../../support/wait-for.ts';
import { deskSettings } from './run-turnmail.ts';

vi.setConfig({ testTimeout: 240_000 });

test('up says which address it reads, how many old mails it leaves alone and what to do next', async () => {
  const database = await createDatabase();
  const mail = await startDevMailServer({ users: [{ address: 'support@acme.example', password: 'hush-hush' }] });
  for (const n of [1, 2, 3]) mail.store.deliver('support@acme.example', Buffer.from(`Subject: old ${n}\r\n\r\nx\r\n`));
  const child = spawn(path.join(import.meta.dirname, '../../../bin/turnmail'), ['up', '--role', 'poll'], {
    env: {
      ...bareEnvironment(),
      ...deskSettings(database.url),
      IMAP_URL: `imap://support%40acme.example:hush-hush@127.0.0.1:${mail.imapPort}/INBOX`,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  try {
    await waitFor(
      () => said.includes('\n'),
      120_000,
      () => `a line of greeting, not "${said}"`,
    );
    expect(said).toMatch(
      /^Turnmail reads support@acme\.example\. 3 mails that were there before are left alone \(INITIAL_SYNC\)\. Now write to it .*\n$/,
    );
  } finally {
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
    await mail.stop();
    await database.drop();
  }
});
