import type { Desk } from '../flows/desk.ts';
import type { Health } from '../flows/operate/report-health.ts';
import { repeat } from '../runtime/repeat.ts';
import type { Config } from '../runtime/settings/config.ts';

const EVERY_MINUTE_MS = 60_000;

/** Periodic maintenance: lost hints, silence, reminders, lessons, retention, alarms. */
export async function startSweep(
  { settings }: Config,
  desk: Desk,
  health: () => Promise<Health>,
  closers: (() => Promise<void>)[],
): Promise<void> {
  const { sweep } = await import('../flows/time/sweep.ts');
  const { learnWaiting } = await import('../flows/answers/learn-answer.ts');
  const { calibrateWhenGrown } = await import('../flows/answers/calibrate-answers.ts');
  const { remindAgents } = await import('../flows/time/remind-agents.ts');
  const { countTickets } = await import('../flows/report/count-tickets.ts');
  const { sendReports } = await import('../flows/time/send-reports.ts');
  const { dropOldBytes } = await import('../flows/time/drop-old-bytes.ts');
  const { watchDesk } = await import('../flows/operate/watch-desk.ts');
  const reminding = {
    ...desk,
    digestAt: settings.DIGEST_AT,
    timeZone: settings.TZ,
    remindHours: settings.REMIND_HOURS,
  };
  repeat(desk.log, 'sweep', settings.SWEEP_SECONDS * 1000, () => sweep(desk), closers);
  repeat(desk.log, 'learn answers', settings.SWEEP_SECONDS * 1000, () => learnWaiting(desk), closers);
  repeat(desk.log, 'calibrate answers', EVERY_MINUTE_MS, () => calibrateWhenGrown(desk), closers);
  repeat(desk.log, 'remind agents', EVERY_MINUTE_MS, () => remindAgents(reminding), closers);
  const reporting = {
    ...desk,
    reportAt: settings.REPORT_AT,
    reportTo: settings.REPORT_TO,
    timeZone: settings.TZ,
  };
  repeat(desk.log, 'count tickets', EVERY_MINUTE_MS, () => countTickets(desk), closers);
  repeat(desk.log, 'send reports', EVERY_MINUTE_MS, () => sendReports(reporting), closers);
  repeat(desk.log, 'drop old bytes', EVERY_MINUTE_MS, () => dropOldBytes(desk, settings.RAW_RETENTION_DAYS), closers);
  repeat(desk.log, 'watch the desk', EVERY_MINUTE_MS, () => watchDesk({ ...desk, health }), closers);
}
