import type { PagePurpose } from '../domain/link.ts';

/** What a GET shows; nothing has changed. Every bad, expired, revoked or unknown token is `gone` and looks the same. */
export type LinkSight =
  | { state: 'ready'; purpose: PagePurpose; ticketTag: string; deskName: string }
  | { state: 'done'; purpose: PagePurpose; ticketTag: string; deskName: string }
  | { state: 'gone'; deskName: string };
