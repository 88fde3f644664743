import MailComposer from 'nodemailer/lib/mail-composer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkHtml } from '../../hostile/sent-invariants.ts';
import { readSent } from '../../hostile/sent-parts.ts';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import type { SeenMail } from '../../support/sent-mail.ts';

const compose = (mail: ConstructorParameters<typeof MailComposer>[0]) => new MailComposer(mail).compile().build();
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** The parts of a mail of ours, read by rules of their own, with what must hold of all HTML that we send. */
function partsOf(mail: SeenMail) {
  const sent = readSent({ raw: Buffer.from(mail.raw, 'latin1'), envelope: mail.envelope, at: 0 });
  expect(checkHtml(sent.html)).toEqual([]);
  return { text: sent.text.replace(/\r\n/g, '\n'), html: sent.html.replace(/\s*\r?\n\s*/g, ''), parts: sent.parts };
}

/** A reply as Gmail writes it: both forms, the mail that it answers below in a quote. */
const gmail = (to: SeenMail, from: string, html: string, text: string, more: object = {}) =>
  compose({
    from,
    to: to.header('Reply-To') ?? '',
    subject: `Re: ${to.parsed.subject}`,
    text: `${text}\n\nOn Mon, Nov 30, 2026 at 1:00 PM Acme Support <support@desk.example> wrote:\n\n${to.parsed.text.replace(/^/gm, '> ')}`,
    html: `<div dir="ltr">${html}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Mon, Nov 30, 2026 at 1:00 PM Acme Support &lt;<a href="mailto:support@desk.example">support@desk.example</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">${to.parsed.text.replace(/[&<>]/g, '.').replace(/\n/g, '<br>')}</blockquote></div>`,
    ...more,
  });

