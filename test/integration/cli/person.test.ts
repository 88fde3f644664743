import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runTurnmail } from './run-turnmail.ts';
import { createSeededDesk, JO, type SeededDesk } from './seeded-desk.ts';

let desk: SeededDesk;
let folder: string;
beforeEach(async () => {
  desk = await createSeededDesk();
  await desk.openTicket('Teapot');
  await desk.openTicket('Saucer');
  await desk.database.query(`insert into agents (email, created_at) values ('alice@acme.example', 1)`);
  folder = await mkdtemp(path.join(tmpdir(), 'turnmail-export-'));
});
afterEach(async () => {
  await desk.drop();
  await rm(folder, { recursive: true });
});

const turnmail = (args: string[], stdin = '') => runTurnmail(args, desk.settings, stdin);

test('export prints one JSON object a line, or all in one, and with a folder the mails beside it', async () => {
  const lines = (await turnmail(['export', JO])).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ record }) => record)).toEqual([
    'person',
    'ticket',
    'ticket',
    'mail',
    'mail',
    'sent',
    'sent',
    'audit',
    'audit',
  ]);
  expect(lines[1]).toMatchObject({ email: JO, subject: 'Teapot', status: 'open', responses: [], notes: [] });
  const one = JSON.parse((await turnmail(['export', JO.toUpperCase(), '--json'])).out);
  expect(one.tickets).toHaveLength(2);
  const out = path.join(folder, 'jo');
  expect(await turnmail(['export', JO, '--out', out])).toMatchObject({ code: 0, err: '' });
  expect((await readdir(path.join(out, 'mails'))).sort()).toEqual(['received-1.eml', 'received-2.eml']);
  expect(await readFile(path.join(out, 'mails', 'received-1.eml'), 'utf8')).toBe(
    'Message-ID: <m1@customer.example>\r\n\r\nTeapot\r\n',
  );
  expect((await readFile(path.join(out, 'records.jsonl'), 'utf8')).trim().split('\n')).toHaveLength(9);
  expect(await turnmail(['export', JO, '--out', out])).toMatchObject({
    code: 65,
    err: expect.stringContaining('is not an empty folder'),
  });
});

test('erase asks first; anything but yes leaves all as it is, and an agent is no customer', async () => {
  for (const answer of ['', 'no\n', 'y\n']) {
    const { code, err } = await turnmail(['erase', JO], answer);
    expect(code).toBe(65);
    expect(err).toContain('2 tickets, 2 mails received and 2 sent');
    expect(err).toContain('nothing was erased');
  }
  expect(await turnmail(['erase', 'Alice@acme.example', '--yes'])).toMatchObject({
    code: 65,
    err: expect.stringContaining('is an agent of this desk'),
  });
  expect((await desk.database.query('select distinct email from tickets')).rows).toEqual([{ email: JO }]);
});

test('erase says what it did and what it cannot reach; after it nothing is held', async () => {
  const { code, out, err } = await turnmail(['erase', JO.toUpperCase()], 'yes\n');
  expect({ code, err: err.split('Type yes: ')[1] }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(
    /is erased: 2 tickets, 2 mails received and 2 sent are empty\. Not reached: the mails on the IMAP server, .*backups.*mention this person\.\n$/i,
  );
  expect((await desk.database.query('select email, status, query from tickets order by id')).rows).toEqual([
    { email: 'erased-1@erased.invalid', status: 'closed', query: '' },
    { email: 'erased-2@erased.invalid', status: 'closed', query: '' },
  ]);
  for (const args of [
    ['erase', JO, '--yes'],
    ['export', JO],
    ['trace', JO],
  ]) {
    expect(await turnmail(args), args[0]).toMatchObject({ code: 66, out: '' });
  }
  expect((await turnmail(['trace', '1'])).out).toContain('erased the person this was about');
});
