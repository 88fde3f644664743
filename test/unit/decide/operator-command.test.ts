import { describe, expect, test } from 'vitest';
import { decideOperatorMail, readOperatorOrders } from '../../../src/decide/desk/operator-command.ts';
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
        .map(({ name, id }) => `${name} ${id}`)
        .join(', '),
    ).toBe(orders);
  });

  test('are twenty at most', () => {
    expect(readOperatorOrders('/accept 1 2 3 4 5 6 7 8 9 10\n'.repeat(9))).toHaveLength(20);
  });

  test('are answered with what came of them', () => {
    const asked = question({ mail: mail(OLGA, { reply: '/accept 12' }), facts: facts() });
    const decision = decideOperatorMail(asked, OLGA, ['Mail 12 is decided.']);
    expect(decision).toMatchObject({ disposition: 'command', reason: 'operator-command', actor: 'operator' });
    expect(sent(decision.effects)).toEqual([`confirmation to ${OLGA}`]);
  });

  test('a copy of the operator’s mail is a duplicate, and answers nobody', () => {
    const duplicate = { of: inboundId(3), reason: 'same-bytes' as const };
    const asked = question({ mail: mail(OLGA), facts: facts({ duplicate }) });
    expect(decideOperatorMail(asked, OLGA, [])).toMatchObject({ disposition: 'duplicate', effects: [] });
  });
});
