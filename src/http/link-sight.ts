import type { LinkPurpose } from '../domain/link.ts';

/**
 * What a GET shows; nothing has changed. Every bad, expired, revoked or unknown token is `gone` and looks the same. `said`:
 * done, and the customer has written why.
 */
export type LinkSight =
  | { state: 'ready' | 'done'; purpose: LinkPurpose; ticketNumber: string; deskName: string }
  | { state: 'said'; purpose: 'not-satisfied'; ticketNumber: string; deskName: string }
  | { state: 'gone'; deskName: string };
