import type { Mark } from '../../domain/ticket/past-answer.ts';
import { findBody } from './answer-body.ts';
import { GREETINGS, SIGN_OFFS } from './answer-words.ts';

/** Names of people and firms in an answer: those that its customer and agent are called by, and those of others. */

export type AboutAnswer = {
  /** as it was sent */
  answer: string;
  /** what its customer asked, their address, and the names that their mails carried */
  question: string;
  customer: string;
  customerNames: readonly string[];
  /** of the agent who wrote it */
  agentName: string;
  /** equal answers to other customers */
  others: readonly string[];
};

/** Words in names that name nobody. */
const NOBODY = new Set(
  `the and und von van der den del des dos for with from our your team support service customer info mail email office contact hello
sales admin kontakt post help billing orders accounts account noreply reply news shop store web desk gmbh inc ltd llc client kunde
cliente mister there all everyone sir madam herr frau mrs miss monsieur madame señor señora signor signora dear`.split(
    /\s+/,
  ),
);

/** Words by which the customer and the agent of an answer are called: of their mails, addresses, greetings and sign-offs. */
function namesAround({ answer, question, customer, customerNames, agentName }: AboutAnswer): Set<string> {
  const { from, to } = findBody(answer);
  const asked = findBody(question);
  const local = customer.slice(0, Math.max(0, customer.lastIndexOf('@')));
  const words = [
    ...[...customerNames, agentName].flatMap(nameWords),
    ...nameWords(local.replace(/[^\p{L}]+/gu, ' ')).filter((word) => word.length >= 3),
    ...nameWords(withoutPhrases(answer.slice(0, from))).filter(isCapital),
    ...signedNames(answer.slice(to)),
    ...signedNames(question.slice(asked.to)),
    ...introducedNames(question),
    ...[...question.slice(0, 4_000).matchAll(RELATED)].flatMap((match) => nameWords(match[1] ?? '')),
  ];
  return new Set(words.map((word) => word.toLowerCase()).filter((word) => !NOBODY.has(word)));
}

export function nameWords(name: string): string[] {
  return name.normalize('NFKC').match(/[\p{L}\p{M}][\p{L}\p{M}'’]+/gu) ?? [];
}

/** The names in the first lines of what stands below a text; further below stand roles and places. */
function signedNames(tail: string): string[] {
  return tail
    .slice(0, 400)
    .split('\n')
    .map((line) => withoutPhrases(line.trim()))
    .filter((line) => line !== '' && line.split(/\s+/).length <= 4)
    .slice(0, 1)
    .flatMap((line) => nameWords(line).filter(isCapital));
}

const INTRODUCED =
  /(?:[mM]y name is|[iI]ch heiße|[mM]ein [nN]ame ist|[jJ]e m['’]appelle|[mM]on nom est|[mM]e llamo|[mM]i nombre es|[mM]i chiamo|[mM]eu nome é|[mM]ijn naam is)\s((?:\p{Lu}[\p{L}'’-]{1,40}\s?){1,3})/gu;

function introducedNames(question: string): string[] {
  return [...question.slice(0, 4_000).matchAll(INTRODUCED)].flatMap((match) =>
    nameWords(match[1] ?? '').filter(isCapital),
  );
}

function withoutPhrases(line: string): string {
  const lower = line.toLowerCase();
  const phrase = [...GREETINGS, ...SIGN_OFFS]
    .filter((one) => lower.startsWith(one))
    .sort((one, other) => other.length - one.length)[0];
  return phrase === undefined ? line : line.slice(phrase.length);
}

/** Scripts without capitals have none to ask for. */
function isCapital(word: string): boolean {
  return !/^\p{Ll}/u.test(word);
}

export function findNames(text: string, about: AboutAnswer): Mark[] {
  return [...ownNames(text, about), ...firmsOf(text, about), ...markRelatedPeople(text)];
}

const anyOfCapitalized = (words: string) =>
  words
    .replaceAll('\n', '')
    .split('|')
    .map((word) => `[${word.charAt(0)}${word.charAt(0).toUpperCase()}]${word.slice(1)}`)
    .join('|');

/** People who are named behind what they are to somebody, or behind what they did. */
const RELATIONS =
  anyOfCapitalized(`colleagues?|daughter|son|wife|husband|mother|father|brother|sister|neighbou?r|landlord|landlady|kolleg(?:e|in|en)|
tochter|sohn|ehefrau|ehemann|mutter|vater|bruder|schwester|nachbar(?:in|n)?|freundin|collègue|fille|fils|épouse|mari|femme|mère|père|
frère|sœur|voisine?|technicien(?:ne)?|chauffeur|assistante|compañer[oa]|colega|hij[oa]|espos[oa]|marido|mujer|madre|padre|herman[oa]|
vecin[oa]|técnic[oa]|amig[oa]|jef[ea]|collega|figli[ao]|moglie|marito|vicin[oa]|filh[oa]|vizinh[oa]|dochter|zoon|vrouw|buurman|buurvrouw|
don|doña|dona`);
/** Programs and pages are called after these too, so the word before it says whose they are. */
const WORKERS = `(?:my|our|your|his|her|their|(?:mein|dein|sein|ihr|unser|Ihr|Mein|Unser)(?:e|en|em|er)?|[dD]er|[dD]ie|[dD]en)\\s(?:partner|assistant|manager|supervisor|technician|engineer|driver|courier|friend|tenant|boss|lawyer|doctor|secretary|accountant|Mann|Partner(?:in)?|Techniker(?:in)?|Fahrer(?:in)?|Chef(?:in)?|Freund|Mitarbeiter(?:in)?|Sachbearbeiter(?:in)?|Betreuer(?:in)?)`;
const DEEDS =
  anyOfCapitalized(`signed (?:for )?by|sp(?:oke|oken|eak) (?:to|with)|talked (?:to|with)|handed (?:over )?(?:it )?to|left (?:it )?with|
received by|accepted by|collected by|picked up by|assigned to|on behalf of|in the name of|registered to|made out to|
angenommen von|unterschrieben von|entgegengenommen von|abgeholt von|abgegeben bei|auf den namen|im namen von|gesprochen mit|
remis(?:e)? à|signé(?:e)? par|reçu(?:e)? par|retiré(?:e)? par|au nom de|parlé (?:avec|à)|entregad[oa] a|firmad[oa] por|recibid[oa] por|
recogid[oa] por|a nombre de|en nombre de|hablado con|consegnat[oa] a|firmat[oa] da|a nome di|entregue a|assinad[oa] por|em nome de`);
const PERSON = String.raw`(?:\p{Lu}\.\s?){0,2}\p{Lu}\p{Ll}[\p{L}'’-]{1,40}(?:\s\p{Lu}\p{Ll}[\p{L}'’-]{1,40}){0,2}`;
const RELATED = new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${RELATIONS}|${WORKERS}|${DEEDS}),?\s(${PERSON})`, 'gu');

function markRelatedPeople(text: string): Mark[] {
  return [...text.matchAll(RELATED)].flatMap((match): Mark[] => {
    const person = match[1] ?? '';
    if (nameWords(person).every((word) => NOBODY.has(word.toLowerCase()))) return [];
    const from = match.index + match[0].length - person.length;
    return [{ kind: 'name', from, to: from + person.length }];
  });
}

const FIRM = String.raw`\p{Lu}[\p{L}&'’.-]{1,40}(?:\s(?:&|and|und|et|y|of|\p{Lu}[\p{L}&'’.-]{0,40})){0,4}`;
const FIRMS = [
  new RegExp(
    String.raw`(?:[wW]e (?:at|from|of)|I(?: am|['’]m)? (?:at|from|with|(?:work(?:ing)?|writ(?:e|ing)) (?:at|for|from))|[hH]ere at|[oO]n behalf of|[oO]ur (?:company|firm|school|practice),?|[wW]ir (?:von|vom|bei)(?: der)?|[fF]irma|[iI]m Namen (?:von|der)|[nN]ous,? (?:chez|de)|[dD]e la société|[dD]e la empresa|[sS]omos)\s(${FIRM})`,
    'gu',
  ),
  /(?<![\p{L}\p{N}])(\p{Lu}[\p{L}&'’.-]{1,40}(?:\s(?:&|\p{Lu}[\p{L}&'’.-]{0,40})){0,3}\s(?:GmbH|AG|KG|OHG|Ltd|Limited|Inc|LLC|LLP|PLC|plc|SARL|SAS|S\.?A\.?|S\.?L\.?|S\.?r\.?l\.?|B\.?V\.?))(?![\p{L}\p{N}])/gu,
];

