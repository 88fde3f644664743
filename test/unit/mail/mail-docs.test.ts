import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { loadTemplates } from '../../../src/mail/templates/render-template.ts';
import { writeMailDocs } from '../../support/mail-docs.ts';

const ROOT = path.join(import.meta.dirname, '../../..');

it('docs/mails.md says what the templates and the bounds say; if not: npx node test/support/render-mails.ts --docs', () => {
  const written = readFileSync(path.join(ROOT, 'docs/mails.md'), 'utf8');
  expect(written).toBe(writeMailDocs(loadTemplates(path.join(ROOT, 'templates'))));
});
