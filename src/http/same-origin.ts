import type { FastifyRequest } from 'fastify';

/**
 * Was the button pressed on our own page? Browsers say so in Sec-Fetch-Site (W3C Fetch Metadata, section 2.4). Our pages
 * ask for no referrer, so the Origin of our own form is `null` (Fetch, "append a request Origin header"); any other origin
 * must be our host. Programs that send neither are let through: they hold the token, which is what counts.
 */
export function isFromOurPage(request: Pick<FastifyRequest, 'headers' | 'host'>): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const origin = request.headers.origin;
  if (origin === undefined || origin === 'null') return true;
  return URL.canParse(origin) && new URL(origin).host === request.host.toLowerCase();
}
