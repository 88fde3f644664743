import { describe, expect, test } from 'vitest';
import { readAgentReply } from '../../../src/decide/agent/words/agent-command.ts';
import { inEnglish } from '../../support/decisions.ts';

const problem = (reply: string) => {
  const read = readAgentReply(reply);
  return read.ok ? undefined : inEnglish(read.problem);
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
    ['/use 2 and have a nice day', [{ name: 'use', number: 2 }], 'and have a nice day'],
    ['/use #2.', [{ name: 'use', number: 2 }], ''],
    ['/close Glad it works.\n\nAll the best', [{ name: 'close' }], 'Glad it works.\n\nAll the best'],
    ['/close See /etc/hosts.', [{ name: 'close' }], 'See /etc/hosts.'],
    ['/note: first', [{ name: 'note' }], 'first'],
    ['/Close.', [{ name: 'close' }], ''],
    ['\u200f/note סוד', [{ name: 'note' }], 'סוד'],
    ['\u2067\u200b /close', [{ name: 'close' }], ''],
    ['／note　秘密', [{ name: 'note' }], '秘密'],
    ['\u200fשלום', [], '\u200fשלום'],
    ['\\\\server\\share is full', [], '\\\\server\\share is full'],
    ['// see below', [], '// see below'],
    ['*Note* the red light', [], '*Note* the red light'],
    ['and/or', [], 'and/or'],
  ])('%j', (reply, commands, words) => {
    expect(readAgentReply(reply)).toEqual({ ok: true, commands, words });
  });

  test.each([
    ['/clsoe', 'there is none of that name'],
    ['/etc/passwd is wrong', 'there is none of that name'],
    ['/Ärger', 'there is none of that name'],
    ['/clsoe', 'Did you mean /close?'],
    ['/ntoe a', 'Did you mean /note?'],
    ['/asign Bob', 'Did you mean /assign?'],
    ['/histroy', 'Did you mean /history?'],
    ['/etc/hosts is broken', 'If it is meant for the customer, put another word before it.'],
    ['/ note secret', 'looks like /note'],
    ['\\note secret', 'looks like /note'],
    ['*/note* secret', 'looks like /note'],
    ['//note secret', 'looks like /note'],
    ['(/close)', 'looks like /close'],
    ['\u200f/ note secret', 'looks like /note'],
    ['/close\n/ note secret', 'looks like /note'],
    ['Hello\n\u200f/note secret', 'stands below other words'],
    ['/use 1 2', 'number of one past answer'],
    ['/close /note they pay late', 'each command stands on a line of its own'],
    ['/note /close', 'each command stands on a line of its own'],
    ['/take /close', 'each command stands on a line of its own'],
    ['/use 2 /close', 'each command stands on a line of its own'],
    ['/close ／note they pay late', 'each command stands on a line of its own'],
    ['/close */note* they pay late', 'each command stands on a line of its own'],
    ['/use 2nd', 'number of one past answer'],
    ['/assign', 'needs the name'],
    ['/use', 'needs the number'],
    ['/use two', 'needs the number'],
    ['/use 0', 'needs the number'],
    ['/take it', 'words for the customer stand below it'],
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
