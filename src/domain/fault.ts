/**
 * Unexpected things are thrown as a Fault, named by who must act:
 * - `transient`: time heals it; the work is tried again.
 * - `permanent`: an operator must act, once.
 * - `config`: before the start; every problem is listed at once.
 * - `bug`: us.
 */
export const FAULTS = {
  'settings-invalid': 'config',
  'schema-behind': 'config',
  'schema-ahead': 'config',
  'schema-changed': 'config',
  'rights-missing': 'config',
  'database-unavailable': 'transient',
  'lease-lost': 'transient',
  'turn-lost': 'transient',
  'imap-unavailable': 'transient',
  'imap-refused': 'permanent',
  'sign-in-unavailable': 'transient',
  'sign-in-refused': 'permanent',
  'template-broken': 'permanent',
  'secret-unknown': 'permanent',
  'envelope-mismatch': 'bug',
  'impossible-state': 'bug',
} as const satisfies Record<string, 'transient' | 'permanent' | 'config' | 'bug'>;

export type FaultCode = keyof typeof FAULTS;

export class Fault extends Error {
  readonly code: FaultCode;
  readonly act: (typeof FAULTS)[FaultCode];

  constructor(code: FaultCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'Fault';
    this.code = code;
    this.act = FAULTS[code];
  }
}

export function isFault(error: unknown, code?: FaultCode): error is Fault {
  return error instanceof Fault && (code === undefined || error.code === code);
}

/** What an error says. Node's error for a host of several addresses has no words of its own; those of its parts count. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '')
    return [...new Set(error.errors.map(messageOf))].join('; ');
  return error instanceof Error ? error.message || error.name : String(error);
}
