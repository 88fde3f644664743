import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  bounceToken,
  isGenuine,
  messageToken,
  readBounceTokens,
  readMessageTokens,
  type TokenKeys,
  tokenMac,
} from '../../../src/decide/mail/match/reply-token.ts';
import { hideTokens } from '../../../src/domain/mail/hide-tokens.ts';
import type { TokenId } from '../../../src/domain/ticket/ids.ts';
import {
  findSubjectTags,
  findTokens,
  formatSubjectTag,
  formatToken,
  type TokenRow,
} from '../../../src/domain/ticket/reply-token.ts';
import { agentId, outboxId, responseId, ticketId, token } from '../../support/decisions.ts';
import { fc } from '../../support/seeded-properties.ts';

const keys: TokenKeys = [randomBytes(32)];
const write = (row: TokenRow, key = keys[0]) =>
  formatToken({ ticketId: row.ticketId, tokenId: row.id, mac: tokenMac(key, row) });
const read = (text: string) => {
  const found = findTokens(text)[0];
  if (!found) throw new Error('no token found');
  return found;
};

describe('a reply token', () => {
  const row = token('turn', { id: 4711 as TokenId, responseId: responseId(3) });

  test('carries the ticket in plain sight and 128 bits of proof', () => {
    expect(write(row)).toMatch(/^12-3mv-[a-z2-7]{26}$/);
  });

  test('is genuine for its row and for no other', () => {
    expect(isGenuine(keys, row, read(write(row)))).toBe(true);
    const others: TokenRow[] = [
      { ...row, purpose: 'ticket' },
      { ...row, responseId: responseId(4) },
      { ...row, agentId: agentId(1) },
      { ...row, seenResponseId: responseId(1) },
      { ...row, expiresAt: row.expiresAt + 1 },
      { ...row, id: 4712 as TokenId },
      { ...row, ticketId: ticketId(13) },
    ];
    for (const other of others) expect(isGenuine(keys, other, read(write(row)))).toBe(false);
  });

  test('made with another key is not ours; made with the one before is, while it is being rotated', () => {
    const old = randomBytes(32);
    expect(isGenuine(keys, row, read(write(row, old)))).toBe(false);
    expect(isGenuine([keys[0], old], row, read(write(row, old)))).toBe(true);
  });

  test('survives lower-casing, upper-casing, and standing in addresses, Message-IDs and subjects', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 40 }),
        fc.integer({ min: 1, max: 2 ** 40 }),
        fc.constantFrom(
          'support+%@desk.example',
          '%.7k@desk.example',
          'Close [#12] (%)',
          'x+%',
          'SUPPORT+%@DESK.EXAMPLE',
        ),
        fc.boolean(),
        (ticket, id, place, upper) => {
          const one = token('ticket', { id: id as TokenId, ticketId: ticketId(ticket) });
          const text = place.replace('%', write(one));
          expect(isGenuine(keys, one, read(upper ? text.toUpperCase() : text))).toBe(true);
        },
      ),
    );
  });

  test('is not found in what merely looks like one', () => {
    for (const text of [
      '12-3mv-short',
      `x12-3mv-${'a'.repeat(26)}`,
      `12-3mv-${'a'.repeat(27)}`,
      `12-3mv-${'1'.repeat(26)}`,
      '',
    ]) {
      expect(findTokens(text)).toEqual([]);
    }
  });

  test('is read in linear time out of bait', () => {
    expect(findTokens('1-'.repeat(1_000_000))).toEqual([]);
  });
});

describe('words of others', () => {
  test('are shown without the tokens in them', () => {
    const text = write(token('turn', { responseId: responseId(1) }));
    const bounce = bounceToken(keys[0], outboxId(99));
    expect(hideTokens(`Write to support+${text}@desk.example, or ${text.toUpperCase()}.`)).toBe(
      'Write to support+…@desk.example, or ….',
    );
    expect(hideTokens(`<support+${bounce}@desk.example>`)).toBe('<support+…@desk.example>');
  });

  test('are shown without tokens that a client broke behind a hyphen, quoted, or marked with what is not seen', () => {
    const text = write(token('turn', { responseId: responseId(1) }));
    for (const between of ['\n', '\n> > ', '\u00ad', '\u200b', '\r\n  ']) {
      const broken = text.replace(/-(?=[a-z2-7]{26}$)/, `-${between}`);
      expect(hideTokens(`at ${broken} now`)).toBe('at … now');
    }
  });

  test('keep what only looks like one', () => {
    for (const text of ['Call 030-12-345', 'order 12-ab-cd', 'see [#12]', `${'a'.repeat(40)}`, '2026-11-22'])
      expect(hideTokens(text)).toBe(text);
  });
});

describe('a bounce token', () => {
  test('names its outbox row, and only when it is ours', () => {
    const text = bounceToken(keys[0], outboxId(99));
    expect(readBounceTokens(keys, `support+${text}@desk.example`)).toEqual([99]);
    expect(readBounceTokens([randomBytes(32)], `support+${text}@desk.example`)).toEqual([]);
    expect(readBounceTokens(keys, `support+${text.replace(/^b../, 'b1-')}@desk.example`)).toEqual([]);
  });
});

describe('the token of a Message-ID', () => {
  test('names its outbox row, and is no address that failures are reported to', () => {
    const text = messageToken(keys[0], outboxId(99));
    expect(readMessageTokens(keys, `${text}@desk.example`)).toEqual([99]);
    expect(readMessageTokens([randomBytes(32)], `${text}@desk.example`)).toEqual([]);
    expect(readBounceTokens(keys, `support+${text}@desk.example`)).toEqual([]);
  });

  test('is none that the envelope has', () => {
    expect(readMessageTokens(keys, `${bounceToken(keys[0], outboxId(99))}@desk.example`)).toEqual([]);
  });
});

describe('the tag of a ticket', () => {
  test('is found wherever it stands in a subject', () => {
    expect(formatSubjectTag(ticketId(12))).toBe('[#12]');
    expect(findSubjectTags('Re: AW: Printer [#12] on fire [#7]')).toEqual([12, 7]);
    expect(findSubjectTags('[#] [#x] #12 (12)')).toEqual([]);
  });
});