/** Firms that the customer speaks for or signs with, where the answer names them. */
function firmsOf(text: string, { question, customerNames }: AboutAnswer): Mark[] {
  const asked = question.slice(0, 4_000);
  const signed = belowName(question, customerNames)
    .slice(0, 400)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^\p{Lu}\S*(?:\s\S{1,40}){1,4}$/u.test(line) && !/\p{Nd}/u.test(line));
  const firms = [...FIRMS.flatMap((pattern) => [...asked.matchAll(pattern)].map((match) => match[1] ?? '')), ...signed];
  return [...new Set(firms.map((firm) => firm.replace(/(?<![.,])[.,]+$/, '')))]
    .filter((firm) => firm.length >= 4 && !NOBODY.has(firm.toLowerCase()))
    .flatMap((firm) => [...placesOf(text, firm)].map((from): Mark => ({ kind: 'name', from, to: from + firm.length })));
}

/** What stands below the customer's name, or else below the sign-off. */
function belowName(question: string, customerNames: readonly string[]): string {
  const below = customerNames.map((name) => (name === '' ? -1 : question.lastIndexOf(`\n${name}\n`)));
  const at = Math.max(...below, -1);
  return at < 0 ? question.slice(findBody(question).to) : question.slice(at + 1);
}

function* placesOf(text: string, part: string): Generator<number> {
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) {
    if (
      !/[\p{L}\p{N}]$/u.test(text.slice(Math.max(0, at - 2), at)) &&
      !/^[\p{L}\p{N}]/u.test(text.slice(at + part.length))
    )
      yield at;
  }
}

function ownNames(text: string, about: AboutAnswer): Mark[] {
  const names = namesAround(about);
  // Some write `maria` for Maria; a name of three letters is too often a word.
  const certain = new Set(about.customerNames.flatMap(nameWords).filter(({ length }) => length >= 4));
  const small = new Set([...certain].map((word) => word.toLowerCase()).filter((word) => names.has(word)));
  const spaced = [...text.matchAll(/[\p{L}\p{M}][\p{L}\p{M}'’]+/gu)].flatMap((match): Mark[] => {
    const word = match[0].replace(/['’]s?$/u, '');
    const lower = word.normalize('NFKC').toLowerCase();
    if (!names.has(lower) || (!isCapital(word) && !small.has(lower))) return [];
    return [{ kind: 'name', from: match.index, to: match.index + word.length }];
  });
  // Between letters of scripts without blanks, a name has no borders.
  const unspaced = [...names].filter((name) =>
    /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(name),
  );
  return [
    ...spaced,
    ...unspaced.flatMap((name) => {
      const at = text.indexOf(name);
      return at < 0 ? [] : [{ kind: 'name' as const, from: at, to: at + name.length }];
    }),
  ];
}
