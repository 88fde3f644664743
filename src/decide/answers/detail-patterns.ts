import type { MarkKind } from '../../domain/ticket/past-answer.ts';

/** What details of one person look like in an answer, in the languages that people write most. */

const any = (words: string) => words.replaceAll('\n', '').replaceAll('.', String.raw`\.`);

const MONTHS =
  any(`january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|
jul|aug|sept|sep|oct|nov|dec|januar|jänner|februar|märz|mai|juni|juli|oktober|dezember|janvier|février|mars|avril|juin|juillet|
août|septembre|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|
diciembre|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|janeiro|fevereiro|março|maio|junho|julho|
setembro|outubro|novembro|dezembro|januari|februari|maart|mei|augustus|maj|augusti|stycznia|lutego|marca|kwietnia|maja|czerwca|
lipca|sierpnia|września|października|listopada|grudnia|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|
ноября|декабря`);

const CURRENCIES =
  any(`eur|usd|gbp|chf|pln|sek|nok|dkk|czk|huf|inr|jpy|cad|aud|brl|try|euros?|dollars?|pounds?|złotych|zł|kč|
kronor|kr|€|£|¥|₹|₽|₺|\\$`);

/** Words that a number of somebody's own stands behind. */
const NUMBERED =
  any(`order|invoice|ticket|case|customer|account|booking|reservation|contract|policy|claim|reference|ref|
tracking|parcel|shipment|card|room|table|seat|flight|serial|member|membership|voucher|coupon|quote|request|po|bestellung|
auftrag|rechnung|kunde|kundennummer|bestellnummer|rechnungsnummer|auftragsnummer|vertrag|buchung|sendung|zimmer|vorgang|
commande|facture|client|dossier|contrat|réservation|colis|pedido|factura|cliente|contrato|reserva|envío|ordine|fattura|
contratto|prenotazione|spedizione|encomenda|fatura|bestelling|factuur|klant|zamówienie|faktura|заказ|счет|счёт`);
const NUMBER_WORD = any(`numbers?|number|no.|no|nr.|nr|id|code|nummer|numéro|n°|nº|número|numero|num.|№`);
const UNITS =
  any(`days?|hours?|weeks?|months?|years?|minutes?|seconds?|times|business|working|percent|tagen?|tage|stunden|
wochen|monaten?|jours?|heures?|semaines?|mois|días|horas|giorni|ore|dagen|uur|dni|дней|copies|pieces|items|steps?`);

/** An address of a street, with its number before or behind. */
const STREETS_BEHIND = any(
  `street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|court|ct|square|close|terrace|crescent|grove|gardens|mews|row|hill|view|
parade|place|pl|walk|rise|wharf|way|circle|highway|hwy|trail|quay`,
);
const STREETS_BEFORE = any(
  `rue|avenue|boulevard|place|chemin|allée|quai|impasse|calle|carrer|camino|avenida|plaza|paseo|via|viale|piazza|corso|rua|ulica|ul.|улица|ул.`,
);

const TITLES =
  any(`mr|mrs|ms|mx|miss|dr|prof|herr|herrn|frau|monsieur|madame|mme|mlle|sr|sra|señor|señora|signor|signora|
dhr|mevr|mevrouw|meneer|pan|pani|господин|госпожа`);

const WEEKDAYS =
  any(`monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|
sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo|lunedì|martedì|
mercoledì|giovedì|venerdì|sabato|domenica|segunda-feira|terça-feira|quarta-feira|quinta-feira|sexta-feira|maandag|dinsdag|woensdag|
donderdag|vrijdag|zaterdag|zondag`);
const NEXT = any(
  `next|this|last|coming|nächste[nrm]?|kommende[nrm]?|diese[nrm]?|letzte[nrm]?|ce|próximo|este|pasado|prossimo|volgende`,
);
const HOUR_WORDS = any(`at|around|um|gegen|ab|à|vers|a las?|alle|às|om`);
const PART_OF_DAY =
  any(`morning|afternoon|evening|noon|vormittag|nachmittag|morgen|abend|matin|après-midi|soir|por la|de la|
mattina|pomeriggio|sera|de manhã|à tarde|ochtend|middag|prochain`);
/** Hours of work are named as a stretch of days. */
const TO = any(`to|until|till|through|and|bis|und|à|au|et|a|al|y|e|tot|en`);

