/**
 * What was found out about a line of the mail that is being read. A line is asked the same some ten times: for what stands
 * above it, for the customer's words and the agent's, for the plain text and for the HTML beside it.
 */
const memories: Map<string, unknown>[] = [];

/** Longer lines are rare, and kept lines keep the whole mail in memory. */
const MAX_CHARS = 2_000;
const MAX_LINES = 50_000;

/** The same function of a line, asked once for each line of a mail. */
export function remembered<Result>(read: (line: string) => Result): (line: string) => Result {
  const known = new Map<string, Result>();
  memories.push(known);
  return (line) => {
    if (line.length > MAX_CHARS) return read(line);
    const before = known.get(line);
    if (before !== undefined || known.has(line)) return before as Result;
    const result = read(line);
    if (known.size >= MAX_LINES) known.clear();
    known.set(line, result);
    return result;
  };
}

/** Called between two mails: nothing of one is kept while another is read. */
export function forgetLines(): void {
  for (const known of memories) known.clear();
}
