import type { AccessTokens } from '../auth/access-tokens.ts';
import type { ImapUrl } from '../domain/desk/imap-url.ts';
import { ImapFault, isImapLoginRefused } from './imap-fault.ts';
import { type OpenOptions, openMailbox } from './open-mailbox.ts';

/** A token that is refused may have been taken back early: another is tried once. */
export async function openWithToken(
  url: ImapUrl,
  options: OpenOptions,
  accessTokens: AccessTokens | undefined,
): ReturnType<typeof openMailbox> {
  if (accessTokens === undefined)
    throw new ImapFault('auth', 'IMAP_URL has no password, and OAUTH_PROVIDER is not set.');
  const open = async (accessToken: string) => {
    const opened = await openMailbox(url, { ...options, accessToken });
    accessTokens.accepted(accessToken);
    return opened;
  };
  const first = await accessTokens.current();
  try {
    return await open(first);
  } catch (error) {
    if (!isImapLoginRefused(error)) throw error;
    const second = await accessTokens.renewed(first);
    if (second === undefined) throw error;
    return await open(second);
  }
}
