import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { type SeenMail, writeMail } from '../../support/sent-mail.ts';

export const ALICE = 'Alice Ames <alice@desk.example>';
export const SUPPORT = 'support@desk.example';
export let made = 0;
/** A customer whom no other test has. */
export let jo: string;
export let world: DeskWorld;

const quiet = () =>
  world.until(
    `select (select count(*) from outbox where state <> 'sent') + (select count(*) from inbound_mails where disposition is null) = 0`,
  );

/** Delivers a mail and waits until all that follows from it was sent; what became of it, and the newest mail to Alice. */
export async function deliver(raw: Buffer, recipient = 'alice@desk.example') {
  const before = world.countTo(recipient);
  const [count] = await world.rows<{ n: string }>('select count(*) as n from inbound_mails');
  await world.deliver(raw);
  await world.until(`select count(*) > ${count?.n} from inbound_mails where disposition is not null`);
  await quiet();
  const [inbound] = await world.rows<{ disposition: string; reason: string; ticket_id: string | null }>(
    'select disposition, reason, ticket_id from inbound_mails order by id desc limit 1',
  );
  const told = world.countTo(recipient) > before ? await world.mailTo(recipient, before + 1) : undefined;
  return { inbound, told, ticket: await ticketOf(inbound?.ticket_id ?? null) };
}

/** Its text in one line, however it is wrapped. */
export const said = (mail: SeenMail | undefined) => mail?.parsed.text.replace(/\s+/g, ' ');

async function ticketOf(id: string | null) {
  const [ticket] = await world.rows<{ id: string; email: string; query: string; status: string }>(
    `select id, email, query, status from tickets where id = ${id ?? 0}`,
  );
  return ticket;
}

export const responsesOf = (id: string | undefined) =>
  world.rows<{ response_sent: string; response_received: string | null }>(
    `select response_sent, response_received from responses where ticket_id = ${id} order by id`,
  );

export const forwarded = (from: string, words: string, subject = 'Lid') =>
  `---------- Forwarded message ---------\nFrom: Jo Doe <${from}>\nDate: Fri, Nov 27, 2026 at 10:12 AM\nSubject: ${subject}\nTo: Alice <alice@desk.example>\n\n\n${words}`;

export const byAlice = (text: string, more: Partial<Parameters<typeof writeMail>[0]> = {}) =>
  writeMail({ from: ALICE, to: SUPPORT, subject: 'Fwd: Lid', text, ...more });

/** A desk for all tests of a file, and a customer for each. */
export function useDesk(): void {
  beforeAll(async () => {
    world = await startDeskWorld();
    await world.start();
    await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
  });
  afterAll(() => world?.stop());
  beforeEach(() => {
    made++;
    jo = `jo${made}@customer${made}.example`;
  });
}
