import { accentColors, type Brand } from '../../domain/desk/brand.ts';
import { DAY_MS, HOUR_MS } from '../../domain/desk/rules.ts';
import type { ContentView, LinkView, MailView, TicketView } from '../../domain/mail/mail-view.ts';
import type { TicketId } from '../../domain/ticket/ids.ts';
import { NOTIFICATION_EVENTS, type NotificationEvent } from '../../domain/ticket/outbox-item.ts';
import { type Sentence, say } from '../../domain/words.ts';
import { sampleReport } from './sample-report.ts';

/** Says a sentence in the language of the samples. */
type Speak = (sentence: Sentence) => string;

/** A mail of each kind as it could be sent, with all that a template may name, and another with little of it. */
export type SampleMail = { name: string; view: MailView };

const AT = Date.UTC(2026, 10, 24, 9, 30);
const CUSTOMER = 'jo.doe@customer.example';
const QUESTION = 'Hello,\n\nmy kettle leaks since yesterday. Can I get a new lid?\n\nJo Doe';
const ANSWER = 'Hello Jo,\n\nI am sorry to hear that. A new lid is on its way to you.';

/** @param publicUrl base of the links; undefined: they are links that write a mail */
export function sampleMails(
  desk: {
    name: string;
    address: string;
    brand: Brand;
    publicUrl: string | undefined;
  },
  speak: Speak,
): SampleMail[] {
  const { name, address, brand, publicUrl } = desk;
  const link = (action: Sentence): LinkView => ({
    url: publicUrl && `${publicUrl}/t/12-3f-sample`,
    mailto: `mailto:${address}?subject=${encodeURIComponent(`${speak(action)} [#12]`)}`,
  });
  const logo = brand.logo?.kind === 'url' ? brand.logo.url : '';
  const shown = {
    name,
    address,
    brand: { name: brand.name, logo, colors: accentColors(brand.color), footer: brand.footer },
  };
  return contents(link, speak).map(([sample, content]) => {
    const hasNoTicket = ['digest', 'report', 'alert'].includes(content.template);
    return { name: sample, view: { desk: shown, ticket: hasNoTicket ? undefined : TICKET, content } };
  });
}

const TICKET: TicketView = {
  id: 12 as TicketId,
  tag: '[#12]',
  number: '#12',
  subject: 'My kettle leaks',
  status: 'in_process',
  customer: CUSTOMER,
  readers: [],
  assignee: 'Alice Ames',
};

function contents(link: (action: Sentence) => LinkView, speak: Speak): [string, ContentView][] {
  const closing = {
    satisfied: link(say('Satisfied')),
    notSatisfied: link(say('Not satisfied')),
    reopen: link(say('Open again')),
    reopenDays: 7,
    canAnswer: true,
  };
  const ended = { ...closing, reopen: undefined, reopenDays: 0, canAnswer: false };
  const suggestion = { answer: ANSWER, close: link(say('This solved it')) };
  return [
    ['receipt', { template: 'receipt', named: true, followsTicketId: undefined, suggestion: undefined }],
    ['receipt-with-an-answer', { template: 'receipt', named: false, followsTicketId: 11 as TicketId, suggestion }],
    [
      'response',
      {
        template: 'response',
        copy: false,
        words: ANSWER,
        signature: 'Alice Ames',
        close: link(say('Close')),
        closing: undefined,
      },
    ],
    [
      'response-that-closes',
      { template: 'response', copy: false, words: ANSWER, signature: '', close: undefined, closing },
    ],
    ['already-answered', { template: 'already-answered' }],
    ['held-before-response', { template: 'held-before-response' }],
    ['closing', { template: 'closing', closedBy: 'customer', lastResponse: ANSWER, closing }],
    [
      'closing-after-silence',
      {
        template: 'closing',
        closedBy: 'silence',
        lastResponse: undefined,
        closing: { ...closing, reopenDays: 1, canAnswer: false },
      },
    ],
    ['closing-by-an-agent', { template: 'closing', closedBy: 'agent', lastResponse: undefined, closing: ended }],
    ['feedback-thanks', { template: 'feedback-thanks', feedback: 'satisfied' }],
    ['feedback-thanks-not-satisfied', { template: 'feedback-thanks', feedback: 'not_satisfied' }],
    ['reopened', { template: 'reopened' }],
    ...NOTIFICATION_EVENTS.map((event): [string, ContentView] => [`notification-${event}`, sampleNotification(event)]),
    ...toAgents(speak),
  ];
}

function toAgents(speak: Speak): [string, ContentView][] {
  const lines = [speak(say('{command} stands twice.', { command: '/take' }))];
  const failed = { template: 'undelivered' as const, recipient: CUSTOMER, what: 'response' as const };
  const news = { template: 'team-news' as const, by: 'Alice Ames', to: 'Bob', words: ANSWER };
  const row = { id: 12 as TicketId, number: '#12', customer: CUSTOMER, subject: TICKET.subject, firstWords: QUESTION };
  const queued = { ...row, waitingMs: DAY_MS, assignee: 'Bob', held: 1, mailto: 'mailto:support@acme.example' };
  const unhappy = [{ number: '#7', customer: CUSTOMER, words: 'It took three weeks.' }];
  const none = { satisfied: 0, notSatisfied: 0, unhappy: [] };
  return [
    ['returned', { template: 'returned', writer: undefined, lines, text: ANSWER, draft: false, colleague: ANSWER }],
    [
      'returned-draft',
      { template: 'returned', writer: undefined, lines, text: ANSWER, draft: true, colleague: undefined },
    ],
    ['confirmation', { template: 'confirmation', lines: [speak(say('The ticket is yours.'))] }],
    ['undelivered', { ...failed, status: '5.1.1', diagnostic: '550 no such user', words: ANSWER, unknown: false }],
    ['undelivered-perhaps', { ...failed, status: undefined, diagnostic: undefined, words: undefined, unknown: true }],
    [
      'digest',
      {
        template: 'digest',
        agent: 'Alice',
        rows: [queued],
        more: 3,
        at: AT,
        feedback: { satisfied: 9, notSatisfied: 1, unhappy },
        board: 'https://help.acme.example/board/3f-abcdefghijklmnopqrstuvwxyz',
      },
    ],
    [
      'digest-of-nothing',
      { template: 'digest', agent: 'Alice', rows: [], more: 0, at: AT, feedback: none, board: undefined },
    ],
    ['report', sampleReport(AT, false, speak)],
    ['report-of-nothing', sampleReport(AT, true, speak)],
    ['team-news-answered', { ...news, news: 'answered' }],
    ['team-news-assigned', { ...news, news: 'assigned', words: '' }],
    ['team-news-moved', { ...news, news: 'moved', to: 'billing', words: '' }],
    ['alert', { template: 'alert', lines: ['No mail is being fetched.'], over: false }],
    ['alert-over', { template: 'alert', lines: ['It is over after 4 minutes.'], over: true }],
  ];
}

/** The answer to a first response; a history and a reminder have all there is, the others what is usual. */
function sampleNotification(event: NotificationEvent): ContentView {
  const isFirst = event === 'new-ticket';
  const file = { filename: 'kettle.jpg', contentType: 'image/jpeg', size: 148_000, attached: true, blocked: false };
  const aside = { receivedAt: AT - HOUR_MS, words: 'It is the blue one.', from: undefined, files: [] };
  return {
    template: 'notification',
    wholeMail: event === 'full' ? 'attached' : undefined,
    fits: '',
    inCopy: [],
    event,
    author: event === 'third-party' ? 'pat@customer.example' : CUSTOMER,
    authorName: isFirst ? 'Jo Doe' : '',
    at: AT,
    query: QUESTION,
    queryAt: AT - DAY_MS,
    queryFiles: [file],
    wordsFiles: [],
    waitingMs: event === 'reminder' ? DAY_MS : undefined,
    words: event === 'history' ? '' : isFirst ? QUESTION : 'The lid fits, thank you. Where do I send the old one?',
    linesLeftOut: isFirst ? 0 : 3,
    newSubject: event === 'held' ? 'The blue kettle' : '',
    alsoTo: isFirst ? ['billing@acme.example'] : [],
    movedBy: event === 'moved' ? 'Bob Berg' : '',
    movedFrom: event === 'moved' ? 'support' : '',
    attachments: isFirst ? [file, { ...file, filename: 'setup.exe', attached: false, blocked: true }] : [],
    turns: isFirst
      ? []
      : [
          {
            number: 1,
            agent: 'Alice Ames',
            sentTime: AT - 2 * HOUR_MS,
            response: ANSWER,
            responseFiles: [],
            answer: 'The lid fits.',
            answerFiles: [],
            recTime: AT,
            heldBefore: [aside],
          },
        ],
    held: isFirst ? [] : [aside, { ...aside, from: 'pat@customer.example' }],
    notes: isFirst ? [] : [{ createdAt: AT - HOUR_MS, agent: 'Bob', note: 'Third broken lid of this batch.' }],
    older: { turns: 0, held: 0, notes: isFirst ? 0 : 2 },
    suggestions: isFirst ? [{ number: 1, question: 'My lid is broken', answer: ANSWER, marked: false }] : [],
  };
}
