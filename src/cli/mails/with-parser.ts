import { DEFAULT_PARSE_BOUNDS } from '../../mail/parse/parse-bounds.ts';
import { type ParserPool, startParserPool } from '../../mail/parse/parser-pool.ts';
import type { Config } from '../../runtime/settings/config.ts';

/** Runs `work` with a parser of its own, for commands that read mails. */
export async function withParser<Result>(
  { settings }: Config,
  work: (parser: ParserPool) => Promise<Result>,
): Promise<Result> {
  const parser = startParserPool({
    workers: 1,
    timeoutMs: settings.PARSE_SECONDS * 1000,
    maxHeapMb: settings.PARSE_HEAP_MB,
    bounds: { ...DEFAULT_PARSE_BOUNDS, maxBytes: settings.MAX_MAIL_MB * 1024 * 1024 },
  });
  try {
    return await work(parser);
  } finally {
    await parser.close();
  }
}
