import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { serverWords } from '../domain/desk/mail-server.ts';
import { outcomeOfError, type SendOutcome, type SmtpError } from './send-outcome.ts';

/**
 * MAIL and RCPT without a mail. nodemailer goes on to DATA by itself; the one door through which it says single commands is
 * a login of one's own making, so the rehearsal goes as such a login.
 */
export const REHEARSAL = 'TURNMAIL-REHEARSAL';

export function rehearse(connection: SMTPConnection, from: string, recipient: string): Promise<SendOutcome> {
  return new Promise((resolve) => {
    const credentials = { user: from, pass: recipient, method: REHEARSAL };
    connection.login(credentials, (error) => {
      if (!error) resolve({ kind: 'accepted', response: 'sender and recipient are taken' });
      else resolve(outcomeOfRehearsal(error as SmtpError));
    });
  });
}

class Refused extends Error {
  readonly step: string;
  readonly reply: string;
  constructor(step: string, reply: string) {
    super(serverWords(reply));
    this.step = step;
    this.reply = reply;
  }
}

export async function rehearseEnvelope({
  auth,
  sendCommand,
}: SMTPConnection.CustomAuthenticationContext): Promise<void> {
  const steps: [string, string][] = [
    ['MAIL FROM', `MAIL FROM:<${auth.user}>`],
    ['RCPT TO', `RCPT TO:<${auth.pass}>`],
  ];
  for (const [command, line] of steps) {
    const { status, response } = await sendCommand(line);
    if (status < 200 || status > 299) {
      await sendCommand('RSET');
      throw new Refused(command, response);
    }
  }
  await sendCommand('RSET');
}

function outcomeOfRehearsal(error: SmtpError): SendOutcome {
  if (!(error instanceof Refused)) return outcomeOfError(error, 'send', false);
  const responseCode = Number(error.reply.slice(0, 3));
  const plain = new Error(error.message);
  return outcomeOfError(
    Object.assign(plain, { command: error.step, response: error.reply, responseCode }),
    'send',
    false,
  );
}
