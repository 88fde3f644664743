import { type Command, InvalidArgumentError } from 'commander';
import type { SenderTrust } from '../domain/desk/rules.ts';
import type { Role } from '../runtime/settings/config.ts';
import type { MailUser, TryMailOptions } from './mails/try-mail.ts';
import { runCommand } from './run-command.ts';

/** The commands that run a desk and look into it. */
export function addDeskCommands(program: Command): void {
  addUp(program);
  addDemo(program);
  program
    .command('migrate')
    .description('bring the database up to this version; up does it too, and twice is once')
    .option('--json', 'print what was applied as JSON', false)
    .addHelpText('after', example('DATABASE_URL=postgres://... turnmail migrate'))
    .action((options: { json: boolean }) =>
      runCommand(async () => (await import('./migrate.ts')).migrateByCommand(options)),
    );
  addDoctor(program);
  addLogin(program);
  addExplain(program);
  addTryMail(program);
  program
    .command('trace')
    .description('say what arrived, what was decided and why, and what was sent, in order of time')
    .argument('<id>', "a ticket's number, a Message-ID, or an address")
    .option('--json', 'print it as JSON', false)
    .addHelpText('after', example('turnmail trace 12', 'turnmail trace jo@customer.example'))
    .action((id: string, options: { json: boolean }) =>
      runCommand(async () => (await import('./tickets/trace.ts')).trace(id, options)),
    );
}

export function example(...lines: string[]): string {
  return `\n${lines.length > 1 ? 'Examples' : 'Example'}:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

function addUp(program: Command): void {
  program
    .command('up')
    .description('run the desk until a signal comes: all roles in this process, or only those you name')
    .option(...ROLE_OPTION)
    .addHelpText('after', example('turnmail up', 'turnmail up --role poll --role process'))
    .action(async (options: { role: string[] }, command: Command) => {
      const roles = await rolesOf(options, command);
      const { greet } = await import('./greet.ts');
      await (await import('../run-roles.ts')).runRoles(roles, greet);
    });
}

const ROLE_OPTION: [string, string, typeof appendValue, string[]] = [
  '--role <role>',
  'poll, process, send, web or sweep; several with commas, or the option again',
  appendValue,
  [],
];

async function rolesOf({ role }: { role: string[] }, command: Command): Promise<readonly Role[]> {
  const { readRoles } = await import('./read-roles.ts');
  const roles = readRoles(role);
  if (roles !== undefined) return roles;
  return command.error(`error: the roles are poll, process, send, web and sweep, not "${role.join(' ')}"`);
}

function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('try every connection that the settings name, and say of each whether it works and what to do')
    .option('--json', 'print the checks as JSON', false)
    .option('--send', 'send one mail to a reply address of the desk too, and wait for it in the mailbox', false)
    .option(...ROLE_OPTION)
    .addHelpText(
      'after',
      `${example('turnmail doctor', 'turnmail doctor --send', 'turnmail doctor --role poll')}\nThe exit code is 0 when all is well, else 1.`,
    )
    .action(async (options: { json: boolean; send: boolean; role: string[] }, command: Command) => {
      const { json, send } = options;
      const roles = await rolesOf(options, command);
      await runCommand(async () => (await import('./doctor/doctor.ts')).doctor({ json, send, roles }));
    });
}

function addLogin(program: Command): void {
  program
    .command('login')
    .description('sign in to the mailbox with OAuth2, once; the desk renews it from then on')
    .argument('[mailbox]', 'its address, or what stands before the @')
    .addHelpText('after', example('turnmail login', 'turnmail login support'))
    .action((mailbox: string | undefined) => runCommand(async () => (await import('./login.ts')).login(mailbox)));
}

function addTryMail(program: Command): void {
  program
    .command('try-mail')
    .description('a small mail server in memory to try a desk with: no encryption, nothing is kept')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--imap-port <port>', 'port of IMAP, 0 for any', portNumber, 3143)
    .option('--smtp-port <port>', 'port of SMTP, 0 for any', portNumber, 3025)
    .option('--user <address:password>', 'a mailbox; the option again for more', collectUser, [])
    .addHelpText(
      'after',
      example('turnmail try-mail --user support@desk.example:secret --user jo@customer.example:secret'),
    )
    .action((options: TryMailOptions) =>
      runCommand(async () => (await import('./mails/try-mail.ts')).tryMail(options)),
    );
}

function addDemo(program: Command): void {
  program
    .command('demo')
    .description('play a whole conversation on this machine, then stay up so that you can write to the desk')
    .option('--once', 'end when the conversation has ended: exit code 0, or 1 with the step that failed', false)
    .addHelpText('after', example('turnmail demo --once'))
    .action(async (options: { once: boolean }) => {
      const { demo } = await import('./demo/demo.ts');
      process.exit(await demo(options));
    });
}

function addExplain(program: Command): void {
  program
    .command('explain')
    .description('say what Turnmail understands of a mail file, or of every file in a folder')
    .argument('<path>', 'a mail file (.eml) or a folder of them')
    .option('--jsonl', 'one JSON object a line', false)
    .option('--workers <count>', 'parser processes to use at most', parseWholeNumber)
    .option(
      '--sender <trust>',
      'check the sender too: dkim (asks DNS), or authentication-results:<authserv-id>',
      readSenderTrust,
    )
    .option('--desk', 'say too what the desk of the settings would do with it now, and why; nothing is changed', false)
    .addHelpText(
      'after',
      example(
        'turnmail explain mail.eml',
        'turnmail explain mails/ --jsonl',
        'turnmail explain mail.eml --sender dkim',
        'turnmail explain mail.eml --desk',
      ),
    )
    .action((path: string, options: { jsonl: boolean; workers?: number; sender?: SenderTrust; desk: boolean }) =>
      runCommand(async () => {
        const { explain } = await import('./mails/explain.ts');
        return await explain(path, { workers: undefined, ...options });
      }),
    );
}

/** As SENDER_TRUST names it, without `none`: there is nothing to say about it. */
function readSenderTrust(value: string): SenderTrust {
  const authservId = /^authentication-results:(\S+)$/.exec(value)?.[1];
  if (authservId !== undefined) return { kind: 'authentication-results', authservId };
  if (value !== 'dkim') throw new InvalidArgumentError('It must be dkim or authentication-results:<authserv-id>.');
  return { kind: 'dkim' };
}

function appendValue(value: string, before: string[]): string[] {
  return [...before, value];
}

function collectUser(value: string, before: MailUser[]): MailUser[] {
  const at = value.lastIndexOf(':');
  const user = { address: value.slice(0, at), password: value.slice(at + 1) };
  if (at < 1 || user.password === '') throw new InvalidArgumentError('It must be ADDRESS:PASSWORD.');
  return [...before, user];
}

function portNumber(value: string): number {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : -1;
  if (port < 0 || port > 65_535) throw new InvalidArgumentError('It must be a port: a whole number from 0 to 65535.');
  return port;
}

export function parseWholeNumber(value: string): number {
  const number = /^\d{1,15}$/.test(value) ? Number(value) : 0;
  if (number < 1) throw new InvalidArgumentError('It must be a whole number above 0.');
  return number;
}
