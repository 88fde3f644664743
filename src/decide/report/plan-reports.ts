import type { ReportScope } from '../../domain/desk/report.ts';
import { addressKey, type EmailAddress } from '../../domain/mail/email-address.ts';
import { forAgent, forOperator, reportKey } from '../../domain/ticket/dedupe-key.ts';
import type { MailboxId } from '../../domain/ticket/ids.ts';
import type { OutboxDraft } from '../../domain/ticket/outbox-item.ts';
import type { Agent } from '../../domain/ticket/ticket.ts';
import { reportDraft } from '../send/plan-outbox.ts';

/**
 * The weekly report of a date, once for each agent, and once for each operator who is no agent.
 * @param mailboxOf whose mail it is; undefined: that of the first mailbox
 */
export function planReports(
  agents: readonly Agent[],
  operators: readonly EmailAddress[],
  time: Pick<ReportScope, 'from' | 'to'>,
  date: string,
  mailboxOf: (agent: Agent) => MailboxId | undefined,
): OutboxDraft[] {
  const known = new Set(agents.map(({ email }) => addressKey(email)));
  const others = operators.filter((one) => !known.has(addressKey(one)));
  return [
    ...agents.map((agent) => ({
      ...reportDraft(agent, time),
      dedupeKey: forAgent(reportKey(date), agent.id),
      mailboxId: mailboxOf(agent),
    })),
    ...others.map(
      (recipient): OutboxDraft => ({
        template: 'report',
        audience: 'operator',
        recipient,
        payload: { time },
        dedupeKey: forOperator(reportKey(date), recipient),
      }),
    ),
  ];
}
