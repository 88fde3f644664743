import { SENDER_CAUSE } from '../../decide/desk/plan-alarms.ts';
import { causeOf } from '../../domain/desk/alarm.ts';
import type { MailboxId } from '../../domain/ticket/ids.ts';
import { listSenderRefusals } from '../../store/outbox/refused-sender.ts';
import type { Desk } from '../desk.ts';
import type { MailboxCheck } from '../operate/check-mailboxes.ts';
import { tellAtOnce } from '../operate/watch-desk.ts';

/** The relay lets the desk not send as itself: every mail of the mailbox waits, and the operators hear of it now. */
export async function tellOfRefusedSender(desk: Desk, mailboxId: MailboxId | undefined, said: string): Promise<void> {
  desk.log.error({ said }, 'the relay refuses our sender address');
  const cause = causeOf(SENDER_CAUSE, desk.identityOf(mailboxId), desk.identities.length);
  await tellAtOnce(desk, { cause, ok: false, detail: refusedWords(said) });
}

/** For readiness: what the relay said, by mailbox. */
export async function checkSenders(desk: Desk): Promise<MailboxCheck[]> {
  const refused = new Map(
    (await listSenderRefusals(desk.database)).map(({ mailboxId, said }) => [desk.identityOf(mailboxId), said]),
  );
  return desk.identities.map((identity) => {
    const said = refused.get(identity);
    return {
      identity,
      ok: said === undefined,
      detail: said === undefined ? 'no relay refuses us' : refusedWords(said),
    };
  });
}

function refusedWords(said: string): string {
  return `the relay refuses our sender (${said}): let the login of SMTP_URL send as SUPPORT_ADDRESS; turnmail doctor tries it`;
}
