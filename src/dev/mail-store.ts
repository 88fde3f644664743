/**
 * Mailboxes in memory, for the development servers. Numbers follow RFC 3501 section 2.3.1: UIDs of a folder only grow,
 * and UIDVALIDITY says for how long they mean the same mail.
 */
export type StoredMail = {
  uid: number;
  readonly raw: Buffer;
  /** Epoch milliseconds. */
  readonly internalDate: number;
  readonly flags: Set<string>;
  /** Grows with each change of flags, so that a session sees what it has not told its client yet. */
  flagsRevision: number;
  expunged: boolean;
};

export type FolderEvent = 'changed' | 'renumbered' | 'deleted';

export type MailFolder = {
  readonly name: string;
  uidValidity: number;
  uidNext: number;
  /** Ascending by UID. */
  mails: StoredMail[];
  subscribed: boolean;
  readonly listeners: Set<(event: FolderEvent) => void>;
};

export type MailAccount = {
  readonly address: string;
  readonly password: string;
  readonly folders: Map<string, MailFolder>;
};

export type MailStore = {
  /** Adds an account with INBOX, Processed, Sent and Trash; throws when the address is taken. */
  addAccount(address: string, password: string): MailAccount;
  /** The account that mail for `address` belongs to: case does not count, nor does `+detail` in the local part. */
  accountFor(address: string): MailAccount | undefined;
  /** The folder of that account (default INBOX), or a thrown Error. */
  folder(address: string, name?: string): MailFolder;
  /** Puts a mail into an account's INBOX; throws when the address has no account. */
  deliver(address: string, raw: Buffer): StoredMail;
};

let lastUidValidity = Math.floor(Date.now() / 1000);

export function createMailStore(): MailStore {
  const accounts = new Map<string, MailAccount>();
  const accountFor = (address: string) => accounts.get(accountKey(address));
  const folder = (address: string, name = 'INBOX'): MailFolder => {
    const found = findFolder(accountFor(address), name);
    if (found === undefined) throw new Error(`There is no folder ${name} for ${address}.`);
    return found;
  };
  return {
    addAccount: (address, password) => {
      const key = accountKey(address);
      if (accounts.has(key)) throw new Error(`There is already an account for ${address}.`);
      const account: MailAccount = { address, password, folders: new Map() };
      for (const name of ['INBOX', 'Processed', 'Sent', 'Trash']) addFolder(account, name);
      accounts.set(key, account);
      return account;
    },
    accountFor,
    folder,
    deliver: (address, raw) => appendMail(folder(address), raw, [], Date.now()),
  };
}

function accountKey(address: string): string {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, Math.max(at, 0));
  return `${local.split('+', 1)[0]}${address.slice(Math.max(at, 0))}`.toLowerCase();
}

/** INBOX in any case is INBOX (RFC 3501 section 5.1); other names are taken as they are. */
export function folderKey(name: string): string {
  return name.toUpperCase() === 'INBOX' ? 'INBOX' : name;
}

export function findFolder(account: MailAccount | undefined, name: string): MailFolder | undefined {
  return account?.folders.get(folderKey(name));
}

export function addFolder(account: MailAccount, name: string): MailFolder {
  lastUidValidity += 1;
  const folder: MailFolder = {
    name: folderKey(name),
    uidValidity: lastUidValidity,
    uidNext: 1,
    mails: [],
    subscribed: true,
    listeners: new Set(),
  };
  account.folders.set(folder.name, folder);
  return folder;
}

export function removeFolder(account: MailAccount, folder: MailFolder): void {
  account.folders.delete(folder.name);
  announce(folder, 'deleted');
}

export function appendMail(folder: MailFolder, raw: Buffer, flags: Iterable<string>, internalDate: number): StoredMail {
  const mail: StoredMail = {
    uid: folder.uidNext,
    raw,
    internalDate,
    flags: new Set(flags),
    flagsRevision: 0,
    expunged: false,
  };
  folder.uidNext += 1;
  folder.mails.push(mail);
  announce(folder, 'changed');
  return mail;
}

export function expungeMails(folder: MailFolder, gone: Set<StoredMail>): void {
  if (gone.size === 0) return;
  for (const mail of gone) mail.expunged = true;
  folder.mails = folder.mails.filter((mail) => !gone.has(mail));
  announce(folder, 'changed');
}

export function replaceFlags(folder: MailFolder, mail: StoredMail, flags: Iterable<string>): void {
  const wanted = new Set(flags);
  if (wanted.size === mail.flags.size && [...wanted].every((flag) => mail.flags.has(flag))) return;
  mail.flags.clear();
  for (const flag of wanted) mail.flags.add(flag);
  mail.flagsRevision += 1;
  announce(folder, 'changed');
}

/** Flags as a server writes them: its own first, then keywords. */
export function flagList(mail: StoredMail): string {
  const flags = [...mail.flags];
  const own = flags.filter((flag) => flag.startsWith('\\'));
  return [...own, ...flags.filter((flag) => !flag.startsWith('\\'))].join(' ');
}

/** What a restored backup or a moved mailbox looks like from outside: same mails, new numbers (RFC 3501 2.3.1.1). */
export function changeUidValidity(folder: MailFolder): void {
  lastUidValidity += 1;
  folder.uidValidity = lastUidValidity;
  folder.uidNext = 1;
  for (const mail of folder.mails) {
    mail.uid = folder.uidNext;
    folder.uidNext += 1;
  }
  announce(folder, 'renumbered');
}

/** Leaves a hole in the UIDs, as mail that came and went does. */
export function skipUids(folder: MailFolder, count: number): void {
  folder.uidNext += count;
}

function announce(folder: MailFolder, event: FolderEvent): void {
  for (const listener of [...folder.listeners]) listener(event);
}
