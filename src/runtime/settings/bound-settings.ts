import { setting } from './setting.ts';
import { wholeNumber } from './setting-readers.ts';

/** How much of anything there may be, whatever mails say of themselves. */
export const BOUND_SETTINGS = {
  RATE_PER_HOUR: setting(
    wholeNumber(0, 1_000_000),
    '300',
    '300',
    'mails of one sender in an hour; more are parked, but for what customers write to their own tickets; 0 is no limit',
  ),
  NOTICES_PER_TICKET: setting(
    wholeNumber(0, 100_000),
    '2',
    '2',
    'automatic mails about one ticket to people outside the desk in 24 hours, until a person acts; more are not sent; 0 is no limit',
  ),
  NOTICES_PER_RECIPIENT: setting(
    wholeNumber(0, 100_000),
    '3',
    '3',
    'automatic mails to one mailbox outside the desk (tags such as jo+tag@ do not count) in 24 hours, until a person acts on a ticket of theirs; more are not sent; 0 is no limit',
  ),
  NOTICES_PER_DOMAIN: setting(
    wholeNumber(0, 1_000_000),
    '20',
    '20',
    "automatic mails to one mail domain in an hour, ten times as many to public mail providers, to the desk's own domain, and to one whose mail was verified; more are not sent; 0 is no limit",
  ),
  NOTICES_PER_AGENT: setting(
    wholeNumber(0, 1_000_000),
    '100',
    '100',
    'mails to one agent about one ticket, or about none, in 24 hours, besides the first of each ticket; more are not sent; 0 is no limit',
  ),
  BEGUN_PER_AGENT: setting(
    wholeNumber(0, 1_000_000),
    '50',
    '50',
    'conversations that one agent may begin by mail in 24 hours with words or a receipt to the customer; of more the ticket is opened, and the words come back; 0 is no limit',
  ),
  SEND_BRAKE: setting(
    wholeNumber(0, 1_000_000),
    '60',
    '60',
    'automatic mails in ten minutes to people outside the desk who had one in that time already; more wait, and the operators are told; 0 is no limit',
  ),
} as const;
