import { describe, expect, test } from 'vitest';
import { readAgentReply } from '../../../src/decide/agent-command.ts';

const problem = (reply: string) => {
  const read = readAgentReply(reply);
  return read.ok ? undefined : read.problem;
};

describe('commands on the first lines', () => {
  test.each([
    ['Just words.', [], 'Just words.'],
    ['/close', [{ name: 'close' }], ''],
    ['/close\n\nThank you.\nBye.', [{ name: 'close' }], 'Thank you.\nBye.'],
    ['\n\n/Close  \nThank you.', [{ name: 'close' }], 'Thank you.'],
    ['/close Thank you.', [{ name: 'close' }], 'Thank you.'],
    ['/note first\nsecond', [{ name: 'note' }], 'first\nsecond'],
    ['/take\n/close\nDone.', [{ name: 'take' }, { name: 'close' }], 'Done.'],
    ['/assign Bob Berg\n/note he knows', [{ name: 'assign', to: 'Bob Berg' }, { name: 'note' }], 'he knows'],
    ['/use 2\nand more', [{ name: 'use', number: 2 }], 'and more'],
    ['Set it in\n  /etc/hosts please', [], 'Set it in\n  /etc/hosts please'],
    ['1/2 of it', [], '1/2 of it'],
  ])('%j', (reply, commands, words) => {
    expect(readAgentReply(reply)).toEqual({ ok: true, commands, words });
  });

  test.each([
    ['/clsoe', 'there is none of that name'],
    ['/etc/passwd is wrong', 'there is none of that name'],
    ['/Ärger', 'there is none of that name'],
    ['/assign', 'needs the name'],
    ['/use', 'needs the number'],
    ['/use two', 'needs the number'],
    ['/use 0', 'needs the number'],
    ['/take it', 'nothing may follow'],
    ['/close\n/close', 'stands twice'],
    ['/note a\n/send', 'cannot stand together'],
    ['/close\n/reopen', 'cannot stand together'],
    ['Hello\n/note secret', 'stands below other words'],
    ['Hello\n\n  /close', 'stands below other words'],
  ])('%j stops the mail', (reply, why) => {
    expect(problem(reply)).toContain(why);
  });

  test('a very long line is not repeated in full', () => {
    expect(problem(`/${'x'.repeat(10_000)}`)?.length).toBeLessThan(400);
  });
});
