import path from 'node:path';
import { expect, test } from 'vitest';
import { fitQueue } from '../../../src/decide/desk/fit-queue.ts';
import { loadTemplates, renderMail } from '../../../src/mail/templates/render-template.ts';
import { mailView } from '../../support/mail-views.ts';

const templates = loadTemplates(path.join(import.meta.dirname, '../../../templates'));

/** The bytes of the HTML of a list with these tickets. */
function bytesOf(rows: { customer: string; subject: string; query: string }[]): number {
  const view = mailView('digest');
  if (view.content.template !== 'digest') throw new Error('not a digest');
  const [one] = view.content.rows;
  if (one === undefined) throw new Error('no row');
  const mailto = `mailto:support%2B123456-3f9z-${'k'.repeat(26)}@${'a'.repeat(60)}.example?subject=Ticket%20%5B%23123456%5D`;
  const shown = rows.map(({ customer, subject, query }) => ({
    ...one,
    customer,
    subject,
    firstWords: query.slice(0, 140),
    assignee: 'Bartholomew Featherstonehaugh',
    mailto,
  }));
  return Buffer.byteLength(renderMail(templates, 'en', { ...view, content: { ...view.content, rows: shown } }).html);
}

test.each([
  ['Latin', 'word ', 100],
  ['Japanese', '漢字', 60],
  ['what HTML writes in four letters', '<&"', 40],
  ['two units a letter', '🔥', 60],
])(
  'a queue of 500 tickets in %s fits into what Gmail shows, and is not cut short for nothing',
  (_name, words, least) => {
    const row = {
      customer: 'a-rather-long-name@a-rather-long-company.example',
      subject: words.repeat(100),
      query: words.repeat(150),
    };
    const fitting = fitQueue(Array.from({ length: 500 }, () => row));
    expect(fitting.length).toBeGreaterThanOrEqual(least);
    expect(bytesOf(fitting)).toBeLessThan(102_000);
  },
);

test('a short queue is whole', () => {
  const rows = [{ customer: 'jo@customer.example', subject: 'Toner', query: 'Which?' }];
  expect(fitQueue(rows)).toEqual(rows);
  expect(fitQueue([])).toEqual([]);
});
