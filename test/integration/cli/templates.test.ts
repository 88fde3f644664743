import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { deskSettings, runTurnmail } from './run-turnmail.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'turnmail-wording-'));
afterAll(() => rmSync(folder, { recursive: true }));

// No database is asked.
const settings = { ...deskSettings('postgres://nobody@127.0.0.1:1/none'), TEMPLATES_DIR: path.join(folder, 'own') };
const run = (...args: string[]) => runTurnmail(['templates', ...args], settings);

test('templates are copied, changed, listed as your own and previewed', async () => {
  mkdirSync(settings.TEMPLATES_DIR);
  expect(await run('copy', 'receipt', 'de/words.yaml')).toMatchObject({ code: 0, err: '' });
  const body = path.join(settings.TEMPLATES_DIR, 'receipt/body.txt');
  writeFileSync(body, 'Moin!\n\n{{ desk.name | line }}\n');
  const again = await run('copy', 'receipt');
  expect(again.out).toContain(`${body} is there and stays as it is`);
  expect(readFileSync(body, 'utf8')).toMatch(/^Moin!/);
  const listed = (await run('list')).out.split('\n');
  expect(listed).toContain(`receipt/body.txt  (yours, in ${settings.TEMPLATES_DIR})`);
  expect(listed).toContain('response/body.txt');
  const preview = path.join(folder, 'preview');
  expect(await run('preview', preview, '--locale', 'de')).toMatchObject({ code: 0, err: '' });
  expect(readFileSync(path.join(preview, 'receipt.txt'), 'utf8')).toBe(
    'Subject: Re: My kettle leaks [#12]\n\nMoin!\n\nAcme Support\n',
  );
  expect(readFileSync(path.join(preview, 'closing.txt'), 'utf8')).toContain('Ihre Anfrage #12 ist abgeschlossen.');
  expect(readFileSync(path.join(preview, 'page-close-ready.html'), 'utf8')).toContain('Meine Anfrage abschließen');
});

test('a broken one is named with file and line, by preview and by the start, which does not happen', async () => {
  const file = path.join(settings.TEMPLATES_DIR, 'closing/body.txt');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, 'Bye\n{{ tikcet.number }}\n');
  const preview = await run('preview', path.join(folder, 'other'));
  expect(preview).toMatchObject({ code: 78, out: '' });
  expect(preview.err).toContain(`TEMPLATES_DIR: ${file}, line 2: undefined variable: tikcet`);
  expect(existsSync(path.join(folder, 'other'))).toBe(false);
  const started = await runTurnmail(['up', '--role', 'web'], settings);
  expect(started).toMatchObject({ code: 78, out: '' });
  expect(started.err).toContain(`${file}, line 2`);
});

test('what cannot be done is said in a sentence', async () => {
  expect(await run('copy', 'reciept')).toMatchObject({ code: 66 });
  expect(await run('preview', path.join(folder, 'x'), '--locale', 'tlh')).toMatchObject({ code: 66 });
  const nowhere = await runTurnmail(
    ['templates', 'copy', 'receipt'],
    deskSettings('postgres://nobody@127.0.0.1:1/none'),
  );
  expect(nowhere).toMatchObject({ code: 64 });
  const unknown = await runTurnmail(['ticket', 'list'], {
    ...deskSettings('postgres://nobody@127.0.0.1:1/none'),
    LOCALE: 'klingon',
  });
  expect(unknown.code).toBe(78);
  expect(unknown.err).toMatch(/LOCALE names a language that no words are there for; there are en, /);
});
