import type { EmailAddress } from '../mail/email-address.ts';
import type { AuditAction } from './audit.ts';
import type { AgentId, InboundId, MailboxId, OutboxId, ResponseId, TicketId, TokenId } from './ids.ts';
import type { ClosedBy, OutboxDraft } from './outbox-item.ts';
import type { Disposition, Reason } from './reasons.ts';
import type { Feedback } from './ticket.ts';

/** What a decision changes, in order. decide/plan makes rows of them; none of them needs to think. */
export type Effect =
  | {
      do: 'open-ticket';
      email: EmailAddress;
      query: string;
      subject: string;
      follows: TicketId | undefined;
      /** the desk began it: the Message-ID of the mail that the customer has of it, where one is known */
      begun?: { messageId: string | undefined };
    }
  | { do: 'take-turn'; responseId: ResponseId; words: string }
  /** `formatted`: what says the same as the words and stands not in the mail, such as a past answer */
  | { do: 'respond'; agentId: AgentId | undefined; words: string; formatted?: string | undefined }
  | { do: 'close'; by: ClosedBy; spam: boolean }
  | { do: 'reopen'; to: 'open' | 'in_process' }
  | { do: 'feedback'; feedback: Feedback }
  | { do: 'feedback-words'; words: string }
  | { do: 'assign'; agentId: AgentId }
  /** to another mailbox; who has the ticket keeps it only where they work there too */
  | { do: 'move'; mailboxId: MailboxId; keepsAgent: boolean }
  | { do: 'revoke-tokens' }
  /** somebody gets copies of the ticket's responses, or no more */
  | { do: 'add-reader'; address: EmailAddress; agentId: AgentId | undefined }
  | { do: 'remove-reader'; address: EmailAddress }
  | { do: 'note'; agentId: AgentId | undefined; note: string }
  | { do: 'use-answer'; number: number }
  /** words out of turn that wait for the desk no longer: an agent who was shown them acts, or an operator, who sees all */
  | { do: 'see-mails'; mails: readonly InboundId[] | 'all' }
  /** an agent says that a mail out of turn is the customer's answer */
  | { do: 'accept-mail'; inboundId: InboundId; responseId: ResponseId }
  /** an operator ends a mail that was parked */
  | { do: 'discard-mail'; inboundId: InboundId }
  | { do: 'use-token'; tokenId: TokenId }
  | { do: 'mark-undelivered'; outboxId: OutboxId }
  | { do: 'mute'; address: EmailAddress; reason: string; outboxId: OutboxId }
  | { do: 'unmute'; address: EmailAddress }
  /** a line of the audit log that stands for itself; `by` where it is not the actor of the decision */
  | { do: 'write-down'; action: AuditAction; detail: Record<string, string | number>; by?: Actor }
  /** of the mail itself: the rows of its attachments */
  | { do: 'keep-attachments' }
  /** of the mail itself: nothing came of it, and a copy of it is a duplicate */
  | { do: 'remember-ignored'; digest: Buffer }
  /** of the mail itself: another mail of its meaning may be the one that something comes of */
  | { do: 'forget-meaning'; digest: Buffer }
  /** of the mail itself: its bytes go, and where the person was erased its words and addresses too */
  | { do: 'empty-as-original'; erased: boolean }
  | { do: 'send'; draft: OutboxDraft };

/** Who acts, as the audit log names them. */
export type Actor = 'customer' | 'system' | 'operator' | 'third-party' | `agent:${number}`;

/** The fate of one mail, or of one act on a page or the command line. */
export type Decision = {
  disposition: Disposition;
  reason: Reason;
  actor: Actor;
  ticketId: TicketId | undefined;
  /** the response whose turn this mail took or would have taken */
  responseId: ResponseId | undefined;
  agentId: AgentId | undefined;
  duplicateOf: InboundId | undefined;
  /** new words worth keeping beside the raw mail, where no other table holds them */
  words: string | undefined;
  effects: Effect[];
};
