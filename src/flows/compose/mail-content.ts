import { isBlockedFile } from '../../decide/agent/blocked-file.ts';
import { endsWithName } from '../../decide/agent/words/ends-with-name.ts';
import { markedWords } from '../../decide/answers/past-words.ts';
import { fitHistory, HISTORY_BOUNDS } from '../../decide/desk/fit-history.ts';
import { cleanSubject } from '../../decide/mail/words/mail-words.ts';
import type { Identity } from '../../domain/desk/identity.ts';
import { Fault } from '../../domain/fault.ts';
import type { AttachmentView, ClosingView, ContentView, FormattedView } from '../../domain/mail/mail-view.ts';
import { picturesIn } from '../../domain/mail/rich-words.ts';
import type { TicketFacts } from '../../domain/ticket/facts.ts';
import type { AgentId } from '../../domain/ticket/ids.ts';
import type { LinkPurpose } from '../../domain/ticket/link.ts';
import type { NotificationEvent, OutboxItem } from '../../domain/ticket/outbox-item.ts';
import { formatTicketNumber } from '../../domain/ticket/reply-token.ts';
import { say, spoken } from '../../domain/words.ts';
import type { ParserPool } from '../../mail/parse/parser-pool.ts';
import type { Templates } from '../../mail/templates/render-template.ts';
import { findOutboxRow } from '../../store/outbox/outbox.ts';
import type { OutboxMaterial } from '../../store/outbox/outbox-material.ts';
import { listHistoryFiles, placeFiles } from '../../store/tickets/history-files.ts';
import { findTicketHistory } from '../../store/tickets/ticket-history.ts';
import { showAnswers, sureAnswer } from '../answers/show-answers.ts';
import type { Desk } from '../desk.ts';
import type { FreshBytes } from '../receive/fresh-bytes.ts';
import { viewReport } from '../report/report-content.ts';
import { viewDigest } from './digest-content.ts';
import { heldWithin, inCopy, newestFiles, newestWords } from './history-views.ts';
import { type LinkMaker, viewLink } from './mail-links.ts';
import { viewTeamNews } from './team-news-content.ts';
import type { ReadMail } from './whole-mail.ts';

export type ComposingDesk = Desk & {
  templates: Templates;
  parser: ParserPool;
  timeZone: string;
  /** bytes of attachments that travel along; more are named only */
  maxAttachedBytes: number;
  /** where this process decides too */
  fresh?: Pick<FreshBytes, 'forFiles'>;
};

/** What one mail rests on. */
export type Material = OutboxMaterial & {
  item: OutboxItem;
  /** who the desk is to the reader of this mail */
  identity: Identity;
  /** the language that this mail is written in */
  locale: string;
  /** positions of the causing mail's attachments that travel along */
  attached: Set<number>;
  /** `/full`: the mail that it is about, read again */
  whole: ReadMail | undefined;
};

/** The Content-ID of a picture by its place among the files of its mail. */
export function pictureId(place: number): string {
  return `picture-${place + 1}`;
}

/** Events whose cause is a mail with words of its own. */
const SHOWS_ITS_MAIL: NotificationEvent[] = [
  'held',
  'only-held',
  'unseen',
  'thanks',
  'full',
  'third-party',
  'machine',
  'reopened-by-mail',
];
const NOTHING_LEFT_OUT = { turns: 0, held: 0, notes: 0 };
const NO_HISTORY = { turns: [], held: [], notes: [], leftOut: NOTHING_LEFT_OUT };
const NO_FILES = placeFiles([]);

/** What the template of a row shows. */
export async function buildContent(desk: ComposingDesk, material: Material): Promise<ContentView> {
  const { item } = material;
  switch (item.template) {
    case 'receipt':
      return await receiptContent(desk, material);
    case 'notification':
      return await notificationContent(desk, material);
    case 'response':
      return responseContent(desk, material);
    case 'already-answered':
    case 'held-before-response':
      return { template: item.template };
    case 'closing':
      return closingContent(desk, material);
    case 'reopened':
      return { template: item.template };
    case 'team-news':
      return viewTeamNews(item, factsOfTicket(material), material, desk.words);
    case 'feedback-thanks':
      return { template: 'feedback-thanks', feedback: item.payload.feedback ?? 'satisfied' };
    case 'returned':
      return returnedContent(desk, material);
    case 'confirmation':
      return { template: item.template, lines: spokenLines(desk, material) };
    case 'alert':
      return { template: item.template, lines: spokenLines(desk, material), over: item.payload.over === true };
    case 'undelivered':
      return await undeliveredContent(desk, material);
    case 'digest':
      return await viewDigest(desk, material.item);
    case 'report':
      return await viewReport(desk, item, material.locale);
  }
}

