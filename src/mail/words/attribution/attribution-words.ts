/**
 * The words mail clients put around the name of the person they quote, by language. Lower case, as the client writes
 * them; `opener` starts the line, `verb` stands anywhere in it. Sources are the clients' own templates: "On DATE, NAME
 * wrote:", "Am DATE schrieb NAME:", "NAME 于DATE写道：".
 */
type Language = { readonly openers: readonly string[]; readonly verbs: readonly string[] };

const LANGUAGES: Readonly<Record<string, Language>> = {
  af: { openers: ['op'], verbs: ['geskryf', 'het geskryf', 'skryf'] },
  am: { openers: [], verbs: ['ጽፏል', 'እንዲህ ሲል ጽፏል'] },
  ar: { openers: ['في', 'بتاريخ', 'يوم'], verbs: ['كتب', 'كتبت', 'كتبَ', 'كتب/ت', 'أرسل'] },
  az: { openers: [], verbs: ['yazdı', 'yazıb'] },
  be: { openers: [], verbs: ['напісаў', 'напісала', 'піша'] },
  bg: { openers: ['на', 'в'], verbs: ['написа', 'писа', 'написал', 'написала'] },
  bn: { openers: [], verbs: ['লিখেছেন', 'লিখেছে'] },
  bs: { openers: ['dana', 'u'], verbs: ['napisao', 'napisala', 'je napisao/la'] },
  ca: { openers: ['el', 'el dia', 'a', 'missatge de'], verbs: ['va escriure', 'ha escrit', 'escrigué'] },
  cs: { openers: ['dne', 'v', 've'], verbs: ['napsal', 'napsala', 'napsal/a', 'napsal(a)', 'píše', 'napsal/-a'] },
  cy: { openers: ['ar'], verbs: ['ysgrifennodd'] },
  da: { openers: ['den', 'på', 'd.'], verbs: ['skrev'] },
  de: { openers: ['am', 'vom'], verbs: ['schrieb', 'schrieben', 'hat geschrieben', 'geschrieben', 'schreibt'] },
  el: { openers: ['στις', 'την', 'το', 'τη', 'ο χρήστης', 'ο/η'], verbs: ['έγραψε', 'έγραψες', 'εγραψε'] },
  en: { openers: ['on', 'in a message dated'], verbs: ['wrote', 'writes', 'has written'] },
  eo: { openers: ['je'], verbs: ['skribis'] },
  es: { openers: ['el', 'en', 'con fecha'], verbs: ['escribió', 'escribio', 'ha escrito', 'escribia'] },
  et: { openers: ['kuupäev'], verbs: ['kirjutas'] },
  eu: { openers: [], verbs: ['idatzi zuen', 'idatzi du', 'hau idatzi'] },
  fa: { openers: ['در', 'در تاریخ'], verbs: ['نوشت', 'نوشته'] },
  fi: { openers: [], verbs: ['kirjoitti'] },
  fr: { openers: ['le', 'en date du'], verbs: ['a écrit', 'a ecrit', 'écrit', 'écrivait', 'écrivit'] },
  ga: { openers: ['ar'], verbs: ['scríobh', 'do scríobh'] },
  gl: { openers: ['o', 'en'], verbs: ['escribiu'] },
  he: { openers: ['ב', 'בתאריך', 'ב־', 'ביום'], verbs: ['כתב', 'כתבה', 'כתב/ה', 'מאת', 'נכתב על ידי'] },
  hi: { openers: [], verbs: ['ने लिखा', 'लिखा'] },
  hr: { openers: ['dana', 'u'], verbs: ['napisao', 'napisala', 'napisa', 'piše'] },
  hu: { openers: [], verbs: ['írta', 'ezt írta', 'írt'] },
  hy: { openers: [], verbs: ['գրել է', 'գրեց'] },
  id: { openers: ['pada', 'pada tanggal'], verbs: ['menulis', 'tulis'] },
  is: { openers: ['þann', 'á'], verbs: ['skrifaði', 'reit'] },
  it: { openers: ['il', 'il giorno', 'in data'], verbs: ['ha scritto', 'scrive', 'scritto', 'scriveva'] },
  ja: {
    openers: [],
    verbs: ['のメッセージ', 'のメール', 'は書きました', 'が書きました', 'さんは書きました', '書き込みました', '書いた'],
  },
  ka: { openers: [], verbs: ['დაწერა', 'წერდა'] },
  kk: { openers: [], verbs: ['жазды'] },
  ko: { openers: [], verbs: ['작성', '님이 작성', '썼습니다', '쓴 글', '님이 씀', '작성:', '님의 말'] },
  lb: { openers: ['den', 'am'], verbs: ['huet geschriwwen', 'schreift'] },
  lt: { openers: [], verbs: ['rašė', 'parašė'] },
  lv: { openers: [], verbs: ['rakstīja', 'raksta'] },
  mk: { openers: ['на'], verbs: ['напиша', 'пишува'] },
  mn: { openers: [], verbs: ['бичсэн', 'бичихдээ'] },
  ms: { openers: ['pada'], verbs: ['menulis', 'telah menulis'] },
  nl: { openers: ['op', 'in'], verbs: ['schreef', 'heeft het volgende geschreven', 'geschreven', 'schrijft'] },
  no: { openers: ['den', 'på', 'tir.', 'man.', 'ons.', 'tor.', 'fre.', 'lør.', 'søn.'], verbs: ['skrev', 'skreiv'] },
  pl: {
    openers: ['w dniu', 'dnia', 'w', 'użytkownik', 'wiadomość napisana'],
    verbs: ['napisał', 'napisała', 'napisał(a)', 'napisał/a', 'napisał/-a', 'pisze', 'napisano'],
  },
  pt: { openers: ['em', 'no dia', 'a', 'na', 'no'], verbs: ['escreveu', 'escreveu o seguinte', 'escreveu:'] },
  ro: { openers: ['în', 'in', 'pe', 'la'], verbs: ['a scris', 'a scris:'] },
  ru: {
    openers: ['в', 'от'],
    verbs: ['пишет', 'написал', 'написала', 'написал(а)', 'писал', 'писала', 'писал(а)', 'пишете'],
  },
  sk: { openers: ['dňa', 'v', 'vo', 'dna'], verbs: ['napísal', 'napísala', 'napísal(a)', 'napísal/a', 'píše'] },
  sl: { openers: ['dne', 'v', 'na'], verbs: ['napisal', 'napisala', 'je oseba', 'je napisal', 'piše'] },
  sq: { openers: ['më', 'në', 'me'], verbs: ['shkroi', 'shkruajti', 'ka shkruar'] },
  sr: { openers: ['дана', 'на', 'dana'], verbs: ['написао', 'написала', 'је написао/ла', 'пише', 'napisao/la'] },
  sv: { openers: ['den', 'på', 'mån', 'tis', 'ons', 'tors', 'fre', 'lör', 'sön'], verbs: ['skrev', 'skriver'] },
  sw: { openers: ['mnamo'], verbs: ['aliandika', 'ameandika'] },
  ta: { openers: [], verbs: ['எழுதியது', 'எழுதினார்'] },
  th: { openers: ['เมื่อ', 'ใน', 'วันที่', 'ในวันที่', 'เมื่อวันที่'], verbs: ['เขียนว่า', 'เขียน', 'ได้เขียน'] },
  tl: { openers: ['noong'], verbs: ['sumulat', 'isinulat ni', 'wrote'] },
  tr: { openers: [], verbs: ['yazdı', 'şunları yazdı', 'şunu yazdı', 'tarihinde'] },
  uk: {
    openers: ['від', 'в', 'у'],
    verbs: ['пише', 'написав', 'написала', 'написав(ла)', 'писав', 'писав(ла)', 'пишет'],
  },
  ur: { openers: [], verbs: ['لکھا', 'نے لکھا'] },
  uz: { openers: [], verbs: ['yozdi', 'ёзди'] },
  vi: { openers: ['vào', 'vào ngày', 'lúc', 'ngày'], verbs: ['đã viết', 'viết'] },
  zh: { openers: ['在', '于', '於'], verbs: ['写道', '寫道', '写到', '寫到', '撰写', '来信', '的邮件中写道', '写'] },
};

const openers = new Set<string>();
const spacedVerbs = new Set<string>();
const joinedVerbs = new Set<string>();
for (const { openers: starts, verbs } of Object.values(LANGUAGES)) {
  for (const each of starts) openers.add(each);
  for (const verb of verbs) {
    // Scripts without blanks between words, and those that add endings, are looked for inside the line.
    const joined = /[\u0590-\u06ff\u0900-\u109f\u1200-\u137f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/u.test(verb);
    (joined ? joinedVerbs : spacedVerbs).add(verb);
  }
}

/** First words of attribution lines, lower case. */
export const ATTRIBUTION_OPENERS: ReadonlySet<string> = openers;
/** Verbs that stand as words of their own. */
export const SPACED_VERBS: ReadonlySet<string> = spacedVerbs;
/** Verbs that are looked for anywhere in the line. */
export const JOINED_VERBS: readonly string[] = [...joinedVerbs];
