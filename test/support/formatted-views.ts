import type { MailHeaders, MailView } from '../../src/domain/mail/mail-view.ts';
import type { MailTemplate } from '../../src/domain/ticket/outbox-item.ts';

/** Words with everything in them that formatted words may hold (domain/mail/rich-words.ts), and the same as text. */
const FORMATTED = [
  '<p>Hello Jo,</p>',
  '<p>thank you for the <strong>screenshot</strong>. It shows <em>E-17</em>, so please do <u>both</u> of these:</p>',
  '<ol><li>hold the green button for ten seconds;<ul><li>the lamp blinks,</li><li>and then it goes out</li></ul></li><li>print a page with <code>lp -d second-floor test.txt</code>.</li></ol>',
  '<p><img src="cid:0" alt=""></p>',
  '<p>The steps are in <a href="https://help.acme.example/printers/e-17">our guide</a>, and on https://help.acme.example.</p>',
  '<table><tr><th>Display</th><th>What it means</th></tr><tr><td>E-17</td><td>The tray is open</td></tr><tr><td>E-18</td><td>The tray is <s>closed</s> empty</td></tr></table>',
  '<blockquote><p>And what about the other printer?</p></blockquote>',
  '<p>That one is fine.</p><pre>status: ok<br>pages: 17</pre><hr><p>Alice</p>',
].join('');
const WORDS =
  'Hello Jo,\n\nthank you for the *screenshot*. It shows _E-17_, so please do both of these: hold the green button, print a page.\n\nAlice';

const PICTURES = [{ place: 0, name: 'display.png', cid: 'picture-1' }];

type Named = { name: string; view: MailView; headers: MailHeaders };

/** The mails that show a person's words as they were formatted, to the customer and to an agent. */
export function formattedMails(mailOf: (template: MailTemplate) => Omit<Named, 'name'>): Named[] {
  const formatted = { html: FORMATTED, pictures: PICTURES };
  return (['response', 'notification'] as const).map((template) => {
    const { view, headers } = mailOf(template);
    const content = { ...view.content, words: WORDS, formatted } as MailView['content'];
    return { name: `${template}-formatted`, view: { ...view, content }, headers };
  });
}
