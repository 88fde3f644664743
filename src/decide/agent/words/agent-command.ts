import { cutText } from '../../../domain/cut-text.ts';
import { readAddresses } from '../../../domain/mail/address-list.ts';
import { type Sentence, say } from '../../../domain/words.ts';
import { type AgentCommand, COMMAND_HELP, type CommandName, TAKES } from './command-list.ts';

export type AgentReply = { ok: true; commands: AgentCommand[]; words: string } | { ok: false; problem: Sentence };

const LOOKS_LIKE_COMMAND = /^\/\p{L}/u;
const NAMES = Object.keys(COMMAND_HELP).filter(isKnown);

/** `reply` is the agent's own text: a mail without quotes and signature, or its subject. `problem` is a sentence for the agent to read. */
export function readAgentReply(reply: string): AgentReply {
  const lines = reply.split('\n');
  const commands: AgentCommand[] = [];
  const words: string[] = [];
  let at = 0;
  for (; at < lines.length; at++) {
    const line = plainStart(lines[at] ?? '');
    if (line === '') {
      // Above the first words a blank line says nothing; between words it parts them.
      if (words.length > 0) words.push('');
      continue;
    }
    const disguised = disguisedCommand(line);
    if (disguised !== undefined) return { ok: false, problem: notWrittenAsCommand(line, disguised) };
    if (!LOOKS_LIKE_COMMAND.test(line)) break;
    const read = readCommand(line);
    if ('problem' in read) return { ok: false, problem: read.problem };
    if (namesCommand(read.rest))
      return {
        ok: false,
        problem: say('"{line}": each command stands on a line of its own.', { line: shortenLine(line) }),
      };
    commands.push(read.command);
    if (read.rest !== '') words.push(read.rest);
  }
  const rest = lines.slice(at);
  const examined = rest
    .slice(0, MAX_EXAMINED_LINES)
    .filter((line) => MAY_NAME_COMMAND.test(line))
    .map(plainStart);
  const beyond = rest.slice(MAX_EXAMINED_LINES);
  const hidden =
    examined.find((line) => disguisedCommand(line) !== undefined) ?? beyond.find((line) => NOTE_SOMEWHERE.test(line));
  if (hidden !== undefined)
    return { ok: false, problem: notWrittenAsCommand(hidden, disguisedCommand(hidden) ?? 'note') };
  const late = examined.find((line) => isKnown(commandWord(line)) || PRIVATE_REMARKS.has(commandWord(line)));
  if (late !== undefined) {
    return {
      ok: false,
      problem: say('"{line}" stands below other words; commands stand on the first lines.', {
        line: shortenLine(late.trim()),
      }),
    };
  }
  const clash = findClash(commands);
  if (clash !== undefined) return { ok: false, problem: clash };
  return { ok: true, commands, words: [...words, ...rest].join('\n').trim() };
}

/**
 * A line from its first visible letter on. A keyboard for right-to-left writing puts a mark before a slash, and those for
 * Chinese and Japanese a wide slash: the command is the same, and a private remark behind it must not leave.
 */
function plainStart(line: string): string {
  return line
    .replace(/^[\s\p{Cf}]+/u, '')
    .trimEnd()
    .replace(/^[\uff0f\u2044\u2215]/, '/');
}

/** Signs and then a name. */
const SIGNS_AND_NAME = /^([^\p{L}\p{N}]{1,12})(\p{L}{1,10})(?![\p{L}\p{N}])/u;
/** A number, a letter or one short word with a mark behind it, as lists and salutations begin. */
const LIST_SIGN = /^[^\p{L}\p{N}]{0,8}(?:(?:[\p{L}\p{N}]{1,4}[^\p{L}\p{N}\s/]{1,3}){1,4}|\p{N}{1,4}|\p{L}(?=\s))/u;
/** What people and mail programs type for a slash: of other scripts, of fractions, of division, drawn, the wrong way. */
const HOLDS_SLASH =
  /[/\\\uff0f\uff3c\u2044\u2215\u2216\u29f5\u29f8\u29f9\u2571\u2572\u27cb\u27cd\ufe68\u00f7\u3033\u1735]/;

