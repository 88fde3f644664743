import { describe, expect, it } from 'vitest';
import { boundedReferences } from '../../../src/mail/compose/bounded-references.ts';

const ids = (count: number) =>
  Array.from({ length: count }, (_, index) => `${String(index).padStart(30, 'x')}@mail.example`);

describe('References', () => {
  it('keeps all ids, each once, the answered mail last', () => {
    expect(boundedReferences(['a@x', 'b@x'], 'c@x')).toEqual(['a@x', 'b@x', 'c@x']);
    expect(boundedReferences(['a@x', 'b@x', 'c@x', 'b@x'], 'c@x')).toEqual(['a@x', 'b@x', 'c@x']);
    expect(boundedReferences(['a@x'], 'a@x')).toEqual(['a@x']);
    expect(boundedReferences([], 'a@x')).toEqual(['a@x']);
    expect(boundedReferences([], undefined)).toEqual([]);
  });

  it('keeps the first and the newest where all would be too long for a relay', () => {
    const all = ids(500);
    const kept = boundedReferences(all, 'last@mail.example');
    expect(kept[0]).toBe(all[0]);
    expect(kept.slice(-3)).toEqual([all[498], all[499], 'last@mail.example']);
    expect(kept.map((id) => `<${id}>`).join('\r\n ').length).toBeLessThan(900);
    expect(kept.length).toBeGreaterThan(10);
  });

  it('leaves out ids that would break the field', () => {
    const bad = ['a>\r\nBcc: x@y', 'with blank@x', '<nested@x>', 'ü@x', '', 'x'.repeat(400), '=?utf-8?Q?=0D=0A?=@x'];
    expect(boundedReferences(bad, 'ok@x')).toEqual(['ok@x']);
  });
});