/** Who did something, as their colleagues call them. */
function nameOfAgent({ agents }: Material, id: AgentId | undefined): string {
  const agent = agents.find((one) => one.id === id);
  return agent === undefined ? '' : agent.name || agent.email;
}

function linkMaker({ keys, words }: ComposingDesk, { identity, locale }: Material): LinkMaker {
  return { identity, keys, words, locale };
}

function factsOfTicket({ item, facts: found }: Material): TicketFacts {
  if (!found) throw new Fault('impossible-state', `outbox row ${item.id} is about a ticket that is gone`);
  return found;
}

async function receiptContent(desk: ComposingDesk, material: Material): Promise<ContentView> {
  const ticket = factsOfTicket(material);
  const closeId = material.item.payload.links?.close;
  const answer = closeId === undefined ? undefined : await sureAnswer(desk, ticket.query);
  const token = closeId === undefined ? undefined : material.tokens.get(closeId);
  const suggestion =
    answer === undefined
      ? undefined
      : { answer, close: viewLink(linkMaker(desk, material), token, ticket.id, say('This solved it')) };
  return {
    template: 'receipt',
    named: material.item.payload.named === true,
    followsTicketId: ticket.followsTicketId,
    suggestion,
  };
}

async function notificationContent(desk: ComposingDesk, material: Material): Promise<ContentView> {
  const { item, cause } = material;
  const ticket = factsOfTicket(material);
  const { turns } = ticket;
  const isBare = turns.length === 0 && !material.hasAsides;
  const found = isBare ? NO_HISTORY : await findTicketHistory(desk.database, ticket.id, HISTORY_BOUNDS);
  const files = isBare && cause !== undefined ? NO_FILES : placeFiles(await listHistoryFiles(desk.database, ticket.id));
  const event: NotificationEvent = item.payload.event ?? 'new-ticket';
  const isAnswer = event === 'answer' || event === 'reopened';
  const answered = isAnswer ? found.turns.find((turn) => turn.responseId === cause?.responseId) : undefined;
  const byMail = isAnswer || SHOWS_ITS_MAIL.includes(event);
  const told = byMail ? (cause?.words ?? answered?.answer ?? '') : newestWords(event, ticket.query, found);
  const words =
    material.whole?.text ?? (event === 'not-satisfied' ? (cause?.words ?? ticket.feedbackWords ?? '') : told);
  const history = fitHistory(found, words);
  const lastSent = history.turns.at(-1)?.sentTime ?? 0;
  const attachments: AttachmentView[] = (cause?.attachments ?? []).map((attachment, index) => ({
    filename: attachment.filename,
    contentType: attachment.contentType,
    size: attachment.size,
    attached: material.attached.has(index) || material.whole?.state === 'attached',
    blocked: isBlockedFile(attachment, desk.rules.blockedTypes),
  }));
  return {
    template: 'notification',
    event,
    author: (byMail ? cause?.fromAddress : undefined) ?? ticket.customer,
    authorName: (byMail || event === 'new-ticket' ? cause?.fromName : undefined) ?? '',
    at: cause?.receivedAt ?? item.createdAt,
    query: ticket.query,
    queryAt: ticket.createdTime,
    queryFiles: files.ofQuery,
    waitingMs: item.payload.waitedMs,
    words,
    formatted: byMail || event === 'new-ticket' ? formattedOf(material) : undefined,
    wholeMail: material.whole?.state,
    fits: item.payload.fits === undefined ? '' : formatTicketNumber(item.payload.fits),
    inCopy: byMail || event === 'new-ticket' ? inCopy(material) : [],
    linesLeftOut: item.payload.leftOut ?? 0,
    alsoTo: item.payload.alsoTo ?? [],
    movedBy: nameOfAgent(material, item.payload.by),
    movedFrom: item.payload.mailbox ?? '',
    newSubject: item.payload.newSubject === true ? cleanSubject(cause?.subject ?? '') : '',
    answerTo: (item.payload.answerTo ?? []).join(', '),
    wordsFiles: attachments.length > 0 || byMail ? [] : newestFiles(event, files, history),
    attachments,
    turns: history.turns.map((turn, index) => ({
      ...turn,
      number: index + 1,
      responseFiles: files.ofResponse(turn.responseId),
      answerFiles: files.ofAnswer(turn.responseId),
      heldBefore: heldWithin(history, files, history.turns[index - 1]?.sentTime ?? 0, turn.sentTime),
    })),
    held: heldWithin(history, files, lastSent, Infinity),
    notes: history.notes,
    older: found.leftOut,
    suggestions: history.turns.length === 0 ? await viewSuggestions(desk, material, ticket) : [],
  };
}

