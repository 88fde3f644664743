/**
 * Sentences of our own mails, as the templates of this desk have them in a language: a quote of them is nobody's
 * new words.
 */
export type Wording = {
  in(locale: string): readonly string[];
  /** the same of the notifications of agents */
  toAgents(locale: string): readonly string[];
};

/** The English sentences of a template: texts before `| say`, labels of links, and English forms for one. */
export function sentencesIn(source: string): string[] {
  return [...source.matchAll(SENTENCE)].map((match) => match[1] ?? match[2] ?? match[3] ?? match[4] ?? '');
}

const SENTENCE =
  /'([^'\n]{1,400})'\s{0,5}\|\s{0,5}say(?:_plain)?\b|"([^"\n]{1,400})"\s{0,5}\|\s{0,5}say(?:_plain)?\b|\b(?:label|one): '([^'\n]{1,400})'|\b(?:label|one): "([^"\n]{1,400})"/g;
