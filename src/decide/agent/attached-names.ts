import type { ParsedMail } from '../../domain/parsed-mail.ts';

/** What stands as the words of a response that is nothing but files. */
export function attachedNames({ attachments }: ParsedMail): string {
  return attachments
    .filter((attachment) => !attachment.inline)
    .map((attachment) => `[${attachment.filename}]`)
    .join(' ');
}
