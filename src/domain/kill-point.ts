/**
 * Places at which the tests end a process (test/faults), along the way of a mail. The list is closed, and
 * docs/reliability.md holds each of them against what must then be true. What happens at one, if anything, is in
 * runtime/kill-point.ts.
 */
export const KILL_POINTS = {
  fetch: 'a batch has been fetched, nothing is stored',
  'store-before-commit': 'raw mails and the cursor are written, not committed',
  'store-after-commit': 'raw mails are stored, nobody was told, the server still knows them as they were',
  hint: 'the hint is given, the server still knows the mails as they were',
  parse: 'mails are claimed, one is being read',
  decide: 'a batch is decided, nothing of it is written',
  'apply-before-commit': 'all of a batch is written, not committed',
  'apply-in-commit': 'COMMIT is on its way to Postgres, its answer is not heard',
  'apply-after-commit': 'the decisions are committed, nobody was told of the mails to send',
  'between-halves': 'a batch that failed was halved, the first half has its end and the second has not',
  claim: 'outbox rows are claimed, nothing is composed',
  'attempt-written':
    'the attempt is written down with its bytes, and with those that began at the same moment, the network is untouched',
  connect: 'a connection to the relay stands, nothing is said about this mail',
  envelope: 'MAIL and RCPT are on their way',
  data: 'the relay has said 354, no byte of the mail has left',
  'after-dot': 'the final dot has left, the answer is not heard',
  'after-250': 'the relay has taken the mail',
  'before-record': 'the outcome is known, and not written down, nor are those that would be written together with it',
  'after-record':
    'the outcome is written down, with those that came close to it and the attempts that begin at the same moment',
  'press-before-commit': 'a button of a page was pressed, its effect is written, not committed',
  'press-after-commit': 'the effect of a button is committed, the answer is not given',
  sweep: 'the sweep has ended attempts whose process died, not committed',
  'unknown-resend': 'a mail of unknown fate is due once more, not committed',
} as const;

export type KillPoint = keyof typeof KILL_POINTS;
