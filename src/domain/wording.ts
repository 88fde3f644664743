/** Sentences of our own mails to customers, as the templates of this desk have them: a quote of them is nobody's new words. */
export type Wording = readonly string[];
