import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isFault } from '../../../src/domain/fault.ts';
import type { MailView } from '../../../src/domain/mail/mail-view.ts';
import { MAIL_TEMPLATES, type MailTemplate, NOTIFICATION_EVENTS } from '../../../src/domain/ticket/outbox-item.ts';
import { loadTemplates, renderMail } from '../../../src/mail/templates/render-template.ts';
import { checkHtml } from '../../hostile/sent-invariants.ts';
import { everyMail, mailView } from '../../support/mail-views.ts';
import { notificationView } from '../../support/notification-views.ts';
import { readable, wordsOf } from '../../support/readable-mail.ts';
import { sparseMails } from '../../support/sparse-views.ts';

const FOLDER = path.join(import.meta.dirname, '../../../templates');
const templates = loadTemplates(FOLDER);
const cases = (['normal', 'hostile'] as const).flatMap((mood) =>
  everyMail(mood).map((mail) => ({ ...mail, mood, title: `${mail.name}, ${mood}` })),
);

/** Mails to the customer who chose the subject; one subject for all of them makes one thread. */
const OF_CUSTOMER = new Set<string>([
  'response',
  'closing',
  'already-answered',
  'held-before-response',
  'feedback-thanks',
  'reopened',
]);

/** Mails to agents about a ticket. */
const OF_AGENT = new Set<string>(['notification', 'returned', 'confirmation', 'undelivered', 'team-news']);

function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : [];
}

