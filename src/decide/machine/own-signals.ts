import type { Identity } from '../../domain/desk/identity.ts';

/** What our own mails are known by. */
export type OwnSignals = {
  /** Our own addresses, lower case. */
  addresses: string[];
  /** The values that our own mails carry in X-Turnmail-Desk. */
  headerValues: string[];
};

export function ownSignals(identities: readonly Identity[]): OwnSignals {
  return {
    addresses: identities.flatMap(({ ownAddresses }) => ownAddresses),
    headerValues: identities.map(({ deskId }) => deskId),
  };
}
