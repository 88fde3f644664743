/** `turnmail explain FILE|DIR`: what Turnmail understands of mails, without settings or database. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import type { SenderTrust } from '../../domain/desk/rules.ts';
import { messageOf } from '../../domain/fault.ts';
import { REASONS } from '../../domain/ticket/reasons.ts';
import { formatSubjectTag } from '../../domain/ticket/reply-token.ts';
import {
  EXPLAIN_MAX_BYTES,
  type Explainer,
  type Explanation,
  startExplainer,
  unparseable,
} from '../../flows/decide/explain-mail.ts';
import { type Authenticate, authenticateMail } from '../../mail/sender/verify-dkim.ts';
import { createSenderDns, systemResolver } from '../../mail/sender/verify-dns.ts';
import { EXIT } from '../../runtime/exit-codes.ts';
import { complain, jsonText, oneLine, printable } from '../terminal-text.ts';
import { tellSender } from './sender-words.ts';

export type ExplainOptions = { jsonl: boolean; workers: number | undefined; sender?: SenderTrust; desk?: boolean };

type Named = { name: string; path: string };
type Answer = { file: string } & Explanation;
type Print = (text: string) => Promise<void>;

const MAX_WORKERS = 4;

/** Explains a file, or every file of a folder in the order of their names; resolves to the exit code. */
export async function explain(path: string, options: ExplainOptions, print: Print = printOut): Promise<number> {
  const files = await listFiles(path);
  if (files === undefined) {
    complain(`no such file or folder: ${path}`);
    return EXIT.notFound;
  }
  if (options.desk !== true) return await explainAll(files, options, print);
  // Loaded only here: everything else needs no settings.
  const { deskOf, withDatabase } = await import('../reach-desk.ts');
  const { foreseeDecision } = await import('../../flows/decide/foresee-decision.ts');
  return await withDatabase(async ({ config, database }) => {
    const desk = { ...(await deskOf(config, database, { hint: async () => {} })), authenticate: ownChecks() };
    return await explainAll(files, options, print, (raw, mail, parser) =>
      foreseeDecision({ ...desk, parser }, raw, mail),
    );
  });
}

async function explainAll(
  files: Named[],
  options: ExplainOptions,
  print: Print,
  foresee?: Parameters<typeof startExplainer>[2],
): Promise<number> {
  const workers = Math.min(options.workers ?? Math.min(availableParallelism(), MAX_WORKERS), Math.max(files.length, 1));
  const explainer = startExplainer(workers, options.sender && asking(options.sender), foresee);
  try {
    const format = options.jsonl ? jsonLine : readable;
    await inOrder(
      files,
      workers * 2,
      (file) => explainFile(file, explainer),
      (answer) => print(format(answer)),
    );
  } finally {
    await explainer.close();
  }
  return 0;
}

/** Asks DNS of this machine; nothing is asked where the word of a server counts. */
function asking(trust: SenderTrust) {
  return { trust, authenticate: ownChecks(), now: Date.now() };
}

function ownChecks(): Authenticate {
  const dns = createSenderDns(systemResolver());
  return (...asked) => authenticateMail(...asked, dns);
}

async function listFiles(path: string): Promise<Named[] | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (!found.isDirectory()) return [{ name: path, path }];
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
  return names.sort((a, b) => (a < b ? -1 : 1)).map((name) => ({ name, path: join(path, name) }));
}

async function explainFile(file: Named, explainer: Explainer): Promise<Answer> {
  try {
    const found = await stat(file.path);
    if (!found.isFile()) return { file: file.name, ...unparseable('unreadable-file', 'not a regular file') };
    const { size } = found;
    if (size > EXPLAIN_MAX_BYTES) {
      return { file: file.name, ...unparseable('too-large', `${size} bytes, more than ${EXPLAIN_MAX_BYTES}`) };
    }
    return { file: file.name, ...(await explainer.explain(await readFile(file.path))) };
  } catch (error) {
    return { file: file.name, ...unparseable('unreadable-file', messageOf(error)) };
  }
}

/** Works on a bounded number of items at once and hands the results on in the order of the items. */
async function inOrder<Item, Result>(
  items: Item[],
  width: number,
  work: (item: Item) => Promise<Result>,
  hand: (result: Result) => Promise<void>,
): Promise<void> {
  const running: Promise<Result>[] = [];
  for (const item of items) {
    running.push(work(item));
    if (running.length < width) continue;
    const first = running.shift();
    if (first !== undefined) await hand(await first);
  }
  for (const rest of running) await hand(await rest);
}

/** Waits for a slow reader, so that answers do not pile up in memory; one who has left (`| head`) ends us quietly. */
async function printOut(text: string): Promise<void> {
  if (process.stdout.listenerCount('error') === 0) process.stdout.on('error', () => process.exit(0));
  if (!process.stdout.write(text)) await new Promise<void>((drained) => process.stdout.once('drain', () => drained()));
}

function jsonLine(answer: Answer): string {
  return `${jsonText(answer)}\n`;
}

function readable(answer: Answer): string {
  if (answer.unparseable !== null) {
    return `${oneLine(basename(answer.file), 255)}\n  cannot be read: ${answer.unparseable} (${oneLine(answer.detail ?? '', 500)})\n\n`;
  }
  const rows: [string, string][] = [
    [
      'from',
      `${answer.fromName ?? ''} <${answer.from ?? ''}>${answer.fromFault === null ? '' : `  (no identity: ${answer.fromFault})`}`,
    ],
    ['to', answer.to.join(', ')],
    ['subject', answer.subject ?? ''],
    ['date', answer.date ?? 'unreadable'],
    ['message-id', answer.messageId ?? 'none'],
    ['kind', `${answer.kind} (${answer.reason})`],
    ...(answer.sender ? tellSender({ ...answer.sender, tries: 1 }) : []).map((line): [string, string] => [
      'sender',
      line,
    ]),
    ...(answer.desk ? [['desk', describeDecision(answer.desk)] as [string, string]] : []),
    ...answer.attachments.map((a): [string, string] => ['file', `${a.filename} (${a.contentType}, ${a.size} bytes)`]),
    ...(answer.delivery?.recipients ?? []).map((r): [string, string] => [
      'delivery',
      `${r.recipient}: ${r.action} ${r.status ?? ''} ${r.permanent ? 'for good' : 'for now'}`,
    ]),
  ];
  const table = rows.map(([name, value]) => `  ${name.padEnd(11)} ${oneLine(value, 2_000)}`).join('\n');
  const words = printable(answer.reply ?? '')
    .split('\n')
    .map((line) => `  | ${line}`)
    .join('\n');
  return `${oneLine(basename(answer.file), 255)}\n${table}\n${words}\n\n`;
}

function describeDecision({ disposition, reason, ticketId }: NonNullable<Answer['desk']>): string {
  const ticket = ticketId === null ? '' : `, ticket ${formatSubjectTag(ticketId)}`;
  return `would be decided as ${disposition}${ticket}: ${REASONS[reason]} (${reason})`;
}
