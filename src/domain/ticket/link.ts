/** What stands behind a link of ours, each with a page and a mailto link that does the same by mail. */
export const LINK_PURPOSES = ['close', 'satisfied', 'not-satisfied', 'reopen'] as const;
export type LinkPurpose = (typeof LINK_PURPOSES)[number];

export function isLinkPurpose(purpose: string): purpose is LinkPurpose {
  return LINK_PURPOSES.some((one) => one === purpose);
}