/** The words of the causing mail as they were formatted, with the pictures that travel along. */
function formattedOf({ cause, attached }: Material): FormattedView | undefined {
  if (cause?.formatted === undefined) return undefined;
  const pictures = picturesIn(cause.formatted).map((place) => ({
    place,
    name: cause.attachments[place]?.filename ?? '',
    cid: attached.has(place) ? pictureId(place) : undefined,
  }));
  return { html: cause.formatted, pictures };
}

async function viewSuggestions(desk: ComposingDesk, { shownAnswers }: Material, ticket: TicketFacts) {
  const shown = shownAnswers ?? (await showAnswers(desk, ticket.id, ticket.query));
  return shown.map((past) => ({
    number: past.number,
    question: past.question,
    answer: markedWords(past),
    marked: past.passage.marks.length > 0,
  }));
}

function responseContent(desk: ComposingDesk, material: Material): ContentView {
  const { item, tokens, agents } = material;
  const ticket = factsOfTicket(material);
  const { turns } = ticket;
  const turn = turns.find((one) => one.responseId === item.responseId);
  if (!turn) throw new Fault('impossible-state', `outbox row ${item.id} is about a response that is gone`);
  const close = item.payload.links?.close;
  const agent = agents.find((one) => one.id === turn.agentId)?.name ?? '';
  return {
    template: 'response',
    words: turn.responseSent,
    formatted: formattedOf(material),
    copy: item.payload.copy === true,
    signature: desk.rules.agentNames && !endsWithName(turn.responseSent, agent) ? agent : '',
    closing: item.payload.closedBy === undefined ? undefined : closingChoices(desk, material),
    close:
      close === undefined ? undefined : viewLink(linkMaker(desk, material), tokens.get(close), ticket.id, say('Close')),
  };
}

function closingContent(desk: ComposingDesk, material: Material): ContentView {
  return {
    template: 'closing',
    closedBy: material.item.payload.closedBy ?? 'agent',
    lastResponse: factsOfTicket(material).lastResponse,
    closing: closingChoices(desk, material),
  };
}

function closingChoices(desk: ComposingDesk, material: Material): ClosingView {
  const { item, tokens } = material;
  const ticket = factsOfTicket(material);
  const { turns } = ticket;
  const { links } = item.payload;
  const { reopenDays } = desk.rules;
  const maker = linkMaker(desk, material);
  const row = (purpose: LinkPurpose) => {
    const id = links?.[purpose];
    return id === undefined ? undefined : tokens.get(id);
  };
  return {
    satisfied: viewLink(maker, row('satisfied'), ticket.id, say('Satisfied')),
    notSatisfied: viewLink(maker, row('not-satisfied'), ticket.id, say('Not satisfied')),
    reopen: reopenDays > 0 ? viewLink(maker, row('reopen'), ticket.id, say('Open again')) : undefined,
    reopenDays,
    // Nobody can answer what has been answered, nor where nothing was said.
    canAnswer: turns.at(-1)?.answered === false,
  };
}

async function undeliveredContent(desk: ComposingDesk, { item, facts: found }: Material): Promise<ContentView> {
  const failedId = item.payload.failedOutboxId;
  const failed = failedId === undefined ? undefined : await findOutboxRow(desk.database, failedId);
  const words = found?.turns.find((turn) => turn.responseId === failed?.responseId)?.responseSent;
  return {
    template: 'undelivered',
    recipient: failed?.recipient ?? item.recipient,
    what: failed?.template ?? 'response',
    status: item.payload.status,
    diagnostic: failed?.lastError ?? item.payload.text,
    words: failed?.template === 'response' ? words : undefined,
    unknown: failed?.state === 'unknown',
  };
}

function returnedContent(desk: ComposingDesk, material: Material): ContentView {
  const { text = '', colleague, writer, draft = false } = material.item.payload;
  return { template: 'returned', writer, lines: spokenLines(desk, material), text, draft, colleague };
}

/** The sentences of a row as its reader reads them. */
function spokenLines({ words }: ComposingDesk, { item, locale }: Material): string[] {
  return (item.payload.lines ?? []).map((line) => spoken(words, locale, line));
}