const ANY_DAY = `${WEEKDAYS}|mo|di|mi|do|fr|sa|so|mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|jeu|ven|sam|dim|vie`;

/** Opening hours are for everybody: a stretch of days, or every day. */
export const OPEN_DAYS = new RegExp(
  String.raw`(?<!\p{L})(?:${ANY_DAY})\.?(?:\s?[-–—]\s?|\s(?:${TO})\s)(?:${ANY_DAY})(?!\p{L})|(?<!\p{L})(?:daily|every day|weekdays|täglich|werktags|jeden tag|tous les jours|todos los días|ogni giorno)(?!\p{L})`,
  'u',
);

const START = String.raw`(?<![\p{L}\p{N}])`;
const END = String.raw`(?![\p{L}\p{N}])`;
const DAY = String.raw`\p{Nd}{1,2}(?:st|nd|rd|th|er|º|\.)?`;

/**
 * In this order; where two overlap, both are one mark with the name of the first. They are tried on a text in small letters,
 * those that are `cased` on the text itself: a pattern for letters of all scripts and of any case takes 20 ms to compile.
 */
export const DETAILS: readonly { kind: MarkKind; pattern: RegExp; cased?: true }[] = [
  { kind: 'link', pattern: /(?:https?:\/\/|www\.)[^\s<>"]{1,2000}/gu },
  {
    kind: 'address',
    pattern: /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,5}/gu,
  },
  { kind: 'date', pattern: /(?<!\p{Nd})\p{Nd}{1,4}[./-]\p{Nd}{1,2}[./-](?:\p{Nd}{2,4})?(?!\p{Nd})/gu },
  {
    kind: 'date',
    pattern: new RegExp(
      String.raw`${START}(?:on|by|until|before|since|from|am|bis|vom|zum|le|du|el|il|del|op)\s\p{Nd}{1,2}/\p{Nd}{1,2}(?![\p{Nd}/])`,
      'gu',
    ),
  },
  {
    kind: 'date',
    pattern: new RegExp(
      String.raw`${START}${DAY}\s?(?:of\s|de\s|d['’])?(?:${MONTHS})${END}\.?(?:,?\s(?:de\s)?\p{Nd}{4})?`,
      'gu',
    ),
  },
  { kind: 'date', pattern: new RegExp(String.raw`${START}(?:${MONTHS})\.?\s${DAY}${END}(?:,?\s\p{Nd}{4})?`, 'gu') },
  {
    kind: 'date',
    pattern: new RegExp(
      String.raw`${START}(?:(?:half|quarter)\s(?:past|to)\s\p{L}{3,9}|(?:um\s)halb\s\p{L}{3,9})(?:\s(?:on|am)\s(?:${WEEKDAYS}))?${END}`,
      'gu',
    ),
  },
  // Two, since those with digits are not tried on a text without any.
  {
    kind: 'date',
    pattern: new RegExp(
      String.raw`(?<!(?:^|\s)(?:${TO})\s)${START}(?:(?:${NEXT})\s(?:${WEEKDAYS})|(?:${WEEKDAYS})(?:,?\s?(?:${PART_OF_DAY}|${NEXT})))${END}`,
      'gu',
    ),
  },
  {
    kind: 'date',
    pattern: new RegExp(
      String.raw`(?<!(?:^|\s)(?:${TO})\s)${START}(?:${WEEKDAYS}),?\s(?:${HOUR_WORDS})\s\p{Nd}{1,2}(?:[:.h]\p{Nd}{2})?${END}`,
      'gu',
    ),
  },
  { kind: 'date', pattern: /(?:\p{Nd}{2,4}年)?\p{Nd}{1,2}月\p{Nd}{1,2}日/gu },
  {
    kind: 'date',
    pattern: new RegExp(
      String.raw`(?<!\p{Nd})\p{Nd}{1,2}(?:[:h]\p{Nd}{2}(?:\s?(?:am|pm|uhr))?|\s?(?:am|pm|uhr))${END}`,
      'gu',
    ),
  },
  { kind: 'amount', pattern: new RegExp(String.raw`(?:(?:${CURRENCIES})\s?\p{Nd}[\p{Nd}.,'’]{0,20})`, 'gu') },
  {
    kind: 'amount',
    pattern: new RegExp(String.raw`(?<!\p{Nd})\p{Nd}[\p{Nd}.,'’]{0,20}\s?(?:${CURRENCIES})${END}`, 'gu'),
  },
  // Keys in groups of letters, and the plates of cars.
  {
    kind: 'number',
    cased: true,
    pattern: /(?<![\p{L}\p{N}-])[\p{Lu}\p{Nd}]{3,8}(?:-[\p{Lu}\p{Nd}]{3,8}){2,9}(?![\p{L}\p{N}-])/gu,
  },
  {
    kind: 'number',
    cased: true,
    pattern:
      /(?<![\p{L}\p{N}-])(?:\p{Lu}{1,3}-\p{Lu}{1,2}\s?\p{Nd}{1,4}|\p{Lu}{2}\p{Nd}{2}\s\p{Lu}{3}|\p{Lu}{2}-\p{Nd}{3}-\p{Lu}{2}|\p{Nd}{4}\s[B-Z]{3})(?![\p{L}\p{N}-])/gu,
  },
  // Postcodes of letters and digits.
  {
    kind: 'address',
    cased: true,
    pattern:
      /(?<![\p{L}\p{N}])(?:[A-Z]{1,2}\p{Nd}[A-Z\p{Nd}]?\s?\p{Nd}[A-Z]{2}|[A-Z]\p{Nd}[A-Z]\s?\p{Nd}[A-Z]\p{Nd})(?![\p{L}\p{N}])/gu,
  },
  {
    kind: 'number',
    cased: true,
    pattern: /(?<![\p{L}\p{N}])\p{Lu}{2}\p{Nd}{2}(?:\s?[\p{Nd}\p{Lu}]{2,4}){3,8}(?![\p{L}\p{N}])/gu,
  },
  {
    kind: 'number',
    pattern: new RegExp(
      String.raw`(?<=${START}(?:${NUMBERED})(?:[\s-]?(?:${NUMBER_WORD}))?\s?[:#]?\s?)#?\p{Nd}[\p{L}\p{Nd}/-]{0,40}${END}(?![\s-](?:${UNITS})${END})`,
      'gu',
    ),
  },
  { kind: 'number', pattern: /#\p{Nd}{1,20}(?![\p{L}\p{N}])/gu },
  { kind: 'number', pattern: /(?<![\p{L}\p{N}])(?:\+|\()?\p{Nd}(?:[\s()/.-]{0,3}\p{Nd}){5,24}(?![\p{L}\p{N}])/gu },
  {
    kind: 'address',
    cased: true,
    pattern: new RegExp(
      String.raw`${START}\p{Nd}{1,5}\p{L}?\s(?:\p{Lu}[\p{L}'’.-]{1,30}\s){1,4}(?:${caseless(STREETS_BEHIND)})${END}`,
      'gu',
    ),
  },
  {
    kind: 'address',
    pattern:
      /(?<![\p{L}\p{N}])\p{L}[\p{L}-]{2,40}(?:straße|strasse|str\.|gasse|weg|platz|allee|straat|laan|gatan|vägen|gade|vej)\s\p{Nd}{1,4}\p{L}?(?![\p{L}\p{N}])/gu,
  },
  {
    kind: 'address',
    pattern: new RegExp(
      String.raw`${START}(?:\p{Nd}{1,4},?\s)?(?:${STREETS_BEFORE})\s(?:[\p{L}'’.-]{1,30}[\s,]{1,2}){1,4}\p{Nd}{1,4}${END}`,
      'gu',
    ),
  },
  {
    kind: 'address',
    pattern: new RegExp(
      String.raw`${START}\p{Nd}{1,4}(?:\s?bis)?,?\s(?:${STREETS_BEFORE})\s(?:[\p{L}'’-]{1,30}\s?){1,4}`,
      'gu',
    ),
  },
  // Any street, by the postcode behind it.
  {
    kind: 'address',
    cased: true,
    pattern:
      /(?<![\p{L}\p{N}])(?:\p{Lu}[\p{L}'’.-]{1,30}\s){1,3}\p{Nd}{1,4}\s?[a-z]?,?\s{1,2}(?:[A-Z]{1,3}-)?\p{Nd}{4,6}\s\p{Lu}[\p{L}-]{1,40}(?![\p{L}\p{N}])/gu,
  },
  {
    kind: 'name',
    cased: true,
    pattern: new RegExp(
      String.raw`${START}(?:${caseless(TITLES)})\.?\s\p{Lu}[\p{L}'’-]{1,40}(?:\s\p{Lu}[\p{L}'’-]{1,40})?`,
      'gu',
    ),
  },
  { kind: 'name', pattern: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{L}]{1,10}(?:様|さま|さん)/gu },
];

/** The town behind a street, from where the street ends. */
export const TOWN =
  /(?:,\s?|\s?\n)(?:(?:[A-Z]{1,3}-)?\p{Nd}{4,6}\s(?:[A-Z]{2}\s)?)?\p{Lu}[\p{L}'’.-]{1,40}(?:[\s-]\p{Lu}[\p{L}'’.-]{1,40}){0,2}(?:,?\s(?:[A-Z]{1,2}\p{Nd}[A-Z\p{Nd}]?\s?\p{Nd}[A-Z]{2}|(?:[A-Z]{2}\s)?\p{Nd}{4,6}))?/uy;

/** Speaks of a file that does not go along when the answer is sent again. */
export const FILE_WORDS = new RegExp(
  String.raw`${START}(?:pfa|attached|enclosed|attaching|enclosing|i(?:\s(?:now|also|have))?\sattach|(?:screenshot|picture|photo|image|file|document|form|label)s?\s(?:below|above)|(?:see|in|find|open|as|with|from)\s(?:(?:the|an|my|our)\s)?attachments?|anbei|beiliegend\p{L}{0,2}|beigelegt|angehängte?[nmrs]?|beigefügte?[nmrs]?|(?:im|siehe)\sanhang|(?:in\sder|siehe)\sanlage|ci-jointe?s?|pièces?\sjointes?|en\sannexe|je\s(?:vous\s|te\s)?joins|nous\s(?:vous\s)?joignons|joint(?:e?s?)\sà\sce|adjunt[oa]s?|adjuntamos|adjuntar[eé]|anex[oa]s?|em\sanexo|anexad[oa]s?|in\sallegato|allegat[oaie]|allego|bijgevoegde?|bijlagen?|bijgaand|bifogad|bifogat|bifogar|vedhæftet|vedlagt|vedlegg|w\szałączniku|załączam|v\spříloze|přikládám|mellékelten|csatoltan|во\sвложении|прикреплен\p{L}{0,3}|ekte|ekli)${END}|添付|附件|첨부`,
  'gu',
);

/** Titles are written with a capital in some languages and without in others; the name behind them always with one. */
function caseless(words: string): string {
  return words
    .split('|')
    .flatMap((word) => [word, word.charAt(0).toUpperCase() + word.slice(1)])
    .join('|');
}
