import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { LinkSight, PageFor, Pages } from '../domain/pages.ts';
import { isFromOurPage } from './same-origin.ts';

export type LinkActions = {
  /** Reads and changes nothing. */
  look(token: string): Promise<LinkSight>;
  /** Does what the token stands for; twice is once. `words` is what stands in the field of the page, as it came. */
  act(token: string, words: string): Promise<LinkSight>;
};

export type TokenLimit = (request: FastifyRequest) => Promise<{ allowed: boolean }>;

/**
 * GET and HEAD show what would happen, with one button; only POST acts. Mail scanners follow links and run pages, so nothing
 * here submits itself. The path behind `/t/` is the token, whatever it holds.
 */
export function addLinkPages(app: FastifyInstance, actions: LinkActions, pages: Pages, tokenLimit: TokenLimit): void {
  app.get('/t/*', async (request, reply) => {
    return sendLinkPage(reply, pages, await actions.look(tokenOf(request)));
  });

  app.post('/t/*', async (request, reply) => {
    if (!isFromOurPage(request)) return sendPage(reply, 403, pages.refused(await anyPage(actions)));
    if (!(await tokenLimit(request)).allowed) return sendPage(reply, 429, pages.busy(await anyPage(actions)));
    return sendLinkPage(reply, pages, await actions.act(tokenOf(request), writtenWords(request)));
  });

  app.route({
    method: ['PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/t/*',
    handler: async (_request, reply) => reply.code(405).header('Allow', 'GET, HEAD, POST').send(),
  });

  app.setNotFoundHandler({ preHandler: app.rateLimit() }, async (_request, reply) => {
    return sendPage(reply, 404, pages.gone(await anyPage(actions)));
  });
}

export function tokenOf(request: FastifyRequest): string {
  const { '*': token = '' } = request.params as { '*'?: string };
  return token;
}

/** The one field that a page of ours has; anything else in a form is not read. */
function writtenWords({ body }: FastifyRequest): string {
  const words = typeof body === 'object' && body !== null && 'words' in body ? body.words : '';
  return typeof words === 'string' ? words : '';
}

function sendLinkPage(reply: FastifyReply, pages: Pages, sight: LinkSight): FastifyReply {
  if (sight.state === 'gone') return sendPage(reply, 404, pages.gone(sight));
  return sendPage(reply, 200, pages.link(sight));
}

export function sendPage(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply.code(status).type('text/html; charset=utf-8').send(page);
}

/** Whose pages those without a token are: what every bad token shows. */
async function anyPage(actions: LinkActions): Promise<PageFor> {
  return await actions.look('');
}
