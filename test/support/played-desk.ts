import type { DeskWorld } from './desk-world.ts';
import { type Draft, type SeenMail, seeMail, writeMail, writeReply } from './sent-mail.ts';
import { PATIENCE_MS, waitFor } from './wait-for.ts';

/** Short words for the steps of a conversation, for tests that are about what comes after them. */
export const ALICE = 'Alice Ames <alice@desk.example>';
export const BOB = 'bob@desk.example';
export const DESK = 'support@desk.example';

/** What became of a mail, as its row says. */
export type Fate = {
  id: number;
  disposition: string;
  reason: string;
  kind: string | null;
  ticket: number | null;
  response: number | null;
  words: string | null;
};

const FATES = `select id::int, disposition, reason, kind, ticket_id::int as ticket, response_id::int as response, words
  from inbound_mails where id > `;

/** True when every mail has an end and every outbox row too. */
export const SETTLED = `select not exists (select from inbound_mails where disposition is null)
  and not exists (select from outbox where state in ('pending', 'claimed', 'sending'))`;

/** Delivers mails and waits until each has been decided and all that follows has been sent. */
export async function hand(world: DeskWorld, ...mails: Buffer[]): Promise<Fate[]> {
  const [before] = await world.rows<{ id: number }>('select coalesce(max(id), 0)::int as id from inbound_mails');
  const last = before?.id ?? 0;
  for (const mail of mails) await world.deliver(mail);
  await world.until(
    `select count(*) >= ${mails.length} from inbound_mails where id > ${last} and disposition is not null`,
  );
  await world.until(SETTLED);
  return await world.rows<Fate>(`${FATES}${last} order by id`);
}

/** The n-th mail (from 1) that this person got about the ticket; waits for it. */
export async function mailAbout(world: DeskWorld, person: string, ticket: number, n = 1): Promise<SeenMail> {
  await waitFor(
    () => onTicket(world, person, ticket).length >= n,
    PATIENCE_MS,
    () => `mail ${n} to ${person} about ticket ${ticket}`,
  );
  const mail = onTicket(world, person, ticket)[n - 1];
  if (!mail) throw new Error('a mail that was there is gone');
  return await seeMail(mail);
}

/** The last of them that is there. */
export function newestAbout(world: DeskWorld, person: string, ticket: number): Promise<SeenMail> {
  return mailAbout(world, person, ticket, countAbout(world, person, ticket));
}

export function countAbout(world: DeskWorld, person: string, ticket: number): number {
  return onTicket(world, person, ticket).length;
}

function onTicket(world: DeskWorld, person: string, ticket: number) {
  const tag = new RegExp(`^Subject:.*\\[#${ticket}\\]`, 'im');
  return world.sink.mails.filter((mail) => mail.envelope.to.includes(person) && tag.test(head(mail.raw)));
}

function head(raw: Buffer): string {
  return (raw.toString('latin1').split('\r\n\r\n')[0] ?? '').replace(/\r\n[ \t]+/g, ' ');
}

export type Asked = { ticket: number; customer: string; receipt: SeenMail; toAlice: SeenMail; toBob: SeenMail };

/** A customer asks; resolves with the ticket, its receipt and the agents' notifications. */
export async function ask(world: DeskWorld, customer: string, draft: Partial<Draft> = {}): Promise<Asked> {
  const [fate] = await hand(world, writeMail({ from: customer, to: DESK, ...draft }));
  if (fate?.disposition !== 'ticket' || fate.ticket === null)
    throw new Error(`the mail of ${customer} became no ticket: ${JSON.stringify(fate)}`);
  const { ticket } = fate;
  return {
    ticket,
    customer,
    receipt: await mailAbout(world, customer, ticket),
    toAlice: await mailAbout(world, 'alice@desk.example', ticket),
    toBob: await mailAbout(world, BOB, ticket),
  };
}

/** An agent responds to a notification; resolves with what the customer got. */
export async function respond(
  world: DeskWorld,
  asked: Asked,
  words: string,
  by: { agent: string; notification: SeenMail } = { agent: ALICE, notification: asked.toAlice },
): Promise<SeenMail> {
  const had = countAbout(world, asked.customer, asked.ticket);
  const [fate] = await hand(world, writeReply(by.notification, by.agent, words));
  if (fate?.disposition !== 'response')
    throw new Error(`the agent’s reply became no response: ${JSON.stringify(fate)}`);
  return await mailAbout(world, asked.customer, asked.ticket, had + 1);
}

/** The rows of `responses` of a ticket, oldest first, without their times. */
export function turnsOf(world: DeskWorld, ticket: number) {
  return world.rows<{ id: number; sent: string; received: string | null }>(
    `select id::int, response_sent as sent, response_received as received from responses
     where ticket_id = ${ticket} order by id`,
  );
}

/** Whose move a ticket is, by the view that the queue, reminders and the closing by silence go by. */
export async function waitsForDesk(world: DeskWorld, ticket: number): Promise<boolean> {
  const [row] = await world.rows<{ desk: boolean }>(
    `select desk_since is not null as desk from ticket_moves where ticket_id = ${ticket}`,
  );
  return row?.desk === true;
}

export async function ticketRow(world: DeskWorld, ticket: number) {
  const [row] = await world.rows<{
    email: string;
    status: string;
    query: string;
    feedback: string | null;
    last_response: string | null;
  }>(`select email, status, query, feedback, last_response from tickets where id = ${ticket}`);
  if (!row) throw new Error(`there is no ticket ${ticket}`);
  return row;
}
