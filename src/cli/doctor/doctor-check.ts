/** `warn`: it works, but somebody should know. */
type CheckState = 'ok' | 'warn' | 'failed';
/** `mailbox` stands where there are several. */
export type Check = { name: string; state: CheckState; detail: string; todo: string | null; mailbox?: string };

export const ok = (name: string, detail: string): Check => ({ name, state: 'ok', detail, todo: null });
export const warn = (name: string, detail: string, todo: string): Check => ({ name, state: 'warn', detail, todo });
export const failed = (name: string, detail: string, todo: string): Check => ({ name, state: 'failed', detail, todo });
