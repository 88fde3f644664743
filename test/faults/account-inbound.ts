import { createHash } from 'node:crypto';
import { messageIdOf } from './account-outbox.ts';
import type { Finding, Ledger, Peers } from './accounting.ts';

/** Each mail of the mailbox has one row and one end, and each row stands for a mail of the mailbox. */
export function checkInbound({ mails }: Ledger, { mailbox }: Peers): Finding[] {
  const rowsOf = Map.groupBy(mails, (row) => row.uid);
  const inMailbox = new Map(mailbox.map((mail) => [mail.uid, mail]));
  const findings: Finding[] = [];
  for (const { uid, raw } of mailbox) {
    const rows = rowsOf.get(uid) ?? [];
    if (rows.length === 0) findings.push({ kind: 'lost', what: `mail ${uid} of the mailbox has no row` });
    if (rows.length > 1) findings.push({ kind: 'doubled', what: `mail ${uid} of the mailbox has ${rows.length} rows` });
    for (const row of rows)
      if (row.sha !== digest(raw)) findings.push({ kind: 'lost', what: `the row of mail ${uid} holds other bytes` });
  }
  for (const row of mails) {
    if (!inMailbox.has(row.uid)) findings.push({ kind: 'wrong', what: `inbound ${row.id} stands for no mail` });
    if (row.disposition === null) findings.push({ kind: 'lost', what: `inbound ${row.id} has no end` });
  }
  return [...findings, ...checkDuplicates(mails, mailbox)];
}

/** Of mails that came twice one is acted on; a mail that came once is no duplicate. */
function checkDuplicates(mails: Ledger['mails'], mailbox: Peers['mailbox']): Finding[] {
  const idOf = new Map(mailbox.map(({ uid, raw }) => [uid, messageIdOf(raw)]));
  return [...Map.groupBy(mails, (row) => idOf.get(row.uid))].flatMap(([messageId, rows]): Finding[] => {
    const acted = rows.filter((row) => row.disposition !== 'duplicate');
    const ids = rows.map((row) => row.id).join(', ');
    if (rows.every((row) => row.disposition === 'duplicate'))
      return [{ kind: 'lost', what: `inbound ${ids}: all called duplicate, ${messageId}` }];
    if (acted.length > 1)
      return [
        {
          kind: 'doubled',
          what: `inbound ${ids}: the same mail, acted on as ${acted.map((row) => row.disposition).join(', ')}`,
        },
      ];
    return [];
  });
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
