import type { Desk } from '../flows/desk.ts';
import type { Health } from '../flows/operate/report-health.ts';
import { type Config, TEMPLATES_FOLDER } from '../runtime/settings/config.ts';

/** Serves the pages behind links, health and metrics. @returns the port */
export async function startPages(
  config: Config,
  desk: Desk,
  ready: () => Promise<Health>,
  closers: (() => Promise<void>)[],
): Promise<number> {
  const { startWeb } = await import('../http/start-web.ts');
  const { loadPages } = await import('../mail/templates/load-pages.ts');
  const { lookAtLink, pressTheLink } = await import('../flows/act/press-link.ts');
  const { showBoard } = await import('../flows/report/show-board.ts');
  const { settings } = config;
  const brands = config.mailboxes.map(({ identity }) => identity.brand);
  const boardDesk = { ...desk, timeZone: settings.TZ, boardNames: settings.BOARD_NAMES };
  const web = await startWeb({
    host: settings.HTTP_HOST,
    port: settings.HTTP_PORT,
    pages: loadPages(TEMPLATES_FOLDER, brands, {
      words: config.words,
      own: settings.TEMPLATES_DIR,
      timeZone: settings.TZ,
    }),
    anyPage: config.mailboxes[0].identity,
    trustProxy: settings.TRUST_PROXY,
    onError: (err) => desk.log.error({ err }, 'a page failed'),
    actions: {
      board: (token) => showBoard(boardDesk, token),
      look: (token) => lookAtLink(desk, token),
      act: (token, words) => pressTheLink(desk, token, words),
      ready,
      metrics: async () => ({
        contentType: desk.metrics.registry.contentType,
        text: await desk.metrics.registry.metrics(),
      }),
    },
  });
  closers.push(() => web.close());
  desk.log.info({ port: web.port }, 'pages are served');
  return web.port;
}
