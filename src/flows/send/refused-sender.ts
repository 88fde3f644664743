import { SENDER_CAUSE } from '../../decide/desk/plan-alarms.ts';
import { findSenderRefusal } from '../../store/outbox/refused-sender.ts';
import type { Desk } from '../desk.ts';
import { tellAtOnce } from '../operate/watch-desk.ts';

/** The relay lets the desk not send as itself: every mail waits, and the operators hear of it now. */
export async function tellOfRefusedSender(desk: Desk, said: string): Promise<void> {
  desk.log.error({ said }, 'the relay refuses our sender address');
  await tellAtOnce(desk, { cause: SENDER_CAUSE, ok: false, detail: refusedWords(said) });
}

/** For readiness. @throws Error that says what the relay said */
export async function checkSender(desk: Desk): Promise<string> {
  const said = await findSenderRefusal(desk.database);
  if (said !== undefined) throw new Error(refusedWords(said));
  return 'no relay refuses us';
}

function refusedWords(said: string): string {
  return `the relay refuses our sender (${said}): let the login of SMTP_URL send as SUPPORT_ADDRESS; turnmail doctor tries it`;
}
