import type { Actor } from './decision.ts';
import type { InboundId, TicketId } from './ids.ts';

/** What the audit log may say was done; a closed list, and a type in Postgres too. */
export const AUDIT_ACTIONS = [
  // to a ticket, by the actor
  'opened',
  'answered',
  'responded',
  'closed',
  'reopened',
  'feedback',
  'feedback-words',
  'assigned',
  'moved',
  'revoked',
  'noted',
  'used-answer',
  'reader-added',
  'reader-removed',
  // to our own mails
  'undelivered',
  'failed',
  'unknown',
  'found-sent',
  'resent',
  // by operators
  'accepted',
  'discarded',
  'imported',
  'erased',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export type AuditEntry = {
  ticketId: TicketId | undefined;
  inboundId: InboundId | undefined;
  actor: Actor;
  action: AuditAction;
  detail?: Record<string, string | number | boolean | null>;
};
