import type { EmailAddress } from '../mail/email-address.ts';
import type { Brand } from './brand.ts';

/** Where the token stands in our reply addresses; undefined where the provider has no plus addresses. */
export type ReplyAddress = { before: string; after: string } | undefined;

/** Who the desk is at one support address: what its customers see. What the desk does is in rules.ts. */
export type Identity = {
  address: EmailAddress;
  /** how people call its mailbox: what stands before the @, or all of it where another mailbox has the same there */
  mailboxName: string;
  /** display name beside the address */
  name: string;
  /** keys (lower case) of all addresses that are ours here, `address` among them */
  ownAddresses: string[];
  /** value of X-Turnmail-Desk on everything we send */
  deskId: string;
  replyAddress: ReplyAddress;
  /** base of the links, without a slash at its end; undefined: links are mail-only */
  publicUrl: string | undefined;
  /** the language of its mails and pages, where a ticket names no other (BCP 47) */
  locale: string;
  /** a ticket is in the language of its first mail, where that is beyond doubt */
  guessLocale: boolean;
  /** how its mails and pages look */
  brand: Brand;
  /** keys of the agents who work on its tickets; undefined: all agents of the desk */
  agents: ReadonlySet<string> | undefined;
};
