import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { freePort } from './child-process.ts';
import { type Flow, type Lane, openLane, reset } from './tcp-lane.ts';

export type { Flow } from './tcp-lane.ts';

/** Which way bytes go: from the client to the server, or back. */
export type Way = 'toServer' | 'toClient';
/** How a connection ends: `rst` at once and with an error, `fin` in order. */
export type Cut = 'rst' | 'fin';
/**
 * After so many bytes, or when this text has passed whole (and `after` before it); counted and looked for in each connection
 * by itself. Nothing behind the text passes: for a server that reads messages to their end the text must hold that end.
 */
export type Trigger = { way: Way; how?: Cut } & ({ bytes: number } | { text: string; after?: string });

/**
 * A TCP proxy before a server, for tests that break the network. All of it can be switched while connections are open.
 *
 * - `flow({ toServer: 'stall' })`: keeps connections open and passes nothing; what is held goes on with `pass`
 * - `flow({ toClient: 'swallow' })`: half-open, that way's bytes and its end are lost for good
 * - `flow({ toClient: { bytes: 1, everyMs: 1000 } })`: drips
 * - `refuse()`: new connections are refused as by a machine with nothing on that port; open ones stay
 * - `cut()`: ends what is open now; `cutOnce()`: ends the first connection in which the trigger is met
 */
export type TcpProxy = {
  port: number;
  /** Changes the ways that are named, for open connections and for those to come. */
  flow(ways: Partial<Record<Way, Flow>>): void;
  cut(how?: Cut): void;
  /**
   * Waits for the trigger in every connection, open or coming, and cuts the first that meets it. The side that the bytes
   * go to gets them up to the end of the trigger and then a FIN, so that it can act on them; the other side gets `how`.
   * Each way has one trigger at a time: the newest.
   * @returns resolves when it has happened
   */
  cutOnce(trigger: Trigger): Promise<void>;
  /** forgets the triggers that were not met */
  disarm(): void;
  refuse(): Promise<void>;
  accept(): Promise<void>;
  /** how many connections are open */
  open(): number;
  stop(): Promise<void>;
};

type Connection = { client: Socket; server: Socket; lanes: Record<Way, Lane> };
type Watch = { trigger: Trigger; fire(connection: Connection): void };
const WAYS = ['toServer', 'toClient'] as const;
/** After a FIN the other side may still be reading what came before it. */
const LINGER_MS = 1_000;

/** @param target the server: a loopback port, or the path of a Unix socket */
export async function startTcpProxy(target: { port: number } | { path: string }): Promise<TcpProxy> {
  const port = await freePort();
  const connections = new Set<Connection>();
  const watches: Partial<Record<Way, Watch>> = {};
  const flows: Record<Way, Flow> = { toServer: 'pass', toClient: 'pass' };
  let listening: Server | undefined;

  const welcome = (client: Socket) => {
    const server = dial({ ...('port' in target ? { host: '127.0.0.1' } : {}), ...target, allowHalfOpen: true });
    const lanes = {
      toServer: openLane(client, server, flows.toServer),
      toClient: openLane(server, client, flows.toClient),
    };
    const connection = { client, server, lanes };
    connections.add(connection);
    for (const watch of Object.values(watches)) arm(connection, watch);
    for (const socket of [client, server])
      socket.once('close', () => {
        if (client.destroyed && server.destroyed) connections.delete(connection);
      });
  };

  const accept = async () => {
    if (listening) return;
    const fresh = createServer({ allowHalfOpen: true, pauseOnConnect: true }, welcome);
    await new Promise<void>((resolve, reject) => {
      fresh.once('error', reject);
      fresh.listen(port, '127.0.0.1', resolve);
    });
    listening = fresh;
  };
  const refuse = async () => {
    // The server's `close` event waits for its connections; the port is free at once.
    listening?.close();
    listening = undefined;
  };
  const cut = (how: Cut = 'rst') => {
    for (const { client, server, lanes } of [...connections]) {
      for (const way of WAYS) lanes[way].close();
      for (const socket of [client, server]) end(socket, how);
    }
  };
  const disarm = (way: Way) => {
    delete watches[way];
    for (const { lanes } of connections) lanes[way].watch(undefined);
  };
  await accept();
  return {
    port,
    flow: (ways) => {
      Object.assign(flows, ways);
      for (const { lanes } of connections) for (const way of WAYS) lanes[way].set(flows[way]);
    },
    cut,
    cutOnce: (trigger) =>
      new Promise<void>((resolve) => {
        const fire = (connection: Connection) => {
          disarm(trigger.way);
          cutAfter(connection, trigger);
          resolve();
        };
        watches[trigger.way] = { trigger, fire };
        for (const connection of connections) arm(connection, { trigger, fire });
      }),
    disarm: () => WAYS.forEach(disarm),
    refuse,
    accept,
    open: () => connections.size,
    stop: async () => {
      await refuse();
      cut();
    },
  };
}

function arm(connection: Connection, { trigger, fire }: Watch): void {
  connection.lanes[trigger.way].watch({ ...trigger, met: () => fire(connection) });
}

function cutAfter({ client, server, lanes }: Connection, { way, how = 'rst' }: Trigger): void {
  for (const each of WAYS) lanes[each].close();
  const [from, to] = way === 'toServer' ? [client, server] : [server, client];
  end(from, how);
  end(to, 'fin');
}

/** What was written before a FIN still goes out; what comes after it is dropped. */
function end(socket: Socket, how: Cut): void {
  if (socket.destroyed) return;
  if (how === 'rst') {
    reset(socket);
    return;
  }
  socket.end();
  socket.resume();
  // Time bound: a reader that has not ended by then never will.
  const gone = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(gone));
}
