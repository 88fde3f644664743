import path from 'node:path';
import { type Brand, DEFAULT_BRAND_COLOR } from '../../src/domain/desk/brand.ts';
import { startWeb, type Web, type WebActions } from '../../src/http/start-web.ts';
import { loadPages } from '../../src/mail/templates/load-pages.ts';
import { wordsIn } from '../../src/runtime/words-files.ts';

const TEMPLATES = path.join(import.meta.dirname, '../../templates');

/** The pages in front of a desk that lives in memory: three tokens, and a list of what was done. */
export type WebDesk = Web & {
  url: string;
  acts: string[];
  looks: string[];
  said: string[];
  errors: unknown[];
  broken: boolean;
};

export const TOKENS = {
  close: '12-3f-aaaaaaaaaaaaaaaaaaaaaaaaaa',
  satisfied: '12-3g-bbbbbbbbbbbbbbbbbbbbbbbbbb',
  'not-satisfied': '12-3h-cccccccccccccccccccccccccc',
  reopen: '12-3i-dddddddddddddddddddddddddd',
} as const;

export async function startWebDesk(
  options: { trustProxy?: string; deskName?: string; port?: number; brand?: Brand; locale?: string } = {},
): Promise<WebDesk> {
  const { deskName = 'Acme Support', locale = 'en' } = options;
  const brand = options.brand ?? { name: deskName, logo: undefined, color: DEFAULT_BRAND_COLOR, footer: '' };
  const acts: string[] = [];
  const looks: string[] = [];
  const errors: unknown[] = [];
  const done = new Set<string>();
  const said: string[] = [];
  const sight: WebActions['look'] = async (token) => {
    if (desk.broken && token !== '') throw new Error('the database is away');
    const purpose = (Object.keys(TOKENS) as (keyof typeof TOKENS)[]).find((key) => TOKENS[key] === token);
    if (purpose === undefined) return { state: 'gone', brand, locale };
    const named = { ticketNumber: '#12', brand, locale };
    if (purpose === 'not-satisfied' && said.length > 0) return { state: 'said', purpose, ...named };
    return { state: done.has(token) ? 'done' : 'ready', purpose, ...named };
  };
  const actions: WebActions = {
    look: (token) => {
      looks.push(token);
      return sight(token);
    },
    act: async (token, words) => {
      const before = await sight(token);
      if (before.state !== 'gone') {
        acts.push(token);
        done.add(token);
        if (words !== '') said.push(words);
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
  const desk: WebDesk = { port: 0, url: '', acts, looks, said, errors, broken: false, close: async () => {} };
  const web = await startWeb({
    host: '127.0.0.1',
    port: options.port ?? 0,
    actions,
    pages: loadPages(TEMPLATES, [brand], { words: wordsIn([TEMPLATES]) }),
    anyPage: { brand, locale },
    trustProxy: options.trustProxy,
    onError: (error) => errors.push(error),
  });
  return Object.assign(desk, web, { url: `http://127.0.0.1:${web.port}` });
}
