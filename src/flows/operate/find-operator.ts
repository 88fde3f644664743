import { operatorClaim } from '../../decide/desk/operator-command.ts';
import { DAY_MS } from '../../domain/desk/rules.ts';
import type { EmailAddress } from '../../domain/mail/email-address.ts';
import { isMailToOperator } from '../../store/alarms.ts';
import type { Desk } from '../desk.ts';

/**
 * The operator who may give orders by a mail. An operator acts only from their own verified address, and only by answering a
 * mail that we sent to exactly that address: its Message-ID holds a keyed digest.
 */
export async function findOperator(
  desk: Desk,
  written: Parameters<typeof operatorClaim>[0],
): Promise<EmailAddress | undefined> {
  const claim = operatorClaim(written, desk.rules, desk.keys);
  if (claim === undefined) return undefined;
  const { operator, answered } = claim;
  const withinMs = desk.rules.tokenDays * DAY_MS;
  return (await isMailToOperator(desk.database, answered, operator, withinMs)) ? operator : undefined;
}
