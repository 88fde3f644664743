import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const run = promisify(execFile);
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'explain-'));
  const mail =
    'From: Jo <jo@x.example>\nTo: support@acme.example\nSubject: Hi\nDate: Sun, 22 Nov 2026 08:00:00 +0100\n\nWords\n';
  await writeFile(join(folder, 'b.eml'), mail);
  await writeFile(join(folder, 'a.eml'), 'From: a@x.example, b@x.example\nSubject: two\n\nx');
  await writeFile(join(folder, 'c.bin'), Buffer.from(Array.from({ length: 4_096 }, (_, i) => (i * 131) % 256)));
  await writeFile(join(folder, 'd.eml'), `X: ${'x'.repeat(1_100_000)}\n\ny`);
  await writeFile(join(folder, 'e.eml'), '');
  await symlink('/nowhere', join(folder, 'f.eml'));
  await mkdir(join(folder, 'g'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** The lines of `turnmail explain PATH --jsonl`, without any settings. */
async function explain(path: string, ...options: string[]): Promise<Record<string, unknown>[]> {
  const { stdout } = await run(process.execPath, [MAIN, 'explain', path, '--jsonl', ...options], { env: {} });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('turnmail explain', () => {
  test('answers for every file of a folder, in the order of their names, whatever it is', async () => {
    const answers = await explain(folder);
    expect(answers.map((answer) => [answer['file'], answer['unparseable']])).toEqual([
      ['a.eml', null],
      ['b.eml', null],
      ['c.bin', null],
      ['d.eml', 'headers-too-large'],
      ['e.eml', null],
      ['f.eml', 'unreadable-file'],
    ]);
  });

  test('prints what the contract names', async () => {
    const path = join(folder, 'b.eml');
    const [answer] = await explain(path);
    expect(answer).toMatchObject({
      file: path,
      messageId: null,
      from: 'jo@x.example',
      fromName: 'Jo',
      to: ['support@acme.example'],
      subject: 'Hi',
      date: '2026-11-22T07:00:00.000Z',
      kind: 'normal',
      reply: 'Words',
      text: 'Words',
      attachments: [],
      delivery: null,
      tokens: [],
      unparseable: null,
    });
    expect(answer?.['reason']).toBeTypeOf('string');
  });

  test('shows a sender who identifies nobody, with the reason', async () => {
    const [answer] = await explain(join(folder, 'a.eml'));
    expect(answer).toMatchObject({ from: 'a@x.example', fromFault: 'from-several-mailboxes' });
  });

  test('reads well without --jsonl', async () => {
    const { stdout } = await run(process.execPath, [MAIN, 'explain', join(folder, 'b.eml')], { env: {} });
    expect(stdout).toContain('Jo <jo@x.example>');
    expect(stdout).toContain('| Words');
  });

  test('says in one sentence that there is no such file', async () => {
    const failed = await run(process.execPath, [MAIN, 'explain', '/nowhere/x'], { env: {} }).catch(
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({ code: 66, stderr: 'turnmail: no such file or folder: /nowhere/x\n' });
  });

  test('says what a server or DNS knows of the sender, when asked', async () => {
    const path = join(folder, 'g', 'judged.eml');
    const head = 'Authentication-Results: mx.desk.example; dmarc=pass header.from=x.example\nFrom: Jo <jo@x.example>\n';
    await writeFile(path, `${head}Subject: Hi\nDate: Sun, 22 Nov 2026 08:00:00 +0100\n\nWords\n`);
    const verdict = async (trust: string) => (await explain(path, '--sender', trust))[0]?.['sender'];
    expect(await verdict('authentication-results:mx.desk.example')).toEqual({
      verification: 'verified',
      reason: 'server-said',
      findings: { server: 'mx.desk.example', result: 'pass', domain: 'x.example' },
    });
    expect(await verdict('authentication-results:other.example')).toMatchObject({ verification: 'unverified' });
    // DNS may be away where the tests run; whatever it says, nobody has signed this.
    expect(await verdict('dkim')).toMatchObject({ verification: 'unverified', findings: { signatures: [] } });
    expect((await explain(path))[0]).not.toHaveProperty('sender');
    const { stdout } = await run(
      process.execPath,
      [MAIN, 'explain', path, '--sender', 'authentication-results:mx.desk.example'],
      { env: {} },
    );
    expect(stdout).toContain('sender verified: mx.desk.example says dmarc=pass for x.example (server-said)');
    await expect(explain(path, '--sender', 'none')).rejects.toThrow('It must be dkim or');
  });
});
