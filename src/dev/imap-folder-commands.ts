import { type FetchItem, fetchResponse, parseFetchItems, setsSeen } from './imap-fetch.ts';
import { searchMails } from './imap-search.ts';
import { resolveNumbers, resolveUids } from './imap-sequence.ts';
import {
  drained,
  type ImapReply,
  type ImapSession,
  leaveFolder,
  no,
  okReply,
  type SelectedFolder,
  syncView,
  type ViewEntry,
  writeLine,
} from './imap-session.ts';
import { asAtom, asFlag, asText, BadCommand, type ImapToken } from './imap-syntax.ts';
import { appendMail, expungeMails, findFolder, flagList, replaceFlags, type StoredMail } from './mail-store.ts';

/** Commands on the selected folder (RFC 3501 section 6.4); `byUid` where the client said UID first. */
type Handler = (
  session: ImapSession,
  args: ImapToken[],
  selected: SelectedFolder,
  byUid: boolean,
) => ImapReply | Promise<ImapReply>;

/** These may follow the word UID. */
export const uidCommands = new Set(['FETCH', 'STORE', 'COPY', 'MOVE', 'SEARCH', 'EXPUNGE']);

type Chosen = { number: number; entry: ViewEntry };

function chooseMails(selected: SelectedFolder, set: ImapToken | undefined, byUid: boolean): Chosen[] {
  const text = asAtom(set);
  const { view } = selected;
  if (!byUid) {
    return resolveNumbers(text, view.length).flatMap((number) => chosenAt(view, number));
  }
  const uids = new Set(
    resolveUids(
      text,
      view.map((entry) => entry.uid),
    ),
  );
  return view.flatMap((entry, index) => (uids.has(entry.uid) ? [{ number: index + 1, entry }] : []));
}

function chosenAt(view: ViewEntry[], number: number): Chosen[] {
  const entry = view[number - 1];
  return entry === undefined ? [] : [{ number, entry }];
}

export const folderCommands: Record<string, Handler> = {
  CHECK: () => okReply('Check completed'),
  CLOSE: (session, args, selected) => {
    if (args.length > 0) throw new BadCommand('Too many arguments');
    if (!selected.readOnly) expungeMails(selected.folder, deleted(selected, undefined));
    leaveFolder(session);
    return okReply('Close completed');
  },
  UNSELECT: (session) => {
    leaveFolder(session);
    return okReply('Unselect completed');
  },
  EXPUNGE: (_session, args, selected, byUid) => {
    if (selected.readOnly) return no('[READ-ONLY] Mailbox is read-only');
    if (byUid !== (args.length === 1)) throw new BadCommand('Malformed EXPUNGE');
    expungeMails(selected.folder, deleted(selected, byUid ? chooseMails(selected, args[0], true) : undefined));
    return okReply('Expunge completed');
  },
  FETCH: fetch,
  STORE: store,
  SEARCH: (session, args, selected, byUid) => {
    const mails = selected.view.map((entry) => entry.mail);
    const found = searchMails(args, mails).map(({ mail, number }) => (byUid ? mail.uid : number));
    writeLine(session, `* SEARCH${found.map((number) => ` ${number}`).join('')}`);
    return okReply('Search completed');
  },
  COPY: (_session, args, selected, byUid) => {
    const copied = copy(_session, args, selected, byUid);
    return 'status' in copied ? copied : okReply(`${copied.code}Copy completed`);
  },
  MOVE: (session, args, selected, byUid) => {
    if (selected.readOnly) return no('[READ-ONLY] Mailbox is read-only');
    const copied = copy(session, args, selected, byUid);
    if ('status' in copied) return copied;
    // RFC 6851 section 4.3: the copies are told of first, then the originals go.
    if (copied.code !== '') writeLine(session, `* OK ${copied.code.trim()} Moved`);
    expungeMails(selected.folder, new Set(copied.mails));
    return okReply('Move completed');
  },
  IDLE: idle,
};

function deleted(selected: SelectedFolder, among: Chosen[] | undefined): Set<StoredMail> {
  const entries = among?.map(({ entry }) => entry) ?? selected.view;
  return new Set(entries.map((entry) => entry.mail).filter((mail) => mail.flags.has('\\Deleted') && !mail.expunged));
}

const FLAGS: FetchItem = { kind: 'flags' };

