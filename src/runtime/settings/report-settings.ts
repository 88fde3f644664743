import type { ReportReaders, WeeklyTime } from '../../domain/desk/report.ts';
import { setting } from './setting.ts';
import { always, ifSet, Wrong, yesOrNo } from './setting-readers.ts';

const timeOfDay = ifSet((value) =>
  /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(value) ? value : new Wrong(`must be a time of day such as 08:00, not "${value}"`),
);

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** A day of the week and a time of day, such as `mon 08:00`; the day may be written in full. */
const timeOfWeek = ifSet((value): WeeklyTime | Wrong => {
  const [, day = '', time = ''] = /^([a-z]{3,9})\s+((?:[01]\d|2[0-3]):[0-5]\d)$/i.exec(value) ?? [];
  const weekday = day === '' ? -1 : WEEKDAYS.findIndex((name) => name.startsWith(day.toLowerCase()));
  return weekday >= 0
    ? { weekday, time }
    : new Wrong(`must be a day of the week and a time such as mon 08:00, not "${value}"`);
});

const reportReaders = always((value): ReportReaders | Wrong => {
  const key = value.toLowerCase();
  return key === 'agents' || key === 'operators' || key === 'all'
    ? key
    : new Wrong(`must be agents, operators or all, not "${value}"`);
});

/** When and to whom the desk tells how it does, part of SETTINGS. */
export const REPORT_SETTINGS = {
  DIGEST_AT: setting(
    timeOfDay,
    '',
    '08:00',
    'time of day of a mail with all waiting tickets to each agent; unset: only for /queue',
  ),
  REPORT_AT: setting(
    timeOfWeek,
    '',
    'mon 08:00',
    'day of the week and time of a mail with the desk in numbers, of the seven days before; unset: only for /report',
  ),
  REPORT_TO: setting(reportReaders, 'agents', 'all', 'who gets the weekly report: `agents`, `operators` or `all`'),
  BOARD_NAMES: setting(yesOrNo, 'yes', 'no', 'the board shows subjects, customers and agents; `no` leaves them out'),
};
