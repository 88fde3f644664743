/**
 * The fate of an inbound mail (a closed list, also an enum in Postgres) and the reason for it (a closed list with the
 * sentence that `trace`, `explain` and the agents see). Reasons are stored, logged and counted by their code.
 */
export const DISPOSITIONS = [
  'ticket',
  'answer',
  'held',
  'response',
  'note',
  'command',
  'returned',
  'third-party',
  'link',
  'duplicate',
  'loop',
  'bounce',
  'automatic',
  'parked',
  'discarded',
] as const;
export type Disposition = (typeof DISPOSITIONS)[number];

/** Fates of mails whose words take no turn and are shown to the agents. */
export const OUT_OF_TURN: readonly Disposition[] = ['held', 'third-party', 'link'];

export const REASONS = {
  // tickets and turns
  'new-request': 'a new request: it opened a ticket',
  'follows-closed-ticket': 'the ticket it answers is closed: it opened a new one that follows it',
  'answers-open-turn': 'it answers a response whose turn was open',
  'answers-and-reopens':
    'it answers a response whose turn was open, within the reopening window: the ticket is open again',
  'accepted-as-answer': 'an agent said that it is the customer’s answer',
  'before-any-response': 'it came before any response: held, no turn was open',
  'turn-already-taken': 'the turn it would take had been taken: held',
  'only-thanks': 'it says nothing but thanks for a closed ticket: shown, and the ticket stays closed',
  'no-new-words': 'it holds no new words and no attachment: held, no turn was used',
  'not-addressed-to-us':
    'it names a ticket of its sender, and neither To nor Cc holds an address of ours: held, no turn was used',
  'recipients-not-signed':
    'it names a ticket without its reply address, and no signature says to whom it was sent: held, no turn was used',
  'older-than-its-ticket':
    'it was signed or dated long before it arrived, or before what it answers: held, no turn was used',
  'ticket-was-spam': 'it belongs to a ticket that an agent closed as spam',
  // links by mail
  'closing-mail': 'the customer closed the ticket by mail',
  'feedback-mail': 'the customer gave feedback by mail',
  'reopening-mail': 'the customer opened the ticket again by mail',
  'link-without-effect': 'the link had been used, or no longer applies',
  // agents
  'agent-response': 'an agent responded',
  'agent-note': 'an agent wrote a note',
  'agent-command': 'an agent gave a command',
  'agent-began': 'an agent opened a ticket for a customer',
  'agent-began-with-response': 'an agent opened a ticket for a customer, with a first response',
  'agent-wrote-to-customer': 'an agent wrote to the customer with the desk in copy: that is the response',
  'agent-forwarded-answer': 'an agent forwarded what the customer had answered them alone: it took the turn',
  'agent-forward-of-known-ticket': 'an agent forwarded a mail of a ticket that is open: kept with it as a note',
  'agent-begin-unclear': 'an agent began a conversation, and it is not clear with whom: nothing was done',
  'agent-unknown-command': 'a line looked like a command and is none: nothing was done',
  'agent-of-another-mailbox': 'the ticket is in a mailbox whose tickets the agent does not work on: nothing was done',
  'agent-command-misused': 'a command could not be carried out as written: nothing was done',
  'agent-no-words': 'the reply held no new words and no command: nothing was done',
  'agent-words-below':
    'the mail held words between the lines that it quotes of our notification, where nothing is sent from: nothing was sent',
  'agent-quotes-notification':
    'the words held lines of our notification, which are for the desk only: nothing was sent',
  'agent-answer-personal':
    'a past answer holds details of the customer it was written to: it came back as a draft, nothing was sent',
  'agent-draft-unfinished': 'the words still hold blanks of a draft to be filled in: nothing was sent',
  'agent-outdated-view': 'a colleague had responded meanwhile: nothing was sent',
  'agent-older-than-its-ticket':
    'the agent’s mail was written more than a day before the notification that it answers, or long before it arrived: nothing was done',
  'agent-wrote-to-others':
    'the agent wrote to others than the desk, and not to the reply address of a notification: nothing was sent',
  'agent-ticket-closed': 'the ticket is closed: nothing was sent',
  'agent-file-blocked': 'an agent attached a file of a type that is not passed on: nothing was sent',
  'agent-mail-encrypted': 'the agent’s mail is encrypted and the desk has no key: nothing was done',
  'agent-same-words': 'the agent’s last response to the ticket said the same: nothing was sent again',
  'agent-file-of-the-desk':
    'an agent attached a mail that a desk wrote, with addresses for themselves: nothing was sent',
  'agent-without-token': 'an agent wrote without naming a ticket: nothing was done',
  'agent-not-verified': 'the mail claims to be from an agent, but its sender could not be verified',
  // others
  'third-party-wrote': 'somebody other than the customer wrote to a ticket',
  'machine-carried': 'a machine carried it to a ticket: shown to the agents, no turn was used',
  'token-of-someone-else': 'the token belongs to another person',
  'customer-not-verified': 'the mail claims to be from the customer, but its sender could not be verified',
  'sender-refused-by-its-domain': 'its domain tells others to refuse such mail: it is not from there',
  // seen, ours, circles
  'same-bytes': 'the same bytes came before',
  'same-id-and-content': 'a mail with the same Message-ID and content came before',
  'our-own-mail': 'it is our own mail come back',
  'too-many-hops': 'it has been relayed too often',
  // bounces
  'delivery-failed': 'one of our mails could not be delivered',
  'delivery-delayed': 'one of our mails is late, or was delivered',
  'bounce-of-nothing-we-sent': 'a delivery report for a mail that we did not send',
  // machines
  'auto-reply': 'an automatic answer',
  'auto-generated': 'a mail that a machine wrote',
  'mailing-list': 'a mailing list',
  complaint: 'a feedback report',
  'read-receipt': 'a read receipt',
  calendar: 'a calendar answer',
  reaction: 'a reaction by a button of a mail program',
  recall: 'a wish to recall a mail, by a button of a mail program',
  // parked
  'too-large': 'it is larger than the limit',
  'withheld-by-server': 'the IMAP server does not hand it out',
  'too-deep': 'its parts are nested too deeply',
  'too-many-parts': 'it has too many parts',
  'headers-too-large': 'its header is too large',
  'parser-timeout': 'reading it took too long',
  'parser-out-of-memory': 'reading it took too much memory',
  'parser-crashed': 'reading it crashed the parser',
  undecodable: 'it could not be decoded',
  'from-missing': 'it has no From',
  'from-repeated': 'it has several From fields',
  'from-several-mailboxes': 'its From names several people',
  'from-group': 'its From is a group',
  'from-malformed': 'its From is not a mailbox',
  'from-too-long': 'its From is too long',
  'machine-mail': 'a machine carried it, and it names no ticket',
  'from-ourselves': 'it comes from an address of ours, and the desk did not write it',
  'form-names-nobody': 'it comes from a sender of forms, and neither Reply-To nor X-Original-From names a customer',
  'over-rate': 'its sender writes more often than the limit allows',
  'cannot-apply': 'applying it failed again and again',
  // by people
  'operator-command': 'an operator answered an alert',
  'operator-discarded': 'an operator discarded it',
  'person-erased': 'the person it is from or about was erased before anybody decided it',
} as const;
export type Reason = keyof typeof REASONS;

/** Why mail is parked. Reports and agents read these in the language of the desk (templates/<language>/words.yaml). */
export const PARKED_REASONS = [
  'too-large',
  'withheld-by-server',
  'too-deep',
  'too-many-parts',
  'headers-too-large',
  'parser-timeout',
  'parser-out-of-memory',
  'parser-crashed',
  'undecodable',
  'cannot-apply',
  'from-missing',
  'from-repeated',
  'from-several-mailboxes',
  'from-group',
  'from-malformed',
  'from-too-long',
  'from-ourselves',
  'form-names-nobody',
  'machine-mail',
  'over-rate',
  'customer-not-verified',
  'agent-not-verified',
  'sender-refused-by-its-domain',
  'token-of-someone-else',
  'ticket-was-spam',
] as const satisfies readonly Reason[];
export type ParkedReason = (typeof PARKED_REASONS)[number];
