import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { DESK, hand } from '../../support/played-desk.ts';
import { writeMail } from '../../support/sent-mail.ts';

let world: DeskWorld;
beforeAll(async () => {
  world = await startDeskWorld({ env: { SENDER_TRUST: 'authentication-results:mx.desk.example' } });
  await world.start();
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
});
afterAll(() => world?.stop());

test('what the believed server said is kept with the mail, for whoever asks later', async () => {
  const says = (result: string) =>
    `Authentication-Results: mx.desk.example; dmarc=${result} header.from=customer.example`;
  for (const [n, headers, verification, result] of [
    [1, [says('pass')], 'verified', 'pass'],
    [2, [says('fail')], 'failed', 'fail'],
    [3, [], 'unverified', undefined],
  ] as const) {
    const [fate] = await hand(world, writeMail({ from: `c${n}@customer.example`, to: DESK, headers: [...headers] }));
    expect(
      await world.rows(
        `select verification, reason, findings->>'result' as result from sender_checks where inbound_id = ${fate?.id}`,
      ),
    ).toEqual([{ verification, reason: 'server-said', result: result ?? null }]);
  }
});

test('of a machine nothing is kept: nobody believes it anyway', async () => {
  const [fate] = await hand(
    world,
    writeMail({ from: 'robot@customer.example', to: DESK, headers: ['Auto-Submitted: auto-replied'] }),
  );
  expect(await world.rows(`select from sender_checks where inbound_id = ${fate?.id}`)).toEqual([]);
});
