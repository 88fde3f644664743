/** How people end a mail, lower case: what stands alone on a line above a name. */
const FAREWELLS =
  /^(?:(?:best|kind|kindest|warm|warmest|many|with best|with kind) )?(?:regards|wishes|greetings)$|^(?:(?:(?:yours )?(?:sincerely|truly|faithfully))|all the best|best|cheers|yours|br|rgds|kr|lg|vg|mfg)$|^(?:(?:mit )?(?:freundlichen?|besten?|herzlichen?|lieben?|viele[n]?|schönen?) gr(?:u|ü|ue)(?:ß|ss)(?:en?)?)$|^(?:(?:bien )?cordialement|salutations|(?:un )?saludos?(?: cordial(?:es)?)?|atentamente|(?:cordiali|distinti) saluti|(?:met )?(?:vriendelijke|hartelijke) groet(?:en)?|med (?:vänlig hälsning|vennlig hilsen|venlig hilsen)|pozdrawiam|z poważaniem|s pozdravem|atenciosamente|ystävällisin terveisin|üdvözlettel|с уважением|saygılarımla|よろしくお願いいたします|此致敬礼)$/;

/** Thanks end a mail too, and are words of their own: an agent's "Thank you." above their name is sent. */
const THANKS =
  /^(?:thanks|thank you|many thanks|thanks in advance|(?:vielen|besten|herzlichen|schönen) dank|merci(?: beaucoup)?|(?:muchas )?gracias|grazie(?: mille)?|(?:muito )?obrigad[oa]|dank u(?: wel)?|dziękuję)$/;

/** A line without the signs around its words. */
export function bareLine(line: string): string {
  return line
    .toLowerCase()
    .replace(/^[\s*_\u2013-]{1,300}/, '')
    .replace(/[\s*_,.!|]{1,300}$/, '');
}

/** `line` as `bareLine` gives it. */
export function isFarewell(line: string): boolean {
  return FAREWELLS.test(line);
}

/** `line` as `bareLine` gives it. */
export function isThanks(line: string): boolean {
  return THANKS.test(line);
}

/** Two to four words with capitals, as a signature begins where nobody knows the name of its writer. */
export const NAME_ALONE = /^\p{Lu}[\p{L}.'’-]{0,30}(?: (?:\p{Lu}[\p{L}.'’-]{0,30}|von|van|de|der|di|da)){1,3}$/u;
/** How somebody is reached, as it stands below a name: an address, a page, a number of eight digits or more. */
export const REACHED_AT = /\S@\S|www\.|https?:\/\/|[+(0-9](?:[\s()./-]{0,3}\d){7,16}/;
