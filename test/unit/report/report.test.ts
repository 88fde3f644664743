import { describe, expect, it, test } from 'vitest';
import { readReportDays } from '../../../src/cli/report/report.ts';
import { dayOf, everyDay, startOfDay } from '../../../src/decide/report/report-days.ts';
import { dueReport, weekBefore } from '../../../src/decide/report/report-moment.ts';
import { toCsv } from '../../../src/decide/report/report-rows.ts';
import { barsOfWaiting } from '../../../src/plots/bars-of-waiting.ts';
import { LIGHT } from '../../../src/plots/picture.ts';
import { toPng } from '../../../src/plots/png.ts';
import { fc } from '../../support/seeded-properties.ts';

const DAY = 86_400_000;

describe('days of a time zone', () => {
  test('begin where the clock of that place says so', () => {
    expect(startOfDay('2026-11-30', 'UTC')).toBe(Date.parse('2026-11-30T00:00:00Z'));
    expect(startOfDay('2026-11-30', 'Europe/Berlin')).toBe(Date.parse('2026-11-29T23:00:00Z'));
    expect(startOfDay('2026-07-01', 'America/New_York')).toBe(Date.parse('2026-07-01T04:00:00Z'));
    // In Cairo the clocks went from 0:00 to 1:00 on this day.
    expect(startOfDay('2026-04-24', 'Africa/Cairo')).toBe(Date.parse('2026-04-23T22:00:00Z'));
  });

  test('are refused where there is no such day', () => {
    for (const text of ['2026-02-30', '30.11.2026', '', '2026-11-3', 'yesterday'])
      expect(startOfDay(text, 'UTC'), text).toBeUndefined();
  });

  test('are all there, each once, in order', () => {
    const zones = ['UTC', 'Europe/Berlin', 'Pacific/Apia', 'America/St_Johns', 'Asia/Kolkata'];
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2e12 }),
        fc.integer({ min: 1, max: 60 * DAY }),
        fc.constantFrom(...zones),
        (from, length, zone) => {
          const days = everyDay(from, from + length, zone).map(({ day }) => day);
          expect(days[0]).toBe(dayOf(from, zone));
          expect(days.at(-1)).toBe(dayOf(from + length - 1, zone));
          expect([...new Set(days)].sort()).toEqual(days);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('the time of a report', () => {
  const now = Date.parse('2026-11-30T10:00:00Z');
  test('is the last seven days with today', () => {
    expect(readReportDays({}, 'Europe/Berlin', now)).toEqual({
      from: Date.parse('2026-11-23T23:00:00Z'),
      to: Date.parse('2026-11-30T23:00:00Z'),
    });
  });

  test('has both of the days that were named, also over a change of clocks', () => {
    expect(readReportDays({ from: '2026-10-24', to: '2026-10-25' }, 'Europe/Berlin', now)).toEqual({
      from: Date.parse('2026-10-23T22:00:00Z'),
      to: Date.parse('2026-10-25T23:00:00Z'),
    });
  });

  test('that is none is said in a sentence', () => {
    expect(readReportDays({ to: '2026-13-01' }, 'UTC', now)).toContain('--to 2026-13-01 is no day');
    expect(readReportDays({ from: '2026-11-30', to: '2026-11-29' }, 'UTC', now)).toContain('is after');
  });
});

test('no cell of the CSV is a formula or breaks its line', () => {
  const csv = toCsv([
    { measure: 'past answer used', of: '=cmd|"/c calc"!A1', value: 3 },
    { measure: 'past answer used', of: 'one,\ntwo "three"', value: undefined },
    { measure: 'tickets', of: 'came', value: -1 },
  ]);
  expect(csv).toBe(
    'measure,of,value\r\npast answer used,"\'=cmd|""/c calc""!A1",3\r\npast answer used,"one,\ntwo ""three""",\r\ntickets,came,-1\r\n',
  );
});

describe('when the weekly report is due', () => {
  const monday = { weekday: 1, time: '08:00' };
  it.each([
    ['2026-11-30', '07:59', undefined],
    ['2026-11-30', '08:00', '2026-11-30'],
    ['2026-11-30', '23:59', '2026-11-30'],
    ['2026-12-01', '00:10', '2026-11-30'],
    ['2026-12-02', '07:00', '2026-11-30'],
    ['2026-12-03', '09:00', undefined],
    ['2026-11-29', '09:00', undefined],
    ['2027-01-05', '09:00', '2027-01-04'],
  ])('on %s at %s', (date, time, due) => {
    expect(dueReport(monday, date, time)).toBe(due);
    expect(dueReport(undefined, date, time)).toBeUndefined();
  });

  it('is about the seven days before', () => {
    expect(weekBefore('2026-12-02')).toEqual({ first: '2026-11-25', end: '2026-12-02' });
  });
});

it('draws a picture with letters on a machine without fonts', () => {
  const svg = (words: string) =>
    barsOfWaiting([{ label: 'under 4 hours', fromMs: 0, tickets: 2 }], { title: 'Waiting', labels: [words] }, LIGHT);
  const [some, none] = [toPng(svg('under 4 hours')), toPng(svg(''))];
  expect(some.subarray(1, 4).toString()).toBe('PNG');
  expect(some.length).toBeGreaterThan(none.length + 500);
});
