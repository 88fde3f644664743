import { afterEach, expect, test } from 'vitest';
import { type DeskWorld, startDeskWorld } from '../support/desk-world.ts';
import { DESK } from '../support/played-desk.ts';
import { poisonMail, whileReadingIt } from '../support/poison-mail.ts';
import { startRole } from '../support/role-processes.ts';
import { writeMail } from '../support/sent-mail.ts';

let world: DeskWorld | undefined;
afterEach(() => world?.stop());

const OPERATOR = 'olga@acme.example';

/** `keepsWaiting`: for longer than the others take, so that order shows who waited for whom. */
const POISONS = [
  { name: 'kills', env: {}, signal: 'SIGKILL', reason: 'parser-out-of-memory', keepsWaiting: false },
  { name: 'hangs', env: { PARSE_SECONDS: '30' }, signal: 'SIGSTOP', reason: 'parser-timeout', keepsWaiting: true },
] as const;

// By how much the others are later is a time, and so measured in test/bench/poison-delay.ts.
test.each(POISONS)(
  'a mail that $name the parser is parked with one alert, and the 99 beside it become tickets',
  {
    timeout: 600_000,
  },
  async ({ signal, env, reason, keepsWaiting }) => {
    const made = await startDeskWorld({ env: { OPERATORS: OPERATOR, ...env } });
    world = made;
    const { pid } = await startRole(made, 'process');
    for (const role of ['send', 'sweep'] as const) await startRole(made, role);
    const poll = await startRole(made, 'poll');
    await made.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
    const end = whileReadingIt(pid, signal);
    made.onStop(async () => end());
    await made.deliver(poisonMail());
    for (let n = 1; n <= 99; n++) await made.deliver(writeMail({ from: `beside-${n}@customer.example`, to: DESK }));
    await made.until(`select count(*) = 99 from tickets where email like 'beside-%'`, 200_000);
    if (keepsWaiting) {
      // Still in the hands of the first parser, which hangs for 30 seconds.
      const poison = await made.rows('select attempts, disposition from inbound_mails where size > 1000000');
      expect(poison).toEqual([{ attempts: 1, disposition: null }]);
    }
    await made.until(`select count(*) = 1 from inbound_mails where disposition = 'parked'`, 200_000);
    expect(await made.rows(`select reason from inbound_mails where disposition = 'parked'`)).toEqual([{ reason }]);
    // The desk looks at itself once a minute; to wait for that once is enough.
    if (signal === 'SIGKILL') await made.mailTo(OPERATOR, 1, 120_000);
    expect(made.countTo(OPERATOR)).toBeLessThanOrEqual(1);
    expect(made.countTo('poison@customer.example')).toBe(0);
    expect(await poll.terminate()).toBe(0);
  },
);
