import type { Socket } from 'node:net';

/** What happens to bytes on one way of a connection; an object drips so many bytes in each tick. */
export type Flow = 'pass' | 'stall' | 'swallow' | { bytes: number; everyMs: number };

/**
 * Tells once, when so many bytes or a text have passed; what comes after it does not pass any more. With `after`, the text
 * counts only when that other one has passed before it.
 */
type LaneWatch = ({ bytes: number } | { text: string; after?: string }) & { met(): void };
type Watching = { watch: LaneWatch; seen: number; tail: string; texts: string[] };

/** One way of a connection through the proxy. */
export type Lane = {
  set(flow: Flow): void;
  watch(watch: LaneWatch | undefined): void;
  /** passes nothing from now on, neither bytes nor an end */
  close(): void;
};

/**
 * Passes bytes and the end of them from one socket to the other as `flow` says. It reads only what it may pass on, so a
 * stalled lane fills the buffers of the machine and then holds the sender up, as a stalled network does.
 */
export function openLane(from: Socket, to: Socket, first: Flow): Lane {
  let flow = first;
  let ended: 'no' | 'fin' | 'gone' = 'no';
  let held: Buffer = Buffer.alloc(0);
  let watching: Watching | undefined;
  let tick: NodeJS.Timeout | undefined;
  let closed = false;

  const passEnd = () => {
    if (closed || ended === 'no' || held.length > 0 || flow === 'stall' || flow === 'swallow' || to.destroyed) return;
    if (ended === 'fin') to.end();
    else reset(to);
  };
  const write = (bytes: Buffer) => {
    const cutAt = watching && lastByteOf(watching, bytes);
    const passing = cutAt === undefined ? bytes : bytes.subarray(0, cutAt);
    if (!to.destroyed && passing.length > 0 && !to.write(passing)) {
      from.pause();
      to.once('drain', apply);
    }
    if (cutAt === undefined) return;
    const { met } = watching?.watch ?? {};
    watching = undefined;
    met?.();
  };
  const drip = () => {
    const bytes = typeof flow === 'object' ? flow.bytes : held.length;
    const drop = held.subarray(0, bytes);
    held = held.subarray(bytes);
    if (drop.length > 0) write(drop);
    if (held.length === 0) from.resume();
    passEnd();
  };
  /** Brings reading and ticking in line with the flow. */
  const apply = () => {
    clearInterval(tick);
    tick = undefined;
    if (closed) return;
    if (flow === 'stall') {
      from.pause();
      return;
    }
    if (flow === 'swallow') held = Buffer.alloc(0);
    if (typeof flow === 'object') tick = setInterval(drip, flow.everyMs);
    else if (held.length > 0) drip();
    if (held.length === 0) from.resume();
    passEnd();
  };

  from.on('data', (chunk: Buffer) => {
    if (closed || flow === 'swallow') return;
    if (flow === 'pass') {
      write(chunk);
      return;
    }
    held = Buffer.concat([held, chunk]);
    from.pause();
  });
  from.on('error', () => {
    ended = 'gone';
  });
  from.once('end', () => {
    if (ended === 'no') ended = 'fin';
    passEnd();
  });
  from.once('close', () => {
    if (ended === 'no') ended = 'gone';
    passEnd();
  });
  to.once('close', () => clearInterval(tick));
  apply();
  return {
    set: (next) => {
      flow = next;
      apply();
    },
    watch: (watch) => {
      const texts = watch && 'text' in watch ? [watch.after ?? [], watch.text].flat() : [];
      watching = watch && { watch, seen: 0, tail: '', texts };
    },
    close: () => {
      closed = true;
      held = Buffer.alloc(0);
      clearInterval(tick);
    },
  };
}

/** RST, where there is such a thing: a Unix socket has none, nor has one that is not connected yet. */
export function reset(socket: Socket): void {
  if (socket.remoteFamily === undefined) socket.destroy();
  else socket.resetAndDestroy();
}

/** How much of these bytes passes until the watch is met; undefined where it is not met yet. A text may come in pieces. */
function lastByteOf(watching: Watching, bytes: Buffer): number | undefined {
  const { watch, seen, tail, texts } = watching;
  if ('bytes' in watch) {
    watching.seen += bytes.length;
    return watching.seen >= watch.bytes ? watch.bytes - seen : undefined;
  }
  const all = tail + bytes.toString('latin1');
  let looked = 0;
  for (let wanted = texts[0]; wanted !== undefined; wanted = texts[0]) {
    const at = all.indexOf(wanted, looked);
    if (at < 0) {
      watching.tail = all.slice(Math.max(looked, all.length - (wanted.length - 1)));
      return undefined;
    }
    looked = at + wanted.length;
    texts.shift();
  }
  return looked - tail.length;
}
