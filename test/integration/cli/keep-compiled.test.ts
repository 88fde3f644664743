import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runTurnmail } from './run-turnmail.ts';

const ROOT = path.join(import.meta.dirname, '../../..');
const KEPT = path.join(ROOT, 'node_modules/.cache/turnmail');
/** Says at the end of a process where Node keeps what it has compiled there. */
const SAY = `data:text/javascript,import { getCompileCacheDir } from 'node:module';
process.on('exit', () => console.log('kept in ' + getCompileCacheDir()));`;
const run = promisify(execFile);
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'turnmail-compiled-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function placeOf(program: string, args: string[]): Promise<string> {
  const env = { PATH: process.env['PATH'] ?? '' };
  // A worker without settings ends with a sentence about them, which is all that is wanted of it.
  const ended = await run(process.execPath, ['--import', encodeURI(SAY), path.join(ROOT, program), ...args], {
    env,
    cwd: tmpdir(),
  }).catch((error: { stdout: string }) => error);
  return path.dirname(/^kept in (.*)$/m.exec(ended.stdout)?.[1] ?? '');
}

describe('what Node has compiled of the desk', () => {
  test('is kept beside the libraries by the command line and by the workers', async () => {
    expect(await placeOf('bin/turnmail', ['--version'])).toBe(KEPT);
    for (const role of ['poll', 'process', 'send', 'web', 'sweep', 'all'])
      expect(await placeOf(`workers/${role}.ts`, []), role).toBe(KEPT);
  });

  test('is kept of parsers too, which are killed at their end', async () => {
    const mail = path.join(folder, 'mail.eml');
    await writeFile(mail, 'From: jo@x.example\nTo: support@acme.example\nSubject: Hi\n\nWords\n');
    const place = path.join(folder, 'compiled');
    const { code } = await runTurnmail(['explain', mail], { NODE_COMPILE_CACHE: place });
    expect(code).toBe(0);
    const files = await Promise.all(
      (await readdir(place, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => readFile(path.join(entry.parentPath, entry.name), 'latin1')),
    );
    // Only the parser's own process loads this file.
    expect(files.some((text) => text.includes('SPENT_RSS'))).toBe(true);
  });
});
