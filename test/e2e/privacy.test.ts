import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { findTokens } from '../../src/domain/ticket/reply-token.ts';
import { canaryMail, findCanaries, type Leak, searchTables } from '../support/canaries.ts';
import { freePort } from '../support/child-process.ts';
import { type DeskWorld, startDeskWorld } from '../support/desk-world.ts';
import { ALICE, ask, DESK, hand, mailAbout, respond, SETTLED } from '../support/played-desk.ts';
import { type RoleProcess, startRole } from '../support/role-processes.ts';
import { writeMail, writeReply } from '../support/sent-mail.ts';
import { describeWith } from '../support/servers.ts';
import { PATIENCE_MS, waitFor } from '../support/wait-for.ts';

/** Words that stand only in mails, and names that stand only in settings. */
const XAVI = 'xavi.canary@person.example';
const FROM = `Xavierine Quagga <${XAVI}>`;
const REFUSED = 'refusal.canary@person.example';
const LOST = 'lost.canary@person.example';
const WORDS = [
  'canary',
  'Xavierine',
  'Quagga',
  'person.example',
  'Zebrafinch',
  'Quokkabody',
  'walrusfile',
  'Narwhalbytes',
  'Tapirresponse',
  'Ocelotanswer',
  'Lemurnote',
  'Bisonparked',
  'Gibbonfail',
  'Puffinbounce',
  'desk.example',
  'Acme Support',
  'Alice',
  'hunter2',
];

