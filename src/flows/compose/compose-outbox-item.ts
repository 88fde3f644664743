import { isBlockedFile } from '../../decide/agent/blocked-file.ts';
import { isPassedOn } from '../../decide/agent/passed-on.ts';
import { bounceToken, messageToken } from '../../decide/mail/match/reply-token.ts';
import { agentSender, shownSender } from '../../decide/send/shown-sender.ts';
import { accentColors, type Brand } from '../../domain/desk/brand.ts';
import type { Identity } from '../../domain/desk/identity.ts';
import { Fault } from '../../domain/fault.ts';
import { domainOf, type EmailAddress } from '../../domain/mail/email-address.ts';
import type {
  BrandView,
  ContentView,
  MailAttachment,
  MailHeaders,
  MailView,
  TicketView,
} from '../../domain/mail/mail-view.ts';
import { picturesIn } from '../../domain/mail/rich-words.ts';
import type { TicketFacts } from '../../domain/ticket/facts.ts';
import type { AgentId } from '../../domain/ticket/ids.ts';
import {
  AUTOMATIC,
  type MailTemplate,
  type NotificationEvent,
  type OutboxItem,
} from '../../domain/ticket/outbox-item.ts';
import { formatSubjectTag, formatTicketNumber } from '../../domain/ticket/reply-token.ts';
import { DEFAULT_LANGUAGE } from '../../domain/words.ts';
import { composeMail } from '../../mail/compose/compose-mail.ts';
import { type ComposedMail, openIds } from '../../mail/compose/sealed-mail.ts';
import type { AttachmentsOutcome } from '../../mail/parse/parser-child.ts';
import { findRawMail } from '../../store/inbound/inbound-mails.ts';
import type { CauseMail, OutboxMaterial } from '../../store/outbox/outbox-material.ts';
import type { Desk } from '../desk.ts';
import { plotParts } from '../report/report-content.ts';
import { buildContent, type ComposingDesk, type Material, pictureId } from './mail-content.ts';
import { replyAddress, writeToken } from './mail-links.ts';
import { readWholeMail } from './whole-mail.ts';

/** Builds the bytes of an outbox row, once, before its first attempt. */
export async function composeOutboxItem(
  desk: ComposingDesk,
  item: OutboxItem,
  found: OutboxMaterial,
): Promise<ComposedMail> {
  const { facts, cause, agents } = found;
  const chosen = chooseAttachments(desk, item, cause);
  const identity = desk.identityOf(item.mailboxId ?? facts?.mailboxId);
  const locale = localeOfItem(item, facts, identity);
  const whole = item.payload.event === 'full' ? await readWholeMail(desk, item) : undefined;
  const material: Material = { ...found, item, identity, locale, attached: new Set(chosen), whole };
  const view: MailView = {
    desk: { name: identity.name, address: identity.address, brand: viewBrand(identity.brand) },
    ticket: facts && viewTicket(facts, agents, item.agentId),
    content: await buildContent(desk, material),
  };
  const headers = buildHeaders(desk, material);
  const logo = WITHOUT_LOGO.includes(item.template) ? [] : logoPart(identity.brand);
  const plots = view.content.template === 'report' ? await plotParts(view.content, desk.words, locale) : [];
  const attachments = [
    ...(await readChosen(desk, item, cause, chosen, shownFormatted(view.content))),
    ...(whole?.files ?? []),
    ...logo,
    ...plots,
  ];
  const raw = await composeMail(desk.templates, locale, view, headers, attachments);
  return { messageId: headers.messageId, envelopeFrom: envelopeSender(desk, material), raw };
}

/** Customers read the language of their ticket, agents that of the desk; what operators read names commands and settings in English. */
function localeOfItem({ audience }: OutboxItem, facts: TicketFacts | undefined, { locale }: Identity): string {
  if (audience === 'operator') return DEFAULT_LANGUAGE;
  return (audience === 'customer' ? facts?.locale : undefined) ?? locale;
}

const LOGO_ID = 'logo';

function viewBrand({ name, logo, color, footer }: Brand): BrandView {
  const source = logo === undefined ? '' : logo.kind === 'url' ? logo.url : `cid:${LOGO_ID}`;
  return { name, logo: source, colors: accentColors(color), footer };
}

