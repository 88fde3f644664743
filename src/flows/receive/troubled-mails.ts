import { DAY_MS } from '../../domain/desk/rules.ts';
import type { FetchedMail } from '../../imap/mailbox-connection.ts';

/**
 * Mails that a server did not hand out: it refused, or the connection ended while they were fetched. They are asked for
 * again after all others, each alone, with growing pauses, for a day; after some tries they get a row without bytes, so
 * that people see them parked meanwhile. Kept in memory: another process begins anew, and loses nothing by that.
 */
export type TroubledMails = {
  /** How a mail is to be fetched now. `behind`: the others have been fetched. */
  fetchMode(uid: number, behind: boolean): 'alone' | 'leave' | undefined;
  /** The fetching of these went wrong as a whole. */
  recordFailure(uids: readonly number[]): void;
  /** What came: the mails that get a row now, and the UIDs of those that are to be asked for again. */
  partition(batch: FetchedMail[]): { rows: FetchedMail[]; owed: number[] };
};

const TRIES_UNSEEN = 5;
const MAX_PAUSE_MS = 60 * 60_000;

type TroubledMail = { tries: number; nextAt: number; left: boolean; giveUpAt: number };

export function createTroubledMails(pauseMs: number, now: () => number = () => performance.now()): TroubledMails {
  const mails = new Map<number, TroubledMail>();
  const note = (uid: number) => {
    const mail = mails.get(uid) ?? { tries: 0, nextAt: 0, left: false, giveUpAt: now() + DAY_MS };
    mails.set(uid, mail);
    return mail;
  };
  const fail = (mail: TroubledMail) => {
    mail.tries++;
    mail.left = false;
    // The first time may have been the network: it is tried again at once.
    mail.nextAt = now() + (mail.tries < 2 ? 0 : Math.min(MAX_PAUSE_MS, pauseMs * 2 ** (mail.tries - 2)));
  };
  return {
    fetchMode: (uid, behind) => {
      const mail = mails.get(uid);
      if (!mail) return undefined;
      mail.left = mail.tries > 0 && !(behind && mail.nextAt <= now());
      return mail.left ? 'leave' : 'alone';
    },
    recordFailure: (uids) => {
      for (const uid of uids) {
        const mail = note(uid);
        if (uids.length === 1) fail(mail);
      }
    },
    partition: (batch) => {
      const rows: FetchedMail[] = [];
      const owed: number[] = [];
      for (const mail of batch) {
        if (mail.withheld !== 'unreadable') {
          mails.delete(mail.uid);
          if (mail.withheld !== 'unwanted') rows.push(mail);
          continue;
        }
        const trouble = note(mail.uid);
        if (!trouble.left) fail(trouble);
        if (trouble.tries >= TRIES_UNSEEN) rows.push(mail);
        if (now() < trouble.giveUpAt) owed.push(mail.uid);
        else mails.delete(mail.uid);
      }
      return { rows, owed };
    },
  };
}
