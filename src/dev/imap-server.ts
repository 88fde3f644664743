import { createServer, type Server, type Socket } from 'node:net';
import { accountCommands, CAPABILITIES, openCommands } from './imap-account-commands.ts';
import { folderCommands, uidCommands } from './imap-folder-commands.ts';
import { createByteReader } from './imap-reader.ts';
import { type ImapReply, type ImapSession, leaveFolder, no, syncView, writeLine } from './imap-session.ts';
import { asAtom, BadCommand, type CommandPiece, type ImapToken, literalAtEnd, parseArguments } from './imap-syntax.ts';
import type { MailStore } from './mail-store.ts';

/**
 * An IMAP4rev1 server over a MailStore, for the demo and for tests. It is as strict as a real one: commands out of
 * state, message numbers that do not exist and loose syntax are BAD.
 */
export type DevImapServer = {
  port: number;
  /** Cuts every client off without a word, as a network does. */
  dropConnections(): void;
  stop(): Promise<void>;
};

const LINE_LIMIT = 64 * 1024;
const LITERAL_LIMIT = 1024 * 1024;
const MESSAGE_LIMIT = 64 * 1024 * 1024;

export async function startImapServer(store: MailStore, host: string, port: number): Promise<DevImapServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    void serve(store, socket);
  });
  const dropConnections = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: await startListening(server, host, port),
    dropConnections,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        dropConnections();
      }),
  };
}

function startListening(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** One client from greeting to goodbye; commands are done one after the other. */
async function serve(store: MailStore, socket: Socket): Promise<void> {
  const session: ImapSession = {
    store,
    socket,
    reader: createByteReader(socket),
    account: undefined,
    selected: undefined,
    failedLogins: 0,
    idling: false,
    ending: false,
  };
  writeLine(session, `* OK [CAPABILITY ${CAPABILITIES}] Turnmail development server ready`);
  try {
    while (!session.ending && (await serveCommand(session))) {
      // The work is in the condition.
    }
  } finally {
    leaveFolder(session);
    socket.end();
  }
}

/** False when the connection is over. */
async function serveCommand(session: ImapSession): Promise<boolean> {
  const pieces = await readImapCommand(session);
  if (pieces === undefined) return false;
  const match = /^([^\s(){%*"\\+\]]+) ([A-Za-z]+)(?: |$)/.exec(pieces[0]?.text ?? '');
  const tag = match?.[1];
  if (match === null || tag === undefined) {
    writeLine(session, '* BAD Error in IMAP command: malformed tag or command');
    return true;
  }
  const name = (match[2] ?? '').toUpperCase();
  const [first, ...more] = pieces;
  const argumentPieces = [{ text: (first?.text ?? '').slice(match[0].length), literal: first?.literal }, ...more];
  let reply: ImapReply;
  try {
    reply = await perform(session, name, parseArguments(argumentPieces));
  } catch (error) {
    // A mistake of ours must not end a demo in which somebody is writing a mail.
    const text = error instanceof Error ? error.message.replace(/[\r\n]+/g, ' ') : 'unknown';
    if (error instanceof BadCommand)
      reply = { status: 'BAD', text: `Error in IMAP command ${name.slice(0, 20)}: ${text}` };
    else reply = no(`[SERVERBUG] ${text}`);
  }
  syncView(session, name !== 'FETCH' && name !== 'STORE' && name !== 'SEARCH');
  writeLine(session, `${tag} ${reply.status} ${reply.text}`);
  return true;
}

async function perform(session: ImapSession, name: string, args: ImapToken[]): Promise<ImapReply> {
  const open = openCommands[name];
  if (open !== undefined) return open(session, args);
  const known = accountCommands[name] ?? folderCommands[name];
  if (known === undefined && name !== 'UID') throw new BadCommand('Unknown command');
  if (session.account === undefined) throw new BadCommand('Log in first');
  const onAccount = accountCommands[name];
  if (onAccount !== undefined) return onAccount(session, args);
  if (session.selected === undefined) throw new BadCommand('No mailbox selected');
  if (name !== 'UID') return folderCommands[name]?.(session, args, session.selected, false) ?? no('Not possible');
  const inner = asAtom(args[0]).toUpperCase();
  const handler = uidCommands.has(inner) ? folderCommands[inner] : undefined;
  if (handler === undefined) throw new BadCommand('Unknown UID command');
  return handler(session, args.slice(1), session.selected, true);
}

/**
 * The text of a command with its literals. A client waits for our `+` before a literal, unless it used LITERAL+
 * (RFC 7888); then a literal that we will not take can only end the connection.
 */
async function readImapCommand(session: ImapSession): Promise<CommandPiece[] | undefined> {
  const pieces: CommandPiece[] = [];
  for (;;) {
    const line = await session.reader.line(LINE_LIMIT);
    if (line === undefined) return undefined;
    if (line === 'too-long') {
      writeLine(session, '* BYE Command line too long');
      return undefined;
    }
    const text = line.toString('latin1');
    const literal = literalAtEnd(text);
    if (literal === undefined) {
      pieces.push({ text, literal: undefined });
      return pieces;
    }
    const first = pieces[0]?.text ?? text;
    const limit = /^\S+ APPEND /i.test(first) && session.account !== undefined ? MESSAGE_LIMIT : LITERAL_LIMIT;
    if (literal.size > limit) {
      if (!literal.waits) {
        writeLine(session, '* BYE [TOOBIG] Literal too large');
        return undefined;
      }
      writeLine(session, `${first.split(' ', 1)[0]} NO [TOOBIG] Literal too large`);
      pieces.length = 0;
      continue;
    }
    if (literal.waits) writeLine(session, '+ OK');
    const bytes = await session.reader.bytes(literal.size);
    if (bytes === undefined) return undefined;
    pieces.push({ text, literal: bytes });
  }
}
