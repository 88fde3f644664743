import { expect, test } from 'vitest';
import { startDeskWorld } from '../../support/desk-world.ts';
import { ask, hand, mailAbout } from '../../support/played-desk.ts';
import { writeReply } from '../../support/sent-mail.ts';

test('words that wait for the desk are kept and shown also where no agent is there to be told', async () => {
  const world = await startDeskWorld({});
  await world.start();
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
  const { customer, ticket } = await ask(world, 'jo@customer.example');
  const receipt = await mailAbout(world, customer, ticket);
  await world.rows('update agents set active = false');
  const [fate] = await hand(world, writeReply(receipt, 'friend@elsewhere.example', 'I am his friend, and it burns.'));
  expect(fate).toMatchObject({ disposition: 'third-party', ticket });
  expect(
    await world.rows(`select words, token_before is not null as waits from inbound_mails where id = ${fate?.id}`),
  ).toEqual([{ words: 'I am his friend, and it burns.', waits: true }]);
  await world.stop();
});
