import {
  MAIL_TEMPLATES,
  type MailTemplate,
  NOTIFICATION_EVENTS,
  type NotificationEvent,
} from '../../src/domain/ticket/outbox-item.ts';
import { renderMail, type Templates } from '../../src/mail/templates/render-template.ts';
import { SETTINGS } from '../../src/runtime/settings/settings.ts';
import { mailView } from './mail-views.ts';
import { notificationView } from './notification-views.ts';

/** docs/mails.md: every mail we send, when, to whom, how often at most, and its words as they are rendered. */
type MailFacts = { title: string; when: string; to: string; atMost: string };

const BOUND = 'the bounds above';

const FACTS: Record<MailTemplate, MailFacts> = {
  receipt: {
    title: 'Receipt',
    when: 'a mail opened a ticket',
    to: 'the customer who wrote it',
    atMost: `once for each ticket; ${BOUND}`,
  },
  notification: {
    title: 'Notification',
    when: 'something happened to a ticket that an agent should see (below)',
    to: 'each agent for a new ticket; then the agent who has it, or everybody while nobody has it',
    atMost:
      'once for each event and agent; held mails: the first of a turn, later ones are counted and shown in the next',
  },
  response: {
    title: 'Response',
    when: 'an agent replied to a notification, sent a past answer, or began a conversation with words of theirs',
    to: 'the customer of the ticket; as a copy without links those who read its responses (/cc)',
    atMost: 'once for each reply of an agent; of conversations that an agent begins, BEGUN_PER_AGENT in 24 hours',
  },
  'already-answered': {
    title: 'Already answered',
    when: 'the customer wrote again to a response whose turn was taken; the mail is held',
    to: 'the customer of the ticket',
    atMost: `once for each turn; ${BOUND}`,
  },
  'held-before-response': {
    title: 'Held before a response',
    when: 'the customer wrote again before anybody responded; the mail is held',
    to: 'the customer of the ticket',
    atMost: `once for each ticket; ${BOUND}`,
  },
  closing: {
    title: 'Closing',
    when: 'a ticket was closed by the customer, an agent or silence (never for spam)',
    to: 'the customer of the ticket',
    atMost: 'once for each closing',
  },
  'feedback-thanks': {
    title: 'Thanks for feedback',
    when: 'the customer gave feedback by mail; a press of the button on the page is answered by the page',
    to: 'the customer of the ticket',
    atMost: `once for each ticket and kind of feedback; ${BOUND}`,
  },
  reopened: {
    title: 'Open again',
    when: 'the customer opened a closed ticket again by mail',
    to: 'the customer of the ticket',
    atMost: `once for each time it is opened again; ${BOUND}`,
  },
  returned: {
    title: 'Returned',
    when: "an agent's mail could not be carried out; nothing was sent, and the words come back",
    to: 'the agent who wrote it, or whose name a mail bears that cannot be verified',
    atMost: 'once for each such mail; about mail that cannot be verified once a day for each ticket',
  },
  confirmation: {
    title: 'Confirmation',
    when: 'an agent gave a command whose outcome cannot be seen otherwise, or asked for help; an operator answered an alert',
    to: 'the agent or operator who wrote it',
    atMost: 'once for each such mail',
  },
  undelivered: {
    title: 'Undelivered',
    when: 'one of our mails about a ticket was refused, came back, or may or may not have arrived',
    to: 'the agent who has the ticket, or everybody while nobody has it',
    atMost: 'once for each failed mail and agent; about a colleague who cannot be reached once a day',
  },
  digest: {
    title: 'The queue',
    when: 'an agent wrote /queue, or it is the hour of the daily list',
    to: 'that agent',
    atMost: 'once for each /queue, and once a day',
  },
  report: {
    title: 'The report',
    when: 'an agent wrote /report, or it is the hour of REPORT_AT',
    to: 'that agent; every week the agents, the operators or both (REPORT_TO)',
    atMost: 'once for each /report, and once a week',
  },
  'team-news': {
    title: 'Team news',
    when: 'a colleague took, gave away, answered or closed a ticket that this agent was notified of',
    to: 'the agent who has the ticket, or everybody while nobody has it; not the colleague',
    atMost: 'by TEAM_NEWS: once a ticket (`digest`), each time (`yes`) or never (`no`)',
  },
  alert: {
    title: 'Alert',
    when: 'the desk itself needs a look: mail cannot be fetched or sent, the brake is on, mail is parked, or the mail server gave UIDs again',
    to: 'the operators',
    atMost: 'once when it begins and once when it is over; parked mail once an hour for each reason',
  },
};

