/**
 * Texts of our mails that are also looked for in mails that come back: what stands at or below them was written by us, or is
 * for the desk only. The templates take them from here (as `phrases`), and so does what reads replies, so that the two cannot
 * part. One entry for each locale of `templates/`; a reply may quote a mail of any of them.
 */
export type OwnPhrases = {
  /** ends the first line of each mail that an agent may reply to; above it stand the agent's new words */
  mark: string;
  /** heading of what colleagues noted about a ticket */
  notes: string;
  /** heading of the turns so far */
  history: string;
  /** heading of what came when it was not the customer's turn */
  outOfTurn: string;
  /** heading of past answers that may fit */
  pastAnswers: string;
  /** heading of the list of files */
  attachments: string;
  /** the last two lines of a notification */
  replyHint: string;
  commandHint: string;
};

export const OWN_PHRASES: Record<string, OwnPhrases> = {
  en: {
    mark: '##- Reply above this line -##',
    notes: 'Notes, for the desk only',
    history: 'History',
    outOfTurn: 'Also written, out of turn',
    pastAnswers: 'Past answers that may fit',
    attachments: 'Attachments',
    replyHint:
      'Reply to this mail to answer the customer. Only what you write is sent; this text and your address stay here.',
    commandHint: 'For anything else, begin with a command such as /note, /take or /close; /help lists them all.',
  },
};

/** What a locale without an entry of its own is written with. */
export const DEFAULT_PHRASES = OWN_PHRASES['en'] as OwnPhrases;
