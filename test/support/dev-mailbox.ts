/** For tests of how a mailbox is read: the folder of the development server, and the tickets that come of its mails. */
import type { DeskWorld } from './desk-world.ts';
import { DESK, SETTLED } from './played-desk.ts';
import { writeMail } from './sent-mail.ts';

export const POLLED = 'select count(*) = 1 from mailboxes where last_good_poll_at is not null';

export function mailOf(name: string): Buffer {
  return writeMail({ from: `${name}@customer.example`, to: DESK, subject: name });
}

export function devMailbox({ devServer }: DeskWorld) {
  if (!devServer) throw new Error('these tests need the development server');
  return { devServer, folder: devServer.store.folder(DESK) };
}

/** The names of those who have a ticket, oldest ticket first. */
export async function namesOfCustomers(world: DeskWorld): Promise<string[]> {
  const rows = await world.rows<{ name: string }>(`select split_part(email, '@', 1) as name from tickets order by id`);
  return rows.map(({ name }) => name);
}

export async function untilTickets(world: DeskWorld, count: number): Promise<void> {
  await world.until(`select count(*) >= ${count} from tickets`);
  await world.until(SETTLED);
}

/** Waits until the mailbox was read so many times more. */
export async function untilPolls(world: DeskWorld, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const [row] = await world.rows<{ at: string }>('select last_good_poll_at as at from mailboxes');
    await world.until(`select last_good_poll_at > ${row?.at} from mailboxes`);
  }
}
