import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runTurnmail } from '../integration/cli/run-turnmail.ts';
import { type AttackedDesk, startAttackedDesk } from './attacked-desk.ts';
import { fillPlaceholders } from './placeholders.ts';

/**
 * Every control there is (C0 without what ends a line, DEL, C1), the line and paragraph separators, and what turns the
 * direction, each in front of words that a terminal would take for its order.
 */
const CONTROLS = [0x7f, 0x85, 0x9b, 0x9d, 0x2028, 0x2029, 0x202e, 0x2066, 0x061c, 0x1b, 0x07, 0x08, 0x0c, 0x0e, 0x00];
const ORDERS = CONTROLS.map((code) => `${String.fromCodePoint(code)}]0;title`).join(' ');
const FORBIDDEN = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u2028-\u202e\u2066-\u2069]/;
const word = (text: string) => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;

const QUESTION = 'My printer burns and the office is full of smoke, what shall I pour on it?';

const WORDS = [
  `Subject: ${word(`Burns ${ORDERS}`)}`,
  'Date: Sun, 22 Nov 2026 13:00:00 +0000',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from(`My printer burns. ${ORDERS}`).toString('base64'),
  '--b',
  `Content-Type: application/pdf; name="${word(`a${ORDERS}.pdf`)}"`,
  'Content-Disposition: attachment',
  '',
  '%PDF',
  '--b--',
  '',
].join('\r\n');

let desk: AttackedDesk;
let folder: string;
let ticket: number;
let parked: number;
let learned: string;

beforeAll(async () => {
  desk = await startAttackedDesk();
  folder = await mkdtemp(path.join(tmpdir(), 'turnmail-terminal-'));
  const name = word(`Eve ${ORDERS}`);
  const first = Buffer.from(`From: ${name} <eve@stranger.example>\r\nMessage-ID: <first@x>\r\n${WORDS}`);
  const opened = await desk.receive(first);
  ticket = opened.ticket ?? 0;
  const nobody = fillPlaceholders(
    `From: ${name} eve@{{byte 9b}}x\r\nX-Raw: {{byte 1b}}]0;{{byte c2}}{{byte 9b}}\r\n`,
    {},
  );
  const lost = await desk.receive(Buffer.concat([Buffer.from(nobody, 'latin1'), Buffer.from(WORDS)]));
  parked = lost.id;
  await writeFile(path.join(folder, `a${String.fromCharCode(0x1b)}]0;${String.fromCodePoint(0x9b)}.eml`), first);
  learned = path.join(folder, 'past.jsonl');
  const rows = Array.from({ length: 12 }, (_, n) => ({
    email: `eve-${n}@elsewhere.example`,
    query: n < 6 ? `${QUESTION} ${ORDERS}` : `Where is order ${n} that I paid for last month?`,
    last_response: n < 6 ? `Water. ${ORDERS}` : `It left our house on day ${n}.`,
    feedback: 'satisfied',
    created_time: 1,
    closed_time: 2,
  }));
  await writeFile(learned, `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
  const { out, err } = await runTurnmail(['import', learned], desk.world.env);
  expect(out, err).toContain('12 learned');
});

afterAll(async () => {
  await desk?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** Runs a command and resolves with what it showed, without the line ends that are ours. */
async function shown(...args: string[]): Promise<string> {
  const { out, err } = await runTurnmail(args, desk.world.env);
  expect(out.length, err).toBeGreaterThan(0);
  return `${out}${err}`;
}

describe('what a mail holds reaches no terminal as an order', () => {
  const commands: [string, () => string[], string][] = [
    ['ticket list', () => ['ticket', 'list'], 'Burns'],
    ['ticket show', () => ['ticket', 'show', String(ticket)], 'My printer burns'],
    ['trace of a ticket', () => ['trace', String(ticket)], 'Burns'],
    ['trace of an address', () => ['trace', 'eve@stranger.example'], 'Burns'],
    ['parked list', () => ['parked', 'list'], 'Burns'],
    ['parked show', () => ['parked', 'show', String(parked)], 'My printer burns'],
    ['explain', () => ['explain', folder], 'My printer burns'],
    ['export', () => ['export', 'eve@stranger.example'], 'My printer burns'],
    ['suggest', () => ['suggest', QUESTION], 'Water.'],
  ];

  for (const [name, args, words] of commands) {
    test(name, async () => {
      const text = await shown(...args());
      expect(text).toContain(words);
      expect(FORBIDDEN.exec(text)?.[0]?.codePointAt(0)?.toString(16)).toBeUndefined();
    });

    test(`${name} as JSON, which still reads back`, async () => {
      const text = await shown(...args(), name === 'explain' ? '--jsonl' : '--json');
      expect(FORBIDDEN.exec(text)?.[0]?.codePointAt(0)?.toString(16)).toBeUndefined();
      const documents = name === 'explain' ? text.trim().split('\n') : [text];
      expect(JSON.stringify(documents.map((one) => JSON.parse(one)))).toContain(words);
    });
  }
});
