import { expect, test } from 'vitest';
import { type SharedMailbox, shareMailboxes } from '../../../src/decide/desk/share-mailboxes.ts';
import type { MailboxId } from '../../../src/domain/ticket/ids.ts';

const id = (n: number) => n as MailboxId;
/** One letter a mailbox: m is mine, f is free, o is another's, t is free and in trouble. */
const mailboxes = (letters: string): SharedMailbox[] =>
  [...letters].map((letter, index) => ({
    id: id(index + 1),
    mine: letter === 'm',
    free: letter === 'f' || letter === 't',
    troubled: letter === 't',
  }));

test.each([
  ['the only poller takes all', 'ffff', 1, [], [1, 2, 3, 4], []],
  ['of two pollers one takes half', 'ffff', 2, [], [1, 2], []],
  ['an uneven number leaves one more to each', 'fffff', 2, [], [1, 2, 3], []],
  ['who has their share takes no more', 'mmff', 2, [], [], []],
  ['who has more gives up the rest', 'mmmm', 2, [], [], [3, 4]],
  ['what another has is left alone', 'ooff', 2, [], [3, 4], []],
  ['what another could not read is taken beyond the share', 'mmtt', 2, [], [3, 4], []],
  ['what we could not read a moment ago rests', 'tfff', 1, [1], [2, 3, 4], []],
  ['one mailbox is never given up to a second poller', 'm', 2, [], [], []],
])('%s', (_what, letters, pollers, resting, take, giveUp) => {
  const shared = shareMailboxes(mailboxes(letters), pollers, new Set((resting as number[]).map(id)));
  expect(shared).toEqual({ take: take.map(id), giveUp: giveUp.map(id) });
});
