import { once } from 'node:events';
import { type DevMailServerOptions, startDevMailServer } from '../../dev/dev-mail-server.ts';

export type MailUser = DevMailServerOptions['users'][number];
export type TryMailOptions = { host: string; imapPort: number; smtpPort: number; user: MailUser[] };

/**
 * A mail server in memory, to try a desk with: IMAP and SMTP, mailboxes for the users named, plus addresses included.
 * Nothing is encrypted and nothing is kept. @returns the exit code, after SIGINT or SIGTERM
 */
export async function tryMail(options: TryMailOptions): Promise<number> {
  const { user: users } = options;
  const server = await startDevMailServer({
    users,
    host: options.host,
    imapPort: options.imapPort,
    smtpPort: options.smtpPort,
  });
  process.stdout.write(`IMAP on ${options.host}:${server.imapPort}, SMTP on ${options.host}:${server.smtpPort}\n`);
  for (const { address, password } of users) process.stdout.write(`  ${address}, password ${password}\n`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await server.stop();
  return 0;
}
