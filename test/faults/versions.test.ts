import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { bareEnvironment } from '../support/child-process.ts';
import { startDeskWorld } from '../support/desk-world.ts';
import { ALICE, DESK, mailAbout, SETTLED } from '../support/played-desk.ts';
import { launchRole, startRole } from '../support/role-processes.ts';
import { writeMail, writeReply } from '../support/sent-mail.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

/** What a next version may bring: columns in tables that are in use, and a table. */
const NEWER = `
alter table ticket_mail add column mood text;
alter table reply_tokens add column mood text not null default 'fine';
alter table outbox add column mood text not null default 'fine';
alter table outbox_attempts add column mood text;
alter table inbound_mails add column mood text;
alter table mailboxes add column mood text;
alter table agents add column mood text;
alter table alarms add column mood text;
create table moods (id bigint generated always as identity primary key, mood text not null);
`;

/** A copy of this version with one more migration: the next one. */
async function makeNextVersion(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'turnmail-next-'));
  for (const part of ['src', 'workers', 'templates', 'migrations', 'package.json']) {
    await cp(path.join(ROOT, part), path.join(folder, part), { recursive: true });
  }
  await symlink(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  await writeFile(path.join(folder, 'migrations', '9001_moods.sql'), NEWER);
  return folder;
}

test('an older process works on through a migration and beside the newer version, and does not start again', {
  timeout: 300_000,
}, async () => {
  const next = await makeNextVersion();
  const world = await startDeskWorld({ env: { AGENTS: 'alice@desk.example' } });
  world.onStop(() => rm(next, { recursive: true, force: true }));
  let customers = 0;
  const write = async (n: number) => {
    for (let i = 0; i < n; i++) {
      customers++;
      await world.deliver(writeMail({ from: `c${customers}@customer.example`, to: DESK }));
    }
    await world.until(`select count(*) = ${customers} from inbound_mails where disposition = 'ticket'`);
    await world.until(SETTLED);
  };
  /** A turn: what locks and reads a ticket, its tokens and its material. */
  const converse = async (n: number, words: string) => {
    const customer = `c${n}@customer.example`;
    // Mails of three people are decided side by side, so the second may have the third ticket.
    const [row] = await world.rows<{ id: number }>(`select id::int from tickets where email = '${customer}'`);
    const ticket = row?.id ?? 0;
    await world.deliver(writeReply(await mailAbout(world, 'alice@desk.example', ticket), ALICE, words));
    await world.until(`select count(*) = 1 from responses where ticket_id = ${ticket}`);
    const response = await mailAbout(world, customer, ticket, 2);
    await world.deliver(writeReply(response, customer, 'Thank you.'));
    await world.until(`select response_received is not null from responses where ticket_id = ${ticket}`);
    await world.until(SETTLED);
  };
  try {
    const older = await startRole(world, 'all');
    await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
    await write(3);
    await converse(1, 'Pour water on it.');
    const env = { ...bareEnvironment(), ...world.env };
    const migrated = await run(process.execPath, [path.join(next, 'src/cli/main.ts'), 'migrate'], {
      env,
      cwd: tmpdir(),
    });
    expect(migrated.stdout).toContain('applied 9001_moods');

    // The older one alone, on the newer schema.
    await write(3);
    await converse(2, 'Pour water on it.');
    expect(await world.rows(`select count(*)::int as n from inbound_mails where disposition = 'parked'`)).toEqual([
      { n: 0 },
    ]);

    const newer = await startRole(world, 'all', {}, next);
    await write(6);
    await converse(3, 'Pour water on it.');

    // Started anew it says what to do, and touches nothing.
    const again = launchRole(world, 'all');
    expect(await again.up).toBe(false);
    expect(await again.ended).toBe(70);
    expect(again.output()).toContain('the database was migrated by newer code (9001_moods); install that version');

    expect(await older.terminate()).toBe(0);
    await write(3);
    for (let n = 1; n <= customers; n++) {
      expect(world.countTo(`c${n}@customer.example`), `c${n}`).toBe(n <= 3 ? 2 : 1);
    }
    expect(await world.rows(`select count(*)::int as n from outbox where state <> 'sent'`)).toEqual([{ n: 0 }]);
    expect(await newer.terminate()).toBe(0);
  } finally {
    await world.stop();
  }
});
