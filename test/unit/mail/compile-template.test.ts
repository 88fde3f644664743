import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Liquid } from 'liquidjs';
import { describe, expect, it, vi } from 'vitest';
import type { MailView } from '../../../src/domain/mail/mail-view.ts';
import { loadTemplates, renderMail } from '../../../src/mail/templates/render-template.ts';
import { everyMail, mailView } from '../../support/mail-views.ts';
import { sparseMails } from '../../support/sparse-views.ts';

const FOLDER = path.join(import.meta.dirname, '../../../templates');
const templates = loadTemplates(FOLDER);
const interpreted = loadTemplates(FOLDER, { interpret: true });
const cases = (['normal', 'hostile'] as const).flatMap((mood) =>
  everyMail(mood).map(({ name, view }) => ({ view, title: `${name}, ${mood}` })),
);

describe('templates as functions', () => {
  it('are what all of ours are made into', () => {
    const byLiquid = vi.spyOn(Liquid.prototype, 'renderSync');
    for (const { view } of cases) renderMail(templates, 'en', view);
    expect(byLiquid).not.toHaveBeenCalled();
    renderMail(interpreted, 'en', mailView('alert'));
    expect(byLiquid).toHaveBeenCalledTimes(3);
    byLiquid.mockRestore();
  });

  it.each([
    ...cases.map(({ title, view }) => ({ title, view })),
    ...sparseMails().map(({ name, view }) => ({ title: name, view })),
  ])('say word for word what liquidjs says: $title', ({ view }) => {
    expect(renderMail(templates, 'en', view)).toEqual(renderMail(interpreted, 'en', view));
  });

  it.each([
    ['a tag that is not known', '{% cycle "a", "b" %}', 'a'],
    ['a loop with an offset', '{% for one in content.lines offset: 1 %}{{ one }}{% endfor %}', 'two'],
    [
      'the end of a loop',
      '{% for one in content.lines %}{{ one }}{% if forloop.last %}!{% break %}{% endif %}{% endfor %}',
      'onetwo!',
    ],
    [
      'an array by its ends',
      '{{ content.lines.first }} {{ content.lines.last }} {{ content.lines.size }}',
      'one two 2',
    ],
    [
      'conditions of several parts',
      '{% if content.lines.size > 1 and content.over == false or content.none %}yes{% else %}no{% endif %}',
      'yes',
    ],
    [
      'a name that is only looked for',
      '{% if content.none %}yes{% else %}no{% endif %}{{ content.none | default: "nothing" }}',
      'nonothing',
    ],
  ])('do what the language does with %s', (_what, body, words) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'turnmail-templates-'));
    cpSync(FOLDER, folder, { recursive: true });
    writeFileSync(path.join(folder, 'alert/body.txt'), body);
    const view: MailView = { ...mailView('alert'), content: { template: 'alert', lines: ['one', 'two'], over: false } };
    for (const interpret of [false, true])
      expect(renderMail(loadTemplates(folder, { interpret }), 'en', view).text.trim()).toBe(words);
    rmSync(folder, { recursive: true });
  });
});
