/** What attributes of links and pictures say as text. */

/** The address of a link without what browsers leave out of it (URL Standard, section 4.4), and in one piece as text. */
export function writtenTarget(href: string): string {
  return href
    .replace(/[\t\r\n]+/g, '')
    .replace(/^[\u0000-\u0020\u00a0]+|[\u0000-\u0020\u00a0]+$/g, '')
    .replace(/[\s<>]/g, encodeURIComponent);
}

/** True of the words of a picture that some mail programs put in the place of an emoji that was typed. */
export function isEmoji(words: string): boolean {
  return /^(?=.{0,20}[\p{Extended_Pictographic}\p{RI}])[\p{Emoji}\p{Emoji_Component}]{1,20}$/u.test(words);
}