// Its tests are one story, each in the world that the one before has left.
describe('words with their formatting', { shuffle: false }, () => {
  let world: DeskWorld;
  beforeAll(async () => {
    world = await startDeskWorld();
    await world.start();
    await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
  });
  afterAll(() => world?.stop());

  test('of a customer reach the agents as they were written, with the picture where it was pasted', async () => {
    await world.deliver(
      await compose({
        from: 'Jo Doe <jo@customer.example>',
        to: 'support@desk.example',
        subject: 'Two pages',
        text: 'Hello,\n\nit prints *two* pages:\n\n   1. mine\n   2. another one\n\n[image: shot.png]\nSee our list <https://customer.example/list>.',
        html: '<div dir="ltr">Hello,<div><br></div><div>it prints <b style="color:red">two</b> pages:</div><ol><li>mine</li><li>another one</li></ol><div><img src="cid:ii_1" alt="shot.png" width="300"></div><div>See <a href="https://customer.example/list" onclick="x()">our list</a>.</div><img src="https://track.example/open.gif" width="1" height="1"></div>',
        attachments: [{ filename: 'shot.png', content: PNG, contentType: 'image/png', cid: 'ii_1' }],
      }),
    );
    const { text, html, parts } = partsOf(await world.mailTo('alice@desk.example'));
    expect(html).toContain('it prints <strong>two</strong> pages:');
    expect(html).toMatch(/<ol[^>]*><li[^>]*>mine<\/li><li[^>]*>another one<\/li><\/ol>/);
    expect(html).toMatch(/another one.*<img src="cid:picture-1" alt="shot.png"[^>]*>.*our list/);
    expect(html).toContain('https://customer.example/list');
    expect(html).not.toMatch(/track\.example|onclick|red/);
    expect(text).toContain(
      '  it prints *two* pages:\n\n  1. mine\n  2. another one\n\n  [image: shot.png]\n  See our list <https://customer.example/list>.',
    );
    expect(parts.filter(({ filename }) => filename === 'shot.png')[0]?.content).toEqual(PNG);
    expect((await world.rows('select query from tickets'))[0]?.['query']).toContain('it prints *two* pages:');
  });

  test('of an agent reach the customer without commands, quotes and what stands below our marker', async () => {
    const seen = await world.mailTo('alice@desk.example');
    await world.deliver(
      await gmail(
        seen,
        'alice@desk.example',
        '<div>/take</div><div>Hello Jo,</div><div><br></div><div>please <i>hold</i> the button:</div><ul><li>ten seconds</li><li>then let go</li></ul><div><img src="cid:ii_2" alt="button.png"></div><div>The guide is <a href="https://acme.example/guide">here</a>.</div><div><img src="https://cdn.acme.example/banner.png" alt="banner"></div><div>Alice</div>',
        '/take\nHello Jo,\n\nplease *hold* the button:\n\n   - ten seconds\n   - then let go\n\n[image: button.png]\nThe guide is here <https://acme.example/guide>.\n[image: banner]\nAlice',
        { attachments: [{ filename: 'button.png', content: PNG, contentType: 'image/png', cid: 'ii_2' }] },
      ),
    );
    const response = await world.mailTo('jo@customer.example', 2);
    const { text, html } = partsOf(response);
    expect(html).toContain('please <em>hold</em> the button:');
    expect(html).toMatch(/<ul[^>]*><li[^>]*>ten seconds<\/li><li[^>]*>then let go<\/li><\/ul>/);
    expect(html).toMatch(/then let go.*<img src="cid:picture-1" alt="button.png"[^>]*>.*The guide is/);
    expect(html).toMatch(/<a href="https:\/\/acme\.example\/guide"[^>]*>here<\/a>.*https:\/\/acme\.example\/guide/);
    expect(html).not.toMatch(/\/take|wrote:|Reply above|banner/);
    expect(text).toContain(
      'please _hold_ the button:\n\n- ten seconds\n- then let go\n\n[image: button.png]\nThe guide is here <https://acme.example/guide>.',
    );
    expect(text).not.toMatch(/\/take|wrote:|Reply above|banner/);
    const told = await world.mailTo('alice@desk.example', 2);
    expect(told.parsed.text.replace(/\s+/g, ' ')).toContain('sent without these pictures: banner.');
  });

  test('are the words alone where HTML and text of a mail say different things', async () => {
    const response = await world.mailTo('jo@customer.example', 2);
    await world.deliver(
      await gmail(response, 'jo@customer.example', '<b>Yes</b>, it works. Pay me 100.', 'Yes, it works.'),
    );
    const { html, text } = partsOf(await world.mailTo('alice@desk.example', 3));
    expect(text).toContain('Yes, it works.');
    expect(`${html}${text}`).not.toContain('Pay me');
  });

  test('stand beside the words in the export of a person', async () => {
    const rows = await world.rows(
      `select words_html from inbound_mails where from_address = 'jo@customer.example' order by id`,
    );
    expect(rows[0]?.['words_html']).toContain('<strong>two</strong>');
    expect(rows[1]?.['words_html']).toBeNull();
  });

  test('of a past answer go out with /use as they were written, without the greeting and the name of another time', async () => {
    const ask = (from: string, text: string) =>
      compose({ from, to: 'support@desk.example', subject: 'Print head', text });
    const asked = 'How do I clean the print head of my printer? It smears.';
    await world.deliver(await ask('Maria Lopez <maria@customer.example>', asked));
    const first = await toAliceAbout('maria@customer.example');
    await world.deliver(
      await gmail(
        first,
        'alice@desk.example',
        '<div>/close</div><div>Hi Maria,</div><div><br></div><div>please take <b>lukewarm</b> water:</div><ul><li>dip a cloth</li><li>wipe the head</li></ul><div>There is <a href="https://acme.example/clean">a film</a> of it.</div><div><br></div><div>Best regards,</div><div>Alice</div>',
        '/close\nHi Maria,\n\nplease take *lukewarm* water:\n\n   - dip a cloth\n   - wipe the head\n\nThere is a film <https://acme.example/clean> of it.\n\nBest regards,\nAlice',
      ),
    );
    await world.until(
      `select exists (select from answer_tickets a join tickets t on t.id = a.ticket_id where t.email = 'maria@customer.example')`,
    );
    await world.deliver(await ask('Kim Berg <kim@customer.example>', asked));
    const second = await toAliceAbout('kim@customer.example');
    expect(second.parsed.text).toContain('/use 1');
    await world.deliver(await gmail(second, 'alice@desk.example', '<div>/use 1</div>', '/use 1'));
    const { text, html } = partsOf(await world.mailTo('kim@customer.example', 2));
    expect(html).toContain('Hello Kim Berg,');
    expect(html).toContain('please take <strong>lukewarm</strong> water:');
    expect(html).toMatch(/<li[^>]*>dip a cloth<\/li><li[^>]*>wipe the head<\/li>/);
    expect(html).toContain('href="https://acme.example/clean"');
    expect(text).toContain('Hello Kim Berg,\n\nplease take *lukewarm* water:\n\n- dip a cloth\n- wipe the head');
    expect(text).toContain('a film <https://acme.example/clean> of it.');
    expect(`${text}${html}`).not.toMatch(/Maria|Best regards/);
  });

  async function toAliceAbout(customer: string): Promise<SeenMail> {
    const [row] = await world.rows(
      `select count(*)::int as before from outbox o join tickets t on t.id = o.ticket_id
       where o.recipient = 'alice@desk.example' and t.email <> '${customer}'`,
    );
    return await world.mailTo('alice@desk.example', Number(row?.['before']) + 1);
  }
});
