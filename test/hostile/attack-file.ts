import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * One attack, one file: a small head that names the attack and the outcome that must come, a line `---`, then what
 * arrives, byte for byte. `test/hostile/README.md` says what may stand in a head.
 */
export type AttackFile = {
  /** as messages name it: `class/what-it-tries` */
  name: string;
  attackClass: string;
  /** every value of a key, in order */
  head: Map<string, string[]>;
  /** one character for each byte, as it stands in the file */
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

/** Files of a folder of classes, by class and name. */
export function listAttackFiles(folder: string, ending: string, keys: HeadKeys): AttackFile[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.split(path.sep).join('/'))
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => readAttack(name.slice(0, -ending.length), readFileSync(path.join(folder, name), 'latin1'), keys));
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
