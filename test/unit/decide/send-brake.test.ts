import { describe, expect, test } from 'vitest';
import { type BrakeSight, mayBrake, passBrake } from '../../../src/decide/send/send-brake.ts';
import { MAIL_TEMPLATES } from '../../../src/domain/ticket/outbox-item.ts';

/** Which of these mails go out, one after the other, when nothing went out before. */
function play(recipients: string[], limit: number): string {
  let sight: BrakeSight = { repeats: 0, had: new Set() };
  return recipients
    .map((recipient) => {
      const passed = passBrake(sight, recipient, limit);
      sight = passed.sight;
      return passed.goes ? 'goes' : 'waits';
    })
    .join(' ');
}

describe('the brake on automatic mail', () => {
  test('lets three hundred customers have one receipt each', () => {
    const busyDay = Array.from({ length: 300 }, (_, index) => `customer-${index}@c.example`);
    expect(play(busyDay, 1)).not.toContain('waits');
  });

  test('holds back what goes beyond the limit to the same few, and still lets a first mail out', () => {
    expect(play(['a@x', 'b@x', 'a@x', 'A@X', 'b@x', 'a@x', 'new@x', 'new@x'], 2)).toBe(
      'goes goes goes goes waits waits goes waits',
    );
  });

  test('is off at 0', () => {
    expect(
      play(
        Array.from({ length: 100 }, () => 'a@x'),
        0,
      ),
    ).not.toContain('waits');
  });

  test('is for automatic mails to people outside the desk only', () => {
    const outside = MAIL_TEMPLATES.filter((template) => mayBrake({ template, audience: 'customer' }));
    expect(outside).not.toContain('response');
    expect(outside).toEqual(expect.arrayContaining(['receipt', 'already-answered', 'closing', 'feedback-thanks']));
    for (const audience of ['agent', 'operator'] as const)
      expect(MAIL_TEMPLATES.filter((template) => mayBrake({ template, audience }))).toEqual([]);
  });
});
