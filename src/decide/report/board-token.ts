import type { BoardLink } from '../../domain/desk/report.ts';
import { keyedDigest, sameText, type TokenKeys } from '../mail/match/reply-token.ts';

/** How long a link to the board works, in days; each report and digest brings a fresh one. */
export const BOARD_DAYS = 30;

const SYNTAX = /^([0-9a-z]{1,11})-([a-z2-7]{26})$/;

/** `3f-k5xq...`: the row in base 36 and a 128-bit keyed digest over all that it says. */
export function boardToken(key: Buffer, link: BoardLink): string {
  return `${link.id.toString(36)}-${keyedDigest(key, signedText(link))}`;
}

/** The row that a text names; it is believed only after `isBoardToken`. */
export function readBoardToken(text: string): { id: number; mac: string } | undefined {
  const match = SYNTAX.exec(text.slice(0, 64));
  const id = Number.parseInt(match?.[1] ?? '', 36);
  return match && Number.isSafeInteger(id) ? { id, mac: match[2] ?? '' } : undefined;
}

/** True where one of our keys made it over exactly this row. Constant time. */
export function isBoardToken(keys: TokenKeys, link: BoardLink, mac: string): boolean {
  return keys.some((key) => sameText(keyedDigest(key, signedText(link)), mac));
}

function signedText({ id, agentId, operator, createdAt, expiresAt }: BoardLink): string {
  return ['board', id, agentId ?? '-', operator ?? '-', createdAt, expiresAt].join('|');
}
