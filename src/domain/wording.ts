/** Sentences of our own mails, as the templates of this desk have them. They tell our words from those of people. */
export type Wording = {
  /** whole lines that only agents read: the headings of a notification, how to reply, the commands */
  toAgents: readonly string[];
  /** what stands around the words in mails to customers */
  toCustomers: readonly string[];
};
