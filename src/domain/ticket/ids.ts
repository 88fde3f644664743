/**
 * Branded row ids. All are Postgres `bigint` identities; we refuse to run past 2^53, where a JavaScript number ends
 * (see store/database.ts).
 */
declare const brand: unique symbol;
type Id<Name extends string> = number & { readonly [brand]: Name };

export type TicketId = Id<'ticket'>;
export type ResponseId = Id<'response'>;
export type InboundId = Id<'inbound'>;
export type OutboxId = Id<'outbox'>;
export type AgentId = Id<'agent'>;
export type MailboxId = Id<'mailbox'>;
export type TokenId = Id<'token'>;

/** Unix epoch milliseconds, as every time in the database. */
export type EpochMs = number;

/** Numbers of mails in an IMAP folder, from and to, both among them. */
export type UidRange = { from: number; to: number };
