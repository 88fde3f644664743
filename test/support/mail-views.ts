import { accentColors, DEFAULT_BRAND_COLOR } from '../../src/domain/desk/brand.ts';
import { type EmailAddress, parseEmailAddress } from '../../src/domain/mail/email-address.ts';
import type {
  BrandView,
  ClosingView,
  ContentView,
  LinkView,
  MailHeaders,
  MailView,
  TicketView,
} from '../../src/domain/mail/mail-view.ts';
import type { TicketId } from '../../src/domain/ticket/ids.ts';
import { MAIL_TEMPLATES, type MailTemplate, type NotificationEvent } from '../../src/domain/ticket/outbox-item.ts';
import { formattedMails } from './formatted-views.ts';
import { reportView } from './report-views.ts';

/** Views of every mail that we send: as on a good day, and with everything in them that a stranger might try. */
const AT = Date.UTC(2026, 10, 22, 11, 4);
const DAY = 86_400_000;
const TOKEN = '12-3f-k5xq2abcdefghijklmnopqrst7';

export const EVENTS: readonly NotificationEvent[] = [
  'new-ticket',
  'answer',
  'held',
  'only-held',
  'third-party',
  'machine',
  'reopened',
  'assigned',
  'moved',
  'reminder',
  'not-satisfied',
  'history',
];

export type Mood = 'normal' | 'hostile';

export function address(text: string): EmailAddress {
  const parsed = parseEmailAddress(text);
  if (parsed === undefined) throw new Error(`${text} is no address`);
  return parsed;
}

const HOSTILE_LINE =
  '</title><script>alert(1)</script>\r\nBcc: all@acme.example\u0000\u001b[31m \u202eevil\u202c {{ desk.address }} {% raw %} <img src=http://t.example/p.gif>';
const HOSTILE_WORDS = [
  '<script>fetch("http://evil.example")</script><img src="http://evil.example/pixel.gif" onerror="x()">',
  '',
  '',
  '  ##- Reply above this line -##',
  '/close',
  '{{ desk.address }} {% include "layout" %} javascript:alert(1) "quotes" \'single\' & ampersand',
  '\u001b[2J\u0007\u0000 \u202eright to left\u202c \ud800 lone',
  '| table | x |   three   blanks\ttab',
  `one-very-long-word-${'x'.repeat(400)}`,
  'https://evil.example/"onmouseover="alert(1)',
  `A line that goes on and on ${'and on '.repeat(60)}`,
  'مرحبا بالعالم، لدي مشكلة. 日本語の文章です。',
].join('\n');

const QUERY = `Hello,

since this morning the printer on the second floor prints every page twice. I switched it off and on again, and chose another
cable, without luck.

    Error: E-17 (tray)

Can somebody have a look?

Kind regards
Jo`;
const RESPONSE = `Hello Jo,

thank you for the details. Please hold the green button for ten seconds; the steps are at https://help.acme.example/printers/e-17.
If it still prints twice, tell us what the display shows:

  1. the code
  2. the line below it

Alice`;

