import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { nearestSetting, nearNamesIn } from '../../../src/runtime/settings/near-settings.ts';
import { SETTINGS } from '../../../src/runtime/settings/settings.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'turnmail-env-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['PUBLIC_ULR', 'PUBLIC_URL'],
  ['SUPORT_ADDRESS', 'SUPPORT_ADDRESS'],
  ['SUPPORT_ADRESS', 'SUPPORT_ADDRESS'],
  ['IMAP_URLS', 'IMAP_URL'],
  ['imap_url', 'IMAP_URL'],
  ['AGENST', 'AGENTS'],
  ['OPERATOR', 'OPERATORS'],
  ['REPLY_ADRESS', 'REPLY_ADDRESS'],
  ['SENDER_TURST', 'SENDER_TRUST'],
])('%s was meant to be %s', (written, meant) => {
  expect(nearestSetting(written)).toBe(meant);
});

test.each([
  'PATH',
  'HOME',
  'LANG',
  'POSTGRES_PASSWORD',
  'NODE_OPTIONS',
  'SMTP_HOST',
  'DEBUG',
  'HTTP_PROXY',
  'COMPOSE_FILE',
])('%s is somebody else’s, and left alone', (name) => {
  expect(nearestSetting(name)).toBeUndefined();
});

test('no setting is taken for another', () => {
  expect(Object.keys(SETTINGS).map(nearestSetting)).toEqual(Object.keys(SETTINGS).map(() => undefined));
});

test('a file names each with the nearest; one that is not there names none', () => {
  const file = path.join(folder, '.env');
  writeFileSync(
    file,
    'PUBLIC_ULR=https://help.acme.example\nPOSTGRES_USER=x\n# IMAP_ULR=imaps://x\nIMAP_URL=imaps://y\n',
  );
  expect(nearNamesIn(file)).toEqual([`PUBLIC_ULR in ${file} is no setting; PUBLIC_URL is one`]);
  expect(nearNamesIn(path.join(folder, 'none'))).toEqual([]);
});
