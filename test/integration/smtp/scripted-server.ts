import { createServer, type Socket } from 'node:net';

/**
 * An SMTP server that follows a script, to be cut, hung or made to refuse at any step. It speaks plain RFC 5321 and
 * keeps what it took.
 */
export type Step = 'greeting' | 'ehlo' | 'auth' | 'mail' | 'rcpt' | 'data' | 'middle' | 'dot' | 'rset';

/** What to do at a step: answer with this text, cut the connection, say nothing, or drip one byte at a time. */
export type Act = string | 'cut' | 'hang' | { drip: string; everyMs: number };

export type ScriptedServer = {
  url: string;
  /** Every connection ever made, oldest first. */
  connections: Socket[];
  commands: string[];
  /** Bytes between DATA and the final dot, as they came over the wire. */
  messages: Buffer[];
  /** Acts for the next time each step comes; a list is used up one by one, then the step is normal again. */
  script: Partial<Record<Step, Act[]>>;
  stop(): Promise<void>;
};

const NORMAL: Record<Step, string> = {
  greeting: '220 scripted ESMTP',
  ehlo: '250-scripted\r\n250-PIPELINING\r\n250-SIZE 1000000\r\n250-AUTH PLAIN\r\n250 8BITMIME',
  auth: '235 2.7.0 Accepted',
  mail: '250 2.1.0 Ok',
  rcpt: '250 2.1.5 Ok',
  data: '354 End data with <CR><LF>.<CR><LF>',
  middle: '',
  dot: '250 2.0.0 Ok: queued as 4711',
  rset: '250 2.0.0 Ok',
};

const VERBS: [string, Step][] = [
  ['EHLO', 'ehlo'],
  ['AUTH', 'auth'],
  ['MAIL', 'mail'],
  ['RCPT', 'rcpt'],
  ['DATA', 'data'],
  ['RSET', 'rset'],
];

export async function startScriptedServer(options: { user?: string; ehlo?: string } = {}): Promise<ScriptedServer> {
  const connections: Socket[] = [];
  const commands: string[] = [];
  const messages: Buffer[] = [];
  const script: ScriptedServer['script'] = {};
  const act = (socket: Socket, step: Step): string | undefined => {
    const planned = script[step]?.shift() ?? (step === 'ehlo' ? options.ehlo : undefined) ?? NORMAL[step];
    return perform(socket, planned);
  };
  const server = createServer((socket) => {
    connections.push(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    converse(socket, act, commands, messages, () => script.middle !== undefined && script.middle.length > 0);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `smtp://${options.user === undefined ? '' : `${options.user}@`}127.0.0.1:${port}`,
    connections,
    commands,
    messages,
    script,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of connections) socket.destroy();
      }),
  };
}

/** What was answered, or undefined when the dialogue is over. */
function perform(socket: Socket, planned: Act): string | undefined {
  if (planned === 'cut') {
    socket.destroy();
    return undefined;
  }
  if (planned === 'hang') return undefined;
  if (typeof planned === 'string') {
    if (planned !== '') socket.write(`${planned}\r\n`);
    if (planned.startsWith('421')) socket.end();
    return planned;
  }
  let at = 0;
  const timer = setInterval(() => {
    if (socket.destroyed) clearInterval(timer);
    else socket.write(planned.drip.charAt(at % planned.drip.length));
    at += 1;
  }, planned.everyMs);
  timer.unref();
  return undefined;
}

function converse(
  socket: Socket,
  act: (socket: Socket, step: Step) => string | undefined,
  commands: string[],
  messages: Buffer[],
  cutsInTheMiddle: () => boolean,
): void {
  let buffered: Buffer = Buffer.alloc(0);
  let inData = false;
  let alive = act(socket, 'greeting') !== undefined;
  socket.on('data', (chunk) => {
    buffered = Buffer.concat([buffered, chunk]);
    while (alive && buffered.length > 0) {
      if (inData && cutsInTheMiddle()) {
        alive = act(socket, 'middle') !== undefined;
        return;
      }
      const end = inData ? endOfData(buffered) : buffered.indexOf('\r\n');
      if (end < 0) return;
      if (inData) {
        messages.push(buffered.subarray(0, end));
        buffered = buffered.subarray(end + 3);
        inData = false;
        alive = act(socket, 'dot') !== undefined;
        continue;
      }
      const line = buffered.subarray(0, end).toString();
      buffered = buffered.subarray(end + 2);
      commands.push(line);
      const step = VERBS.find(([verb]) => line.toUpperCase().startsWith(verb))?.[1];
      if (step === undefined) {
        socket.end('221 Bye\r\n');
        return;
      }
      const answer = act(socket, step);
      alive = answer !== undefined;
      inData = step === 'data' && answer?.startsWith('354') === true;
    }
  });
}

/** Where the message ends, its last CRLF included; the dot and its CRLF follow. */
function endOfData(bytes: Buffer): number {
  if (bytes.subarray(0, 3).toString() === '.\r\n') return 0;
  const at = bytes.indexOf('\r\n.\r\n');
  return at < 0 ? -1 : at + 2;
}
