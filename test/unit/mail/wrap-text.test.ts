import { describe, expect, it } from 'vitest';
import { fence, layOutText, wrapLine } from '../../../src/mail/compose/wrap-text.ts';

describe('the layout of a text', () => {
  it('wraps our own paragraphs at 72 characters', () => {
    const lines = layOutText(`${'word '.repeat(60)}\n`)
      .trimEnd()
      .split('\n');
    expect(lines.length).toBeGreaterThan(3);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(72);
  });

  it('lets list items hang and keeps their indentation', () => {
    const [first, second] = wrapLine(`  * ${'word '.repeat(20).trim()}`);
    expect(first?.startsWith('  * word')).toBe(true);
    expect(second?.startsWith('    word')).toBe(true);
  });

  it('never wraps an address', () => {
    const url = `https://help.acme.example/t/${'x'.repeat(100)}`;
    expect(wrapLine(`Close it here, please, with this link: ${url} thanks`)).toContain(url);
  });

  it('joins blank lines of ours and leaves the words of people exactly as they are', () => {
    const words = `one\n\n\n  two ${'long '.repeat(40)}\nthree`;
    expect(layOutText(`A\n\n\n\n${fence(words)}\n\n\nB\n\n`)).toBe(`A\n\n${words}\n\nB\n`);
  });

  it('indents the words of people, but not their blank lines', () => {
    expect(layOutText(fence('one\n\ntwo', 2))).toBe('  one\n\n  two\n');
  });
});
