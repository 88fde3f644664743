import { createServer, type Socket } from 'node:net';

/**
 * An IMAP server that answers as a test says, for the habits of servers that neither Dovecot nor our own has. `answer`
 * gets the command without its tag, and gives the untagged lines and the text after the tag; undefined is the answer
 * of an ordinary server with an empty folder; null is silence for good.
 */
export type Answer = { lines?: string[]; tagged?: string } | undefined | null;

export type ScriptedImap = { url: string; commands: string[]; sockets: Socket[]; stop(): Promise<void> };

const ORDINARY: [RegExp, Answer][] = [
  [
    /^SELECT/,
    { lines: ['* 0 EXISTS', '* OK [UIDVALIDITY 7] ok', '* OK [UIDNEXT 1] ok'], tagged: 'OK [READ-WRITE] done' },
  ],
  [/^LIST/, { lines: ['* LIST (\\HasNoChildren) "/" INBOX'], tagged: 'OK done' }],
  [/^NAMESPACE/, { lines: ['* NAMESPACE (("" "/")) NIL NIL'], tagged: 'OK done' }],
  [/^LOGOUT/, { lines: ['* BYE'], tagged: 'OK done' }],
];

export async function startScriptedImap(
  answer: (command: string, socket: Socket) => Answer,
  capabilities = 'IMAP4rev1 IDLE NAMESPACE UIDPLUS',
): Promise<ScriptedImap> {
  const commands: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.write(`* OK [CAPABILITY ${capabilities}] scripted\r\n`);
    let text = '';
    let idleTag: string | undefined;
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        if (line === 'DONE') {
          if (idleTag !== undefined) socket.write(`${idleTag} OK done\r\n`);
          continue;
        }
        const [tag = '', ...rest] = line.split(' ');
        const command = rest.join(' ');
        commands.push(command);
        const own = answer(command, socket);
        if (own === null) return;
        if (own === undefined && command === 'IDLE') {
          idleTag = tag;
          socket.write('+ idling\r\n');
          continue;
        }
        const said = own ?? ORDINARY.find(([shape]) => shape.test(command))?.[1] ?? {};
        for (const untagged of said.lines ?? []) socket.write(`${untagged}\r\n`, 'latin1');
        socket.write(`${tag} ${said.tagged ?? 'OK done'}\r\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `imap://desk:secret@127.0.0.1:${port}/INBOX`,
    commands,
    sockets,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
