/** `turnmail suggest TEXT` and `turnmail suggest --jsonl FILE`: past answers that fit, as the agents would see them. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { cleanWords, markedWords } from '../../decide/answers/past-words.ts';
import { type Suggestion, trySuggesting } from '../../flows/answers/suggest-answers.ts';
import { EXIT } from '../../runtime/exit-codes.ts';
import { createLogger } from '../../runtime/logger.ts';
import type { Database } from '../../store/database.ts';
import { withDatabase } from '../reach-desk.ts';
import { complain, indent, jsonText, oneLine, print } from '../terminal-text.ts';
import { jsonLines } from './json-lines.ts';

/** Here a person or a program waits; a mail would not. */
const BUDGET_MS = 5_000;

/** @returns the exit code: 0, 65 where a line has no query, 66 where there is no such file */
export async function suggest(text: string | undefined, options: { jsonl?: string; json: boolean }): Promise<number> {
  const { jsonl } = options;
  if (jsonl !== undefined && jsonl !== '-') {
    const found = await stat(jsonl).catch(() => undefined);
    if (!found?.isFile()) {
      complain(`no such file: ${jsonl}`);
      return EXIT.notFound;
    }
  }
  return await withDatabase(async ({ database }) => {
    if (jsonl !== undefined) return await suggestAll(database, jsonl);
    const query = text ?? '';
    const suggestions = await findSuggestions(database, query);
    if (options.json) process.stdout.write(suggestionsAsJson(query, suggestions));
    else print(suggestionsAsText(suggestions));
    return 0;
  });
}

async function findSuggestions(database: Database, query: string): Promise<Suggestion[]> {
  const found = await trySuggesting({ database, log: createLogger({ level: 'silent' }) }, query, BUDGET_MS);
  if (found === undefined) throw new Error('The past answers could not be looked up in time');
  return found;
}

/** One line of output for each line of input, in their order; a line without a query is told and answered with none. */
async function suggestAll(database: Database, file: string): Promise<number> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  let number = 0;
  let code = 0;
  for await (const line of jsonLines(input)) {
    number++;
    if (line.trim() === '') continue;
    const query = readQuery(line);
    if (query === undefined) {
      complain(`line ${number} has no query`);
      code = EXIT.refused;
    }
    const suggestions = query === undefined ? [] : await findSuggestions(database, query);
    if (!process.stdout.write(suggestionsAsJson(query ?? null, suggestions))) {
      await new Promise<void>((drained) => process.stdout.once('drain', () => drained()));
    }
  }
  return code;
}

function readQuery(line: string): string | undefined {
  try {
    const row: unknown = JSON.parse(line);
    const query = typeof row === 'object' && row !== null && 'query' in row ? row.query : undefined;
    return typeof query === 'string' ? query : undefined;
  } catch {
    return undefined;
  }
}

function suggestionsAsJson(query: string | null, suggestions: Suggestion[]): string {
  const shown = suggestions.map(({ answer, score, ticketId, question, passage }) => ({
    answer,
    score,
    ticketId,
    question,
    words: cleanWords({ answer, passage }),
    personal: passage.marks.map(({ kind, from, to }) => ({ kind, text: answer.slice(from, to) })),
  }));
  return `${jsonText({ query, suggestions: shown })}\n`;
}

function suggestionsAsText(suggestions: Suggestion[]): string {
  if (suggestions.length === 0) return 'No past answer fits.';
  return suggestions
    .map(({ answer, score, ticketId, question, passage }, at) => {
      const asked = oneLine(question, 200);
      const words = indent(markedWords({ answer, passage }), 3);
      return `${at + 1}. score ${score.toFixed(2)}, ticket ${ticketId}, which asked: ${asked}\n${words}`;
    })
    .join('\n\n');
}
