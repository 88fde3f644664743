import type { Socket } from 'node:net';
import type { ByteReader } from './imap-reader.ts';
import {
  type FolderEvent,
  flagList,
  type MailAccount,
  type MailFolder,
  type MailStore,
  type StoredMail,
} from './mail-store.ts';

/** A mail as this client knows it, and the revision of its flags that the client has been told. */
export type ViewEntry = { readonly mail: StoredMail; uid: number; toldRevision: number };

export type SelectedFolder = {
  readonly folder: MailFolder;
  readonly readOnly: boolean;
  /** Message number n is entry n - 1; only `syncView` changes it (RFC 3501 section 7.4.1). */
  view: ViewEntry[];
  readonly release: () => void;
};

/** What one client connection is doing: RFC 3501 section 3, with the account and folder that go with the state. */
export type ImapSession = {
  readonly store: MailStore;
  readonly socket: Socket;
  readonly reader: ByteReader;
  account: MailAccount | undefined;
  selected: SelectedFolder | undefined;
  failedLogins: number;
  idling: boolean;
  ending: boolean;
};

export type ImapReply = { status: 'OK' | 'NO' | 'BAD'; text: string };

export const okReply = (text: string): ImapReply => ({ status: 'OK', text });
export const no = (text: string): ImapReply => ({ status: 'NO', text });

export function writeLine(session: ImapSession, line: string): void {
  if (session.socket.writable) session.socket.write(`${line}\r\n`);
}

/** Waits until the client has taken what was written, so that a big FETCH is not held twice. */
export async function drained(session: ImapSession): Promise<void> {
  const { socket } = session;
  if (!socket.writable || !socket.writableNeedDrain) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.on('drain', done);
    socket.on('close', done);
  });
}

export function openFolder(session: ImapSession, folder: MailFolder, readOnly: boolean): SelectedFolder {
  const listener = (event: FolderEvent) => {
    if (event === 'changed') {
      if (session.idling) syncView(session, true);
      return;
    }
    writeLine(session, '* BYE The mailbox changed under you, please reconnect');
    session.ending = true;
    session.socket.end();
  };
  folder.listeners.add(listener);
  const view = folder.mails.map((mail) => ({ mail, uid: mail.uid, toldRevision: mail.flagsRevision }));
  session.selected = { folder, readOnly, view, release: () => folder.listeners.delete(listener) };
  return session.selected;
}

export function leaveFolder(session: ImapSession): void {
  session.selected?.release();
  session.selected = undefined;
}

/**
 * Tells the client what happened to the selected folder. EXPUNGE renumbers, so it must not be sent while the client may
 * have a command on its way that names message numbers: never for FETCH, STORE and SEARCH (RFC 3501 section 7.4.1).
 */
export function syncView(session: ImapSession, mayExpunge: boolean): void {
  const { selected } = session;
  if (selected === undefined) return;
  if (mayExpunge) {
    for (let index = 0; index < selected.view.length; ) {
      if (selected.view[index]?.mail.expunged === true) {
        selected.view.splice(index, 1);
        writeLine(session, `* ${index + 1} EXPUNGE`);
      } else {
        index += 1;
      }
    }
  }
  const lastUid = selected.view.at(-1)?.uid ?? 0;
  const added = newMails(selected.folder, lastUid);
  if (added.length > 0) {
    for (const mail of added) selected.view.push({ mail, uid: mail.uid, toldRevision: mail.flagsRevision });
    writeLine(session, `* ${selected.view.length} EXISTS`);
    writeLine(session, '* 0 RECENT');
  }
  for (const [index, entry] of selected.view.entries()) {
    if (entry.toldRevision === entry.mail.flagsRevision || entry.mail.expunged) continue;
    entry.toldRevision = entry.mail.flagsRevision;
    writeLine(session, `* ${index + 1} FETCH (UID ${entry.uid} FLAGS (${flagList(entry.mail)}))`);
  }
}

function newMails(folder: MailFolder, lastUid: number): StoredMail[] {
  let first = folder.mails.length;
  while (first > 0 && (folder.mails[first - 1]?.uid ?? 0) > lastUid) first -= 1;
  return folder.mails.slice(first);
}
