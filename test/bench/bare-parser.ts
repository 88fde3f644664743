/** The parser process of the bare pipeline: mailparser with the options that skip what nobody asked for. */
import { simpleParser } from 'mailparser';

const SKIP = { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true, skipTextLinks: true };

process.on('message', async ({ n, raw }: { n: number; raw: Uint8Array }) => {
  const mail = await simpleParser(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength), SKIP);
  process.send?.({
    n,
    from: mail.from?.value[0]?.address ?? '',
    subject: mail.subject ?? '',
    text: mail.text ?? mail.html ?? '',
    files: mail.attachments.map(({ filename, contentType, content }) => ({ filename, contentType, content })),
  });
});
