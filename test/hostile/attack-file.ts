import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * One attack: a small head that names the attack and the outcome that must come, a line `---`, then what
 * arrives, byte for byte. `test/hostile/README.md` says what may stand in a head.
 */
export type AttackFile = {
  /** as messages name it: `class/what-it-tries` */
  name: string;
  attackClass: string;
  /** every value of a key, in order */
  head: Map<string, string[]>;
  /** one character for each byte that arrives */
  body: string;
};

/** The keys of a head: those that must stand once, those that may, and those that may stand several times. */
export type HeadKeys = { once: readonly string[]; maybe: readonly string[]; many: readonly string[] };

export const MAIL_KEYS: HeadKeys = {
  once: ['attack', 'before', 'expect'],
  maybe: ['trust', 'signed', 'line-ends', 'secret', 'times'],
  many: ['and', 'then', 'dns'],
};

export const REQUEST_KEYS: HeadKeys = {
  once: ['attack', 'before', 'expect'],
  maybe: ['times', 'at-once', 'proxy', 'from', 'line-ends'],
  many: ['and'],
};

/**
 * The attacks of a folder of classes, by class and name: files of one attack each, `class/name` and the ending, and tables
 * of cases, `class/topic` and the ending with an s.
 */
export function listAttackFiles(folder: string, ending: string, keys: HeadKeys): AttackFile[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) =>
    name.split(path.sep).join('/'),
  );
  const read = (name: string) => readFileSync(path.join(folder, name), 'latin1');
  const single = names
    .filter((name) => name.endsWith(ending))
    .map((name) => readAttack(name.slice(0, -ending.length), read(name), keys));
  const tables = names
    .filter((name) => name.endsWith(`${ending}s`))
    .flatMap((name) => readTable(path.dirname(name), read(name), keys));
  const all = [...single, ...tables].sort((a, b) => (a.name < b.name ? -1 : 1));
  const twice = all.find(({ name }, index) => all[index + 1]?.name === name);
  if (twice) throw new Error(`${twice.name}: there are two attacks of this name`);
  return all;
}

/** A line `=== name` begins a case. */
const CASE = /^=== ([a-z0-9-]+)\n/m;
const FILLED = /^with: ([a-z0-9-]+) = ?(.*)$/;

/**
 * A table of cases that are alike. What stands above the first case is true of each: lines of a head, and below a line `---`
 * a mail for the cases that have none of their own. A case's own line takes the place of a shared one where a key stands once;
 * `with: NAME = VALUE` fills `{{NAME}}` in the head and in the mail. A backslash at the end of a case says that what arrives ends
 * there, without a line end.
 * @throws Error in words, where a case is not as it must be
 */
export function readTable(attackClass: string, text: string, keys: HeadKeys): AttackFile[] {
  const [shared = '', ...pieces] = text.split(CASE);
  const [sharedHead, sharedBody] = headAndBody(shared);
  const cases = pieces.flatMap((name, index) => (index % 2 === 0 ? [{ name, text: pieces[index + 1] ?? '' }] : []));
  if (cases.length === 0) throw new Error(`${attackClass}: a table without cases`);
  return cases.map(({ name, text: own }) => {
    const [ownHead, ownBody] = headAndBody(own);
    const body = ownBody ?? sharedBody;
    if (body === undefined) throw new Error(`${attackClass}/${name}: no mail, and none above the first case`);
    const stands = (line: string) => ownHead.some((one) => one.split(':')[0] === line.split(':')[0]);
    const isOnce = (line: string) => [...keys.once, ...keys.maybe].includes(line.split(':')[0] ?? '');
    const head = [...sharedHead.filter((line) => !(isOnce(line) && stands(line))), ...ownHead];
    // A case's own value comes last and takes the place of a shared one.
    const values = new Map(
      head.flatMap((line) => [FILLED.exec(line) ?? []]).map(([, key = '', value = '']) => [key, value]),
    );
    const fill = (words: string) =>
      [...values].reduce((filled, [key, value]) => filled.replaceAll(`{{${key}}}`, () => value), words);
    const lines = head.filter((line) => !FILLED.test(line));
    const bytes = fill(body).replace(/\\\n$/, '');
    return readAttack(`${attackClass}/${name}`, `${fill(lines.join('\n'))}\n---\n${bytes}`, keys);
  });
}

/** The lines of a head, each with those that go on with it, and what stands below the line `---`, if there is one. */
function headAndBody(text: string): [string[], string | undefined] {
  const cut = /^---\n/m.exec(text);
  const head = cut ? text.slice(0, cut.index) : text;
  const lines = head
    .replace(/\n[ \t]+/g, ' ')
    .split('\n')
    .filter((line) => line !== '');
  return [lines, cut ? text.slice(cut.index + cut[0].length) : undefined];
}

/** @throws Error in words, where the head is not as it must be */
export function readAttack(name: string, text: string, keys: HeadKeys): AttackFile {
  const cut = /^---\n/m.exec(text);
  if (!cut) throw new Error(`${name}: no line "---" after the head`);
  const head = new Map<string, string[]>();
  let last: string[] | undefined;
  for (const line of Buffer.from(text.slice(0, cut.index), 'latin1').toString('utf8').split('\n')) {
    if (line === '') continue;
    if (/^\s/.test(line) && last) {
      last.push(`${last.pop()} ${line.trim()}`);
      continue;
    }
    const [, key = '', value = ''] = /^([a-z-]+): (.*)$/.exec(line) ?? [];
    if (![...keys.once, ...keys.maybe, ...keys.many].includes(key)) {
      throw new Error(`${name}: a head has no line "${line}"`);
    }
    last = head.get(key) ?? [];
    last.push(value.trim());
    head.set(key, last);
  }
  for (const key of keys.once) if (!head.has(key)) throw new Error(`${name}: the head has no "${key}"`);
  for (const key of [...keys.once, ...keys.maybe]) {
    if ((head.get(key)?.length ?? 0) > 1) throw new Error(`${name}: the head has "${key}" twice`);
  }
  return { name, attackClass: name.split('/')[0] ?? '', head, body: text.slice(cut.index + cut[0].length) };
}

export function headLine(file: AttackFile, key: string): string | undefined {
  return file.head.get(key)?.[0];
}

export function headLines(file: AttackFile, key: string): string[] {
  return file.head.get(key) ?? [];
}
