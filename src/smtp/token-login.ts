import type SMTPConnection from 'nodemailer/lib/smtp-connection';

/**
 * Logging in with an access token. nodemailer itself knows XOAUTH2 only, together with its own way to fetch tokens, so ours
 * goes under names that it does not know.
 */

/** OAUTHBEARER (RFC 7628) where the server offers it, else XOAUTH2, which was there before it. */
export function tokenMethod(connection: SMTPConnection): keyof typeof TOKEN_LOGINS {
  const ehlo = connection.lastServerResponse;
  const offered = typeof ehlo === 'string' && /^250[ -]AUTH[ =].*\bOAUTHBEARER\b/im.test(ehlo);
  return offered ? 'TOKEN-OAUTHBEARER' : 'TOKEN-XOAUTH2';
}

type Context = SMTPConnection.CustomAuthenticationContext;
type Login = { user: string; pass: string };

export const TOKEN_LOGINS = {
  'TOKEN-OAUTHBEARER': (context: Context) =>
    sendTokenLogin(
      context,
      'OAUTHBEARER',
      ({ user, pass }) => `n,a=${saslName(user)},\u0001auth=Bearer ${pass}\u0001\u0001`,
      'AQ==',
    ),
  'TOKEN-XOAUTH2': (context: Context) =>
    sendTokenLogin(context, 'XOAUTH2', ({ user, pass }) => `user=${user}\u0001auth=Bearer ${pass}\u0001\u0001`, ''),
};

async function sendTokenLogin(
  { auth, sendCommand }: Context,
  mechanism: string,
  frame: (login: Login) => string,
  endOfError: string,
): Promise<void> {
  const login = { user: String(auth.credentials?.user ?? ''), pass: String(auth.credentials?.pass ?? '') };
  // A control character would end its field, and the rest would be fields of its own.
  if (/[\u0000-\u001f\u007f]/.test(login.user + login.pass)) throw new Error('the user or the token cannot be sent');
  const said = await sendCommand(`AUTH ${mechanism} ${Buffer.from(frame(login)).toString('base64')}`);
  // With 334 the server says in JSON what is wrong, and waits for a word before it says 535.
  const last = said.status === 334 ? await sendCommand(endOfError) : said;
  if (last.status !== 235) throw new Error('Invalid login');
}

/** RFC 5801 section 4. */
function saslName(user: string): string {
  return user.replaceAll('=', '=3D').replaceAll(',', '=2C');
}