/** Lines below the first words that are read closely; in what follows only the command for a private remark is looked for. */
const MAX_EXAMINED_LINES = 20_000;
const MAY_NAME_COMMAND = new RegExp(`${HOLDS_SLASH.source}|&#(?:47|x2f)|&sol|[%=]2f`, 'iu');
const NOTE_SOMEWHERE = /[/\\\uff0f\u2044\u2215]\s{0,3}note/iu;

/**
 * The command that a line names without being one: `/ note`, `\note`, `*\/note*`, `//note`, `1. /note`, `a) /note`,
 * `» /note`, `÷note`; undefined for all others.
 */
function disguisedCommand(line: string): CommandName | undefined {
  const written = line.slice(0, 80).replace(/&#(?:47|x2f);|&sol;|[%=]2f/gi, '/');
  const plain = written.normalize('NFKD').replace(UNSEEN, '').trimStart();
  if (/^\/\p{L}/u.test(line)) {
    const name = commandWord(plain);
    if (isKnown(name) && name !== commandWord(line)) return name;
    return isKnown(name) || !NOTE_WITHIN.test(line) ? undefined : 'note';
  }
  return (
    nameBehindSlash(written.normalize('NFC')) ??
    nameBehindSlash(written.normalize('NFC').replace(LIST_SIGN, '')) ??
    nameBehindSlash(plain.replace(LIST_SIGN, '').replace(LIST_SIGN, '')) ??
    (NOTE_WITHIN.test(line) ? 'note' : undefined)
  );
}

/** Marks that nobody sees, and that keyboards and programs put around and into a word. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{M}]/gu;
/** What people of other desks and languages call a private remark; below words nobody would tell them that it is no command here. */
const PRIVATE_REMARKS: ReadonlySet<string> = new Set(
  'notes|notiz|notizen|nota|notas|notitie|notatka|internal|intern|interne|interno|private|privat|privado'.split('|'),
);

/** A private remark within a line: whatever stands before it, what follows is for the desk only. */
const NOTE_WITHIN = /(?<![^\s([{"'«“„:;,.!?])\/note(?![\p{L}\p{N}/_=?&-])/iu;

function nameBehindSlash(written: string): CommandName | undefined {
  const [, signs = '', word = ''] = SIGNS_AND_NAME.exec(written) ?? [];
  const name = word.normalize('NFKC').toLowerCase();
  return HOLDS_SLASH.test(signs) && isKnown(name) ? name : undefined;
}

/** True for `/note they owe us` behind `/close` on its line: it must not go to the customer as their words. */
function namesCommand(rest: string): boolean {
  const line = plainStart(rest);
  return isKnown(commandWord(line)) || disguisedCommand(line) !== undefined;
}

function notWrittenAsCommand(line: string, name: CommandName): Sentence {
  return say(
    '"{line}" looks like {command}, but is not written so. A command begins with a slash, and its name follows at once.',
    { line: shortenLine(line), command: `/${name}` },
  );
}

/** A sentence for the agent whose mail holds a command in one of its two forms. */
export function onlyInHtml(line: string): Sentence {
  return say(
    '"{line}" stands in one form of your mail (HTML) and not in the other (plain text), so it is not clear whether it is a command. Nothing was done; write it again as plain text.',
    { line: shortenLine(line) },
  );
}

function readCommand(line: string): { command: AgentCommand; rest: string } | { problem: Sentence } {
  const name = commandWord(line);
  if (!isKnown(name)) return { problem: unknownCommand(line, name) };
  const rest = line
    .slice(name.length + 1)
    .replace(/^[:.,](?=\s|$)/, '')
    .trim();
  switch (name) {
    case 'assign':
      return rest === ''
        ? { problem: say('/assign needs the name or address of a colleague on its line.') }
        : { command: { name, to: rest }, rest: '' };
    case 'move':
      return rest === ''
        ? { problem: say('/move needs the name or address of a mailbox on its line.') }
        : { command: { name, to: rest }, rest: '' };
    case 'use': {
      const [, number = '0', more = ''] = /^#?(\d{1,2})(?:[\s.,:;]+(.*))?$/.exec(rest) ?? [];
      return Number(number) > 0 && !/^\d/.test(more)
        ? { command: { name, number: Number(number) }, rest: more.trim() }
        : { problem: say('/use needs the number of one past answer on its line, such as /use 2.') };
    }
    case 'for':
    case 'new':
      return readBeginCommand(name, rest);
    case 'cc':
    case 'uncc': {
      const addresses = readAddresses(rest);
      return addresses === undefined || addresses.length === 0
        ? {
            problem: say(
              '{command} needs an address on its line, or several with commas between them, and nothing else.',
              {
                command: `/${name}`,
              },
            ),
          }
        : { command: { name, addresses }, rest: '' };
    }
    default:
      if (TAKES[name] === 'nothing' && rest !== '' && !namesCommand(rest)) {
        return {
          problem: say('"{line}": nothing may follow {command} on its line; words for the customer stand below it.', {
            line: shortenLine(line),
            command: `/${name}`,
          }),
        };
      }
      return { command: { name }, rest };
  }
}

/** The customer behind /for or /new; in a forward /new needs none. */
function readBeginCommand(
  name: 'for' | 'new',
  rest: string,
): { command: AgentCommand; rest: string } | { problem: Sentence } {
  const addresses = readAddresses(rest);
  const isOne = addresses !== undefined && addresses.length <= 1 && (addresses.length === 1 || name === 'new');
  if (isOne) return { command: { name, address: addresses[0] }, rest: '' };
  return {
    problem: say('{command} needs one address on its line, that of the customer, and nothing else: {sample}', {
      command: `/${name}`,
      sample: `/${name} jo@x.example`,
    }),
  };
}

function unknownCommand(line: string, name: string): Sentence {
  const known = nearestName(name);
  if (known !== undefined) {
    return say('"{line}" looks like a command, and there is none of that name. Did you mean {command}?', {
      line: shortenLine(line),
      command: `/${known}`,
    });
  }
  return say(
    '"{line}" looks like a command, and there is none of that name. If it is meant for the customer, put another word before it. The commands are: {commands}.',
    { line: shortenLine(line), commands: NAMES.map((one) => `/${one}`).join(' ') },
  );
}

/** The command that was most likely meant by a misspelt one; undefined where none is close. */
function nearestName(written: string): CommandName | undefined {
  const most = written.length > 4 ? 2 : 1;
  const [nearest] = NAMES.map((name) => ({ name, steps: stepsBetween(written, name) })).sort(
    (a, b) => a.steps - b.steps,
  );
  return nearest !== undefined && nearest.steps <= most ? nearest.name : undefined;
}

/** How many letters must be added, taken out, changed, or swapped with their neighbour to get from one word to the other. */
function stepsBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let steps = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) steps = Math.min(steps, (beforeLast[j - 2] ?? 0) + 1);
      row.push(steps);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}

function findClash(commands: AgentCommand[]): Sentence | undefined {
  const names = commands.map((command) => command.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return say('{command} stands twice.', { command: `/${twice}` });
  const together = (a: CommandName, b: CommandName) => names.includes(a) && names.includes(b);
  const pairs: [CommandName, CommandName][] = [
    ['note', 'send'],
    ['note', 'use'],
    ['close', 'reopen'],
    ['close', 'spam'],
    ['spam', 'reopen'],
    ['take', 'assign'],
    ['move', 'take'],
    ['move', 'assign'],
    ['move', 'close'],
    ['move', 'spam'],
    ['move', 'use'],
    ['move', 'send'],
    ['spam', 'use'],
    ['spam', 'send'],
  ];
  const clash = pairs.find(([a, b]) => together(a, b));
  return clash && say('{first} and {second} cannot stand together.', { first: `/${clash[0]}`, second: `/${clash[1]}` });
}

function commandWord(line: string): string {
  return /^\/([\p{L}\p{N}_-]{1,40})(?=[:.,]?(?:\s|$))/u.exec(line)?.[1]?.toLowerCase() ?? '';
}

function isKnown(name: string): name is CommandName {
  return Object.hasOwn(TAKES, name);
}

function shortenLine(line: string): string {
  return line.length > 60 ? `${cutText(line, 57)}...` : line;
}
