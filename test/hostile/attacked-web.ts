import { createHash } from 'node:crypto';
import type { App } from '../../src/app.ts';
import type { AttackedDesk } from './attacked-desk.ts';

/** The web server of the desk under attack, as `turnmail up --role web` starts it, on the clock of the rig. */
export type AttackedWeb = { port: number; stop(): Promise<void> };

export async function startAttackedWeb(desk: AttackedDesk, env: Record<string, string> = {}): Promise<AttackedWeb> {
  const app: App = await desk.world.start(['web'], env, { clock: { now: () => desk.clock.now } });
  if (app.httpPort === undefined) throw new Error('the desk serves no pages');
  return { port: app.httpPort, stop: () => app.stop() };
}

/** A digest of every table that a request could change, and the parts of it that claims ask for. */
export type WebState = {
  digest: string;
  statuses: Map<number, string>;
  feedback: Map<number, string>;
  closings: number;
  reopenings: number;
};

const TABLES = [
  'tickets',
  'ticket_mail',
  'responses',
  'notes',
  'reply_tokens',
  'outbox',
  'inbound_mails',
  'agents',
  'audit_log',
  'suppressed_addresses',
];

export async function lookAtWebState({ world }: AttackedDesk): Promise<WebState> {
  const hash = createHash('sha256');
  for (const table of TABLES) {
    const [row] = await world.rows<{ all: string }>(
      `select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as all from ${table} t`,
    );
    hash.update(`${table}=${row?.all}\n`);
  }
  const tickets = await world.rows<{ id: number; status: string; feedback: string | null }>(
    'select id::int, status::text, feedback::text from tickets',
  );
  const [sent] = await world.rows<{ n: number }>(`select count(*)::int as n from outbox where kind = 'closing'`);
  const [opened] = await world.rows<{ n: number }>(
    `select count(*)::int as n from audit_log where action = 'reopened'`,
  );
  return {
    digest: hash.digest('hex'),
    statuses: new Map(tickets.map(({ id, status }) => [id, status])),
    feedback: new Map(tickets.map(({ id, feedback }) => [id, feedback ?? 'none'])),
    closings: sent?.n ?? 0,
    reopenings: opened?.n ?? 0,
  };
}
