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
  sender: SmtpSender;
  /** what the server does when a step comes next */
  script(step: Step, ...acts: Act[]): void;
};

/** A server and a sender of two connections to it, both new for each test of the file. */
export function useSender(): SenderRig {
  const rig = {
    script: (step: Step, ...acts: Act[]) => {
      rig.server.script[step] = acts;
    },
  } as SenderRig;
  beforeEach(async () => {
    rig.server = await startScriptedServer();
    rig.sender = createSmtpSender({ url: rig.server.url, connections: 2, timeoutMs: 1000 });
  });
  afterEach(async () => {
    await rig.sender.close();
    await rig.server.stop();
  });
  return rig;
}
