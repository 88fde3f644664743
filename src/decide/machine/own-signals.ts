import type { Identity } from '../../domain/identity.ts';

/** What our own mails are known by. */
export type OwnSignals = {
  /** Our own addresses, lower case. */
  addresses: string[];
  /** The value our own mails carry in X-Turnmail-Desk. */
  headerValue: string | undefined;
};

export function ownSignals({ ownAddresses, deskId }: Identity): OwnSignals {
  return { addresses: ownAddresses, headerValue: deskId };
}