/** Deeper than the parser goes. */
function tooDeep(): Buffer {
  const levels = Array.from({ length: 200 }, (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}`);
  return Buffer.from(
    `From: ${FROM}\r\nTo: ${DESK}\r\nSubject: Bisonparked\r\n${levels.join('\r\n')}\r\n\r\nBisonparked\r\n`,
  );
}

function bounceOf(messageId: string): Buffer {
  const lines = [
    'From: MAILER-DAEMON@person.example',
    `To: ${DESK}`,
    'Subject: Undelivered Mail Returned to Sender',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b1',
    '',
    '--b1',
    'Content-Type: text/plain',
    '',
    'Puffinbounce: nobody there',
    '--b1',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.person.example',
    '',
    `Final-Recipient: rfc822; ${XAVI}`,
    'Action: failed',
    'Status: 5.1.1',
    '--b1',
    'Content-Type: message/rfc822',
    '',
    `Message-ID: ${messageId}`,
    '',
    'Puffinbounce',
    '--b1--',
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}

/** A whole conversation, with the relay, the parser, the database and the poller failing on the way. */
async function playWithFailures(world: DeskWorld, page: string, poller: RoleProcess): Promise<void> {
  world.sink.behaviour.onRecipient = (recipient) =>
    recipient === REFUSED ? { code: 550, message: `5.1.1 <${recipient}> Xavierine is unknown here` } : undefined;
  world.sink.behaviour.onData = (mail) => (mail.envelope.to.includes(LOST) ? 'drop' : 'accept');
  const [first] = await hand(world, canaryMail(FROM, DESK));
  const ticket = first?.ticket ?? 0;
  const toAlice = await mailAbout(world, 'alice@desk.example', ticket);
  const asked = { ticket, customer: XAVI, receipt: await mailAbout(world, XAVI, ticket), toAlice, toBob: toAlice };
  const response = await respond(world, asked, 'Tapirresponse');
  await hand(world, bounceOf(response.header('Message-ID') ?? ''));
  await hand(world, writeReply(response, FROM, 'Ocelotanswer'));
  await hand(world, writeReply(toAlice, FROM, 'Bisonparked'));
  await hand(world, writeReply(toAlice, ALICE, '/note Lemurnote'));
  await hand(world, writeReply(toAlice, ALICE, '/nonsense Lemurnote'));
  await hand(world, writeMail({ from: `Xavierine <${REFUSED}>`, to: DESK, text: 'Quokkabody' }));
  await hand(world, writeMail({ from: `Xavierine <${LOST}>`, to: DESK, text: 'Quokkabody' }));
  await hand(world, tooDeep(), writeMail({ from: `"Xavierine`, to: DESK, text: 'Bisonparked' }));
  // The database refuses the words themselves, and then a table is gone under everybody's feet.
  await world.rows(`alter table tickets add constraint no_gibbons check (query not like '%Gibbonfail%')`);
  await world.deliver(writeMail({ from: FROM, to: DESK, text: 'Gibbonfail', subject: 'Gibbonfail' }));
  await world.until(
    `select count(*) = 1 from inbound_mails where disposition is null and attempts > 0 and lease_until = 0`,
  );
  await world.rows('alter table tickets drop constraint no_gibbons');
  await world.rows('alter table inbound_mails rename to gone_for_a_moment');
  await world.deliver(writeMail({ from: FROM, to: DESK, text: 'Ocelotanswer' }));
  await waitFor(
    () => poller.everything().includes('the mailbox could not be read'),
    PATIENCE_MS,
    () => `the poller to find a table gone: ${poller.output()}`,
  );
  await world.rows('alter table gone_for_a_moment rename to inbound_mails');
  // A poller and a worker that failed come again after a pause.
  await world.until(
    `select count(*) = 2 from tickets where email = '${XAVI}' and id > ${ticket} and query ~ 'Gibbon|Ocelot'`,
    PATIENCE_MS,
  );
  await world.until(SETTLED);
  // Another poller takes the mailbox over: ours is fenced, and comes again.
  await world.rows(`update mailboxes set lease_epoch = lease_epoch + 1, lease_holder = 'another', lease_until = 0
    where last_good_poll_at is not null`);
  await ask(world, 'third.canary@person.example');
  await hand(world, writeReply(toAlice, ALICE, '/close'));
  const closing = await world.mailTo(XAVI, world.countTo(XAVI));
  const link = /https:\/\/help\.desk\.example(\/t\/\S+)/.exec(closing.parsed.text)?.[1] ?? '/no-link';
  expect((await fetch(`${page}${link}`)).status).toBe(200);
  expect((await fetch(`${page}${link}`, { method: 'POST' })).status).toBe(200);
  expect((await fetch(`${page}${link}x?who=${XAVI}`)).status).toBeGreaterThan(399);
  await fetch(`${page}${link}`, { method: 'POST', body: `${XAVI} Quokkabody`.repeat(9000) });
}

async function plantInQueue(world: DeskWorld): Promise<void> {
  if (!world.redis) {
    await world.rows(`insert into bullmq.planted values ('${XAVI}')`);
    return;
  }
  const { hostname, port } = new URL(world.redis.url);
  const socket = connect(Number(port), hostname);
  socket.write(`SET planted ${XAVI}\r\n`);
  await once(socket, 'data');
  socket.destroy();
}

/** Everything that BullMQ writes, as it is written: jobs that succeed are removed at once. */
async function listenToQueue(world: DeskWorld): Promise<() => Promise<string>> {
  if (world.redis) {
    // ioredis takes what is heard in the same packet as the OK for an answer, and fails: a plain socket does not.
    const { hostname, port } = new URL(world.redis.url);
    const socket = connect(Number(port), hostname);
    world.onStop(async () => socket.destroy());
    const heard: Buffer[] = [];
    socket.on('data', (chunk) => heard.push(chunk));
    socket.write('MONITOR\r\n');
    await once(socket, 'data');
    return async () => Buffer.concat(heard).toString();
  }
  await world.rows('create table public.heard_of_jobs (row text not null)');
  await world.rows(`create function public.hear() returns trigger language plpgsql as $$
    begin insert into public.heard_of_jobs values (to_jsonb(new)::text); return null; end $$`);
  const tables = await world.rows<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'bullmq' and table_type = 'BASE TABLE'`,
  );
  for (const { name } of tables) {
    await world.rows(
      `create trigger hear after insert or update on bullmq."${name}" for each row execute function public.hear()`,
    );
  }
  return async () =>
    (await world.rows<{ row: string }>('select row from public.heard_of_jobs')).map(({ row }) => row).join('\n');
}

/** The proofs of all tokens and bounce addresses in what was sent. */
function tokensSent(world: DeskWorld): string[] {
  const texts = world.sink.seen.map(
    (mail) => `${mail.envelope.from} ${mail.raw.toString('latin1').replaceAll('=\r\n', '')}`,
  );
  const macs = texts.flatMap((text) => [
    ...findTokens(text.slice(0, 2_000)).map(({ mac }) => mac),
    ...[...text.matchAll(/\bb[0-9a-z]{1,11}-([a-z2-7]{26})\b/g)].map((match) => match[1] ?? ''),
  ]);
  return [...new Set(macs)];
}

function suite(queue: 'postgres' | 'redis'): void {
  test('no address, word, file name, password or token leaves the mails: not in logs, metrics, readiness or jobs', {
    timeout: 300_000,
  }, async () => {
    const env = { LOG_LEVEL: 'trace', OPERATORS: 'Olga <olga.canary@person.example>' };
    const world = await startDeskWorld({ queue, env });
    try {
      const port = await freePort();
      const page = `http://127.0.0.1:${port}`;
      const start = (role: 'poll' | 'process' | 'send' | 'web' | 'sweep', more = {}) =>
        startRole(world, role, { LOG_LEVEL: 'trace', HTTP_PORT: String(port), ...more });
      const poller = await start('poll');
      const others = await Promise.all([
        // A mailbox that lets nobody in, and whose address and password are nobody's business either.
        start('poll', {
          IMAP_URL: (world.env['IMAP_URL'] ?? '').replace(
            'support%40desk.example:secret',
            'ghost%40person.example:hunter2',
          ),
        }),
        start('process', { SEND_TIMEOUT_SECONDS: '5' }),
        start('send', { SEND_TIMEOUT_SECONDS: '5' }),
        start('web'),
        start('sweep'),
      ]);
      const processes = [poller, ...others];
      await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
      const heardOfJobs = await listenToQueue(world);
      await playWithFailures(world, page, poller);
      await world.until(`select count(*) > 0 from mailboxes where last_error is not null`);
      const texts: [string, string][] = [];
      for (const path of ['/metrics', '/readyz', '/healthz'])
        texts.push([path, await (await fetch(page + path)).text()]);
      texts.push(['jobs', await heardOfJobs()]);
      for (const one of processes) await one.terminate();
      for (const one of processes) texts.push([`the log of ${one.role}`, one.everything()]);
      expect(await failuresSeen(world, processes)).toEqual([]);
      const tokens = tokensSent(world);
      expect(tokens.length).toBeGreaterThan(10);
      const words = [...WORDS, ...tokens];
      const leaks: Leak[] = texts.flatMap(([where, text]) => findCanaries(where, text, words));
      leaks.push(...(await searchTables(world.database, 'bullmq', words)));
      expect(leaks).toEqual([]);
      // The gate can fail: the places that were searched are full, and a word in them is found.
      for (const [where, text] of texts) expect(text.length, where).toBeGreaterThan(where === '/healthz' ? 10 : 200);
      const planted = texts.flatMap(([where, text]) => findCanaries(where, `${text}QUOKKABODY`, words));
      expect(planted).toEqual(texts.map(([where]) => ({ where, word: 'Quokkabody' })));
      const everywhere = new Set((await searchTables(world.database, 'public', WORDS)).map(({ word }) => word));
      for (const word of ['Quokkabody', 'Tapirresponse', 'walrusfile', 'Puffinbounce'])
        expect(everywhere).toContain(word);
    } finally {
      await world.stop();
    }
  });
}

