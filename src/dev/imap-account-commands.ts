import { parseImapDate } from './imap-fetch.ts';
import { type ImapReply, type ImapSession, leaveFolder, no, okReply, openFolder, writeLine } from './imap-session.ts';
import { asAtom, asFlag, asList, asPattern, asText, BadCommand, type ImapToken, quoted } from './imap-syntax.ts';
import { addFolder, appendMail, findFolder, type MailAccount, type MailFolder, removeFolder } from './mail-store.ts';

export const CAPABILITIES =
  'IMAP4rev1 LITERAL+ SASL-IR ID IDLE NAMESPACE CHILDREN SPECIAL-USE UIDPLUS MOVE UNSELECT AUTH=PLAIN';

type Handler = (session: ImapSession, args: ImapToken[]) => ImapReply | Promise<ImapReply>;

const SPECIAL_USE: Record<string, string> = { Sent: '\\Sent', Trash: '\\Trash' };

function noMoreThan(args: ImapToken[], most: number): void {
  if (args.length > most) throw new BadCommand('Too many arguments');
}

function accountOf(session: ImapSession): MailAccount {
  if (session.account === undefined) throw new BadCommand('Log in first');
  return session.account;
}

/** Commands of every state (RFC 3501 section 6.1) and of the time before login (section 6.2). */
export const openCommands: Record<string, Handler> = {
  CAPABILITY: (session, args) => {
    noMoreThan(args, 0);
    writeLine(session, `* CAPABILITY ${CAPABILITIES}`);
    return okReply('Capability completed');
  },
  NOOP: (_session, args) => {
    noMoreThan(args, 0);
    return okReply('Noop completed');
  },
  ID: (session) => {
    writeLine(session, '* ID ("name" "turnmail-dev")');
    return okReply('ID completed');
  },
  LOGOUT: (session, args) => {
    noMoreThan(args, 0);
    writeLine(session, '* BYE Logging out');
    session.ending = true;
    return okReply('Logout completed');
  },
  LOGIN: (session, args) => {
    noMoreThan(args, 2);
    return logInToAccount(session, asText(args[0]), asText(args[1]));
  },
  AUTHENTICATE: async (session, args) => {
    noMoreThan(args, 2);
    if (asAtom(args[0]).toUpperCase() !== 'PLAIN') return no('[CANNOT] Unsupported authentication mechanism');
    let response = args[1] === undefined ? undefined : asAtom(args[1]);
    if (response === undefined) {
      writeLine(session, '+ ');
      const line = await session.reader.line(8192);
      if (line === undefined || line === 'too-long') throw new BadCommand('No response to the challenge');
      response = line.toString('latin1');
    }
    if (response === '*') throw new BadCommand('Authentication aborted');
    const [, user, password] = Buffer.from(response, 'base64').toString('utf8').split('\u0000');
    if (user === undefined || password === undefined) throw new BadCommand('Malformed PLAIN response');
    return logInToAccount(session, user, password);
  },
};

function logInToAccount(session: ImapSession, user: string, password: string): ImapReply {
  if (session.account !== undefined) throw new BadCommand('Already logged in');
  const account = session.store.accountFor(user);
  if (account === undefined || account.password !== password) {
    session.failedLogins += 1;
    if (session.failedLogins >= 3) {
      writeLine(session, '* BYE Too many failed logins');
      session.ending = true;
    }
    return no('[AUTHENTICATIONFAILED] Authentication failed.');
  }
  session.account = account;
  return okReply(`[CAPABILITY ${CAPABILITIES}] Logged in`);
}

/** Commands once logged in (RFC 3501 section 6.3). */
export const accountCommands: Record<string, Handler> = {
  SELECT: (session, args) => select(session, args, false),
  EXAMINE: (session, args) => select(session, args, true),
  CREATE: (session, args) => {
    noMoreThan(args, 1);
    const name = asText(args[0]).replace(/\/$/, '');
    if (name === '' || findFolder(accountOf(session), name) !== undefined) return no('[ALREADYEXISTS] It exists');
    addFolder(accountOf(session), name);
    return okReply('Create completed');
  },
  DELETE: (session, args) => {
    noMoreThan(args, 1);
    const folder = findFolder(accountOf(session), asText(args[0]));
    if (folder === undefined) return no('[NONEXISTENT] No such mailbox');
    if (folder.name === 'INBOX') return no('[CANNOT] INBOX cannot be deleted');
    if (session.selected?.folder === folder) leaveFolder(session);
    removeFolder(accountOf(session), folder);
    return okReply('Delete completed');
  },
  SUBSCRIBE: (session, args) => subscribe(session, args, true),
  UNSUBSCRIBE: (session, args) => subscribe(session, args, false),
  LIST: (session, args) => listFolderNames(session, args, 'LIST'),
  LSUB: (session, args) => listFolderNames(session, args, 'LSUB'),
  NAMESPACE: (session, args) => {
    noMoreThan(args, 0);
    writeLine(session, '* NAMESPACE (("" "/")) NIL NIL');
    return okReply('Namespace completed');
  },
  STATUS: status,
  APPEND: append,
};

