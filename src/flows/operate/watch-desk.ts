import {
  MAX_MACHINE_LINES,
  mayTellOfParked,
  nextAlarm,
  planAlert,
  planMachineMail,
  planParkedAlert,
} from '../../decide/desk/plan-alarms.ts';
import { cutText } from '../../domain/cut-text.ts';
import { type Alarm, type DeskCheck, partOf } from '../../domain/desk/alarm.ts';
import type { EpochMs } from '../../domain/ticket/ids.ts';
import type { OutboxDraft } from '../../domain/ticket/outbox-item.ts';
import { redact } from '../../runtime/logger.ts';
import {
  deleteAlarm,
  listParkedLines,
  listUntoldParked,
  lockAlarms,
  markAlarm,
  markParkedTold,
} from '../../store/alarms.ts';
import { inTransaction, type Tx } from '../../store/database.ts';
import { listMailboxes } from '../../store/inbound/mailboxes.ts';
import { carryOutAct } from '../decide/carry-out.ts';
import type { Desk } from '../desk.ts';
import { checkBrake } from '../send/brake-mails.ts';
import type { Health } from './report-health.ts';

export type WatchingDesk = Desk & { health(): Promise<Health> };

/**
 * Tells the operators by mail what the desk cannot heal by itself, once when it begins and once when it is over, and of
 * parked mail at most once an hour for each reason. Called once a minute; any number of processes may call it.
 */
export async function watchDesk(desk: WatchingDesk): Promise<void> {
  const looks = [...(await desk.health()).looks, await checkBrake(desk)];
  const errors = looks.some(isFailedPoll) ? await lastErrors(desk) : new Map<string, string>();
  for (const look of looks.filter(isFailedPoll)) {
    const { mailbox } = partOf(look.cause);
    const said = errors.get(mailbox ?? desk.identities[0].mailboxName);
    if (said !== undefined) look.detail += `; it said: ${said}`;
  }
  const now = desk.clock.now();
  const sends = await inTransaction(desk.database, async (tx) => {
    const alarms = new Map((await lockAlarms(tx)).map((alarm) => [alarm.cause, alarm]));
    const drafts: OutboxDraft[] = [];
    for (const look of looks) drafts.push(...(await step(tx, desk, alarms.get(look.cause), look, now)));
    drafts.push(...(await tellOperatorsOfParked(tx, desk, alarms, now)));
    return await send(tx, desk, drafts, now);
  });
  if (sends > 0) await desk.queue.hint('send');
}

/** One cause that need not wait for the next look. */
export async function tellAtOnce(desk: Desk, look: DeskCheck): Promise<void> {
  const now = desk.clock.now();
  const sends = await inTransaction(desk.database, async (tx) => {
    const known = (await lockAlarms(tx)).find((alarm) => alarm.cause === look.cause);
    return await send(tx, desk, await step(tx, desk, known, look, now), now);
  });
  if (sends > 0) await desk.queue.hint('send');
}

async function send(tx: Tx, desk: Desk, drafts: OutboxDraft[], now: EpochMs): Promise<number> {
  const effects = drafts.map((draft) => ({ do: 'send' as const, draft }));
  return await carryOutAct(tx, desk, { effects, actor: 'system', ticket: undefined }, now);
}

function isFailedPoll({ cause, ok }: DeskCheck): boolean {
  return !ok && partOf(cause).part === 'polls';
}

/** What the mail servers said, by mailbox, which readiness does not show to the world. */
async function lastErrors(desk: Desk): Promise<Map<string, string>> {
  const rows = await listMailboxes(desk.database);
  return new Map(
    rows.flatMap(({ id, lastError }) =>
      lastError === undefined ? [] : [[desk.identityOf(id).mailboxName, cutText(redact(lastError), 300)]],
    ),
  );
}

async function step(
  tx: Tx,
  desk: Desk,
  known: Alarm | undefined,
  look: DeskCheck,
  now: EpochMs,
): Promise<OutboxDraft[]> {
  const { alarm, tell } = nextAlarm(known, look, now);
  if (alarm) await markAlarm(tx, alarm);
  else if (known) await deleteAlarm(tx, look.cause);
  const told = alarm ?? known;
  if (tell === undefined || !told) return [];
  desk.log.warn({ cause: look.cause, detail: look.detail }, tell === 'begun' ? 'an alarm begins' : 'an alarm is over');
  return planAlert(desk.rules.operators, tell, told, look.detail, now);
}

/** Without operators nothing is marked as told, so that the first one to be named hears of all that is parked. */
async function tellOperatorsOfParked(
  tx: Tx,
  desk: Desk,
  alarms: Map<string, Alarm>,
  now: EpochMs,
): Promise<OutboxDraft[]> {
  const { operators } = desk.rules;
  if (operators.length === 0) return [];
  const drafts: OutboxDraft[] = [];
  for (const parked of await listUntoldParked(tx)) {
    const cause = `parked:${parked.reason}`;
    if (!mayTellOfParked(parked.reason, alarms.get(cause)?.toldAt, now)) continue;
    await markAlarm(tx, { cause, since: now, looks: 0, lookedAt: now, toldAt: now });
    await markParkedTold(tx, parked.ids, now);
    if (parked.reason !== 'machine-mail') {
      drafts.push(...planParkedAlert(operators, parked));
      continue;
    }
    const lines = await listParkedLines(tx, parked.ids.slice(0, MAX_MACHINE_LINES));
    drafts.push(...planMachineMail(operators, lines, parked.ids.length));
  }
  return drafts;
}
