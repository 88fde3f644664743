import type { Mark } from '../../domain/ticket/past-answer.ts';

/**
 * What was told to one person only and looks like any other word: a password, a user name, the code of a booking. It is known by
 * the words before it, in the languages that people write most.
 */
const withoutLineBreaks = (words: string) => words.replaceAll('\n', '');

/** Behind these stands a word that people chose. */
const SECRETS =
  withoutLineBreaks(`passwords?|passphrase|passcode|pin|puk|user ?name|user id|login|log-in|sign-in|wi-?fi key|wlan-schlüssel|passwort|kennwort|
passwörter|zugangscode|benutzername|benutzerkennung|benutzer|nutzername|anmeldename|mot de passe|mdp|identifiant|nom d['’]utilisateur|
contraseña|clave|usuario|nombre de usuario|password|nome utente|parola d['’]ordine|senha|palavra-passe|nome de usuário|utilizador|
wachtwoord|gebruikersnaam|lösenord|användarnamn|adgangskode|brugernavn|passord|brukernavn|hasło|login|пароль|логин`);
const IS = withoutLineBreaks(`is|are|was|now|will be|lautet|ist|wäre|est|sera|es|será|sera|è|é|jest|är|er|on|это`);
/** A word in small letters behind these is one that was chosen for somebody. */
const FRESH =
  /(?:new|temporary|initial|provisional|first|neues|neue|vorläufiges|temporäres|initiales|provisoire|temporaire|nouveau|nouvel|temporal|provisional|nuev[oa]|temporanea|provvisoria|nuova|temporária|nova|tijdelijk|nieuwe?|tymczasowe|nowe|временный|новый)\s/u;
const QUOTES = `["“„«'‘»‚]`;

const SECRET = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?:${SECRETS})(?![\p{L}\p{N}])((?:\s[^\s.:;!?=]{1,30}){0,4}?)(?:\s?[:=]|\s(?:${IS})(?:\s?:)?)\s{1,2}(${QUOTES}?)\s?(\S{2,64})`,
  'gu',
);

/** Behind these stand capitals and digits that are somebody's own. */
const CODES =
  withoutLineBreaks(`[Cc]ode|[Rr]eference|[Rr]ef|[Ll]icen[cs]e key|[Ll]icen[cs]e|[Pp]roduct key|[Aa]ctivation key|[Ss]erial|[Ss]erial number|
[Vv]oucher|[Cc]oupon|[Bb]ooking|[Rr]eservation|[Cc]onfirmation|[Rr]egistration|[Kk]ey(?=\\s?[:=]|\\sis\\s)|[A-Za-zäöü]*[Cc]ode|[Gg]utschein|
[Ll]izenzschlüssel|[Ll]izenz|[Ss]chlüssel|[Bb]uchung|[Bb]uchungsnummer|[Rr]eferenz|[Ss]eriennummer|[Kk]ennzeichen|[Rr]éférence|[Cc]lé|
[Rr]éservation|[Rr]eferencia|[Cc]ódigo|[Cc]lave|[Rr]eserva|[Ll]icencia|[Mm]atrícula|[Ii]mmatriculation|[Cc]odice|[Rr]iferimento|[Pp]laca`);
const NOBODYS = String.raw`(?<!(?:error|exit|status|country|area|currency|source|qr|fehler|pays|país|de error|d['’]erreur)[\s-])`;
const CODE = new RegExp(
  String.raw`(?<![\p{L}\p{N}])${NOBODYS}(?:${CODES})(?:\s(?:[Nn]umber|[Nn]o\.?|[Nn]ummer|[Cc]ode|[Kk]ey))?(?:\s?[:=#]|\s(?:is|lautet|ist|est|es|è|é)(?:\s?:)?)?\s["“„«'‘]?(\p{Lu}[\p{Lu}\p{Nd}-]{1,40}(?:\s[\p{Lu}\p{Nd}]{2,6}(?![\p{L}\p{Nd}])){0,6})(?![\p{L}\p{Nd}])`,
  'gu',
);
/** Of fewer capitals and digits, most are abbreviations. */
const MIN_CODE = 5;

/** @param small the same text in small letters, letter by letter */
export function findSecrets(text: string, small: string): Mark[] {
  return [...secrets(text, small), ...codes(text)];
}

function secrets(text: string, small: string): Mark[] {
  return [...small.matchAll(SECRET)].flatMap((match): Mark[] => {
    const { 1: between = '', 2: quote = '', 3: told = '' } = match;
    const from = match.index + match[0].length - told.length;
    const value = text.slice(from, from + told.length).replace(/(?<![.,;:)\]"”“»'’])[.,;:)\]"”“»'’]+$/u, '');
    const behind = text.slice(from + value.length);
    const before = small.slice(Math.max(0, match.index - 30), match.index);
    const fresh = FRESH.test(`${before} ${between} `);
    const colon = /[:=]\s{1,2}$/.test(match[0].slice(0, match[0].length - told.length - quote.length));
    if (!isTold(value, { behind, quoted: quote !== '', fresh, colon })) return [];
    return [{ kind: 'secret', from, to: from + value.length }];
  });
}

/** Whether a word was told to somebody, or only says something: `is hunter2`, and `is case-sensitive`. */
function isTold(
  value: string,
  { behind, quoted, fresh, colon }: { behind: string; quoted: boolean; fresh: boolean; colon: boolean },
): boolean {
  if (value.length < 2) return false;
  if (quoted || /\p{Nd}|[^\p{L}\p{M}'’-]/u.test(value)) return true;
  const ends = /^["”“»'’)]?\s*(?:[.,;!?\n]|$)|^\s*\n/u.test(behind);
  if (colon) return ends;
  if (/\p{Lu}/u.test(value)) return true;
  return fresh && (ends || /^\s(?:and|und|et|y|e|en|i|и)\s/u.test(behind));
}

function codes(text: string): Mark[] {
  return [...text.matchAll(CODE)].flatMap((match): Mark[] => {
    const code = (match[1] ?? '').replace(/(?<!-)-+$/, '');
    if ((code.match(/[\p{Lu}\p{Nd}]/gu)?.length ?? 0) < MIN_CODE) return [];
    const from = match.index + match[0].length - (match[1] ?? '').length;
    return [{ kind: 'secret', from, to: from + code.length }];
  });
}
