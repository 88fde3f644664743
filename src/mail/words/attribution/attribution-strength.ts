import {
  hasAddress,
  hasDate,
  hasTime,
  joinedVerb,
  namesVerb,
  startsWithDate,
  startsWithOpener,
} from './attribution-parts.ts';
import { ATTRIBUTION_OPENERS, SPACED_VERBS } from './attribution-words.ts';

/** An attribution is no longer, its lines together. */
export const MAX_CHARS = 450;

type Evidence = { opener: boolean; verb: boolean; date: boolean; time: boolean; address: boolean; dateFirst: boolean };

/** One sentence ends and another begins. */
const SENTENCES = /\S{4}[.!?] \p{Lu}\p{Ll}* \p{Ll}/u;

/** Whatever makes an attribution has a date, a time, an address, a colon or a drawn line; most lines that people type have none. */
const MAY_BE_ONE = /[\d@:：>–—-]/;

/** How sure we are that this text, with its lines joined, is an attribution; undefined where it is none. */
export function strengthOf(form: string): 'strong' | 'weak' | undefined {
  if (form.length < 6 || !MAY_BE_ONE.test(form)) return undefined;
  // "Jane Doe ---06.01.2025 10:11:12---Dear Jo, ..." as Notes draws it above its fields.
  if (/^\S.{0,60} ---\d[\d./: apmAPM]{9,25}---/.test(form)) return 'strong';
  if (/[.!?] /.test(form) && SENTENCES.test(form)) return undefined;
  const text = form
    .replace(/[*_]{1,2}/g, '')
    .replace(/^[-–—=\s]{1,12}/, '')
    .replace(/[\s>"'”»*_–—-]{1,12}$/, '')
    .toLowerCase();
  const ends = attributionEnding(text);
  if (isDrawn(form, text)) return 'strong';
  if (ends === 'none') return isDateAndName(form) || isWithoutColon(text) ? 'weak' : undefined;
  const found: Evidence = {
    opener: startsWithOpener(text),
    verb: namesVerb(text),
    date: hasDate(text),
    time: hasTime(text),
    address: hasAddress(text),
    dateFirst: startsWithDate(text),
  };
  if (isStrong(text, found, ends)) {
    return hasPronounBeforeVerb(text) || (!found.address && isPersonal(text)) ? 'weak' : 'strong';
  }
  return isWeak(text, found, ends) ? 'weak' : undefined;
}

/** "2025-01-06 10:11 GMT+01:00 Jane Doe <jane@shop.example>": a date and who wrote, in no words at all. */
function isDateAndName(form: string): boolean {
  if (
    form.length > 160 ||
    /[.!?]$/.test(form) ||
    !hasDate(form) ||
    !hasTime(form) ||
    !startsWithDate(form.toLowerCase())
  ) {
    return false;
  }
  const names = form
    .replace(/[<(]?[^\s<>()]{1,64}@[^\s<>()]{1,100}[>)]?/g, ' ')
    .split(/[\s,;"'()]{1,8}/)
    .filter((word) => /^\p{L}/u.test(word));
  // Months and weekdays are lower case in many languages; a sentence has more words that are.
  const lower = names.filter((word) => /^\p{Ll}{4}/u.test(word) && !ATTRIBUTION_OPENERS.has(word));
  return names.length > 0 && names.length <= 8 && lower.length <= (hasAddress(form) ? 2 : 0);
}

/** "Am 06.01.25 um 10:11 schrieb Jane Doe": the colon was lost, or never there. */
function isWithoutColon(text: string): boolean {
  if (text.length > 120 || /[.!?]$/.test(text) || isPersonal(text)) return false;
  return startsWithOpener(text) && namesVerb(text) && hasDate(text) && hasTime(text);
}

/** "---- Jane Doe wrote ----" as phones draw it, and ">>> Jane Doe 1/6/2025 10:11 AM >>>" as GroupWise does. */
function isDrawn(form: string, text: string): boolean {
  if (/^>>> \S/.test(form)) return />>>$|:$/.test(form) && hasDate(text) && hasTime(text);
  const isRuled = /^[-–—]{2}/.test(form) && /[-–—]{2}$/.test(form) && form.length <= 200 && namesVerb(text);
  return isRuled && (attributionEnding(text) === 'verb' || (hasDate(text) && hasTime(text) && hasAddress(text)));
}

function isStrong(text: string, found: Evidence, ends: 'colon' | 'verb'): boolean {
  const dated = found.date && found.time;
  const starts = found.opener || found.dateFirst;
  if (found.verb && isNameAddressVerb(text)) return true;
  if (ends === 'verb') return found.verb && dated && (starts || found.address);
  if (found.verb && found.address && (found.date || found.time)) return true;
  if (found.verb && dated) return starts || isShortStatement(text);
  if (found.verb && starts && found.date) return /\d{1,2}\D{1,20}\d{2,4}/.test(text);
  return found.address && dated;
}

/** "Jane Doe <jane@shop.example> wrote:": nobody types an address like that. */
function isNameAddressVerb(text: string): boolean {
  const close = text.lastIndexOf('>');
  if (close < 0 || !/^[^.!?;<>]{1,60}<[^<>\s]{3,100}@[^<>\s]{3,100}>/.test(text)) return false;
  return SPACED_VERBS.has(
    text
      .slice(close + 1)
      .replace(/\s?[:：]$/, '')
      .trim(),
  );
}

/** "Jane Doe wrote on 1/2/2020 10:11:" as Lotus Notes has it; a longer sentence is somebody's own. */
function isShortStatement(text: string): boolean {
  const words = text.split(' ');
  if (words.length > 14 || TYPED_STARTS.has(words[0] ?? '')) return false;
  return namesVerb(words.slice(0, 6).join(' ')) || words.length <= 9;
}

/** "Am 3. April um 10:11 schrieb mir Ihr Kollege:": clients name people and speak to nobody. */
function isPersonal(text: string): boolean {
  return text.split(/[\s,:]{1,4}/).some((word) => PERSONAL.has(word));
}

const PERSONAL = new Set(
  "i me my us we our you your mir mich uns unser unsere ich wir ihr ihre ihrem ihren ihnen mein meine nous vous votre notre moi j'ai me nos usted ustedes nostro vostro mij ons uw oss mig mne мне нам вы вас ваш я мы нас вам mnie nam wam państwo bana bize size".split(
    ' ',
  ),
);

/** "I wrote", "you wrote": a person speaks of a mail; clients name people. */
function hasPronounBeforeVerb(text: string): boolean {
  const words = text.split(' ');
  return words.some((word, at) => TYPED_STARTS.has(word) && SPACED_VERBS.has((words[at + 1] ?? '').replace(/:$/, '')));
}

function isWeak(text: string, found: Evidence, ends: 'colon' | 'verb'): boolean {
  if (found.date && (found.verb || found.address)) return true;
  if (found.date && found.time && text.length <= 120) return true;
  if (ends === 'verb') return false;
  if (found.verb && found.address) return true;
  if (found.address && text.length < 120 && /^[^.!?]{0,80}<[^<>\s]{3,80}>\s?:$/.test(text)) return true;
  return found.verb && isNameAndVerb(text);
}

/** "Jane Doe wrote:", but not "As you wrote:", which a person types. */
function isNameAndVerb(text: string): boolean {
  const words = text.replace(/\s?[:：]$/, '').split(' ');
  const last = words.at(-1) ?? '';
  if (words.length < 2 || words.length > 6 || !SPACED_VERBS.has(last)) return false;
  return !TYPED_STARTS.has(words[0] ?? '');
}

const TYPED_STARTS = new Set(
  'you i we he she they it as what who this that also earlier then and but du sie ich wir er wie tu vous il elle nous je как вы ты я'.split(
    ' ',
  ),
);

/** How the line ends: with a colon (also behind the verb and a stray mark), or with the verb itself. */
export function attributionEnding(text: string): 'colon' | 'verb' | 'none' {
  if (/[:：]$/.test(text)) return 'colon';
  const last = text.slice(text.lastIndexOf(' ') + 1).replace(/[,.;]$/, '');
  if (SPACED_VERBS.has(last)) return 'verb';
  return joinedVerb(text, (verb) => text.endsWith(verb)) ? 'verb' : 'none';
}

/** True for text that is an attribution beyond doubt, with a date of its own. */
export function isStrongAttribution(form: string): boolean {
  return form.length <= MAX_CHARS && hasDate(form) && strengthOf(form) === 'strong';
}