const link = (purpose: string): LinkView => ({
  url: `https://help.acme.example/t/${TOKEN}`,
  mailto: `mailto:support+${TOKEN}@acme.example?subject=${encodeURIComponent(`${purpose} [#12]`)}`,
});

export function ticketView(mood: Mood): TicketView {
  return {
    id: 12 as TicketId,
    tag: '[#12]',
    number: '#12',
    subject: mood === 'normal' ? 'Printer on the second floor prints twice' : HOSTILE_LINE,
    status: 'in_process',
    customer: 'jo.doe@customer.example',
    readers: mood === 'normal' ? [] : ['pat@reader.example', HOSTILE_LINE],
    assignee: mood === 'normal' ? 'Alice' : HOSTILE_LINE,
  };
}

export function notificationView(event: NotificationEvent, mood: Mood): ContentView {
  const bad = mood === 'hostile';
  const words = bad ? HOSTILE_WORDS : event === 'new-ticket' ? QUERY : 'It shows E-17, and below it "tray 2".';
  const empty = event === 'new-ticket' && !bad;
  return {
    template: 'notification',
    wholeMail: event === 'full' ? 'attached' : undefined,
    fits: event === 'new-ticket' ? '#9' : '',
    inCopy: bad ? [HOSTILE_LINE] : ['kim@customer.example'],
    linesLeftOut: 0,
    newSubject: '',
    alsoTo: bad ? [HOSTILE_LINE] : event === 'held' ? ['billing@acme.example'] : [],
    movedBy: event === 'moved' ? (bad ? HOSTILE_LINE : 'Bob') : '',
    movedFrom: event === 'moved' ? 'support' : '',
    event,
    author:
      event === 'third-party'
        ? 'boss@customer.example'
        : event === 'assigned'
          ? 'bob@acme.example'
          : 'jo.doe@customer.example',
    authorName: bad ? HOSTILE_LINE : event === 'third-party' ? 'Pat Boss' : event === 'assigned' ? 'Bob' : 'Jo Doe',
    at: AT,
    query: bad ? HOSTILE_WORDS : QUERY,
    queryAt: empty ? AT : AT - 2 * DAY,
    queryFiles: [],
    wordsFiles: [],
    waitingMs: event === 'reminder' ? DAY + 3_600_000 : undefined,
    words:
      event === 'assigned' || event === 'moved' || event === 'reminder' || event === 'history'
        ? bad
          ? ''
          : QUERY
        : words,
    attachments: [
      {
        filename: bad ? `../../${HOSTILE_LINE}.pdf` : 'display.jpg',
        contentType: 'image/jpeg',
        size: 148_000,
        attached: true,
        blocked: false,
      },
      {
        filename: 'all-pages.zip',
        contentType: 'application/zip',
        size: 41_300_000,
        attached: false,
        blocked: false,
      },
      {
        filename: 'update.exe',
        contentType: 'application/x-msdownload',
        size: 2_300_000,
        attached: false,
        blocked: true,
      },
    ],
    turns: empty
      ? []
      : [
          {
            number: 1,
            agent: 'Alice',
            sentTime: AT - DAY,
            response: bad ? HOSTILE_WORDS : RESPONSE,
            responseFiles: [{ filename: bad ? HOSTILE_LINE : 'steps.pdf', size: 310_000 }],
            answer: words,
            answerFiles: [],
            recTime: AT,
            heldBefore: [
              {
                receivedAt: AT - DAY - 3_600_000,
                words: bad ? HOSTILE_WORDS : 'It also blinks.',
                from: undefined,
                files: [],
              },
            ],
          },
          {
            number: 2,
            agent: undefined,
            sentTime: AT,
            response: 'A second one.',
            responseFiles: [],
            answer: undefined,
            answerFiles: [],
            recTime: undefined,
            heldBefore: [],
          },
        ],
    held: empty
      ? []
      : [
          {
            receivedAt: AT - 60_000,
            words: bad ? HOSTILE_WORDS : 'One more thing: it is the printer beside the lift.',
            from: undefined,
            files: [],
          },
          {
            receivedAt: AT - 30_000,
            words: bad ? HOSTILE_WORDS : 'Please help Jo soon.',
            from: bad ? HOSTILE_LINE : 'boss@customer.example',
            files: [],
          },
        ],
    notes: empty
      ? []
      : [{ createdAt: AT - DAY, agent: 'Bob', note: bad ? HOSTILE_WORDS : 'The tray was changed in May.' }],
    older: { turns: 0, held: bad ? 12 : 0, notes: 0 },
    suggestions: [
      {
        number: 1,
        question: bad ? HOSTILE_WORDS : 'The printer prints each page two times',
        answer: bad ? HOSTILE_WORDS : RESPONSE,
        marked: false,
      },
      {
        number: 2,
        question: 'Printing twice',
        answer: 'Your printer [[HX-4711-B]] gets new firmware on [[12 March]].',
        marked: true,
      },
    ],
  };
}

function closingView(): ClosingView {
  return {
    satisfied: link('satisfied'),
    notSatisfied: link('not satisfied'),
    reopen: link('open again'),
    reopenDays: 7,
    canAnswer: true,
  };
}

export const BRAND: BrandView = {
  name: 'Acme Support',
  logo: '',
  colors: accentColors(DEFAULT_BRAND_COLOR),
  footer: '',
};

function contentView(template: MailTemplate, mood: Mood): ContentView {
  const bad = mood === 'hostile';
  const words = bad ? HOSTILE_WORDS : RESPONSE;
  const views: { [Name in MailTemplate]: Extract<ContentView, { template: Name }> } = {
    receipt: {
      template: 'receipt',
      named: !bad,
      followsTicketId: bad ? undefined : (11 as TicketId),
      suggestion: { answer: words, close: link('close') },
    },
    notification: notificationView('answer', mood) as Extract<ContentView, { template: 'notification' }>,
    response: {
      template: 'response',
      copy: false,
      words,
      signature: bad ? HOSTILE_LINE : '',
      close: link('close'),
      closing: bad ? closingView() : undefined,
    },
    'already-answered': { template: 'already-answered' },
    'held-before-response': { template: 'held-before-response' },
    closing: {
      template: 'closing',
      closedBy: bad ? 'silence' : 'customer',
      lastResponse: words,
      closing: bad ? { ...closingView(), reopen: undefined, reopenDays: 0, canAnswer: false } : closingView(),
    },
    'feedback-thanks': { template: 'feedback-thanks', feedback: bad ? 'not_satisfied' : 'satisfied' },
    reopened: { template: 'reopened' },
    returned: {
      template: 'returned',
      writer: undefined,
      lines: bad
        ? ['Bob responded after the mail that you answered was written, so your words were not sent.', HOSTILE_WORDS]
        : [
            'Bob responded to ticket #12 after the mail that you answered was written, so your words were not sent.',
            'Write /send on the first line, above your words, to send them anyway.',
          ],
      draft: false,
      text: words,
      colleague: bad ? HOSTILE_WORDS : 'Please send us a photo of the display.',
    },
    confirmation: {
      template: 'confirmation',
      lines: bad
        ? [
            'Commands stand on the first lines of a reply:',
            '/note keeps the words of this mail inside; nothing is sent to the customer, nor to anybody else',
          ]
        : ['Your note is kept with the ticket.', 'The ticket is yours.'],
    },
    undelivered: {
      template: 'undelivered',
      recipient: 'jo.doe@customer.example',
      what: 'response',
      status: '5.1.1',
      diagnostic: bad ? HOSTILE_LINE : '550 5.1.1 <jo.doe@customer.example>: no such user',
      words,
      unknown: bad,
    },
    report: reportView(AT, bad ? HOSTILE_WORDS : ''),
    digest: {
      template: 'digest',
      agent: 'Alice',
      more: bad ? 0 : 13,
      at: AT,
      board: 'https://help.acme.example/board/3f-abcdefghijklmnopqrstuvwxyz',
      feedback: {
        satisfied: 9,
        notSatisfied: 1,
        unhappy: [
          { number: '#7', customer: 'pat@customer.example', words: bad ? HOSTILE_WORDS : 'It took three weeks.' },
        ],
      },
      rows: [12, 15, 18].map((id) => ({
        id: id as TicketId,
        number: `#${id}`,
        customer: 'jo.doe@customer.example',
        subject: ticketView(mood).subject,
        firstWords: bad
          ? HOSTILE_WORDS
          : 'since this morning the printer on the second floor prints every page twice. I switched it',
        waitingMs: ((21 - id) * DAY) / 3,
        assignee: id === 12 ? 'you' : id === 15 ? (bad ? HOSTILE_LINE : 'Bob') : undefined,
        held: id - 12,
        mailto: `mailto:support+${TOKEN}@acme.example?subject=${encodeURIComponent(`Ticket [#${id}]`)}`,
      })),
    },
    'team-news': {
      template: 'team-news',
      news: bad ? 'assigned' : 'answered-and-closed',
      by: bad ? HOSTILE_LINE : 'Bob',
      to: bad ? HOSTILE_LINE : undefined,
      words,
    },
    alert: {
      template: 'alert',
      lines: ['No mail could be fetched from imap.acme.example for 15 minutes: the password was refused.'],
      over: mood === 'hostile',
    },
  };
  return views[template];
}

export function mailView(template: MailTemplate, mood: Mood = 'normal'): MailView {
  return {
    desk: { name: 'Acme Support', address: 'support@acme.example', brand: BRAND },
    ticket: ['digest', 'report', 'alert'].includes(template) ? undefined : ticketView(mood),
    content: contentView(template, mood),
  };
}

export function mailHeaders(template: MailTemplate): MailHeaders {
  const toAgent = [
    'notification',
    'returned',
    'confirmation',
    'undelivered',
    'digest',
    'report',
    'team-news',
    'alert',
  ].includes(template);
  const desk = address('support@acme.example');
  return {
    from: { name: 'Acme Support', address: desk },
    recipient: address(toAgent ? 'alice@acme.example' : 'jo.doe@customer.example'),
    replyTo: template === 'alert' ? undefined : address(`support+${TOKEN}@acme.example`),
    messageId: `${TOKEN}.1@acme.example`,
    inReplyTo: 'first@customer.example',
    references: ['first@customer.example'],
    date: AT,
    autoSubmitted: template === 'response' ? undefined : toAgent ? 'auto-generated' : 'auto-replied',
    deskId: 'desk-7f3a',
  };
}

/** Every kind once, the notification once per event, and words as a person formatted them. */
export function everyMail(mood: Mood): { name: string; view: MailView; headers: MailHeaders }[] {
  const kinds = MAIL_TEMPLATES.map((template) => ({
    name: template as string,
    view: mailView(template, mood),
    headers: mailHeaders(template),
  }));
  const events = EVENTS.map((event) => ({
    name: `notification-${event}`,
    view: { ...mailView('notification', mood), content: notificationView(event, mood) },
    headers: mailHeaders('notification'),
  }));
  const formatted = formattedMails((template) => ({ view: mailView(template, mood), headers: mailHeaders(template) }));
  return [...kinds, ...events, ...formatted];
}
