/** `turnmail up`: the desk, or some of its roles, until a signal comes. */
import { runRoles } from '../run-roles.ts';
import { ROLES, type Role } from '../runtime/config.ts';

/** Roles as written on the command line, `poll` or `poll,send`; undefined where one of them is none. */
export function readRoles(written: string[]): readonly Role[] | undefined {
  const names = written.flatMap((part) => part.split(',')).map((name) => name.trim().toLowerCase());
  const wanted = names.filter((name) => name !== '');
  if (wanted.length === 0) return written.length === 0 ? ROLES : undefined;
  const roles = ROLES.filter((role) => wanted.includes(role));
  return wanted.every((name) => ROLES.some((role) => role === name)) ? roles : undefined;
}

export async function up(roles: readonly Role[]): Promise<void> {
  await runRoles(roles);
}
