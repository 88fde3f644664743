/**
 * A value as Postgres takes it in a column of jsonb: half a character (JSON writes it as an escape) and NUL are refused
 * there, so each becomes U+FFFD, or nothing. Every jsonb parameter is made here.
 */
export function jsonbOf(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'string' ? inner.toWellFormed().replaceAll('\0', '') : inner,
  );
}
