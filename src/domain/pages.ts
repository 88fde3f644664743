import type { LinkPurpose } from './link.ts';

/**
 * What a GET shows; nothing has changed. Every bad, expired, revoked or unknown token is `gone` and looks the same. `said`:
 * done, and the customer has written why. `locale` is the language that the page is written in.
 */
export type LinkSight = { deskName: string; locale: string } & (
  | { state: 'ready' | 'done'; purpose: LinkPurpose; ticketNumber: string }
  | { state: 'said'; purpose: 'not-satisfied'; ticketNumber: string }
  | { state: 'gone' }
);

/** Whose page it is, and in which language. */
export type PageFor = { deskName: string; locale: string };

/** The pages behind links, ready to be filled; each function gives whole HTML. */
export type Pages = {
  link(sight: Exclude<LinkSight, { state: 'gone' }>): string;
  gone(page: PageFor): string;
  refused(page: PageFor): string;
  busy(page: PageFor): string;
  failed(page: PageFor): string;
  /** The inline styles of the layouts. */
  styles: string[];
};

/** Where the logo is served, if it is a file. */
export const LOGO_PATH = '/logo';
