import { readFileSync } from 'node:fs';
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { cutText } from '../../domain/cut-text.ts';
import { messageOf } from '../../domain/fault.ts';
import { fillIn, type Unfilled } from './fill-in.ts';

/** What one mailbox says, key by key, as text as a setting would hold it; and where. */
export type FileEntry = {
  values: ReadonlyMap<string, string>;
  /** keys whose value could not be read, which is a problem of its own */
  unread: ReadonlySet<string>;
  /** `mailboxes.yaml:12`: the line of the key, or where the mailbox begins */
  placeOf(key: string | undefined): string;
};

type Reading = { entries: FileEntry[]; problems: string[] };

/**
 * MAILBOXES_FILE: a list of mailboxes under `mailboxes:`. Keys are checked by who reads them; here it is only YAML.
 * `${NAME}` in a value is taken from the environment. Anchors and merge keys (`<<`) say once what several mailboxes share.
 */
export function readMailboxesFile(file: string, env: NodeJS.ProcessEnv): Reading {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return { entries: [], problems: [`MAILBOXES_FILE names a file that cannot be read: ${messageOf(error)}`] };
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const place = (node: { range?: [number, number, number] | null | undefined } | null | undefined) =>
    `${file}:${lines.linePos(node?.range?.[0] ?? 0).line}`;
  if (document.errors.length > 0) {
    const problems = document.errors.map(
      ({ message, pos }) => `${file}:${lines.linePos(pos[0]).line}: ${cutText(message.split('\n')[0] ?? '', 200)}`,
    );
    return { entries: [], problems };
  }
  const resolve = (node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);
  const top = resolve(document.contents);
  const list = isMap(top) ? resolve(top.get('mailboxes', true)) : undefined;
  if (!isMap(top) || !isSeq(list) || list.items.length === 0) {
    return {
      entries: [],
      problems: [`${place(top as Node)}: there is no list of mailboxes; write mailboxes: and below it - address: ...`],
    };
  }
  const problems: string[] = [];
  // Other keys at the top are for anchors, by their usual name.
  for (const { key } of top.items) {
    const name = isScalar(key) ? String(key.value) : '';
    if (name !== 'mailboxes' && !name.startsWith('x-')) {
      problems.push(
        `${place(key as Node)}: ${name} is no key; what mailboxes share may stand under one that begins with x-`,
      );
    }
  }
  const entries = list.items.flatMap((item) => {
    const map = resolve(item);
    if (isMap(map)) return [readYamlEntry(map, { env, place, resolve, problems })];
    problems.push(`${place(item as Node)}: a mailbox is a list of keys, such as address: support@acme.example`);
    return [];
  });
  return { entries, problems };
}

type Context = {
  env: NodeJS.ProcessEnv;
  place(node: Node | null): string;
  resolve(node: unknown): unknown;
  problems: string[];
};

function readYamlEntry(map: YAMLMap, context: Context): FileEntry {
  const { place, problems } = context;
  const values = new Map<string, string>();
  const places = new Map<string, string>();
  const unread = new Set<string>();
  for (const { key, value } of pairsOf(map, context)) {
    const name = isScalar(key) ? String(key.value) : '';
    // Its own keys come before those that it takes over.
    if (values.has(name) || unread.has(name)) continue;
    const where = place(key as Node);
    const text = readYamlText(context.resolve(value), context, /_url$/.test(name));
    if (typeof text === 'string') {
      values.set(name, text);
      places.set(name, where);
    } else {
      unread.add(name);
      problems.push(`${where}: ${name} ${text.problem}`);
    }
  }
  const begins = place(map as Node);
  return { values, unread, placeOf: (key) => (key === undefined ? begins : (places.get(key) ?? begins)) };
}

/** With what `<<` takes over, after its own. */
function pairsOf(map: YAMLMap, { resolve }: Context): Pair[] {
  const isMerge = ({ key }: Pair) => isScalar(key) && (key.value === '<<' || typeof key.value === 'symbol');
  const merged = map.items.filter(isMerge).flatMap(({ value }) => {
    const from = resolve(value);
    return (isSeq(from) ? from.items : [from]).flatMap((one) => {
      const source = resolve(one);
      return isMap(source) ? source.items.filter((pair) => !isMerge(pair)) : [];
    });
  });
  return [...map.items.filter((pair) => !isMerge(pair)), ...merged];
}

/** A value as a setting holds it: what stands in a list, between commas. */
function readYamlText(node: unknown, context: Context, isUrl: boolean): string | Unfilled {
  if (isSeq(node)) {
    const parts = node.items.map((item) => readYamlText(context.resolve(item), context, isUrl));
    const wrong = parts.find((part) => typeof part !== 'string');
    return wrong ?? parts.join(', ');
  }
  if (!isScalar(node)) return { problem: 'must be a word, a number or a list of them' };
  if (node.value === null) return '';
  // As it is written: 08 is no 8.
  return fillIn(node.source ?? String(node.value), context.env, isUrl);
}
