import path from 'node:path';
import { startWeb, type Web, type WebActions } from '../../src/http/start-web.ts';

/** The pages in front of a desk that lives in memory: three tokens, and a list of what was done. */
export type WebDesk = Web & { url: string; acts: string[]; looks: string[]; errors: unknown[]; broken: boolean };

export const TOKENS = {
  close: '12-3f-aaaaaaaaaaaaaaaaaaaaaaaaaa',
  satisfied: '12-3g-bbbbbbbbbbbbbbbbbbbbbbbbbb',
  'not-satisfied': '12-3h-cccccccccccccccccccccccccc',
} as const;

export async function startWebDesk(
  options: { trustProxy?: string; deskName?: string; port?: number } = {},
): Promise<WebDesk> {
  const deskName = options.deskName ?? 'Acme Support';
  const acts: string[] = [];
  const looks: string[] = [];
  const errors: unknown[] = [];
  const done = new Set<string>();
  const sight: WebActions['look'] = async (token) => {
    if (desk.broken && token !== '') throw new Error('the database is away');
    const purpose = (Object.keys(TOKENS) as (keyof typeof TOKENS)[]).find((key) => TOKENS[key] === token);
    if (purpose === undefined) return { state: 'gone', deskName };
    return { state: done.has(token) ? 'done' : 'ready', purpose, ticketTag: '[#12]', deskName };
  };
  const actions: WebActions = {
    look: (token) => {
      looks.push(token);
      return sight(token);
    },
    act: async (token) => {
      const before = await sight(token);
      if (before.state !== 'gone') {
        acts.push(token);
        done.add(token);
      }
      return sight(token);
    },
    board: async () => undefined,
    ready: async () => ({
      ok: !desk.broken,
      checks: [{ name: 'database', ok: !desk.broken, detail: desk.broken ? 'away' : '2 ms' }],
    }),
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'turnmail_up 1\n' }),
  };
  const desk: WebDesk = { port: 0, url: '', acts, looks, errors, broken: false, close: async () => {} };
  const web = await startWeb({
    host: '127.0.0.1',
    port: options.port ?? 0,
    actions,
    templatesFolder: path.join(import.meta.dirname, '../../templates'),
    trustProxy: options.trustProxy,
    onError: (error) => errors.push(error),
  });
  return Object.assign(desk, web, { url: `http://127.0.0.1:${web.port}` });
}
