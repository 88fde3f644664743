/** A certificate that was refused: whose it is and who signed it, which the error alone does not say. */
import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type PeerCertificate } from 'node:tls';
import { isUnknownSigner } from '../../domain/desk/mail-server.ts';
import { messageOf } from '../../domain/fault.ts';
import { type Check, failed } from './doctor-check.ts';

type Server = { host: string; port: number; secure: boolean; protocol: 'imap' | 'smtp' };

const PATIENCE_MS = 10_000;

/** @returns undefined where the error is about something else */
export async function explainCertificate(error: unknown, server: Server): Promise<Check | undefined> {
  const words = messageOf(error);
  if (!/certificate|self[- ]signed|altnames/i.test(words)) return undefined;
  const seen = await lookAtCertificate(server).catch(() => undefined);
  const who =
    seen === undefined
      ? ''
      : ` It is for ${certificateName(seen.subject)}, signed by ${certificateName(seen.issuer)}, valid until ${seen.valid_to}.`;
  const todo = isUnknownSigner(words)
    ? 'if that is an authority of your own, name the file of its certificate (PEM) in TLS_CA_FILE'
    : 'check that the host in the URL is the name of the server, and the date of its certificate';
  return failed(server.protocol, `${words}.${who}`.replace('..', '.'), todo);
}

function certificateName(name: PeerCertificate['subject'] | undefined): string {
  const parts = [name?.CN, name?.O].flat().filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? 'nobody that it names' : parts.join(', ');
}

/** Looks at it without believing it; nothing is said over the connection. */
async function lookAtCertificate({ host, port, secure, protocol }: Server): Promise<PeerCertificate> {
  const socket = connect({ host, port });
  socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('no answer')));
  try {
    await once(socket, 'connect');
    if (!secure) await startTls(socket, protocol);
    const secured = connectTls({ socket, rejectUnauthorized: false, servername: isIP(host) === 0 ? host : '' });
    await once(secured, 'secureConnect');
    return secured.getPeerCertificate();
  } finally {
    socket.destroy();
  }
}

async function startTls(socket: Socket, protocol: Server['protocol']): Promise<void> {
  const answer = async (words: string | undefined, good: RegExp) => {
    if (words !== undefined) socket.write(`${words}\r\n`);
    for (let heard = ''; !good.test(heard); ) heard += String((await once(socket, 'data'))[0]);
  };
  if (protocol === 'imap') {
    await answer(undefined, /^\* .*\r\n/);
    await answer('a STARTTLS', /^a OK/m);
    return;
  }
  await answer(undefined, /^220 .*\r\n/m);
  await answer('EHLO turnmail', /^250 .*\r\n/m);
  await answer('STARTTLS', /^220 .*\r\n/m);
}
