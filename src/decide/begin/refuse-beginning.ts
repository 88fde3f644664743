import type { EmailAddress } from '../../domain/mail/email-address.ts';
import type { Reason } from '../../domain/ticket/reasons.ts';
import { type Line, say } from '../../domain/words.ts';
import { refuseFiles, refuseMailsOfDesk } from '../agent/blocked-file.ts';
import { findAgents } from '../agent/find-agents.ts';
import { refuseReaders } from '../agent/readers.ts';
import { refuseNotification } from '../agent/returned/words-of-notification.ts';
import { onlyInHtml } from '../agent/words/agent-command.ts';
import { COMMAND_HELP, type CommandName } from '../agent/words/command-list.ts';
import { isTooOld } from '../mail/mail-age.ts';
import type { MailQuestion } from '../mail/mail-question.ts';
import { isAddedCc, isOurAddress, isTooManyToRead, openlyAddressed } from '../mail/match/our-addresses.ts';
import type { Beginning } from './read-beginning.ts';

type Refusal = { reason: Reason; lines: Line[] };

/** What may stand on the first lines of a mail that begins a conversation. */
const MAY_STAND: CommandName[] = ['for', 'new', 'receipt', 'note', 'send', 'take', 'assign', 'cc'];

const HOW = say(
  'To open a ticket of a customer, forward their mail, or write /for and their address on the first line: /for jo@x.example',
);

/** Why a mail that begins a conversation comes back, with how to say it; undefined where it may begin one. */
export function refuseBeginning(question: MailQuestion, beginning: Beginning): Refusal | undefined {
  const { mail, identity, signed } = question;
  const { reply, customer } = beginning;
  const addressed = openlyAddressed(mail, (named) => isOurAddress(named, identity));
  const isOurs = (addressed.inTo || addressed.inCc) && !isAddedCc(addressed, signed);
  if (!isOurs || isTooManyToRead(mail)) {
    return unclear([
      say(
        'Your mail names this desk neither in To nor in Cc, or somebody may have added it there, so no ticket was opened.',
      ),
      HOW,
    ]);
  }
  if (isTooOld(question, 0)) {
    return unclear([
      say(
        'Your mail was written long before it arrived, so no ticket was opened: an old mail of yours may have been sent again by somebody else. If you wrote it now, set the clock of your computer and send it again.',
      ),
    ]);
  }
  if (!reply.ok) return { reason: 'agent-unknown-command', lines: [reply.problem] };
  if (mail.commandInHtml !== undefined)
    return { reason: 'agent-unknown-command', lines: [onlyInHtml(mail.commandInHtml)] };
  return (
    refuseCommands(question, beginning) ??
    (customer === undefined ? unclear(unclearCustomer(beginning)) : refuseContent(question, beginning, reply.words))
  );
}

function unclear(lines: Line[]): Refusal {
  return { reason: 'agent-begin-unclear', lines };
}

function refuseCommands({ facts, identities }: MailQuestion, { reply, customer }: Beginning): Refusal | undefined {
  if (!reply.ok) return undefined;
  const { commands } = reply;
  const misused = (...lines: Line[]): Refusal => ({ reason: 'agent-command-misused', lines });
  const other = commands.find(({ name }) => !MAY_STAND.includes(name));
  if (other) {
    return misused(
      say('{command} cannot stand in a mail that opens a ticket, so nothing was done.', { command: `/${other.name}` }),
      COMMAND_HELP[other.name],
    );
  }
  const to = commands.find(({ name }) => name === 'assign');
  if (to?.name === 'assign' && findAgents(facts.agents, to.to).length !== 1) {
    const agents = facts.agents.map(({ email }) => email).join(', ');
    return misused(
      say('/assign: there is no agent "{name}", so nothing was done. The agents are: {agents}.', {
        name: to.to,
        agents,
      }),
    );
  }
  const cc = commands.find(({ name }) => name === 'cc');
  const readers = cc?.name === 'cc' ? cc.addresses : [];
  const refused = refuseReaders(readers, [], customer, { identities, agents: facts.deskAgents });
  return refused === undefined ? undefined : misused(refused);
}

/** With whom it may be, and how to say it. */
function unclearCustomer({ unclear: why, candidates }: Beginning): Line[] {
  const people = candidates.slice(0, 5).join(', ');
  const again = say(
    'Send it again with /for and the address of the customer on the first line, above everything else: /for jo@x.example',
  );
  switch (why) {
    case 'several':
      return [say('Your mail may be about several people ({people}), so no ticket was opened.', { people }), again];
    case 'forward-to-others':
      return [
        say(
          'Your mail shows the mail of somebody else than whom it went to ({people}), so it is not clear whose ticket it is, and none was opened.',
          { people },
        ),
        again,
      ];
    case 'of-the-desk':
      return [say('{people} belongs to this desk and is no customer, so no ticket was opened.', { people }), again];
    default:
      return [
        say('Your mail does not show the address of whoever wrote what you forward, so no ticket was opened.'),
        ...(people === '' ? [] : [say('Its author stands there as "{author}".', { author: people })]),
        again,
      ];
  }
}

/** Words of our own mails stay inside: notes, reply addresses, what belongs to another ticket. */
function refuseContent(question: MailQuestion, { shown, kind }: Beginning, words: string): Refusal | undefined {
  const { mail, rules } = question;
  const ours = refuseNotification(words) ?? (shown === undefined ? undefined : refuseNotification(shown.words));
  if (ours !== undefined) return { reason: 'agent-quotes-notification', lines: [ours] };
  if (shown === undefined && kind !== 'in-copy') {
    const own = refuseMailsOfDesk(mail.attachments);
    if (own) return { reason: 'agent-file-of-the-desk', lines: [own] };
    const blocked = refuseFiles(mail.attachments, rules.blockedTypes);
    if (blocked) return { reason: 'agent-file-blocked', lines: [blocked] };
  }
  return undefined;
}

/**
 * Why first words do not go to the customer, though the ticket is opened; undefined where they go. Each is about whether the
 * agent meant it: a reply to the mail that says so carries the agent's token, and sends them.
 */
export function whyNotSent(question: MailQuestion, customer: EmailAddress): Line[] | undefined {
  const { mail, signed, rules, identity, facts } = question;
  const send = say('Your words are below. To send them, reply to this mail with them.');
  const begun = facts.beginning?.begun ?? 0;
  if (rules.begunPerAgent > 0 && begun >= rules.begunPerAgent) {
    return [
      say(
        'This desk lets an agent begin {limit} conversations in 24 hours (BEGUN_PER_AGENT), so your words were not sent to {customer}.',
        { limit: rules.begunPerAgent, customer },
      ),
      send,
    ];
  }
  if (rules.senderTrust.kind !== 'dkim' || identity.replyAddress === undefined) return undefined;
  const covered = signed?.to === true && (mail.cc.length === 0 || signed.cc);
  if (covered) return undefined;
  return [
    say('Your mail server does not sign to whom you wrote, so your words were not sent to {customer}.', { customer }),
    send,
  ];
}