async function fetch(
  session: ImapSession,
  args: ImapToken[],
  selected: SelectedFolder,
  byUid: boolean,
): Promise<ImapReply> {
  if (args.length !== 2) throw new BadCommand('Malformed FETCH');
  const items = parseFetchItems(args[1]);
  if (byUid && !items.some((item) => item.kind === 'uid')) items.unshift({ kind: 'uid' });
  const tellsFlags = items.some((item) => item.kind === 'flags');
  const marks = setsSeen(items) && !selected.readOnly;
  let gone = false;
  for (const { number, entry } of chooseMails(selected, args[0], byUid)) {
    if (entry.mail.expunged) {
      gone = true;
      continue;
    }
    const newlySeen = marks && !entry.mail.flags.has('\\Seen');
    if (newlySeen) replaceFlags(selected.folder, entry.mail, [...entry.mail.flags, '\\Seen']);
    const shown = newlySeen && !tellsFlags ? [FLAGS, ...items] : items;
    if (newlySeen || tellsFlags) entry.toldRevision = entry.mail.flagsRevision;
    session.socket.cork();
    session.socket.write(`* ${number} FETCH (`);
    for (const part of fetchResponse(entry.mail, shown)) session.socket.write(part);
    session.socket.write(')\r\n');
    session.socket.uncork();
    await drained(session);
    if (!session.socket.writable) return no('Connection lost');
  }
  return gone ? no('[EXPUNGEISSUED] Some of the requested messages no longer exist') : okReply('Fetch completed');
}

function store(session: ImapSession, args: ImapToken[], selected: SelectedFolder, byUid: boolean): ImapReply {
  if (selected.readOnly) return no('[READ-ONLY] Mailbox is read-only');
  if (args.length < 3) throw new BadCommand('Malformed STORE');
  const how = /^([+-]?)FLAGS(\.SILENT)?$/i.exec(asAtom(args[1]));
  if (how === null) throw new BadCommand('Malformed STORE');
  const flags = args[2]?.kind === 'list' ? args[2].items.map(asFlag) : args.slice(2).map(asFlag);
  for (const { number, entry } of chooseMails(selected, args[0], byUid)) {
    const { mail } = entry;
    if (mail.expunged) continue;
    const old = [...mail.flags];
    if (how[1] === '+') replaceFlags(selected.folder, mail, [...old, ...flags]);
    else if (how[1] === '-')
      replaceFlags(
        selected.folder,
        mail,
        old.filter((flag) => !flags.includes(flag)),
      );
    else replaceFlags(selected.folder, mail, flags);
    entry.toldRevision = mail.flagsRevision;
    if (how[2] !== undefined) continue;
    const uid = byUid ? `UID ${entry.uid} ` : '';
    writeLine(session, `* ${number} FETCH (${uid}FLAGS (${flagList(mail)}))`);
  }
  return okReply('Store completed');
}

/** Copies, and the response code COPYUID of RFC 4315 with a space behind it; no code when there was nothing to copy. */
function copy(
  session: ImapSession,
  args: ImapToken[],
  selected: SelectedFolder,
  byUid: boolean,
): ImapReply | { code: string; mails: StoredMail[] } {
  if (args.length !== 2) throw new BadCommand('Malformed COPY');
  const target = findFolder(session.account, asText(args[1]));
  const mails = chooseMails(selected, args[0], byUid)
    .map(({ entry }) => entry.mail)
    .filter((mail) => !mail.expunged);
  if (target === undefined) return no('[TRYCREATE] No such mailbox');
  const uids = mails.map((mail) => mail.uid);
  const copies = mails.map((mail) => appendMail(target, mail.raw, mail.flags, mail.internalDate));
  const code = `[COPYUID ${target.uidValidity} ${uids.join(',')} ${copies.map((mail) => mail.uid).join(',')}] `;
  return { code: copies.length === 0 ? '' : code, mails };
}

/** RFC 2177: news are pushed until the client says DONE. */
async function idle(session: ImapSession, args: ImapToken[]): Promise<ImapReply> {
  if (args.length > 0) throw new BadCommand('Too many arguments');
  writeLine(session, '+ idling');
  syncView(session, true);
  session.idling = true;
  try {
    const line = await session.reader.line(1024);
    if (line === undefined || line === 'too-long') {
      session.ending = true;
      return no('Connection lost');
    }
    if (line.toString('latin1').trim().toUpperCase() !== 'DONE') throw new BadCommand('Expected DONE');
    return okReply('Idle completed');
  } finally {
    session.idling = false;
  }
}