const EVENT_FACTS: Record<NotificationEvent, string> = {
  'new-ticket': 'a mail opened a ticket',
  answer: 'the customer answered a response',
  held: 'the customer wrote when it was not their turn',
  'only-held':
    'a mail of the customer named the ticket and could not count as their answer: it was not addressed to us, or written long before',
  unseen: 'the agent acted on the ticket without having seen this mail, which came out of turn before',
  thanks: 'the customer says thanks for a closed ticket, which stays closed',
  full: 'the agent wrote /full',
  'third-party': 'somebody else wrote to the ticket',
  machine: 'somebody wrote to the ticket by way of a machine: another help desk, a rule of a mail server, a list',
  reopened: 'the customer answered after closing, in time',
  'reopened-by-mail': 'the customer opened the ticket again, with or without words',
  assigned: 'a colleague gave the ticket to this agent',
  moved: 'the ticket was handed over from another mailbox',
  reminder: 'the ticket has waited too long',
  'not-satisfied': 'the customer was not satisfied, and again when they said why',
  history: 'the agent wrote /history',
};

const fallback = (name: keyof typeof SETTINGS) => `${name} (${SETTINGS[name].fallback})`;

const BOUNDS = [
  `- at most ${fallback('NOTICES_PER_TICKET')} automatic mails about one ticket and ${fallback('NOTICES_PER_RECIPIENT')} to one mailbox outside the desk (tags such as jo+tag@ do not count) in 24 hours; both counts start anew when a person acts: an agent or operator does something to the ticket, a link is pressed on its page, or an answer takes a turn,`,
  `- at most ${fallback('NOTICES_PER_DOMAIN')} to one mail domain in an hour, ten times as many to public mail providers and to the desk's own domain, whoever acts,`,
  '- a closing that an agent, an operator, a pressed link or long silence caused is not counted and always goes,',
  `- agents hear of each ticket; of other mails each gets at most ${fallback('NOTICES_PER_AGENT')} about one ticket, or about none, in 24 hours, and an operator as many confirmations; alerts have their own bound below,`,
  '- none to an address that a server refused for good, and none in answer to an automatic mail,',
  `- when more than ${fallback('SEND_BRAKE')} of them went to people who had one within ten minutes, such mails wait until the ten minutes are over.`,
  '',
  'A mail that a bound keeps back is written down as cancelled, with the bound; `turnmail trace` shows it, and the agents see the ticket in any case. Why these numbers: [decisions/2026-11-22-bounds.md](decisions/2026-11-22-bounds.md).',
];

export function writeMailDocs(templates: Templates): string {
  return [
    '# The mails that Turnmail sends',
    '',
    'Written by `npx node test/support/render-mails.ts --docs` from the templates; a test holds it to them. Each mail has a text and an HTML part that say the same; the text is shown.',
    '',
    '## Bounds on automatic mail',
    '',
    'Every kind but the response carries `Auto-Submitted` (RFC 3834) and asks other machines for silence. Whatever the headers of a loop partner say:',
    '',
    ...BOUNDS,
    '',
    '## In short',
    '',
    '| mail | when | to | how often at most |',
    '| --- | --- | --- | --- |',
    ...MAIL_TEMPLATES.map(
      (kind) => `| ${FACTS[kind].title} | ${FACTS[kind].when} | ${FACTS[kind].to} | ${FACTS[kind].atMost} |`,
    ),
    '',
    ...MAIL_TEMPLATES.flatMap((kind) => describeKind(templates, kind)),
  ].join('\n');
}

function describeKind(templates: Templates, kind: MailTemplate): string[] {
  const events = kind === 'notification' ? describeEvents(templates) : [];
  return [
    `## ${FACTS[kind].title}`,
    '',
    `\`templates/${kind}\`: ${FACTS[kind].when}.`,
    '',
    ...events,
    ...sample(templates, kind),
    '',
  ];
}

/** The first line of a notification tells its event; all else is the same. */
function describeEvents(templates: Templates): string[] {
  const rows = NOTIFICATION_EVENTS.map((event) => {
    const { text } = renderMail(templates, 'en', {
      ...mailView('notification'),
      content: notificationView(event, 'normal'),
    });
    const headline = text.split('\n\n')[1]?.split('\nTicket ')[0]?.replace(/\n/g, ' ') ?? '';
    return `| ${event} | ${EVENT_FACTS[event]} | ${headline.replace(/</g, '&lt;')} |`;
  });
  return ['| event | when | first line |', '| --- | --- | --- |', ...rows, ''];
}

function sample(templates: Templates, kind: MailTemplate): string[] {
  const { subject, text } = renderMail(templates, 'en', mailView(kind));
  return ['```text', `Subject: ${subject}`, '', text.trimEnd(), '```'];
}
