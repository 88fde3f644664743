/** What stands behind a link of ours, each with a page and a mailto: twin that does the same by mail. */
export const PAGE_PURPOSES = ['close', 'satisfied', 'not-satisfied'] as const;
export type PagePurpose = (typeof PAGE_PURPOSES)[number];

/** Opening again is done by mail only: whoever does has something to say, and says it in that mail. */
export type LinkPurpose = PagePurpose | 'reopen';

export function isPagePurpose(purpose: string): purpose is PagePurpose {
  return PAGE_PURPOSES.some((one) => one === purpose);
}

export function isLinkPurpose(purpose: string): purpose is LinkPurpose {
  return purpose === 'reopen' || isPagePurpose(purpose);
}

/** What a mailto: twin writes into the mail; whatever stands beside it are the customer's own words. */
export const MAILTO_WORDS = 'Send this mail as it is.';
