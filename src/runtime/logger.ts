import { type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';

export type Logger = PinoLogger;

const ADDRESS = /[^\s<>"'(),;:]{1,64}@[^\s<>"'(),;:]{1,255}/g;
/** Also behind a letter, as in the `%2B12-...` of a mailto: link. */
const TOKEN = /(?:\d{1,16}-[0-9a-z]{1,11}|b[0-9a-z]{1,11})-[a-z2-7]{26}(?![a-z0-9])/gi;
/** Access and refresh tokens, as JWTs and as Google and Microsoft write them, and the frame they are logged in with. */
const BEARER =
  /\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)*|\bya29\.[\w-]+|\b1\/\/[\w-]{20,}|\b0\.A[\w.-]{40,}|\b[Bb]earer\s+[\w.~+/=-]+|\bdXNlcj[\w+/=]{20,}|\bbixhPQ[\w+/=]{0,400}|\bbixhP[\w+/=]{20,}/g;
const PASSWORD_IN_URL = /:\/\/[^@/\s]{1,500}@/g;

/** Takes addresses, tokens and passwords out of a text that came from a server or a library. */
export function redact(text: string): string {
  return text
    .slice(0, 2_000)
    .replace(BEARER, '[token]')
    .replace(PASSWORD_IN_URL, '://[redacted]@')
    .replace(TOKEN, '[token]')
    .replace(ADDRESS, '[address]');
}

/**
 * One JSON object a line. What we log is ids, counts and reason codes; words, addresses and tokens never. Errors may
 * quote what a server said, so their messages are redacted as well.
 */
export function createLogger(options: { level: string; role?: string; pretty?: boolean }): Logger {
  return pino({
    level: options.level,
    base: options.role === undefined ? {} : { role: options.role },
    timestamp: stdTimeFunctions.isoTime,
    redact: {
      paths: ['*.raw', '*.words', '*.token', '*.password', '*.recipient', '*.email', '*.from', '*.to'],
      censor: '[redacted]',
    },
    serializers: { err: redactError },
    formatters: { level: (label) => ({ level: label }) },
    ...(options.pretty
      ? { transport: { target: 'pino-pretty', options: { colorize: process.stdout.isTTY, ignore: 'pid,hostname' } } }
      : {}),
  });
}

function redactError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: redact(String(error)) };
  const code = 'code' in error ? { code: String(error.code) } : {};
  // Postgres quotes the value it does not like, which may be a body: its code and the head of its sentence are enough.
  const isStatementError = 'severity' in error && 'routine' in error;
  const stack = error.stack
    ?.split('\n')
    .slice(1, 8)
    .map((line) => line.trim());
  return {
    type: error.name,
    ...code,
    message: isStatementError ? (error.message.split(/[:"]/)[0] ?? '').trim() : redact(error.message),
    stack,
    ...(error.cause === undefined ? {} : { cause: redactError(error.cause) }),
  };
}