function linksOf(view: MailView, shown: string): string[] {
  const ours = JSON.stringify(view).match(/(?:https:\/\/help\.acme\.example\/t\/|mailto:)[^"\s]+/g) ?? [];
  return [...new Set(ours)].filter((url) => shown.includes(url)).sort();
}

describe.each(cases)('the mail $title', ({ view, mood }) => {
  const mail = renderMail(templates, 'en', view);

  it('says the same in text and in HTML', () => {
    expect(wordsOf(readable(mail.html))).toEqual(wordsOf(mail.text));
    const hrefs = mail.html.replace(/&amp;/g, '&');
    expect(linksOf(view, hrefs)).toEqual(linksOf(view, mail.text));
  });

  it('has a subject in one line, which names the ticket as its thread does', () => {
    expect(mail.subject).toMatch(/^[^\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]{4,250}$/);
    const { content } = view;
    const isNamed = content.template === 'receipt' && content.named;
    if (isNamed || OF_CUSTOMER.has(content.template)) expect(mail.subject).toMatch(/^Re: .* \[#12\]$/);
    else if (OF_AGENT.has(content.template)) expect(mail.subject).toMatch(/^(?:[A-Za-z ]+: )?\[#12\] \S/);
    else expect(mail.subject).not.toMatch(/Printer|script|Bcc|Jo/);
  });

  it('is HTML that loads nothing, runs nothing and hides nothing', () => {
    expect(checkHtml(mail.html)).toEqual([]);
    expect(mail.html.replace(/<(?:!doctype|\/?[a-z0-9]+[^<>]*)[^<>]*>/gi, '')).not.toMatch(/[<>]/);
  });

  it('is text without controls, and its own lines fit a narrow terminal', () => {
    expect(mail.text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    if (mood === 'hostile') return;
    const people = new Set(stringsOf(view).flatMap((words) => words.split('\n').map((line) => line.trim())));
    const long = mail.text
      .split('\n')
      .filter((line) => line.length > 72 && !line.includes('mailto:') && !people.has(line.trim()));
    expect(long.filter((line) => !line.includes('https://'))).toEqual([]);
  });
});

describe.each(sparseMails())('the mail "$name"', ({ view }) => {
  const mail = renderMail(templates, 'en', view);

  it('says the same in text and in HTML, and leaves no hole', () => {
    expect(wordsOf(readable(mail.html))).toEqual(wordsOf(mail.text));
    expect(`${mail.subject}\n${mail.text}`).not.toMatch(/undefined|null|\[object|\{\{|NaN|: *\n\n\n|\n\n\n/);
    expect(mail.subject).toBe(mail.subject.trim());
    expect(mail.subject.length).toBeGreaterThan(3);
  });
});

describe('an agent', () => {
  it('finds the line to reply above first, behind a glimpse of the words, in text and in HTML', () => {
    for (const template of OF_AGENT) {
      const mail = renderMail(templates, 'en', mailView(template as MailTemplate));
      const [first = ''] = mail.text.split('\n');
      expect(first).toMatch(/^[\p{L}\p{N}].{5,39} ##- Reply above this line -##$/u);
      expect(readable(mail.html).replace(/\s+/g, ' ').trim().startsWith(first)).toBe(true);
    }
  });

  it('finds all mails about one ticket under one subject, with the event before it where somebody must act', () => {
    const subject = (view: MailView) => renderMail(templates, 'en', view).subject;
    const THREAD = '[#12] Printer on the second floor prints twice';
    for (const template of ['notification', 'confirmation', 'team-news'] as const)
      expect(subject(mailView(template))).toBe(THREAD);
    expect(subject(mailView('returned'))).toBe(`NOT SENT: ${THREAD}`);
    expect(subject(mailView('undelivered'))).toBe(`Not delivered: ${THREAD}`);
    const events = NOTIFICATION_EVENTS.map((event) => {
      const found = subject({ ...mailView('notification'), content: notificationView(event, 'normal') });
      return [event, found.replace(THREAD, '')];
    });
    expect(Object.fromEntries(events.filter(([, before]) => before !== ''))).toEqual({
      held: 'Wrote again: ',
      unseen: 'Not seen yet: ',
      thanks: 'Thanks: ',
      full: 'All of a mail: ',
      'third-party': 'Somebody else wrote: ',
      machine: 'By a machine: ',
      reminder: 'Still waiting: ',
      'not-satisfied': 'Not satisfied: ',
    });
  });

  it('gets a queue of 100 tickets that a client opens whole', () => {
    const view = mailView('digest');
    if (view.content.template !== 'digest') throw new Error('not a digest');
    const row = view.content.rows[0];
    if (row === undefined) throw new Error('no row');
    const mail = renderMail(templates, 'en', {
      ...view,
      content: { ...view.content, rows: Array.from({ length: 100 }, () => row) },
    });
    // Gmail clips a message at 102 KB.
    expect(Buffer.byteLength(mail.html)).toBeLessThan(90_000);
  });
});

describe('the footer of the desk', () => {
  const FOOTER = 'Acme Ltd, 1 Main Street <London>\nhttps://acme.example/imprint';
  const withFooter = (view: MailView): MailView => ({
    ...view,
    desk: { ...view.desk, brand: { ...view.desk.brand, footer: FOOTER } },
  });

  it('stands below every mail to customers, as text and with its link, and in none to agents', () => {
    for (const { name, view } of everyMail('normal')) {
      const { text, html } = renderMail(templates, 'en', withFooter(view));
      const isToCustomer = OF_CUSTOMER.has(view.content.template) || view.content.template === 'receipt';
      expect(text.endsWith(`\n\n${FOOTER}\n`), name).toBe(isToCustomer);
      expect(
        html.includes('1 Main Street &#60;London&#62;') || html.includes('1 Main Street &lt;London&gt;'),
        name,
      ).toBe(isToCustomer);
      expect(html.includes('<a href="https://acme.example/imprint"'), name).toBe(isToCustomer);
    }
  });
});

describe('the customer', () => {
  it('gets the words of the agent first, exactly', () => {
    const view = mailView('response');
    if (view.content.template !== 'response') throw new Error('not a response');
    expect(renderMail(templates, 'en', view).text.startsWith(`${view.content.words}\n\n---`)).toBe(true);
  });

  it('gets either link alone, or none', () => {
    const view = mailView('response');
    const withClose = (close: { url: string | undefined; mailto: string | undefined } | undefined): string =>
      renderMail(templates, 'en', {
        ...view,
        content: { template: 'response', copy: false, words: 'Hello', signature: '', close, closing: undefined },
      }).text;
    expect(withClose({ url: 'https://h.example/t/1', mailto: undefined })).not.toContain('mailto:');
    expect(withClose({ url: undefined, mailto: 'mailto:a@b.example' })).toMatch(
      /close my request:\nmailto:a@b\.example\n/,
    );
    expect(withClose(undefined)).not.toContain('close');
  });

  it('learns that a mail after closing is a new request where reopening is off', () => {
    const view = mailView('closing', 'hostile');
    expect(renderMail(templates, 'en', view).text).toMatch(/your\s+mail\s+starts\s+a\s+new\s+request/);
  });
});

describe('templates', () => {
  const temporary = mkdtempSync(path.join(tmpdir(), 'turnmail-templates-'));
  afterAll(() => rmSync(temporary, { recursive: true }));

  function broken(name: string, change: (folder: string) => void): () => unknown {
    const folder = path.join(temporary, name);
    cpSync(FOLDER, folder, { recursive: true });
    change(folder);
    return () => loadTemplates(folder);
  }

  const fault = (error: unknown): boolean => isFault(error, 'template-broken');

  it('must be complete: a missing file is named', () => {
    const load = broken('missing', (folder) => rmSync(path.join(folder, 'receipt/body.html')));
    expect(load).toThrow(/receipt.body\.html is missing/);
    expect(load).toThrow(expect.toSatisfy(fault));
  });

  it('must be templates: an open tag or an unknown filter is refused at start', () => {
    expect(broken('tag', (folder) => writeFileSync(path.join(folder, 'receipt/body.txt'), '{% if x %}'))).toThrow(
      expect.toSatisfy(fault),
    );
    expect(
      broken('filter', (folder) => writeFileSync(path.join(folder, 'layout.html'), '{{ desk.name | shout }}')),
    ).toThrow(expect.toSatisfy(fault));
  });

  it('must use names that exist: a misspelt one is a fault, not a hole', () => {
    const folder = path.join(temporary, 'name');
    cpSync(FOLDER, folder, { recursive: true });
    writeFileSync(path.join(folder, 'receipt/body.txt'), 'Hello {{ desk.nmae }}');
    expect(() => renderMail(loadTemplates(folder), 'en', mailView('receipt'))).toThrow(expect.toSatisfy(fault));
  });

  it('leave nothing unescaped in HTML but what they captured themselves', () => {
    for (const kind of MAIL_TEMPLATES) {
      const source = readFileSync(path.join(FOLDER, kind, 'body.html'), 'utf8');
      for (const [, name] of source.matchAll(/\{\{\s*([\w.]+)[^}]*\|\s*raw/g))
        expect(source).toContain(`{% capture ${name} %}`);
    }
  });

  it('name the file and the line of what is wrong in them', () => {
    const folder = path.join(temporary, 'line');
    cpSync(FOLDER, folder, { recursive: true });
    writeFileSync(
      path.join(folder, 'receipt/body.txt'),
      'Hello\n{% if ticket %}\n{{ desk.name }}\n{% endif %}\n{{ desk.nmae }}\n',
    );
    expect(() => renderMail(loadTemplates(folder), 'en', mailView('receipt'))).toThrow(
      /receipt.body\.txt, line 5: undefined variable: desk\.nmae$/,
    );
    writeFileSync(path.join(folder, 'receipt/body.txt'), 'Hello');
    writeFileSync(path.join(folder, 'partials/quote.html'), '<div>\n{{ quoted | shout }}</div>');
    expect(() => renderMail(loadTemplates(folder), 'en', mailView('receipt'))).toThrow(
      /partials.quote\.html, line 2: undefined filter: shout$/,
    );
  });

  it('show times in the zone of the desk', () => {
    const inBerlin = renderMail(loadTemplates(FOLDER, { timeZone: 'Europe/Berlin' }), 'en', mailView('notification'));
    expect(inBerlin.text).toContain('Sun, 22 Nov 2026, 12:04 CET');
  });

  it('say sizes and waiting times as people do', () => {
    const view = mailView('notification');
    if (view.content.template !== 'notification') throw new Error('not a notification');
    const file = { filename: 'a.txt', contentType: 'text/plain', attached: true, blocked: false };
    const attachments = [1, 900, 12_400, 41_300_000].map((size) => ({ ...file, size }));
    const notified = renderMail(templates, 'en', { ...view, content: { ...view.content, attachments } });
    for (const size of ['1 byte)', '900 bytes)', '12 kB)', '41 MB)']) expect(notified.text).toContain(size);
    const list = mailView('digest');
    const { content } = list;
    if (content.template !== 'digest') throw new Error('not a digest');
    const rows = [0, 59_000, 7_200_000].flatMap((waitingMs) =>
      content.rows.slice(0, 1).map((row) => ({ ...row, waitingMs })),
    );
    const queue = renderMail(templates, 'en', { ...list, content: { ...content, rows } });
    expect(queue.text.match(/example, (?:1 minute|2 hours)/g)).toEqual([
      'example, 1 minute',
      'example, 1 minute',
      'example, 2 hours',
    ]);
  });
});
