import { hideTokens } from '../../domain/mail/hide-tokens.ts';
import type { MailInText, NamedAddress, ParsedMail } from '../../domain/mail/parsed-mail.ts';

/** A mail of somebody else as an agent's mail shows it: in its text, or attached as a file. */
export type ShownMail = {
  from: NamedAddress | undefined;
  subject: string;
  /** without tokens of ours, since people quote our mails */
  words: string;
  /** the same without older mails below them */
  newWords: string;
  /** its Message-ID and those that it answers; only a file has them */
  ids: string[];
};

/** The mails that stand in the text of another, the outermost first. */
export function mailsInText(mail: ParsedMail): ShownMail[] {
  const rows = mail.text.split('\n');
  return (mail.mailsInText?.mails ?? []).map((one) => ({
    from: one.from,
    subject: one.subject,
    words: hideTokens(textOfShownMail(rows, one)).trim(),
    newWords: hideTokens(textOfShownMail(rows, { ...one, end: one.ownEnd })).trim(),
    ids: [],
  }));
}

export function mailsAttached(mail: ParsedMail): ShownMail[] {
  return (mail.attachedMails ?? []).map(({ from, subject, words, reply, ids }) => ({
    from,
    subject,
    words: hideTokens(words).trim(),
    newWords: hideTokens(reply).trim(),
    ids,
  }));
}

/** The rows of a mail without the marks that quote it. */
function textOfShownMail(rows: readonly string[], { start, end, depth }: MailInText): string {
  return rows
    .slice(start, end)
    .map((row) => {
      let rest = row;
      for (let each = 0; each < depth && /^ ?>/.test(rest); each++) rest = rest.replace(/^ ?> ?/, '');
      return rest;
    })
    .join('\n');
}
