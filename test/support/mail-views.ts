import { accentColors, DEFAULT_BRAND_COLOR } from '../../src/domain/desk/brand.ts';
import type { BrandView, ClosingView, ContentView, MailHeaders, MailView } from '../../src/domain/mail/mail-view.ts';
import type { TicketId } from '../../src/domain/ticket/ids.ts';
import { MAIL_TEMPLATES, type MailTemplate, NOTIFICATION_EVENTS } from '../../src/domain/ticket/outbox-item.ts';
import { formattedMails } from './formatted-views.ts';
import { notificationView } from './notification-views.ts';
import { reportView, untranslated } from './report-views.ts';
import {
  AT,
  address,
  DAY,
  HOSTILE_LINE,
  HOSTILE_WORDS,
  link,
  type Mood,
  RESPONSE,
  TOKEN,
  ticketView,
} from './view-parts.ts';

/** Views of every mail that we send: as on a good day, and with everything in them that a stranger might try. */
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

function contentView(template: MailTemplate, mood: Mood, speak = untranslated): ContentView {
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
    report: reportView(AT, bad ? HOSTILE_WORDS : '', speak),
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

/** @param speak says the sentences among the contents in the language of the mail */
export function mailView(template: MailTemplate, mood: Mood = 'normal', speak = untranslated): MailView {
  return {
    desk: { name: 'Acme Support', address: 'support@acme.example', brand: BRAND },
    ticket: ['digest', 'report', 'alert'].includes(template) ? undefined : ticketView(mood),
    content: contentView(template, mood, speak),
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
export function everyMail(mood: Mood, speak = untranslated): { name: string; view: MailView; headers: MailHeaders }[] {
  const kinds = MAIL_TEMPLATES.map((template) => ({
    name: template as string,
    view: mailView(template, mood, speak),
    headers: mailHeaders(template),
  }));
  const events = NOTIFICATION_EVENTS.map((event) => ({
    name: `notification-${event}`,
    view: { ...mailView('notification', mood), content: notificationView(event, mood) },
    headers: mailHeaders('notification'),
  }));
  const closed = {
    name: 'notification-unseen-of-a-closed-ticket',
    view: {
      ...mailView('notification', mood),
      ticket: { ...ticketView(mood), status: 'closed' as const },
      content: notificationView('unseen', mood),
    },
    headers: mailHeaders('notification'),
  };
  const formatted = formattedMails((template) => ({ view: mailView(template, mood), headers: mailHeaders(template) }));
  return [...kinds, ...events, closed, ...formatted];
}
