/** Until when somebody is away, as their vacation program says it; in their own words, which name the day best. */

/** "until", "back on" and their cousins, before a day. Compared with lower case. */
const UNTIL: readonly RegExp[] = [
  /\b(?:until|till|through|thru)\b/,
  /\bbis (?:einschließlich |einschl\. |inklusive |inkl\. )?(?:zum |zu |am )?/,
  /\bjusqu'(?:au|à|en) /,
  /\bhasta (?:el )?/,
  /\baté (?:o dia |ao dia |dia |a |o )?/,
  /\bfino (?:al|a|alle|all') ?/,
  /\b(?:tot en met|t\/m|tot) /,
  /\b(?:till och med|t\.o\.m\.|til og med|t\.o\.m|til|till) (?:den )?/,
  /\bdo (?:dnia )?(?=\d|ponied|wtor|środ|czwart|piąt|sobot|niedz|pond|úter|střed|čtvrt|pát)/,
  /(?<![\p{L}])до (?=\d|понед|вторн|сред|четв|пятн|субб|воскр|пон|вівт|серед|п’ят|п'ят)/u,
];
const BACK: readonly RegExp[] = [
  /\b(?:back|return(?:ing)?|available again)(?: (?:in|to) (?:the )?(?:office|work))? (?:on )?(?=\p{L}*\s?,? ?\d|\p{L}+day|\d|january|february|march|april|may|june|july|august|september|october|november|december|next|tomorrow)/u,
  /\bab (?:dem )?(?=\d|montag|dienstag|mittwoch|donnerstag|freitag)/,
  /\bwieder (?:am|ab) (?:dem )?/,
  /\b(?:de retour|rentrerai|serai de retour) (?:le )?/,
  /\b(?:regresaré|vuelvo|volveré|regreso) (?:el )?/,
];

/** Without such a word the day may be that of office hours. */
const ABSENT =
  /out of (?:the )?office|\baway\b|travel?ling|business trip|dienstreise|(?:will|to) be back\b|vacation|holiday|\bleave\b|absent|unavailable|abwesen|urlaub|nicht im (?:büro|haus)|außer haus|nicht erreichbar|elternzeit|congé|vacances|déplacement|vacaciones|fuera de|ausente|férias|fora do|ferie|assente|fuori (?:ufficio|sede)|afwezig|vakantie|niet (?:op kantoor|aanwezig)|verlof|semester|bortrest|tjänstledig|inte på kontoret|\bferie|ikke på kontoret|fravær|poissa|loma|urlop|poza biurem|nieobecn|dovolen|mimo kancel|nepřítom|szabadság|concediu|отпуск|отсутств|відпуст|відсутн|απουσ|άδεια|izin|休暇|不在|休假|外出|出差|휴가|부재/u;

/** What ends a day, beside the end of a sentence: the words that say something else about it. */
const END =
  /[;!?()\n\r"”]|,(?!\s*(?:\d|\p{L}+ \d))|(?<!(?:^|\D)\d{1,2})\.(?=\s|$)|\s(?:and|with|for|in urgent|if|but|und|mit|nicht|im|in dringend|et|avec|sans|y|con|e|com|met|och|og|oraz|i|и|та|abwesend|außer|without|due|because|wegen)(?=\s|$)/u;
const HAS_DAY =
  /\d|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|next week|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|segunda|terça|quarta|quinta|sexta|maandag|dinsdag|woensdag|donderdag|vrijdag|måndag|tisdag|onsdag|torsdag|fredag|mandag|tirsdag|ponied|wtor|środ|czwart|piąt|понед|вторн|сред|четв|пятн/;
const MAX_DAY = 50;
const MAX_READ = 2_000;
/** Where a sentence ends, but not behind the number of a day. */
const SENTENCE_END = /(?<=[^\d\s][.!?])\s+|(?<=[。！？])|\n+/;
const GREETING =
  /^(?:hi|hello|hey|dear|hallo|guten|sehr geehrte|liebe|bonjour|cher|chère|hola|estimad|olá|prezad|caro|gentile|buongiorno|beste|geachte|hej|hei|dzień|szanown|dobrý|здравствуйте|уважаем|добр)\b[^.!?]{0,60}[,!.:]?$/iu;
const MAX_SENTENCE = 180;

/** Whether a text speaks of absence at all; a person's may, too. */
export function speaksOfAbsence(text: string): boolean {
  return ABSENT.test(text.slice(0, MAX_READ).toLowerCase());
}

/** `until`: " until 7 December", to stand behind "Away"; `sentence`: the one that says most. */
export function findAbsence(text: string): { until: string | undefined; sentence: string | undefined } {
  const sentences = text
    .split(SENTENCE_END)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence.split(/\s+/).length >= 3 || /[\u3000-\u9fff\uac00-\ud7af]{4}/.test(sentence));
  const isAbsent = ABSENT.test(text.toLowerCase());
  const dated = isAbsent ? sentences.find((sentence) => findDayOfReturn(sentence) !== undefined) : undefined;
  const said = sentences.filter((sentence) => !GREETING.test(sentence));
  const dayNamed = isAbsent ? said.find((sentence) => HAS_DAY.test(sentence.toLowerCase())) : undefined;
  return {
    until: dated === undefined ? undefined : findDayOfReturn(dated),
    sentence: (dated ?? dayNamed ?? said[0])?.slice(0, MAX_SENTENCE),
  };
}

function findDayOfReturn(sentence: string): string | undefined {
  const lower = sentence.toLowerCase().replace(/\u2019/g, "'");
  if (lower.length !== sentence.length) return undefined;
  for (const [word, phrases] of [
    [' until', UNTIL],
    [', back', BACK],
  ] as const) {
    for (const phrase of phrases) {
      const found = phrase.exec(lower);
      if (found === null) continue;
      const rest = sentence
        .slice(found.index + found[0].length)
        .trimStart()
        .slice(0, MAX_DAY);
      const day = rest.slice(0, END.exec(rest)?.index ?? rest.length).trim();
      if (day !== '' && HAS_DAY.test(day.toLowerCase())) return `${word} ${day}`;
    }
  }
  return undefined;
}
