import { addressKey, type EmailAddress, parseEmailAddress } from './email-address.ts';

const MAX_LINE = 1_000;
/** One mailbox as people write it: with a name before it or none, in brackets or not, and what programs make of a link. */
const MAILBOX =
  /^(?:(?:"[^"<>]{0,100}"|[^<>@,;"]{0,100})\s?<\s?(?:mailto:)?([^\s@<>,;"]{1,64}@[^\s@<>,;"]{1,190})\s?>|(?:mailto:)?([^\s@<>,;"()[\]]{1,64}@[^\s@<>,;"()[\]]{1,190}))/i;
const LINK_AND_COMMA = /^\s{0,9}(?:[<([](?:mailto:)?[^\s<>()[\]]{1,254}[>)\]])?\s{0,9}[,;]?\s{0,9}/i;

/** The addresses behind a command, each once; undefined where anything else stands there too. */
export function readAddresses(written: string): EmailAddress[] | undefined {
  const found: EmailAddress[] = [];
  let rest = written.slice(0, MAX_LINE).trim();
  while (rest !== '') {
    const match = MAILBOX.exec(rest);
    const address = match && parseEmailAddress((match[1] ?? match[2] ?? '').replace(/[.:]{1,3}$/, ''));
    if (!match || !address) return undefined;
    if (!found.some((one) => addressKey(one) === addressKey(address))) found.push(address);
    rest = rest.slice(match[0].length).replace(LINK_AND_COMMA, '');
  }
  return found;
}
