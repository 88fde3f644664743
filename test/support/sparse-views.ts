import type { ContentView, LinkView, MailView } from '../../src/domain/mail/mail-view.ts';
import { mailView } from './mail-views.ts';
import { ticketView } from './view-parts.ts';

/** The mails with everything missing that may be missing, and the other branch of each choice in the templates. */
const NO_LINK: LinkView = { url: undefined, mailto: undefined };
const PAGE: LinkView = { url: 'https://help.acme.example/t/1', mailto: undefined };
const TWIN: LinkView = { url: undefined, mailto: 'mailto:support+1@acme.example?subject=Close' };

const NO_FEEDBACK = { satisfied: 0, notSatisfied: 0, unhappy: [] };

const CONTENTS: Record<string, ContentView> = {
  'receipt of a first request': {
    template: 'receipt',
    named: false,
    followsTicketId: undefined,
    suggestion: undefined,
  },
  'response without a link': {
    template: 'response',
    copy: false,
    words: 'Hello.',
    signature: '',
    closing: undefined,
    close: undefined,
  },
  'response with no way to close': {
    template: 'response',
    copy: false,
    words: 'Hello.',
    signature: '',
    closing: undefined,
    close: NO_LINK,
  },
  'response with a page only': {
    template: 'response',
    copy: false,
    words: 'Hello.',
    signature: '',
    closing: undefined,
    close: PAGE,
  },
  'response with a mail twin only': {
    template: 'response',
    copy: false,
    words: 'Hello.',
    signature: '',
    closing: undefined,
    close: TWIN,
  },
  'closing without a response': {
    template: 'closing',
    closedBy: 'operator',
    lastResponse: undefined,
    closing: { satisfied: TWIN, notSatisfied: TWIN, reopen: TWIN, reopenDays: 1, canAnswer: false },
  },
  'closing by an agent': {
    template: 'closing',
    closedBy: 'agent',
    lastResponse: 'Done.',
    closing: { satisfied: PAGE, notSatisfied: PAGE, reopen: undefined, reopenDays: 0, canAnswer: false },
  },
  'feedback thanks, not satisfied': { template: 'feedback-thanks', feedback: 'not_satisfied' },
  'returned without words': {
    template: 'returned',
    writer: undefined,
    lines: ['It held no words.'],
    text: '',
    draft: true,
    colleague: undefined,
  },
  'returned about a mail of somebody else': {
    template: 'returned',
    writer: 'sam@elsewhere.example',
    lines: ['Nothing was done.'],
    text: 'I wrote this from home.',
    draft: false,
    colleague: undefined,
  },
  'confirmation of nothing': { template: 'confirmation', lines: [] },
  'undelivered, no reason given': {
    template: 'undelivered',
    recipient: 'jo@customer.example',
    what: 'already-answered',
    status: undefined,
    diagnostic: undefined,
    words: undefined,
    unknown: false,
  },
  'an empty queue': {
    template: 'digest',
    agent: 'Alice',
    rows: [],
    more: 0,
    at: 0,
    feedback: NO_FEEDBACK,
    board: undefined,
  },
  'an answer that closes, signed': {
    template: 'response',
    copy: false,
    words: 'Done.',
    signature: 'Alice Ames',
    close: undefined,
    closing: { satisfied: PAGE, notSatisfied: PAGE, reopen: PAGE, reopenDays: 1, canAnswer: true },
  },
  'news of a take': { template: 'team-news', news: 'took', by: 'Bob', to: undefined, words: '' },
  'news of spam': { template: 'team-news', news: 'spam', by: 'Bob', to: undefined, words: '' },
  'notification with nothing but words': {
    template: 'notification',
    wholeMail: undefined,
    fits: '',
    inCopy: [],
    linesLeftOut: 0,
    newSubject: '',
    alsoTo: [],
    movedBy: '',
    movedFrom: '',
    event: 'new-ticket',
    author: 'jo.doe@customer.example',
    authorName: '',
    at: 0,
    query: 'Help',
    queryAt: 0,
    queryFiles: [],
    wordsFiles: [],
    waitingMs: undefined,
    words: 'Help',
    attachments: [],
    turns: [],
    held: [],
    notes: [],
    older: { turns: 0, held: 0, notes: 0 },
    suggestions: [],
  },
  'notification without words': {
    template: 'notification',
    wholeMail: undefined,
    fits: '',
    inCopy: [],
    linesLeftOut: 0,
    newSubject: '',
    alsoTo: [],
    movedBy: '',
    movedFrom: '',
    event: 'held',
    author: 'jo.doe@customer.example',
    authorName: '',
    at: 0,
    query: '',
    queryAt: 0,
    queryFiles: [],
    wordsFiles: [],
    waitingMs: undefined,
    words: '',
    attachments: [],
    turns: [
      {
        number: 1,
        agent: undefined,
        sentTime: 0,
        response: '',
        responseFiles: [],
        answerFiles: [],
        answer: undefined,
        recTime: 0,
        heldBefore: [],
      },
    ],
    held: [{ receivedAt: 0, words: '', from: undefined, files: [] }],
    notes: [{ createdAt: 0, agent: undefined, note: '' }],
    older: { turns: 0, held: 0, notes: 0 },
    suggestions: [],
  },
};

const WITHOUT_TICKET = ['returned', 'confirmation', 'undelivered', 'digest'];

export function sparseMails(): { name: string; view: MailView }[] {
  return Object.entries(CONTENTS).flatMap(([name, content]) => {
    const ticket = { ...ticketView('normal'), assignee: undefined, subject: '' };
    const view: MailView = { ...mailView(content.template), ticket, content };
    const bare = { ...view, ticket: undefined };
    return WITHOUT_TICKET.includes(content.template)
      ? [
          { name: `${name}, no ticket`, view: bare },
          { name, view },
        ]
      : [{ name, view }];
  });
}