function select(session: ImapSession, args: ImapToken[], readOnly: boolean): ImapReply {
  noMoreThan(args, 1);
  leaveFolder(session);
  const folder = findFolder(accountOf(session), asText(args[0]));
  if (folder === undefined) return no('[NONEXISTENT] No such mailbox');
  const { view } = openFolder(session, folder, readOnly);
  const keywords = new Set(view.flatMap((entry) => [...entry.mail.flags].filter((flag) => !flag.startsWith('\\'))));
  const flags = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft', ...keywords].join(' ');
  writeLine(session, `* FLAGS (${flags})`);
  writeLine(session, `* OK [PERMANENTFLAGS (${readOnly ? '' : `${flags} \\*`})] Flags permitted`);
  writeLine(session, `* ${view.length} EXISTS`);
  writeLine(session, '* 0 RECENT');
  const unseen = view.findIndex((entry) => !entry.mail.flags.has('\\Seen'));
  if (unseen >= 0) writeLine(session, `* OK [UNSEEN ${unseen + 1}] First unseen`);
  writeLine(session, `* OK [UIDVALIDITY ${folder.uidValidity}] UIDs valid`);
  writeLine(session, `* OK [UIDNEXT ${folder.uidNext}] Predicted next UID`);
  return okReply(readOnly ? '[READ-ONLY] Examine completed' : '[READ-WRITE] Select completed');
}

function subscribe(session: ImapSession, args: ImapToken[], subscribed: boolean): ImapReply {
  noMoreThan(args, 1);
  const folder = findFolder(accountOf(session), asText(args[0]));
  if (folder === undefined) return no('[NONEXISTENT] No such mailbox');
  folder.subscribed = subscribed;
  return okReply('Completed');
}

function listFolderNames(session: ImapSession, args: ImapToken[], command: 'LIST' | 'LSUB'): ImapReply {
  noMoreThan(args, 2);
  const [reference, pattern] = [asText(args[0]), asPattern(args[1])];
  if (pattern === '') {
    writeLine(session, `* ${command} (\\Noselect) "/" ""`);
    return okReply(`${command} completed`);
  }
  const escaped = `${reference}${pattern}`.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  const shape = new RegExp(`^${escaped.replace(/\*+/g, '.*').replace(/%+/g, '[^/]*')}$`);
  const folders = [...accountOf(session).folders.values()].filter(
    (folder) =>
      (shape.test(folder.name) || (folder.name === 'INBOX' && /^inbox$/i.test(pattern))) &&
      (command === 'LIST' || folder.subscribed),
  );
  for (const { name } of folders) writeLine(session, `* ${command} (${attributes(session, name)}) "/" ${quoted(name)}`);
  return okReply(`${command} completed`);
}

function attributes(session: ImapSession, name: string): string {
  const parent = [...accountOf(session).folders.keys()].some((other) => other.startsWith(`${name}/`));
  const use = SPECIAL_USE[name];
  return `${parent ? '\\HasChildren' : '\\HasNoChildren'}${use === undefined ? '' : ` ${use}`}`;
}

const STATUS_ITEMS: Record<string, (folder: MailFolder) => number> = {
  MESSAGES: (folder) => folder.mails.length,
  RECENT: () => 0,
  UIDNEXT: (folder) => folder.uidNext,
  UIDVALIDITY: (folder) => folder.uidValidity,
  UNSEEN: (folder) => folder.mails.filter((mail) => !mail.flags.has('\\Seen')).length,
};

function status(session: ImapSession, args: ImapToken[]): ImapReply {
  noMoreThan(args, 2);
  const folder = findFolder(accountOf(session), asText(args[0]));
  const items = asList(args[1]).map((item) => asAtom(item).toUpperCase());
  if (items.length === 0) throw new BadCommand('Empty status list');
  const counts = items.map((item) => ({ item, count: STATUS_ITEMS[item] }));
  const unknown = counts.find(({ count }) => count === undefined);
  if (unknown !== undefined) throw new BadCommand(`Unknown status item ${unknown.item.slice(0, 60)}`);
  if (folder === undefined) return no('[NONEXISTENT] No such mailbox');
  const values = counts.map(({ item, count }) => `${item} ${count?.(folder) ?? 0}`).join(' ');
  writeLine(session, `* STATUS ${quoted(folder.name)} (${values})`);
  return okReply('Status completed');
}

/** `APPEND mailbox [(flags)] ["date"] literal`, answered with APPENDUID (RFC 4315). */
function append(session: ImapSession, args: ImapToken[]): ImapReply {
  const rest = [...args];
  const folder = findFolder(accountOf(session), asText(rest.shift()));
  const flags = rest[0]?.kind === 'list' ? asList(rest.shift()).map(asFlag) : [];
  const date = rest.length > 1 ? parseImapDate(asText(rest.shift())) : Date.now();
  const literal = rest.shift();
  if (literal?.kind !== 'string' || rest.length > 0) throw new BadCommand('Malformed APPEND');
  if (literal.bytes.length === 0) return no('[CANNOT] Can not append an empty message');
  if (folder === undefined) return no('[TRYCREATE] No such mailbox');
  const mail = appendMail(folder, Buffer.from(literal.bytes), flags, date);
  return okReply(`[APPENDUID ${folder.uidValidity} ${mail.uid}] Append completed`);
}
