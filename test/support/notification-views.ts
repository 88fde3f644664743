import type { ContentView } from '../../src/domain/mail/mail-view.ts';
import type { NotificationEvent } from '../../src/domain/ticket/outbox-item.ts';
import { AT, DAY, HOSTILE_LINE, HOSTILE_WORDS, type Mood, QUERY, RESPONSE } from './view-parts.ts';

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