/** Mails about a ticket to its agents begin with the customer's words. */
const WITHOUT_LOGO: MailTemplate[] = ['notification', 'returned', 'confirmation', 'undelivered', 'team-news'];

/** A logo that is a file travels with the mails that show it. */
function logoPart({ logo }: Brand): MailAttachment[] {
  if (logo?.kind !== 'file') return [];
  const { contentType, content } = logo;
  return [{ filename: `logo.${contentType.slice('image/'.length)}`, contentType, content, cid: LOGO_ID }];
}

function viewTicket(ticket: TicketFacts, agents: Material['agents'], reader?: AgentId): TicketView {
  const assignee = agents.find((agent) => agent.id === ticket.assigneeId);
  return {
    id: ticket.id,
    tag: formatSubjectTag(ticket.id),
    number: formatTicketNumber(ticket.id),
    subject: ticket.subject,
    status: ticket.status,
    customer: ticket.customer,
    readers: ticket.readers,
    assignee: assignee?.id === reader && assignee ? 'you' : assignee && (assignee.name || assignee.email),
  };
}

function buildHeaders(desk: Desk, material: Material): MailHeaders {
  const { item, identity, tokens } = material;
  const token = item.tokenId === undefined ? undefined : tokens.get(item.tokenId);
  if (item.tokenId !== undefined && !token)
    throw new Fault('impossible-state', `outbox row ${item.id} names a token that is gone`);
  const text = token && writeToken(desk.keys, token);
  const thread = threadOf(desk, material);
  return {
    from: { name: senderName(desk, material), address: identity.address },
    recipient: item.recipient,
    replyTo: text === undefined ? undefined : replyAddress(identity, text),
    // The ticket stands in it through its token, the row through its number or a token: both are found again in a reply.
    messageId: `${text === undefined ? messageToken(desk.keys[0], item.id) : `${text}.${item.id.toString(36)}`}@${domainOf(identity.address)}`,
    inReplyTo: thread.answered,
    references: thread.chain,
    date: item.createdAt,
    autoSubmitted: AUTOMATIC[item.template] ? (material.cause ? 'auto-replied' : 'auto-generated') : undefined,
    deskId: identity.deskId,
  };
}

/** Events whose mail may be that of somebody else. */
const SHOWS_WRITER: (NotificationEvent | undefined)[] = ['third-party', 'machine', 'unseen', 'full'];

/** An agent's inbox names the customer, or whoever wrote; a customer's names the agent who responded. */
function senderName({ rules }: Desk, { item, identity, facts, cause, customerName, agents }: Material): string {
  if (!facts) return identity.name;
  if (item.agentId !== undefined) {
    const people = agents.flatMap(({ name, email }) => [name, email]);
    const own = { desk: identity.name, people: [...people, identity.brand.name] };
    const isOther = SHOWS_WRITER.includes(item.payload.event) && cause?.fromAddress !== undefined;
    const writer = isOther
      ? { name: cause.fromName ?? '', address: cause.fromAddress ?? '' }
      : { name: customerName, address: facts.customer };
    return shownSender(writer, own);
  }
  if (item.template !== 'response' || !rules.agentNames) return identity.name;
  const agentId = facts.turns.find((turn) => turn.responseId === item.responseId)?.agentId;
  return agentSender(agents.find((agent) => agent.id === agentId)?.name ?? '', identity.name);
}

const ANSWERS_TO_AGENTS: MailTemplate[] = ['returned', 'confirmation', 'digest', 'report'];

/** Customers: under their own mails. Agents: all mails of one ticket under one root, and under the mail they wrote. */
function threadOf(
  desk: Desk,
  { item, identity, facts, cause, sent }: Material,
): {
  answered: string | undefined;
  chain: string[];
} {
  if (item.audience === 'agent') {
    const root = `ticket-${item.ticketId}.${identity.deskId}@${domainOf(identity.address)}`;
    const answersAgent = ANSWERS_TO_AGENTS.includes(item.template);
    const answered = (answersAgent ? cause?.messageId : undefined) ?? (item.ticketId === undefined ? undefined : root);
    return { answered, chain: distinctIds([item.ticketId === undefined ? undefined : root, answered]) };
  }
  if (!facts || item.ticketId === undefined)
    return { answered: cause?.messageId, chain: distinctIds([cause?.messageId]) };
  const { firstMessageId, lastMessageId } = facts;
  // One that was sealed with a SECRET that nobody knows any more is left out: the thread has a gap there.
  const sentMessageIds = sent.map(({ id, ids }) => openIds(desk.keys, id, ids)?.messageId);
  // A copy stands under the copies before it: its reader has no mail of the customer.
  if (item.payload.copy) return { answered: sentMessageIds.at(-1), chain: distinctIds(sentMessageIds) };
  // A response answers the customer's newest mail; a notice answers the mail that caused it.
  const ofPeople = item.template === 'response' || item.template === 'closing';
  const answered = (ofPeople ? undefined : cause?.messageId) ?? lastMessageId;
  return { answered, chain: distinctIds([firstMessageId, ...sentMessageIds, answered]) };
}

