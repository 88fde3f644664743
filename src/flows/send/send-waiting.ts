import type { OfMailboxes } from '../../domain/desk/mailboxes.ts';
import { createClaims } from './claim-mails.ts';
import type { SendingDesk } from './prepare-mail.ts';
import { isWrittenAlone, recordAlone, type Spoken, sendOne } from './send-one.ts';
import { createAttempts } from './write-attempts.ts';

/**
 * The lanes of one process, as many as it has connections. Each call sees to it that rows that are due now are sent, and
 * resolves when the lanes that it had to start find no more. A recipient whose server is slow keeps one lane for as long
 * as it takes, and the others go on claiming. Any number of processes claim different rows. When `stop` aborts, mails on
 * their way are finished and the rest of what was claimed is given back.
 * @param of whose mails it sends; undefined: all
 */
export function sendInLanes(desk: SendingDesk, of?: OfMailboxes): (stop: AbortSignal) => Promise<void> {
  const claims = createClaims(desk, of);
  let lanes = 0;
  const attempts = createAttempts(desk, () => lanes);

  const lane = async (stop: AbortSignal) => {
    let last: Spoken | undefined;
    let ahead: Promise<unknown> | undefined;
    // A relay that takes fewer connections than we may have ends the lanes that would only wait for one.
    const isOneTooMany = () => lanes > desk.smtp.connections();
    while (true) {
      // A result waits for nothing: it is written with the next beginning where a mail is ready, else alone.
      const mayJoin = !stop.aborted && !isOneTooMany() && !(last && isWrittenAlone(last));
      let one = mayJoin ? claims.takeReady() : undefined;
      if (last && !one) {
        await recordAlone(desk, attempts, last, stop);
        last = undefined;
      }
      one ??= isOneTooMany() ? undefined : await claims.nextReady(stop);
      if (one === undefined && ahead === undefined) break;
      // It may be composing the last that there is, so no lane ends before all that it composes ahead are ready.
      const sending = one && sendOne(desk, attempts, one, last, stop);
      if (sending === undefined) await ahead;
      ahead = sending && Promise.all([ahead, claims.prepareAhead(lanes)]);
      last = await sending;
    }
    // Counted here, in the same turn, or two lanes would both find themselves one too many.
    lanes--;
  };
  return async (stop) => {
    claims.tell();
    const mine: Promise<void>[] = [];
    while (lanes < desk.smtp.connections() && !stop.aborted) {
      lanes++;
      mine.push(
        lane(stop).catch((error) => {
          lanes--;
          throw error;
        }),
      );
    }
    // Whatever fails, this lasts until the last of them is done.
    const ended = await Promise.allSettled(mine);
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
  };
}
