import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { PageFor, Pages } from '../domain/pages.ts';
import type { BoardRow, BoardView } from '../domain/report.ts';
import { send } from './link-pages.ts';

export type BoardActions = {
  /** Reads and changes nothing; undefined for every text that is no good token. */
  board(token: string): Promise<BoardView | undefined>;
  look(token: string): Promise<PageFor>;
};

const STYLE = `
:root { color-scheme: light dark; --paper: #f6f5f4; --card: #ffffff; --ink: #1e1e1e; --soft: #5e5c64; --line: #deddda; --ours: #b4361f; }
@media (prefers-color-scheme: dark) { :root { --paper: #1e1e1e; --card: #2a2a2a; --ink: #f2f2f2; --soft: #b8b8b8; --line: #454545; --ours: #ff9b85; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 20px 16px; background: var(--paper); color: var(--ink); font: 16px/1.45 system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif; }
main { max-width: 960px; margin: 0 auto; }
h1 { margin: 0 0 4px; font-size: 24px; line-height: 1.25; }
h2 { margin: 28px 0 8px; font-size: 18px; }
.soft { margin: 0 0 16px; color: var(--soft); }
.plots { display: flex; flex-wrap: wrap; gap: 16px; }
.plots svg { max-width: 100%; height: auto; border: 1px solid var(--line); border-radius: 8px; }
table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
th, td { padding: 8px 12px; border-top: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: 600; }
td.number { white-space: nowrap; }
.ours { color: var(--ours); font-weight: 600; }
@media (max-width: 560px) {
  thead { position: absolute; clip-path: inset(50%); height: 1px; overflow: hidden; }
  tr { display: block; padding: 8px 0; border-top: 1px solid var(--line); }
  td { display: block; padding: 1px 12px; border: 0; }
}
`;

/** The board's one inline style as a CSP source (CSP 3, section 2.3.1). */
export const BOARD_STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

/**
 * `GET /board/<token>`: what waits and whose move it is. Nothing on it acts, and it has no script: to see news, load it again.
 * Every text that is no good token looks the same from outside.
 */
export function addBoard(app: FastifyInstance, actions: BoardActions, pages: Pages): void {
  app.get<{ Params: { token: string } }>('/board/:token', async (request, reply) => {
    const view = await actions.board(request.params.token);
    if (view === undefined) return send(reply, 404, pages.gone(await actions.look('')));
    return send(reply, 200, boardPage(view));
  });

  app.route({
    method: ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/board/*',
    handler: async (_request, reply) => reply.code(405).header('Allow', 'GET, HEAD').send(),
  });
}

/** Whole HTML. Plots are SVG of ours; every other text is escaped here. */
export function boardPage(view: BoardView): string {
  const { deskName, numbers, rows, more } = view;
  const ours = rows.filter(({ move }) => move === 'desk').length;
  const at = new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: view.timeZone,
  }).format(view.at);
  const title = `${deskName}: what waits`;
  const rest =
    more > 0 ? `<p class="soft">${more} more open ${more === 1 ? 'ticket is' : 'tickets are'} not listed.</p>` : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p class="soft">${escaped(at)}. ${numbers.came} came, ${numbers.answered} got their first response and ${numbers.closed} were closed in the last 14 days. ${ours} of the ${rows.length} listed ${rows.length === 1 ? 'ticket waits' : 'tickets wait'} for the desk.</p>
<div class="plots">
${view.waitingPlot}
${view.daysPlot}
</div>
<h2>Open tickets</h2>
${rows.length === 0 ? '<p>No ticket is open.</p>' : tableOf(rows, view.at)}
${rest}
</main>
</body>
</html>
`;
}

function tableOf(rows: readonly BoardRow[], now: number): string {
  const named = rows.some(({ subject }) => subject !== undefined);
  const head = ['Ticket', 'Whose move', 'Waiting', ...(named ? ['Subject', 'Customer', 'With'] : [])];
  const lines = rows.map((row) => {
    const move = row.move === 'desk' ? '<td class="ours">the desk</td>' : '<td>the customer</td>';
    const names = named
      ? [row.subject ?? '', row.customer ?? '', row.assignee ?? '']
          .map((text) => `<td><bdi>${escaped(text)}</bdi></td>`)
          .join('')
      : '';
    return `<tr><td class="number">#${row.ticketId}</td>${move}<td class="number">${waited(now - row.since)}</td>${names}</tr>`;
  });
  return `<table>
<thead><tr>${head.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead>
<tbody>
${lines.join('\n')}
</tbody>
</table>`;
}

/** `3 h`, `2 days`: a length of time in its largest whole unit. */
function waited(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h`;
  return `${Math.floor(minutes / 1_440)} days`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
