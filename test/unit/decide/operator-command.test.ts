import { describe, expect, test } from 'vitest';
import { decideOperatorMail, mayBeObeyed, readOperatorOrders } from '../../../src/decide/desk/operator-command.ts';
import { address, facts, inboundId, mail, question, sent } from '../../support/decisions.ts';

const OLGA = address('olga@ops.example');

describe('the orders of an operator', () => {
  test.each([
    ['/accept 12', 'accept 12'],
    ['\n  /Discard #13, 14\n/show 15\n\nThanks', 'discard 13, discard 14, show 15'],
    ['/accept 12\nfine\n/discard 13', 'accept 12'],
    ['Please /accept 12', ''],
    ['/accept', ''],
    ['/accept twelve', ''],
    ['/acceptable 12', ''],
    ['/accept 12 and 13', ''],
    ['', ''],
  ])('%j is %j', (reply, orders) => {
    expect(
      readOperatorOrders(reply)
        .orders.map(({ name, id }) => `${name} ${id}`)
        .join(', '),
    ).toBe(orders);
  });

  test('are twenty at most', () => {
    expect(readOperatorOrders('/accept 1 2 3 4 5 6 7 8 9 10\n'.repeat(9)).orders).toHaveLength(20);
  });

  test('are answered with what came of them', () => {
    const decision = decideOperatorMail({ operator: OLGA, lines: ['Mail 12 is decided.'], report: false });
    expect(decision).toMatchObject({ disposition: 'command', reason: 'operator-command', actor: 'operator' });
    expect(sent(decision.effects)).toEqual([`confirmation to ${OLGA}`]);
  });

  test('/report brings the desk in numbers, alone or beside others', () => {
    expect(readOperatorOrders('/report')).toEqual({ orders: [], report: true });
    expect(readOperatorOrders('/accept 12\n/Report\n/show 13')).toMatchObject({
      orders: [{ id: 12 }, { id: 13 }],
      report: true,
    });
    for (const words of ['/reports', '/report now', 'Please\n/report'])
      expect(readOperatorOrders(words).report).toBe(false);
    const decision = decideOperatorMail({ operator: OLGA, lines: [], report: true });
    expect(sent(decision.effects)).toEqual([`report to ${OLGA}`]);
  });

  test('are given by the first copy of a mail alone', () => {
    const duplicate = { of: inboundId(3), reason: 'same-bytes' as const };
    expect(mayBeObeyed(question({ mail: mail(OLGA), facts: facts() }))).toBe(true);
    expect(mayBeObeyed(question({ mail: mail(OLGA), facts: facts({ duplicate }) }))).toBe(false);
  });
});
