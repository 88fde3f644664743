import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeMail } from '../../support/sent-mail.ts';
import { runTurnmail } from './run-turnmail.ts';
import { createSeededDesk, JO, type SeededDesk } from './seeded-desk.ts';

let desk: SeededDesk;
let folder: string;
beforeAll(async () => {
  desk = await createSeededDesk();
  folder = await mkdtemp(path.join(tmpdir(), 'explain-desk-'));
});
afterAll(async () => {
  await desk?.drop();
  await rm(folder, { recursive: true });
});

const TABLES = [
  'tickets',
  'responses',
  'inbound_mails',
  'inbound_seen',
  'outbox',
  'reply_tokens',
  'audit_log',
  'mailboxes',
];

async function everything(): Promise<unknown[]> {
  return await Promise.all(TABLES.map(async (name) => (await desk.database.query(`table ${name}`)).rows));
}

test('explain --desk says which ticket a mail would touch and why, and changes nothing', async () => {
  const { ticketId, messageId } = await desk.openTicket('Teapot');
  const token = `${ticketId}-3f-${'a'.repeat(26)}`;
  const mails = {
    'a-held.eml': writeMail({
      from: JO,
      to: 'support@acme.example',
      headers: [`In-Reply-To: <${messageId}>`],
      text: 'Is there news?',
    }),
    'b-new.eml': writeMail({
      from: 'pat@customer.example',
      to: `support+${token}@acme.example`,
      text: 'My cup is cold.',
    }),
    'c-known.eml': Buffer.from(`Message-ID: <${messageId}>\r\n\r\nTeapot\r\n`),
  };
  for (const [name, raw] of Object.entries(mails)) await writeFile(path.join(folder, name), raw);
  await desk.database.query(
    'insert into inbound_seen (digest, inbound_id) select raw_sha256, id from inbound_mails on conflict do nothing',
  );
  const before = await everything();
  const { code, out, err } = await runTurnmail(['explain', folder, '--desk', '--jsonl'], desk.settings);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const found = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { tokens: string[]; desk: unknown });
  expect(found.map((one) => one.desk)).toEqual([
    { disposition: 'held', reason: 'before-any-response', ticketId },
    { disposition: 'ticket', reason: 'new-request', ticketId: null },
    { disposition: 'duplicate', reason: 'same-bytes', ticketId: null },
  ]);
  expect(found.map((one) => one.tokens)).toEqual([[], [token], []]);
  const forPeople = await runTurnmail(['explain', path.join(folder, 'a-held.eml'), '--desk'], desk.settings);
  expect(forPeople.out).toContain(`would be decided as held, ticket [#${ticketId}]: it came before any response`);
  expect(await everything()).toEqual(before);
});

test('without settings it says what is missing', async () => {
  const { code, out, err } = await runTurnmail(['explain', folder, '--desk'], {});
  expect({ code, out }).toEqual({ code: 78, out: '' });
  expect(err).toContain('SUPPORT_ADDRESS is not set');
});
