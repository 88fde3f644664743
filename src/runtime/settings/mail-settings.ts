import { setting } from './setting.ts';
import { machineMail, people } from './setting-readers.ts';

/** Whose mail it is where From does not say it. */
export const MAIL_SETTINGS = {
  ALIASES: setting(
    people,
    '',
    'help@acme.example, info@acme.example',
    'other addresses and groups that lead to this mailbox: mail through them is mail to the desk',
  ),
  FORM_SENDERS: setting(
    people,
    '',
    'noreply@acme.example',
    'From addresses of web forms, shops and groups, your own among them: the customer is who their Reply-To or X-Original-From names, unverified',
  ),
  MACHINE_MAIL: setting(
    machineMail,
    'park',
    'park',
    'mail that a machine carried (rules, other desks, shops, lists) and that names no ticket: `park` with one mail a day to the operators, `ticket` opens a ticket without a receipt, `ignore` stores it only',
  ),
} as const;
