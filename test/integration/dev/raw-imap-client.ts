import { connect, type Socket } from 'node:net';

/** Sends IMAP text as it is and hands back what comes, up to the tagged answer. */
export type RawImapClient = {
  /** The untagged lines and the tagged answer without its tag; literals stay inside their line. */
  command(text: string): Promise<{ untagged: string; tagged: string }>;
  /** Text without a tag of ours; resolves with what came once `until` fits it. */
  raw(text: string, until: RegExp): Promise<string>;
  close(): void;
};

export async function openRawImap(port: number): Promise<RawImapClient> {
  const socket: Socket = connect(port, '127.0.0.1');
  let text = '';
  let ended = false;
  let wake = () => {};
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    wake();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    ended = true;
    wake();
  });
  const take = async (until: RegExp): Promise<string> => {
    for (;;) {
      const match = until.exec(text);
      if (match !== null) {
        const all = text.slice(0, match.index + match[0].length);
        text = text.slice(all.length);
        return all;
      }
      if (ended) throw new Error(`the server hung up after ${JSON.stringify(text)}`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  await take(/^\* OK .*\r\n/);
  let count = 0;
  return {
    command: async (command) => {
      count += 1;
      const tag = `a${count}`;
      socket.write(`${tag} ${command}\r\n`, 'latin1');
      const all = await take(new RegExp(`^${tag} .*\\r\\n`, 'm'));
      const at = all.lastIndexOf(`${tag} `);
      return { untagged: all.slice(0, at), tagged: all.slice(at + tag.length + 1).trim() };
    },
    raw: (sent, until) => {
      socket.write(sent, 'latin1');
      return take(until);
    },
    close: () => socket.destroy(),
  };
}
