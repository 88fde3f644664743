import type { MailboxId } from '../../domain/ticket/ids.ts';

/** A mailbox as pollers see it. */
export type SharedMailbox = {
  id: MailboxId;
  /** nobody holds its lease, or it is over */
  free: boolean;
  /** this process holds it */
  mine: boolean;
  /** its last poll failed */
  troubled: boolean;
};

/**
 * Which mailboxes a poller takes and which it gives up, so that all have about as many. One that is in trouble is taken beyond
 * that too: perhaps it can be reached from here.
 * @param pollers how many processes poll, this one among them
 * @param resting those that this process could not read a moment ago
 */
export function shareMailboxes(
  mailboxes: readonly SharedMailbox[],
  pollers: number,
  resting: ReadonlySet<MailboxId>,
): { take: MailboxId[]; giveUp: MailboxId[] } {
  const share = Math.ceil(mailboxes.length / Math.max(1, pollers));
  const mine = mailboxes.filter((one) => one.mine);
  const free = mailboxes.filter((one) => one.free && !one.mine && !resting.has(one.id));
  const room = Math.max(0, share - mine.length);
  const well = free.filter((one) => !one.troubled).slice(0, room);
  return {
    take: [...well, ...free.filter((one) => one.troubled)].map(({ id }) => id),
    giveUp: mine.slice(share).map(({ id }) => id),
  };
}
