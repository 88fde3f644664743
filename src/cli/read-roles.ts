import { ROLES, type Role } from '../runtime/settings/config.ts';

/**
 * Roles as written on the command line, `poll` or `poll,send`, in the order in which they start; all of them where none is
 * named. Undefined where one of them is none.
 */
export function readRoles(written: string[]): readonly Role[] | undefined {
  const names = written.flatMap((part) => part.split(',')).map((name) => name.trim().toLowerCase());
  const wanted = names.filter((name) => name !== '');
  if (wanted.length === 0) return written.length === 0 ? ROLES : undefined;
  const roles = ROLES.filter((role) => wanted.includes(role));
  return wanted.every((name) => ROLES.some((role) => role === name)) ? roles : undefined;
}
