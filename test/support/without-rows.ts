import type { Identity } from '../../src/domain/desk/identity.ts';
import { createMailboxes, type Mailboxes } from '../../src/domain/desk/mailboxes.ts';

/** A desk whose mailboxes the database does not know: every ticket is of the first. */
export function withoutRows(first: Identity, ...more: Identity[]): Mailboxes {
  return createMailboxes([first, ...more], [], []);
}
