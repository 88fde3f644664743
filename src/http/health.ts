import type { FastifyInstance } from 'fastify';

export type HealthActions = {
  /** Can this process work: database, queue, last good poll, oldest waiting row. */
  ready(): Promise<{ ok: boolean; checks: { name: string; ok: boolean; detail: string }[] }>;
  /** Prometheus text. */
  metrics(): Promise<{ contentType: string; text: string }>;
};

/** `/healthz`: this process answers. `/readyz`: it can work. `/metrics`: what it counted. No limits: probes are frequent. */
export function addHealth(app: FastifyInstance, actions: HealthActions, onError: (error: unknown) => void): void {
  const unlimited = { config: { rateLimit: false } };

  app.get('/healthz', unlimited, async () => ({ status: 'alive' }));

  app.get('/readyz', unlimited, async (_request, reply) => {
    const { ok, checks } = await actions.ready().catch((error: unknown) => {
      onError(error);
      return { ok: false, checks: [] };
    });
    return reply.code(ok ? 200 : 503).send({ status: ok ? 'ready' : 'not-ready', checks });
  });

  app.get('/metrics', unlimited, async (_request, reply) => {
    const { contentType, text } = await actions.metrics();
    return reply.type(contentType).send(text);
  });
}
