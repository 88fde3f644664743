/**
 * A vacation program that marks nothing: only its subject and its words show it. A person's mail taken for one costs a
 * ticket, so that all of it is asked for: the writer says in the first person that they are away, says until when or who
 * stands in, asks nothing, and writes little else.
 */

/** First person and away, in the languages people write. Compared with lower case, one blank between words. */
const AWAY: readonly RegExp[] = [
  /\bi(?:'m| am|'ll be| will be| shall be) (?:[\w,]+ ){0,4}(?:out of (?:the )?office|away|on (?:\w+ )?(?:leave|vacation|holidays?)|on (?:a )?business trip|travel?ling|unavailable|not in the office|absent)\b/,
  /\b(?:currently|presently|now) (?:out of (?:the )?office|on (?:\w+ )?(?:leave|vacation|holidays?)|away from (?:the office|my desk))\b/,
  /\bbin (?:ich )?(?:[\p{L}\p{N}.]+ ){0,8}(?:nicht im (?:büro|hause?)|außer haus|abwesend|im urlaub|nicht erreichbar|auf dienstreise|in elternzeit)/u,
  /\bbefinde mich (?:[\p{L}\p{N}.]+ ){0,8}(?:im urlaub|auf dienstreise|außer haus|in elternzeit)/u,
  /\bje (?:suis|serai) (?:[\p{L}\p{N}.]+ ){0,6}(?:absente?|en congés?|en vacances|en déplacement|hors du bureau)/u,
  /\b(?:estoy|estaré|me encuentro) (?:[\p{L}\p{N}.]+ ){0,6}(?:fuera de (?:la )?oficina|de vacaciones|ausente|de viaje)/u,
  /(?:estou|estarei|encontro-me) (?:[\p{L}\p{N}.]+ ){0,6}(?:fora do escritório|de férias|ausente|em viagem)/u,
  /(?:sono|sarò|mi trovo) (?:[\p{L}\p{N}.]+ ){0,6}(?:fuori (?:ufficio|sede)|in ferie|assente|in viaggio)/u,
  /\b(?:ben ik|ik ben) (?:[\p{L}\p{N}.]+ ){0,8}(?:afwezig|niet (?:op kantoor|aanwezig)|(?:met|op) vakantie|met verlof)/u,
  /\bjag är (?:[\p{L}\p{N}.]+ ){0,6}(?:inte på kontoret|på semester|bortrest|ledig|frånvarande|föräldraledig)/u,
  /\bjeg er (?:[\p{L}\p{N}.]+ ){0,6}(?:ikke på (?:kontoret|arbejde|jobb)|på ferie|bortreist|bortrejst|ikke til ?stede|fraværende)/u,
  /\bolen (?:[\p{L}\p{N}.]+ ){0,6}(?:poissa|lomalla|matkoilla)/u,
  /(?:jestem|będę|przebywam) (?:[\p{L}\p{N}.]+ ){0,6}(?:na urlopie|poza biurem|nieobecn|na zwolnieniu)/u,
  /(?:jsem|budu) (?:[\p{L}\p{N}.]+ ){0,6}(?:mimo kancelář|na dovolené|nepřítom)/u,
  /(?:som|budem) (?:[\p{L}\p{N}.]+ ){0,6}(?:mimo kancelárie|na dovolenke|neprítom)/u,
  /szabadságon vagyok|szabadságomat töltöm|nem vagyok az irodában|házon kívül vagyok|nem tartózkodom az irodában/,
  /(?:sunt|voi fi|mă aflu) (?:[\p{L}\p{N}.]+ ){0,6}(?:în concediu|plecat|absent)/u,
  /(?:нахожусь|буду|сейчас|я) (?:[\p{L}\p{N}.]+ ){0,6}(?:в отпуске|отсутств|вне офиса|в командировке)|меня не будет|(?:нахожусь|буду) в отпуск/u,
  /(?:перебуваю|буду|зараз|я) (?:[\p{L}\p{N}.]+ ){0,6}(?:у відпустці|відсутн|поза офісом|у відрядженні)/u,
  /απουσιάζω|βρίσκομαι (?:[\p{L}\p{N}.]+ ){0,5}(?:εκτός γραφείου|σε άδεια)|είμαι (?:[\p{L}\p{N}.]+ ){0,5}(?:εκτός γραφείου|σε άδεια)/u,
  /ofis dışındayım|izindeyim|izinliyim|izinde olacağım|ofis dışında olacağım/,
  /(?:אני|אהיה) (?:[\p{L}\p{N}.]+ ){0,5}(?:מחוץ למשרד|בחופשה)|אינני במשרד/u,
  /(?:أنا|سأكون) (?:[\p{L}\p{N}.]+ ){0,5}(?:خارج المكتب|في إجازة)/u,
  /(?:我|本人|目前|现在|現在).{0,20}(?:休假|外出|出差|不在办公室|不在辦公室)/,
  /(?:休暇|夏季休業|休み)(?:を)?(?:いただ|頂|取得|中)|不在にし|不在です|外出して|出張中|出張のため/,
  /(?:휴가|부재|출장)\s?(?:중|로|입니다)|자리를 비/,
];

/** Until when, or who stands in. */
const RETURN =
  /\b(?:return|back|until|till|urgent|in my absence|alternat|contact|zurück|wieder|bis (?:zum|einschl|\d)|dringend|vertret|abwesenheit|retour|jusqu|urgen|absence|hasta|regres|ausencia|até|retorno|ausência|fino|rientr|ritorn|assenza|tot|terug|afwezigheid|tillbaka|åter|brådska|tilbage|tilbake|haster|asti|palaan|kiireell|wracam|powr[oó]|piln|wrócę|vrátím|návrat|vrátim|naléhav|vissza|sürg|până|revin|kadar|döne|dönüş|acil)|до \d|вернусь|верн|срочн|повернусь|терміново|έως|επιστρ|επείγ|עד|אחזור|דחוף|حتى|عودت|عاجل|返回|回来|回來|紧急|緊急|急事|至|まで|戻り|より|까지|복귀|긴급/u;

/** What a person asks for, beside the sentences with which such notices send people on. */
const REQUEST =
  /[?？؟]|\bplease (?!contact|call|e-?mail|write|direct|note|expect|allow|reach|refer|get in|be advised|do not|don't|send (?:it|them|your)|forward|accept|bear|leave|ring|phone|speak|resend|address)|\bbitte (?!wenden|kontaktieren|schreiben|beachten|rufen|haben|richten|senden sie (?:ihre|diese)|an\b|um\b|mailen)|does(?: not|n't) work|not working|funktioniert nicht|ne fonctionne pas|no funciona|error message|fehlermeldung|\bmy (?:order|account|invoice|printer|ticket|booking)\b/;

const MAX_LENGTH = 1_500;
/** Where such a notice says it. */
const START = 600;

export function isAbsenceNotice(text: string): boolean {
  if (text.length > MAX_LENGTH * 2) return false;
  const words = text
    .slice(0, MAX_LENGTH * 2)
    .toLowerCase()
    .replace(/\u2019/g, "'")
    .replace(/\s+/g, ' ')
    .trim();
  if (words.length > MAX_LENGTH || REQUEST.test(words)) return false;
  const start = words.slice(0, START);
  return AWAY.some((away) => away.test(start)) && RETURN.test(words);
}
