import type { Brand } from './desk/brand.ts';
import type { BoardView } from './desk/report.ts';
import type { LinkPurpose } from './ticket/link.ts';

/** Whose page it is, and in which language. */
export type PageFor = { brand: Brand; locale: string };

/**
 * What a GET shows; nothing has changed. Every bad, expired, revoked or unknown token is `gone` and looks the same. `said`:
 * done, and the customer has written why.
 */
export type LinkSight = PageFor &
  (
    | { state: 'ready' | 'done'; purpose: LinkPurpose; ticketNumber: string }
    | { state: 'said'; purpose: 'not-satisfied'; ticketNumber: string }
    | { state: 'gone' }
  );

/** A logo that is a file, and where the pages have it. */
export type ServedLogo = { path: string; contentType: string; content: Buffer };

/** The pages behind links, ready to be filled; each function gives whole HTML. */
export type Pages = {
  link(sight: Exclude<LinkSight, { state: 'gone' }>): string;
  gone(page: PageFor): string;
  refused(page: PageFor): string;
  busy(page: PageFor): string;
  failed(page: PageFor): string;
  board(view: BoardView): string;
  /** The inline styles of the layouts. */
  styles: string[];
  logos: ServedLogo[];
  /** Where logos on web servers of the operator's come from. */
  logoOrigins: string[];
};