/** What must have gone wrong for the test to mean anything, as far as it did not. */
async function failuresSeen(world: DeskWorld, processes: RoleProcess[]): Promise<string[]> {
  const logs = processes.map((one) => one.everything()).join('\n');
  const expected: [string, boolean][] = [
    ['a mail could not be decided', logs.includes('a mail could not be decided')],
    ['the mailbox could not be read', logs.includes('the mailbox could not be read')],
    ['unknown', logs.includes('"outcome":"unknown"')],
    ['rejected', logs.includes('"outcome":"rejected"')],
    ['too-deep', logs.includes('too-deep') || logs.includes('too-many-parts')],
  ];
  const [rows] = await world.rows<{ told: boolean }>(
    `select exists (select from audit_log where action = 'unknown') as told`,
  );
  return [...expected.filter(([, seen]) => !seen).map(([what]) => what), ...(rows?.told ? [] : ['nobody was told'])];
}

function gateSuite(queue: 'postgres' | 'redis'): void {
  test('the gate can fail: a canary in a job is heard, even if the job is done and removed', async () => {
    const world = await startDeskWorld({ queue });
    try {
      await world.start(['web']);
      // A hint carries nothing, so the canary is put where jobs are kept.
      if (!world.redis) await world.rows('create table bullmq.planted (data text)');
      const heardOfJobs = await listenToQueue(world);
      await plantInQueue(world);
      await waitFor(
        async () => findCanaries('jobs', await heardOfJobs(), WORDS).length > 0,
        PATIENCE_MS,
        () => 'the canary',
      );
      expect(findCanaries('jobs', await heardOfJobs(), ['nothing', XAVI])).toEqual([{ where: 'jobs', word: XAVI }]);
      await world.rows('create table public.planted (data bytea)');
      await world.rows(`insert into planted values ('${XAVI}')`);
      expect(await searchTables(world.database, 'public', [XAVI])).toContainEqual({
        where: 'planted.data',
        word: XAVI,
      });
    } finally {
      await world.stop();
    }
  });
}

suite('postgres');
gateSuite('postgres');
describeWith('redis-server', 'with the queue on Redis', () => {
  suite('redis');
  gateSuite('redis');
});