function distinctIds(ids: (string | undefined)[]): string[] {
  return [...new Set(ids.filter((id) => id !== undefined))];
}

/** Delivery reports come to an address that names the row, so that no report has to be guessed at. */
function envelopeSender(desk: Desk, { item, identity }: Material): EmailAddress {
  return replyAddress(identity, bounceToken(desk.keys[0], item.id)) ?? identity.address;
}

const CARRIES_ATTACHMENTS: (NotificationEvent | undefined)[] = [
  'new-ticket',
  'answer',
  'reopened',
  'held',
  'only-held',
  'unseen',
  'third-party',
  'machine',
];

/** Pictures are shown within the words only where these are shown as they were formatted. */
function shownFormatted(content: ContentView): string | undefined {
  return 'formatted' in content ? content.formatted?.html : undefined;
}

/** A mail with more files than this is one that a client does not open; the others are named. */
const MAX_FILES = 100;

/**
 * Which attachments of the causing mail travel along: an agent's own, all that they attached, since a response does not
 * name those that would be missing; and a customer's until a limit is reached.
 */
function chooseAttachments(desk: ComposingDesk, item: OutboxItem, cause: CauseMail | undefined): number[] {
  const carries =
    item.template === 'response' ||
    (item.template === 'notification' && CARRIES_ATTACHMENTS.includes(item.payload.event));
  if (!cause || !carries || item.payload.withoutFiles) return [];
  let bytes = 0;
  let files = 0;
  return cause.attachments.flatMap((attachment, index) => {
    const isResponse = item.template === 'response';
    if ((isResponse && !isPassedOn(attachment)) || isBlockedFile(attachment, desk.rules.blockedTypes)) return [];
    if (isResponse) return [index];
    if (files === MAX_FILES || bytes + attachment.size > desk.maxAttachedBytes) return [];
    files += 1;
    bytes += attachment.size;
    return [index];
  });
}

/** The files of the mail that caused a row: bytes that are base64 as we write it are passed on, the others read and encoded. */
async function readChosen(
  desk: ComposingDesk,
  item: OutboxItem,
  cause: CauseMail | undefined,
  chosen: number[],
  formatted: string | undefined,
): Promise<MailAttachment[]> {
  if (chosen.length === 0 || item.inboundId === undefined) return [];
  const raw = desk.fresh?.forFiles(item.inboundId) ?? (await findRawMail(desk.database, item.inboundId));
  if (!raw) return [];
  const shown = new Set(picturesIn(formatted ?? ''));
  const cidOf = (index: number) => (shown.has(index) ? { cid: pictureId(index) } : {});
  const files = new Map<number, MailAttachment>();
  for (const index of chosen) {
    const { filename, contentType, base64 } = cause?.attachments[index] ?? {};
    if (filename === undefined || contentType === undefined || base64 === undefined) continue;
    const content = raw.subarray(base64.from, base64.to);
    files.set(index, { filename, contentType, content, isBase64: true, ...cidOf(index) });
  }
  const others = chosen.filter((index) => !files.has(index));
  const found = others.length === 0 ? NONE : await desk.parser.attachments(raw, others);
  if (!found.ok)
    throw new Fault(
      'impossible-state',
      `the attachments of mail ${item.inboundId} cannot be read again: ${found.fault}`,
    );
  for (const { index, attachment, content } of found.attachments) {
    const { filename, contentType } = attachment;
    files.set(index, { filename, contentType, content, ...cidOf(index) });
  }
  return chosen.flatMap((index) => files.get(index) ?? []);
}

const NONE: AttachmentsOutcome = { ok: true, attachments: [] };
