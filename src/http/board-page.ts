import type { FastifyInstance } from 'fastify';
import type { BoardView } from '../domain/desk/report.ts';
import type { PageFor, Pages } from '../domain/pages.ts';
import { sendPage } from './link-pages.ts';

export type BoardActions = {
  /** Reads and changes nothing; undefined for every text that is no good token. */
  board(token: string): Promise<BoardView | undefined>;
  look(token: string): Promise<PageFor>;
};

/**
 * `GET /board/<token>`: what waits and whose move it is. Nothing on it acts, and it has no script: to see news, load it again.
 * Every text that is no good token looks the same from outside.
 */
export function addBoard(app: FastifyInstance, actions: BoardActions, pages: Pages): void {
  app.get<{ Params: { token: string } }>('/board/:token', async (request, reply) => {
    const view = await actions.board(request.params.token);
    if (view === undefined) return sendPage(reply, 404, pages.gone(await actions.look('')));
    return sendPage(reply, 200, pages.board(view));
  });

  app.route({
    method: ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/board/*',
    handler: async (_request, reply) => reply.code(405).header('Allow', 'GET, HEAD').send(),
  });
}
