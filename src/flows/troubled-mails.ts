import type { FetchedMail } from '../imap/mailbox-connection.ts';

/**
 * Mails that a server did not hand out: it refused, or the connection ended while they were fetched. They are tried
 * again after all others, each alone, with growing pauses; after the last try such a mail is stored without its bytes,
 * which parks it where people see it. Kept in memory: another process begins anew, and loses nothing by that.
 */
export type TroubledMails = {
  /** How a mail is to be fetched now. `behind`: the others have been fetched. */
  care(uid: number, behind: boolean): 'alone' | 'leave' | undefined;
  /** The connection ended while these were fetched. */
  broke(uids: readonly number[]): void;
  /** What came; answers which of them are to be asked for again. */
  came(mails: FetchedMail[]): number[];
};

const MOST_TRIES = 5;

export function createTroubledMails(pauseMs: number, now: () => number = () => performance.now()): TroubledMails {
  const mails = new Map<number, { tries: number; nextAt: number; left: boolean }>();
  const failed = (uid: number) => {
    const tries = (mails.get(uid)?.tries ?? 0) + 1;
    // The first time may have been the network: it is tried again at once.
    const pause = tries < 2 ? 0 : pauseMs * 2 ** (tries - 2);
    mails.set(uid, { tries, nextAt: now() + pause, left: false });
  };
  return {
    care: (uid, behind) => {
      const mail = mails.get(uid);
      if (!mail) return undefined;
      const again = behind && mail.tries < MOST_TRIES && mail.nextAt <= now();
      mail.left = mail.tries > 0 && !again;
      return mail.left ? 'leave' : 'alone';
    },
    broke: (uids) => {
      const [only] = uids;
      if (uids.length === 1 && only !== undefined) failed(only);
      else for (const uid of uids) if (!mails.has(uid)) mails.set(uid, { tries: 0, nextAt: 0, left: false });
    },
    came: (batch) => {
      const owed: number[] = [];
      for (const { uid, withheld } of batch) {
        if (withheld === 'unreadable' && mails.get(uid)?.left !== true) failed(uid);
        if (withheld === 'unreadable' && (mails.get(uid)?.tries ?? 0) < MOST_TRIES) owed.push(uid);
        else mails.delete(uid);
      }
      return owed;
    },
  };
}
