import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { armKillPoint, killPoint } from '../../../src/runtime/kill-point.ts';

const MODULE = fileURLToPath(new URL('../../../src/runtime/kill-point.ts', import.meta.url));

/** Comes to `claim` four times and says so each time. */
const PROGRAM = `import { armKillPoint, killPoint } from ${JSON.stringify(MODULE)};
  armKillPoint(process.env);
  for (let n = 1; n <= 4; n++) { killPoint('claim'); console.log(n); await new Promise((go) => setTimeout(go, 50)); }`;
const ARGS = ['--max-old-space-size=32', '--input-type=module', '-e', PROGRAM];

function run(killAt: string) {
  const { signal, status, stdout, stderr } = spawnSync(process.execPath, ARGS, {
    encoding: 'utf8',
    env: { NODE_ENV: 'test', TURNMAIL_KILL_AT: killAt },
  });
  return { ended: signal ?? status, printed: stdout.trim().split('\n').join(' '), stderr };
}

describe('TURNMAIL_KILL_AT', () => {
  test('ends the process at the named place, the so-manieth time it comes there', () => {
    expect(run('claim:SIGKILL:3')).toMatchObject({ ended: 'SIGKILL', printed: '1 2' });
    expect(run('claim:SIGTERM')).toMatchObject({ ended: 'SIGTERM', printed: '' });
    expect(run('fetch:SIGKILL')).toMatchObject({ ended: 0, printed: '1 2 3 4' });
  });

  test('OOM is a heap that is full: V8 aborts the process', () => {
    const { ended, printed, stderr } = run('claim:OOM:2');
    expect([ended, printed]).toEqual(['SIGABRT', '1']);
    expect(stderr).toContain('heap out of memory');
  });

  test('SIGSTOP freezes it there, and woken up it goes on as if nothing had been', async () => {
    const child = spawn(process.execPath, ARGS, { env: { NODE_ENV: 'test', TURNMAIL_KILL_AT: 'claim:SIGSTOP:3' } });
    const ended = once(child, 'close');
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    const [said] = (await once(child.stderr, 'data')) as [Buffer];
    expect(said.toString()).toBe('frozen at claim by SIGSTOP\n');
    await expect.poll(() => printed).toBe('1\n2\n');
    // Fixed pause: that nothing more comes is seen only by waiting.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(printed).toBe('1\n2\n');
    child.kill('SIGCONT');
    expect(await ended).toEqual([0, null]);
    expect(printed).toBe('1\n2\n3\n4\n');
  });

  test('is refused outside of tests, and where it is misspelt, with a sentence', () => {
    const killAt = { TURNMAIL_KILL_AT: 'claim:SIGKILL:1' };
    expect(() => armKillPoint(killAt)).toThrow('for tests only (NODE_ENV=test); unset it');
    expect(() => armKillPoint({ ...killAt, NODE_ENV: 'production' })).toThrow('for tests only');
    for (const wrong of [
      'claim',
      'claims:SIGKILL',
      'claim:SIGUSR1',
      'claim:SIGKILL:0',
      'claim:SIGKILL:x',
      'toString:OOM',
    ])
      expect(() => armKillPoint({ NODE_ENV: 'test', TURNMAIL_KILL_AT: wrong }), wrong).toThrow('point:end:times');
  });

  test('does nothing when it is not set', () => {
    armKillPoint({ NODE_ENV: 'test' });
    armKillPoint({ TURNMAIL_KILL_AT: '' });
    killPoint('claim');
  });
});
