import type { Identity } from '../../domain/desk/identity.ts';
import { type Mailboxes, type OfMailboxes, queueOf, servedBy } from '../../domain/desk/mailboxes.ts';
import { addressKey, type EmailAddress } from '../../domain/mail/email-address.ts';
import type { Desk } from '../desk.ts';

type Seen = { identity: Identity; of: OfMailboxes };

/**
 * The mailboxes whose tickets a reader of numbers sees: an operator those of all, an agent those that they work on. `identity`
 * is who the desk is to them.
 */
export function mailboxesFor(desk: Pick<Desk, 'rules' | keyof Mailboxes>, reader: EmailAddress): Seen {
  const [first] = desk.identities;
  if (desk.rules.operators.some((one) => addressKey(one) === addressKey(reader))) {
    return { identity: first, of: undefined };
  }
  const served = servedBy(desk.identities, { email: reader });
  return { identity: served[0] ?? first, of: queueOf(desk, served) };
}
