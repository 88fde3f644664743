/**
 * Commands stand on the first lines of an agent's reply, one a line; the words after them are the response (or, with
 * /note, the note). A line that looks like a command and is none stops everything: better a mail returned than a
 * private remark sent to a customer.
 */
export type AgentCommand =
  | { name: 'note' | 'close' | 'take' | 'send' | 'reopen' | 'spam' | 'queue' | 'history' | 'help' }
  | { name: 'assign'; to: string }
  | { name: 'use'; number: number };
export type CommandName = AgentCommand['name'];

export type AgentReply = { ok: true; commands: AgentCommand[]; words: string } | { ok: false; problem: string };

/** What may follow a command on its own line. */
const TAKES: Record<CommandName, 'words' | 'agent' | 'number' | 'nothing'> = {
  note: 'words',
  close: 'words',
  send: 'words',
  assign: 'agent',
  use: 'number',
  take: 'nothing',
  reopen: 'nothing',
  spam: 'nothing',
  queue: 'nothing',
  history: 'nothing',
  help: 'nothing',
};

export const COMMAND_HELP: Record<CommandName, string> = {
  note: '/note keeps the words of this mail inside; nothing is sent to the customer',
  close: '/close closes the ticket, after sending the words of this mail if there are any',
  take: '/take makes the ticket yours',
  assign: '/assign NAME gives the ticket to a colleague, by name or address',
  use: '/use 2 sends the past answer with that number, followed by your words',
  send: '/send sends your words although a colleague has responded meanwhile',
  reopen: '/reopen opens a closed ticket again, and sends the words of this mail if there are any',
  spam: '/spam closes the ticket and tells the customer nothing',
  queue: '/queue sends you the waiting tickets as one mail',
  history: '/history sends you the whole ticket as one mail',
  help: '/help sends you this list',
};

const LOOKS_LIKE_COMMAND = /^\/\p{L}/u;

export function readAgentReply(reply: string): AgentReply {
  const lines = reply.split('\n');
  const commands: AgentCommand[] = [];
  const words: string[] = [];
  let at = 0;
  for (; at < lines.length; at++) {
    const line = (lines[at] ?? '').trim();
    if (line === '') continue;
    if (!LOOKS_LIKE_COMMAND.test(line)) break;
    const read = readCommand(line);
    if ('problem' in read) return { ok: false, problem: read.problem };
    commands.push(read.command);
    if (read.rest !== '') words.push(read.rest);
  }
  const rest = lines.slice(at);
  const late = rest.find((line) => isKnown(commandWord(line.trim())));
  if (late !== undefined) {
    return {
      ok: false,
      problem: `"${shorten(late.trim())}" stands below other words; commands stand on the first lines.`,
    };
  }
  words.push(...rest);
  const clash = findClash(commands);
  if (clash !== undefined) return { ok: false, problem: clash };
  return { ok: true, commands, words: words.join('\n').trim() };
}

function readCommand(line: string): { command: AgentCommand; rest: string } | { problem: string } {
  const name = commandWord(line);
  if (!isKnown(name)) {
    const known = Object.keys(TAKES)
      .map((word) => `/${word}`)
      .join(' ');
    return { problem: `"${shorten(line)}" looks like a command, and there is none of that name. There are: ${known}.` };
  }
  const rest = line.slice(name.length + 1).trim();
  switch (name) {
    case 'assign':
      return rest === ''
        ? { problem: '/assign needs the name or address of a colleague on its line.' }
        : { command: { name, to: rest }, rest: '' };
    case 'use': {
      const number = /^\d{1,2}$/.test(rest) ? Number(rest) : 0;
      return number > 0
        ? { command: { name, number }, rest: '' }
        : { problem: '/use needs the number of a past answer on its line, such as /use 2.' };
    }
    default:
      if (TAKES[name] === 'nothing' && rest !== '') {
        return { problem: `"${shorten(line)}": nothing may follow /${name} on its line.` };
      }
      return { command: { name }, rest };
  }
}

function findClash(commands: AgentCommand[]): string | undefined {
  const names = commands.map((command) => command.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `/${twice} stands twice.`;
  const together = (a: CommandName, b: CommandName) => names.includes(a) && names.includes(b);
  const pairs: [CommandName, CommandName][] = [
    ['note', 'send'],
    ['note', 'use'],
    ['close', 'reopen'],
    ['close', 'spam'],
    ['spam', 'reopen'],
    ['take', 'assign'],
    ['spam', 'use'],
    ['spam', 'send'],
  ];
  const clash = pairs.find(([a, b]) => together(a, b));
  return clash ? `/${clash[0]} and /${clash[1]} cannot stand together.` : undefined;
}

function commandWord(line: string): string {
  return /^\/([\p{L}\p{N}_-]{1,40})(?=\s|$)/u.exec(line)?.[1]?.toLowerCase() ?? '';
}

function isKnown(name: string): name is CommandName {
  return Object.hasOwn(TAKES, name);
}

function shorten(line: string): string {
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
