import type { SinkMail } from '../support/smtp-sink.ts';
import type { Deed } from './desk-state.ts';
import { headOf } from './invariants.ts';
import { readSent, type SentMail } from './sent-parts.ts';
import type { Claim } from './sentences.ts';

/** Claims about what a mail said and what of it went on: words, files, subjects, headers, time. */
export const CONTENT_CLAIMS: [RegExp, Claim][] = [
  [/^the agents read "(.+)"$/, (deed, _, words) => agentsRead(deed, words[1] ?? '')],
  [
    /^the agents do not read "(.+)"$/,
    (deed, _, words) =>
      toAgents(deed).some((mail) => reads(mail, words[1] ?? '')) ? 'they do' : agentsRead(deed, 'Ticket'),
  ],
  [/^the agents see HTML with (\S.*)$/, (deed, _, words) => agentsSee(deed, words[1] ?? '')],
  [/^the agents see no HTML with (\S.*)$/, (deed, _, words) => agentsSeeNo(deed, words[1] ?? '')],
  [/^the file "(.+)" reaches the agents$/, (deed, _, words) => fileReaches(deed, words[1] ?? '')],
  [/^the file "(.+)" is named and stays here$/, (deed, _, words) => fileStays(deed, words[1] ?? '')],
  [/^no file reaches anybody$/, (deed) => noFile(deed)],
  [/^the ticket asks "(.*)"$/, (deed, _, words) => asks(deed, (words[1] ?? '').replaceAll('\\n', '\n'))],
  [/^the ticket does not ask "(.+)"$/, (deed, _, words) => asksNot(deed, words[1] ?? '')],
  [/^the ticket's subject is "(.*)"$/, (deed, _, words) => subjectIs(deed, words[1] ?? '')],
  [/^"(.+)" stands in no header$/, (deed, _, words) => inNoHeader(deed, words[1] ?? '')],
  [/^no line of ours begins with "(.+)"$/, (deed, _, words) => beginsNoLine(deed, words[1] ?? '')],
  [/^the ticket is (\w+)$/, (deed, _, words) => statusIs(deed, words[1] ?? '')],
  [/^it is over within (\d+) s$/, (deed, _, words) => within(deed, Number(words[1]))],
];

function toAgents({ outgoing, relayed }: Deed): SentMail[] {
  const agents = new Set(outgoing.filter((row) => row.agent !== null).map((row) => row.recipient));
  return relayed.filter((mail) => agents.has(mail.envelope.to[0] ?? '')).map(readSent);
}

/** Our layout may wrap a line; words are the same words. */
function reads({ text }: SentMail, words: string): boolean {
  return text.replace(/\s+/g, ' ').includes(words.replace(/\s+/g, ' '));
}

function agentsRead(deed: Deed, words: string): string | undefined {
  const mails = toAgents(deed);
  if (mails.length === 0) return 'they were sent nothing';
  const without = mails.find((mail) => !reads(mail, words));
  return without && JSON.stringify(without.text.slice(0, 600));
}

function agentsSee(deed: Deed, html: string): string | undefined {
  const mails = toAgents(deed);
  if (mails.length === 0) return 'they were sent nothing';
  const without = mails.find((mail) => !mail.html.includes(html));
  return without && JSON.stringify(without.html.slice(-2_000));
}

function agentsSeeNo(deed: Deed, html: string): string | undefined {
  const mails = toAgents(deed);
  if (mails.length === 0) return 'they were sent nothing';
  return mails.some((mail) => mail.html.includes(html)) ? 'they do' : undefined;
}

function names(mail: SentMail): string[] {
  return mail.parts.flatMap(({ filename }) => (filename === undefined ? [] : [filename]));
}

function fileReaches(deed: Deed, name: string): string | undefined {
  const mails = toAgents(deed);
  if (mails.length === 0) return 'the agents were sent nothing';
  return mails.every((mail) => names(mail).includes(name)) ? undefined : mails.flatMap(names).join(', ') || 'none does';
}

/** A name that the page of the agents shows, beside the reason why the file itself is not there. */
function fileStays(deed: Deed, name: string): string | undefined {
  const sent = deed.relayed.map(readSent).flatMap(names);
  if (sent.includes(name)) return 'it was sent';
  const mails = toAgents(deed);
  if (mails.length === 0) return 'the agents were sent nothing';
  const line = (mail: SentMail) => {
    const text = mail.text.replace(/\s+/g, ' ');
    const at = text.indexOf(`* ${name} (`);
    return at < 0 ? '' : text.slice(at, at + name.length + 200);
  };
  if (mails.some((mail) => line(mail) === ''))
    return `it is not named: ${JSON.stringify(mails[0]?.text.slice(0, 600))}`;
  return mails.every((mail) => line(mail).includes('not passed on')) ? undefined : mails.map(line).join();
}

function noFile({ relayed }: Deed): string | undefined {
  return relayed.map(readSent).flatMap(names).join(', ') || undefined;
}

function ticketOf({ after, inbound }: Deed) {
  return after.tickets.get(inbound.ticket ?? 0);
}

function asks(deed: Deed, words: string): string | undefined {
  const ticket = ticketOf(deed);
  return ticket?.query === words ? undefined : JSON.stringify(ticket?.query.slice(0, 600));
}

function asksNot(deed: Deed, words: string): string | undefined {
  const query = ticketOf(deed)?.query;
  if (query === undefined) return 'there is no ticket';
  return query.includes(words) ? JSON.stringify(query.slice(0, 600)) : undefined;
}

function subjectIs(deed: Deed, subject: string): string | undefined {
  const ticket = ticketOf(deed);
  return ticket?.subject === subject ? undefined : JSON.stringify(ticket?.subject);
}

function inNoHeader({ relayed }: Deed, words: string): string | undefined {
  const shows = (mail: SinkMail) => `${headOf(mail)}\n${readSent(mail).subject}`.toLowerCase();
  const mail = relayed.find((one) => shows(one).includes(words.toLowerCase()));
  return mail && `in that to ${mail.envelope.to.join()}`;
}

/** In the bytes as they leave: a field of a part, a command, an answer. */
function beginsNoLine({ relayed }: Deed, words: string): string | undefined {
  const lines = relayed.flatMap(({ raw }) => raw.toString('latin1').split(/\r\n|\r|\n/));
  return lines.find((line) => line.toLowerCase().startsWith(words.toLowerCase()));
}

function statusIs(deed: Deed, status: string): string | undefined {
  const ticket = ticketOf(deed);
  return ticket?.status === status ? undefined : `it is ${ticket?.status}`;
}

function within({ tookMs }: Deed, seconds: number): string | undefined {
  return tookMs <= seconds * 1000 ? undefined : `it took ${Math.round(tookMs / 1000)} s`;
}
