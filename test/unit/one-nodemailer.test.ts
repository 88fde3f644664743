import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Where a package is installed in the tree that a lockfile describes. */
function placesOf(name: string, lock: { packages: Record<string, unknown> }): string[] {
  return Object.keys(lock.packages).filter(
    (place) => place === `node_modules/${name}` || place.endsWith(`/node_modules/${name}`),
  );
}

test('one nodemailer is installed: two versions read one From as two people, and one of them verifies signatures', () => {
  const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));
  expect(placesOf('nodemailer', lock)).toEqual(['node_modules/nodemailer']);
});

test('a second one shows', () => {
  const packages = {
    'node_modules/nodemailer': {},
    'node_modules/mailauth/node_modules/nodemailer': {},
    'node_modules/x-nodemailer': {},
  };
  expect(placesOf('nodemailer', { packages })).toHaveLength(2);
});
