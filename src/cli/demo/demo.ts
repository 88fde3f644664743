/** `turnmail demo`: a whole conversation with a desk, played over IMAP and SMTP by people with mail clients. */
import { isFault } from '../../domain/fault.ts';
import { sentence } from '../../run-roles.ts';
import { EXIT } from '../../runtime/exit-codes.ts';
import { SELECT_RESPONSES, SELECT_TICKETS, selectDeskTables } from '../../store/desk-tables.ts';
import { playStory } from './demo-story.ts';
import { createTeller, expandRow, StepFailed, type Teller } from './demo-tell.ts';
import { ALICE, BOB, DESK, type DemoWorld, JO, PASSWORD, startDemoWorld, YOU } from './demo-world.ts';

/** A terminal and a launcher may both pass on one Ctrl-C; only a later second one means "at once". */
const SECOND_SIGNAL_MS = 2_000;

/** Plays the demo; resolves to the exit code. Without `once` the desk stays up until a signal comes. */
export async function demo(options: { once: boolean }): Promise<number> {
  const tell = createTeller((text) => process.stdout.write(text));
  const interrupted = watchSignals();
  tell.heading('Turnmail: a conversation with a help desk, over real IMAP and SMTP');
  let world: DemoWorld;
  try {
    world = await startDemoWorld(!options.once);
  } catch (error) {
    process.stderr.write(`${sentence(error)}\n`);
    return isFault(error, 'settings-invalid') ? EXIT.config : EXIT.software;
  }
  try {
    introduce(world, tell);
    const ended = await Promise.race([playStory(world, tell).then(() => 'played' as const), interrupted]);
    if (ended === 'interrupted') return 130;
    await showTables(world, tell);
    sayWhereNext(world, tell, options.once);
    if (options.once) return 0;
    await interrupted;
    tell.block(['', 'Stopping. The mails and the database of this demo go with it.']);
    return 0;
  } catch (error) {
    process.stderr.write(`\n${sayWhatFailed(error)}\n`);
    return 1;
  } finally {
    await world.stop();
  }
}

function sayWhatFailed(error: unknown): string {
  if (!(error instanceof StepFailed)) return sentence(error);
  return `The demo stopped at the step "${error.step}": ${error.message}.`;
}

function watchSignals(): Promise<'interrupted'> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const onSignal = () => {
      first ??= performance.now();
      if (performance.now() - first > SECOND_SIGNAL_MS) process.exit(130);
      resolve('interrupted');
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
    process.on('SIGHUP', onSignal);
    process.stdout.on('error', () => resolve('interrupted'));
  });
}

function introduce({ app, mail, publicUrl, readyMs }: DemoWorld, tell: Teller): void {
  const named = ({ name, address }: { name: string; address: string }) => `${name} <${address}>`;
  const queue = app.queue.backend === 'postgres' ? 'BullMQ on the same PostgreSQL' : 'BullMQ on Redis';
  tell.block([
    `the desk     ${named(DESK)}`,
    `a customer   ${named(JO)}`,
    `two agents   ${named(ALICE)}, ${named(BOB)}`,
    `underneath   PostgreSQL from npm, ${queue}, a mail server in memory`,
    `             IMAP on port ${mail.imapPort}, SMTP on port ${mail.smtpPort}, pages at ${publicUrl}`,
    '',
    `Everything was ready after ${(readyMs / 1000).toFixed(1)} s. Times below count from Jo's first mail.`,
  ]);
}

async function showTables({ app }: DemoWorld, tell: Teller): Promise<void> {
  const { tickets, responses } = await selectDeskTables(app.database);
  tell.heading('The desk in its two tables');
  for (const [statement, rows] of [
    [SELECT_TICKETS, tickets],
    [SELECT_RESPONSES, responses],
  ] as const) {
    tell.block([`${statement};`, '']);
    for (const row of rows) tell.block([...expandRow(row), '']);
  }
}

function sayWhereNext({ mail, dataDir, publicUrl }: DemoWorld, tell: Teller, once: boolean): void {
  if (once) {
    tell.heading('Where to look next');
    tell.block([
      'npm run demo       the same without --once: the desk stays up, and you can write to it',
      'bin/turnmail       all commands, among them doctor, up and trace',
      'README.md          how to point a desk at a real mailbox',
      'src/README.md      how the code is laid out',
      '',
    ]);
    return;
  }
  tell.heading('The desk stays up: write to it');
  const accounts = [YOU, JO, ALICE, BOB].map(({ address }) => address);
  tell.block([
    `IMAP       127.0.0.1, port ${mail.imapPort}, no encryption`,
    `SMTP       127.0.0.1, port ${mail.smtpPort}, no encryption`,
    `accounts   ${accounts.join(', ')}`,
    `           the user name is the whole address, the password is ${PASSWORD}`,
    `write to   ${DESK.address}; ${ALICE.name} and ${BOB.name} are its agents`,
    `pages      ${publicUrl}/readyz and ${publicUrl}/metrics`,
    '',
    'Without a mail client, from another terminal:',
    '',
    `  printf 'From: ${YOU.address}\\nTo: ${DESK.address}\\nSubject: Hello\\n\\nIs anybody there?\\n' |`,
    `    curl -s smtp://127.0.0.1:${mail.smtpPort} --mail-from ${YOU.address} --mail-rcpt ${DESK.address} -T -`,
    `  curl -s 'imap://127.0.0.1:${mail.imapPort}/INBOX;MAILINDEX=1' -u ${YOU.address}:${PASSWORD}`,
    '',
    'See why each mail went where it went:',
    '',
    `  export DATA_DIR=${dataDir} DATABASE_URL= SUPPORT_ADDRESS=${DESK.address} SENDER_TRUST=none`,
    '  bin/turnmail trace 1',
    '  bin/turnmail ticket list --all',
    '',
    'Ctrl-C ends it and removes its data.',
    '',
  ]);
}
