/**
 * The footer that a mailing list puts below a mail: a rule and a few lines that name the list. Only for telling that two
 * mails are one; nobody's words are cut by it.
 */

/** Lines of such a footer, and where it is looked for. */
const MAX_LINES = 20;
const RULE = /^\s*(?:[_\-=*~#+]{5,200}|-- ?|__|(?:-=){3,50}-?)\s*$/;
const NAMES_LIST =
  /mailing[ -]?list|\blist ?info\b|listserv|mailman|unsubscri|subscri(?:bed|ption)|google groups|groups\.io|googlegroups|yahoogroups|verteiler|mailingliste|abbestell|abmelden|désabonn|liste de diffusion|desuscri|darse de baja|lista de correo|lista di distribuzione|disiscri|afmelden|uitschrijven|avprenumer|avmeld|рассылк|отписа|退订|配信停止/i;

/** The text without it, or undefined where there is none. `addresses` are those that the mail is addressed to. */
export function withoutListFooter(text: string, isList: boolean, addresses: readonly string[]): string | undefined {
  const lines = text.trimEnd().split('\n');
  const first = Math.max(1, lines.length - MAX_LINES);
  for (let at = lines.length - 2; at >= first; at--) {
    const line = lines[at] ?? '';
    const begins = RULE.test(line) || (isList && line.trim() === '');
    if (!begins || line.length > 300) continue;
    const footer = lines
      .slice(at + 1)
      .join('\n')
      .slice(0, 5_000)
      .toLowerCase();
    const namesList = NAMES_LIST.test(footer) || addresses.some((address) => footer.includes(address));
    if (RULE.test(line) ? namesList || isList : namesList) return lines.slice(0, at).join('\n').trimEnd();
  }
  return undefined;
}
