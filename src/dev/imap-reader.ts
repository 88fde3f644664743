import type { Socket } from 'node:net';

/** Reads lines and counted bytes from a client; undefined is the end of the connection. */
export type ByteReader = {
  /** The next line without CRLF; 'too-long' when it passes `limit` bytes (the connection is then not usable). */
  line(limit: number): Promise<Buffer | 'too-long' | undefined>;
  bytes(count: number): Promise<Buffer | undefined>;
};

/** Pulls from the socket only when asked, so a client cannot fill our memory with commands that it sends ahead. */
export function createByteReader(socket: Socket): ByteReader {
  const source = socket[Symbol.asyncIterator]();
  let buffered: Buffer = Buffer.alloc(0);

  const pull = async (): Promise<Buffer | undefined> => {
    try {
      const next = await source.next();
      return next.done === true ? undefined : (next.value as Buffer);
    } catch {
      return undefined;
    }
  };

  return {
    line: async (limit) => {
      let scanned = 0;
      for (;;) {
        const end = buffered.indexOf(0x0a, scanned);
        if (end >= 0) {
          const line = buffered.subarray(0, end > 0 && buffered[end - 1] === 0x0d ? end - 1 : end);
          buffered = buffered.subarray(end + 1);
          return line;
        }
        if (buffered.length > limit) return 'too-long';
        scanned = buffered.length;
        const chunk = await pull();
        if (chunk === undefined) return undefined;
        buffered = Buffer.concat([buffered, chunk]);
      }
    },
    bytes: async (count) => {
      const parts: Buffer[] = [buffered];
      let have = buffered.length;
      while (have < count) {
        const chunk = await pull();
        if (chunk === undefined) return undefined;
        parts.push(chunk);
        have += chunk.length;
      }
      const all = Buffer.concat(parts);
      buffered = all.subarray(count);
      return all.subarray(0, count);
    },
  };
}
