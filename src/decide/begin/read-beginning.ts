import type { Identity } from '../../domain/desk/identity.ts';
import { addressKey, type EmailAddress } from '../../domain/mail/email-address.ts';
import type { NamedAddress, ParsedMail } from '../../domain/mail/parsed-mail.ts';
import type { Agent } from '../../domain/ticket/ticket.ts';
import { type AgentReply, readAgentReply } from '../agent/words/agent-command.ts';
import { isOurAddress, outsidersOf } from '../mail/match/our-addresses.ts';
import { isForward } from '../mail/words/forward-subject.ts';
import { mailsAttached, mailsInText, type ShownMail } from './shown-mails.ts';

/**
 * How an agent's mail begins a conversation:
 * - `told`: /for or /new says with whom.
 * - `forward`: it shows the mail of a customer.
 * - `in-copy`: it went to a customer, with the desk in copy.
 */
type BeginningKind = 'told' | 'forward' | 'in-copy';

/** Why nobody knows whom it is with. */
type Unclear = 'no-address' | 'several' | 'of-the-desk' | 'forward-to-others';

export type Beginning = {
  kind: BeginningKind;
  /** the commands and the words of the agent, without what they show */
  reply: AgentReply;
  customer: EmailAddress | undefined;
  unclear: Unclear | undefined;
  /** who it may be with, as written, where it is unclear */
  candidates: string[];
  /** the customer's mail that it shows */
  shown: ShownMail | undefined;
  /** the customer stands in To or Cc: they have the mail already */
  inCopy: boolean;
};

type Desk = { identities: readonly Identity[]; agents: Agent[] };

/**
 * What an agent's mail says of a conversation that it begins, by the mail alone; undefined where it begins none. The
 * customer is whom /for names; else whom the mail went to; else the outermost author of what it forwards who is not of the desk.
 */
export function readBeginning(mail: ParsedMail, desk: Desk): Beginning | undefined {
  const inText = mail.mailsInText?.forwarded ? mailsInText(mail) : [];
  const attached = mailsAttached(mail);
  const reply = readAgentReply(inText.length > 0 ? (mail.mailsInText?.above ?? '') : mail.agentReply);
  const command = reply.ok ? reply.commands.find((one) => one.name === 'for' || one.name === 'new') : undefined;
  const forwarded = authorOf(inText, attached, desk);
  const others = outsidersOf(mail, desk.identities, desk.agents);
  if (command?.name === 'for' || command?.name === 'new') {
    if (command.address !== undefined) {
      const inCopy = others.some(({ address }) => address !== undefined && isSame(address, command.address));
      return { ...forwarded, ...ofDesk(command.address, desk), kind: 'told', reply, inCopy };
    }
    return { ...forwarded, kind: 'forward', reply, inCopy: false };
  }
  const forwards = inText.length > 0 || attached.length > 0 || isForward(mail.subject);
  if (others.length > 0) return inCopyOf(mail, reply, others, forwards ? forwarded : undefined, desk);
  return forwards ? { ...forwarded, kind: 'forward', reply, inCopy: false } : undefined;
}

type Whom = Pick<Beginning, 'customer' | 'unclear' | 'candidates' | 'shown'>;

function isSame(one: EmailAddress, other: EmailAddress | undefined): boolean {
  return other !== undefined && addressKey(one) === addressKey(other);
}

function isOfDesk(named: NamedAddress, { identities, agents }: Desk): boolean {
  return (
    identities.some((identity) => isOurAddress(named, identity)) ||
    agents.some(({ email }) => isSame(email, named.address))
  );
}

function ofDesk(address: EmailAddress, desk: Desk): Pick<Whom, 'customer' | 'unclear' | 'candidates'> {
  return isOfDesk({ address, name: '', written: address }, desk)
    ? { customer: undefined, unclear: 'of-the-desk', candidates: [address] }
    : { customer: address, unclear: undefined, candidates: [] };
}

/** The author of what is forwarded; in the text the outermost who is not of the desk, since colleagues forward too. */
function authorOf(inText: ShownMail[], attached: ShownMail[], desk: Desk): Whom {
  const isOther = ({ from }: ShownMail) => from === undefined || !isOfDesk(from, desk);
  const found = inText.length > 0 ? inText.filter(isOther).slice(0, 1) : attached.filter(isOther);
  const [first] = found;
  const written = found.map(({ from }) => from?.address ?? from?.written ?? '');
  if (first === undefined) {
    const all = [...inText, ...attached].flatMap(({ from }) => from?.address ?? []);
    const unclear = all.length > 0 ? 'of-the-desk' : 'no-address';
    return { customer: undefined, unclear, candidates: all, shown: undefined };
  }
  const address = first.from?.address;
  if (address === undefined)
    return {
      customer: undefined,
      unclear: 'no-address',
      candidates: written.filter((one) => one !== ''),
      shown: first,
    };
  const isOne = found.every(({ from }) => from?.address !== undefined && isSame(from.address, address));
  const shown = isOne && found.length > 1 ? { ...first, words: found.map(({ words }) => words).join('\n\n') } : first;
  return isOne
    ? { customer: address, unclear: undefined, candidates: [], shown }
    : { customer: undefined, unclear: 'several', candidates: [...new Set(written)], shown };
}

/** The mail went to somebody outside the desk: they are the customer, where there is one of them in To, or one in all. */
function inCopyOf(
  mail: ParsedMail,
  reply: AgentReply,
  others: NamedAddress[],
  forwarded: Whom | undefined,
  desk: Desk,
): Beginning {
  const inTo = mail.to.filter((named) => others.includes(named));
  const [only, ...more] = inTo.length > 0 ? inTo : others;
  const customer = more.length === 0 ? only?.address : undefined;
  const [quoted] = mailsInText(mail);
  const isTheirs = quoted?.from?.address === undefined || !isOfDesk(quoted.from, desk);
  const begun = { kind: 'in-copy' as const, reply, shown: isTheirs ? quoted : undefined, inCopy: true };
  if (customer === undefined) {
    const candidates = others.map(({ address, written }) => address ?? written);
    return { ...begun, customer: undefined, unclear: 'several', candidates };
  }
  // What somebody forwards to a third person is that person's business, or the author's: nobody can say.
  if (forwarded !== undefined && !isSame(customer, forwarded.customer)) {
    const candidates = [customer, ...(forwarded.customer === undefined ? [] : [forwarded.customer])];
    return { ...begun, customer: undefined, unclear: 'forward-to-others', candidates };
  }
  return { ...begun, customer, unclear: undefined, candidates: [] };
}
