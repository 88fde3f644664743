import { spawn } from 'node:child_process';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { bareEnvironment, untilUp } from '../support/child-process.ts';

const TURNMAIL = path.join(import.meta.dirname, '../../bin/turnmail');

function run(args: string[], env: Record<string, string> = {}) {
  const child = spawn(TURNMAIL, args, { env: { ...bareEnvironment(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const heard = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    heard.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    heard.err += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return { child, heard, ended };
}

test('demo --once plays a whole conversation and ends with 0', { timeout: 300_000 }, async () => {
  const { heard, ended } = run(['demo', '--once']);
  expect({ code: await ended, err: heard.err }).toEqual({ code: 0, err: '' });
  const titles = heard.out.split('\n').filter((line) => /^\d\. /.test(line));
  expect(titles).toEqual([
    '1. Jo asks',
    '2. Alice leaves a note for her colleagues',
    '3. Alice responds',
    '4. Jo answers',
    '5. Jo writes again, out of turn',
    '6. Alice responds and closes',
    '7. A mail scanner opens the links; nothing happens',
    '8. Jo presses the button',
  ]);
  expect(heard.out).toMatch(/feedback +\| satisfied/);
  expect(heard.out).toMatch(/response_received \| It is blue\. Thank you!/);
  expect(heard.out).toContain('Where to look next');
});

test('the demo stays up for a person, and one Ctrl-C ends it cleanly', { timeout: 300_000 }, async () => {
  const { child, heard, ended } = run(['demo']);
  const isUp = async () => heard.out.includes('Ctrl-C ends it');
  await untilUp({ child, output: () => `${heard.out}${heard.err}` }, isUp);
  const pages = /http:\/\/127\.0\.0\.1:\d+\/readyz/.exec(heard.out)?.[0] ?? '';
  expect((await fetch(pages)).status).toBe(200);
  // A terminal gives the signal to the launcher and to the program behind it.
  child.kill('SIGINT');
  child.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(heard.err).toBe('');
  await expect(fetch(pages)).rejects.toThrow();
});

test('a demo whose reader goes away, as head does, stops and leaves nothing behind', { timeout: 300_000 }, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'turnmail-e2e-'));
  const { child, heard, ended } = run(['demo'], { TMPDIR: folder });
  child.stdout.once('data', () => child.stdout.destroy());
  expect({ code: await ended, err: heard.err }).toEqual({ code: 130, err: '' });
  // rmdir works on an empty folder only: the data is gone, and with it the database that ran in it.
  await rmdir(folder);
});

test('where nothing can be started, the demo says so in one sentence', { timeout: 300_000 }, async () => {
  const { heard, ended } = run(['demo', '--once'], { TMPDIR: '/proc/nowhere' });
  expect(await ended).toBe(70);
  expect(heard.err).toMatch(/^turnmail: [^\n]+\n$/);
});
