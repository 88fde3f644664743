import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { freePort } from './child-process.ts';

/** A TCP door before a server: shut, the server is away for everybody who comes through it. */
export type Door = { port: number; shut(): Promise<void>; open(): Promise<void> };

/** @param socketPath the server's Unix socket; the door stands open at first */
export async function startDoor(socketPath: string): Promise<Door> {
  const port = await freePort();
  const guests = new Set<Socket>();
  let server: Server | undefined;
  const open = async () => {
    const listening = createServer((guest) => {
      const host = dial(socketPath);
      for (const [one, other] of [
        [guest, host],
        [host, guest],
      ] as const) {
        guests.add(one);
        one.on('error', () => {});
        one.once('close', () => {
          guests.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
    server = listening;
    await new Promise<void>((resolve, reject) => {
      listening.once('error', reject);
      listening.listen(port, '127.0.0.1', resolve);
    });
  };
  const shut = async () => {
    const closed = new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
    server = undefined;
    for (const guest of guests) guest.destroy();
    await closed;
  };
  await open();
  return { port, shut, open };
}
