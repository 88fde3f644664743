import { startImapServer } from './imap-server.ts';
import { changeUidValidity, createMailStore, type MailStore } from './mail-store.ts';
import { startSmtpRelay } from './smtp-relay.ts';

/** IMAP and SMTP over one store in memory; see imap-server.ts and smtp-relay.ts. */
export type DevMailServer = {
  imapPort: number;
  smtpPort: number;
  store: MailStore;
  /** Cuts every IMAP client off without a word. */
  dropConnections(): void;
  /** Renumbers an INBOX (or another folder), as a restored backup does; clients in it are sent away with BYE. */
  changeUidValidity(address: string, folder?: string): void;
  stop(): Promise<void>;
};

export type DevMailServerOptions = {
  users: { address: string; password: string }[];
  /** Loopback by default; this server has no TLS and no limits on who may connect. */
  host?: string;
  /** 0 or unset: a free port. */
  smtpPort?: number;
  imapPort?: number;
};

/** Rejects where a port is taken; nothing is left running then. */
export async function startDevMailServer(options: DevMailServerOptions): Promise<DevMailServer> {
  const host = options.host ?? '127.0.0.1';
  const store = createMailStore();
  for (const user of options.users) store.addAccount(user.address, user.password);
  const imap = await startImapServer(store, host, options.imapPort ?? 0);
  const smtp = await startSmtpRelay(store, host, options.smtpPort ?? 0).catch(async (error: unknown) => {
    await imap.stop();
    throw error;
  });
  return {
    imapPort: imap.port,
    smtpPort: smtp.port,
    store,
    dropConnections: imap.dropConnections,
    changeUidValidity: (address, folder) => changeUidValidity(store.folder(address, folder)),
    stop: async () => {
      await Promise.all([imap.stop(), smtp.stop()]);
    },
  };
}
