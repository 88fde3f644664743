import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type AttackFile, listAttackFiles, MAIL_KEYS, REQUEST_KEYS } from './attack-file.ts';

/** The classes of attacks, each a folder of mails or of requests, and how many cases it must hold at least. */
export const CLASSES: Record<string, { tries: string; atLeast: number }> = {
  'spoofed-customers': { tries: 'to write as a customer', atLeast: 12 },
  'spoofed-agents': { tries: 'to write as an agent', atLeast: 12 },
  'from-ambiguities': { tries: 'to be read as two people, or as somebody else', atLeast: 24 },
  'dkim-tricks': { tries: 'to pass by a signature that does not cover what we read', atLeast: 12 },
  'forged-authentication-results': { tries: 'to bring a verdict along', atLeast: 8 },
  hijack: { tries: 'to get into a ticket by its subject, number or ids', atLeast: 12 },
  'handed-on': { tries: 'to use a mail that a customer or an agent wrote to somebody else', atLeast: 30 },
  replayed: { tries: 'to use a mail that was signed long ago', atLeast: 10 },
  'turn-denial': { tries: 'to use up the turn before the customer answers', atLeast: 12 },
  tokens: { tries: 'to use a token that is not theirs, not valid, or not alone', atLeast: 12 },
  'private-words': { tries: 'to carry notes, tokens or the words of others out of the desk', atLeast: 30 },
  'forged-bounces': { tries: 'to tell us that a mail of ours failed', atLeast: 10 },
  duplicates: { tries: 'to make a mail pass for one that came before', atLeast: 8 },
  'own-headers': { tries: 'to use our own control headers', atLeast: 8 },
  dns: { tries: 'to make DNS late, large or wrong', atLeast: 5 },
  scanners: { tries: 'to make a link act by opening it', atLeast: 6 },
  replay: { tries: 'to press a button twice, at once or again later', atLeast: 3 },
  guessing: { tries: 'to find a token, or to learn from the answer', atLeast: 8 },
  'cross-site': { tries: 'to press a button from another site', atLeast: 6 },
  'content-types': { tries: 'to post what is no form', atLeast: 4 },
  oversize: { tries: 'to send more than 64 KB, or without end', atLeast: 4 },
  slow: { tries: 'to hold connections by being slow', atLeast: 3 },
  'request-smuggling': { tries: 'to hide one request in another', atLeast: 8 },
  paths: { tries: 'to reach something else by the path', atLeast: 6 },
  'forwarded-headers': { tries: 'to be another address, host or method by a header', atLeast: 5 },
  exposure: { tries: 'to learn about the desk from health, metrics and errors', atLeast: 3 },
  relay: { tries: 'to make us carry mail to others', atLeast: 14 },
  'header-injection': { tries: 'to write into the header of our mails', atLeast: 14 },
  bombs: { tries: 'to cost time or memory by structure, markup, charsets or text', atLeast: 16 },
  html: { tries: 'to run, load or hide something in what agents and customers see', atLeast: 14 },
  attachments: { tries: 'to bring a file that does harm to agents or customers', atLeast: 16 },
  'words-as-orders': { tries: 'to be taken for a command, a token or a template', atLeast: 8 },
  smuggling: { tries: 'to end a mail of ours early on the wire and go on in SMTP', atLeast: 8 },
};

export const MAILS = fileURLToPath(new URL('mails/', import.meta.url));
const REQUESTS = fileURLToPath(new URL('requests/', import.meta.url));
const PAGE = new URL('../../docs/security.md', import.meta.url);
const MARKS = { begin: '<!-- attacks: begin -->', end: '<!-- attacks: end -->' };

export function listMails(folder = MAILS): AttackFile[] {
  return listAttackFiles(folder, '.mail', MAIL_KEYS);
}

export function listRequests(folder = REQUESTS): AttackFile[] {
  return listAttackFiles(folder, '.request', REQUEST_KEYS);
}

/** The table of docs/security.md: what is tried, and by how many cases. */
export function attackTable(mails: AttackFile[], requests: AttackFile[]): string {
  const count = (files: AttackFile[], name: string) => files.filter((file) => file.attackClass === name).length;
  const rows = Object.entries(CLASSES).map(
    ([name, { tries }]) => `| \`${name}\` | ${tries} | ${count(mails, name)} | ${count(requests, name)} |`,
  );
  return [
    '| class | tries | mails | requests |',
    '|---|---|---|---|',
    ...rows,
    `| all | | ${mails.length} | ${requests.length} |`,
  ].join('\n');
}

export function readSecurityPage(): string {
  return readFileSync(PAGE, 'utf8');
}

export function pageWithTable(page: string, table: string): string {
  const [begin, end] = [page.indexOf(MARKS.begin), page.indexOf(MARKS.end)];
  if (begin < 0 || end < begin) throw new Error('docs/security.md has no marks around its table of attacks');
  return `${page.slice(0, begin + MARKS.begin.length)}\n${table}\n${page.slice(end)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(PAGE, pageWithTable(readSecurityPage(), attackTable(listMails(), listRequests())));
}
