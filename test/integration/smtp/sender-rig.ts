import { afterEach, beforeEach } from 'vitest';
import { createSmtpSender, type SmtpSender } from '../../../src/smtp/smtp-sender.ts';
import { type Act, type ScriptedServer, type Step, startScriptedServer } from './scripted-server.ts';

export const MAIL = {
  envelopeFrom: 'support@acme.test',
  recipient: 'jo@customer.test',
  raw: Buffer.from('Subject: x\r\n\r\nHello\r\n.a line with a dot\r\n'),
};

export type SenderRig = {
  server: ScriptedServer;
  /** waits for the server for longer than a busy machine makes it */
  sender: SmtpSender;
  /** gives a silent server up after a second */
  hasty: SmtpSender;
  /** what the server does when a step comes next */
  script(step: Step, ...acts: Act[]): void;
};

/** A server and two senders of two connections each to it, all new for each test of the file. */
export function useSender(): SenderRig {
  const rig = {
    script: (step: Step, ...acts: Act[]) => {
      rig.server.script[step] = acts;
    },
  } as SenderRig;
  beforeEach(async () => {
    rig.server = await startScriptedServer();
    rig.sender = createSmtpSender({ url: rig.server.url, connections: 2, timeoutMs: 60_000 });
    rig.hasty = createSmtpSender({ url: rig.server.url, connections: 2, timeoutMs: 1000 });
  });
  afterEach(async () => {
    await Promise.all([rig.sender.close(), rig.hasty.close()]);
    await rig.server.stop();
  });
  return rig;
}
