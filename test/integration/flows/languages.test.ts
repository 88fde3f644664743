import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import {
  ALICE,
  ask,
  countAbout,
  DESK,
  hand,
  mailAbout,
  respond,
  ticketRow,
  turnsOf,
} from '../../support/played-desk.ts';
import { readable } from '../../support/readable-mail.ts';
import { type SeenMail, writeMail, writeReply } from '../../support/sent-mail.ts';

let world: DeskWorld;
beforeAll(async () => {
  world = await startDeskWorld({ env: { LOCALE: 'auto:de', PUBLIC_URL: '' } });
  await world.start();
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
});
afterAll(() => world?.stop());

const inOneLine = (mail: SeenMail) => mail.parsed.text.replace(/\s+/g, ' ');
/** What the HTML of a mail says; it stands in the mail as quoted-printable UTF-8. */
const inHtml = ({ raw }: SeenMail) => {
  const html = raw.slice(raw.indexOf('<!doctype html>')).replace(/=\r\n/g, '');
  const bytes = html.replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return readable(Buffer.from(bytes, 'latin1').toString('utf8')).replace(/\s+/g, ' ');
};
const languageOf = async (ticket: number) => {
  const [row] = await world.rows<{ locale: string }>(`select locale from ticket_mail where ticket_id = ${ticket}`);
  return row?.locale;
};
const mailtoIn = (mail: SeenMail, subject: string) => {
  const links = mail.parsed.text.match(/mailto:\S+/g) ?? [];
  const found = links
    .map((link) => new URL(link))
    .find((link) => link.searchParams.get('subject')?.startsWith(subject));
  if (!found) throw new Error(`no link "${subject}" in ${mail.parsed.text}`);
  return {
    to: decodeURIComponent(found.pathname),
    subject: found.searchParams.get('subject') ?? '',
    text: found.searchParams.get('body') ?? '',
  };
};

const POLISH = 'Dzień dobry, mój czajnik przecieka od wczoraj. Czy mogę dostać nowy?';

describe('a customer', () => {
  test('is written to in the language of the first mail, from the receipt to the last mail', async () => {
    const asked = await ask(world, 'ola@klient.example', { subject: 'Czajnik', text: POLISH });
    expect(await languageOf(asked.ticket)).toBe('pl');
    expect(inOneLine(asked.receipt)).toContain('Dziękujemy za wiadomość.');
    expect(asked.receipt.raw).toContain('lang=3D"pl"');
    const response = await respond(world, asked, 'Bitte senden Sie uns ein Foto.');
    expect(inOneLine(response)).toContain('Wystarczy odpowiedzieć na tę wiadomość.');

    // The mail of the link says in Polish that nothing was added to it.
    const close = mailtoIn(response, 'Zamknij');
    expect(close.subject).toBe(`Zamknij [#${asked.ticket}]`);
    await hand(world, writeMail({ from: asked.customer, ...close }));
    expect(await ticketRow(world, asked.ticket)).toMatchObject({ status: 'closed' });
    expect(await turnsOf(world, asked.ticket)).toMatchObject([{ received: null }]);
    const closing = await mailAbout(world, asked.customer, asked.ticket, 3);
    expect(inOneLine(closing)).toMatch(/Czy udało nam się pomóc\?.*w ciągu 7 dni/);

    const unhappy = mailtoIn(closing, 'Mam zastrzeżenia');
    const words = `Za długo to trwało.\n\n${unhappy.text}`;
    await hand(world, writeMail({ from: asked.customer, ...unhappy, text: words }));
    expect(await ticketRow(world, asked.ticket)).toMatchObject({ feedback: 'not_satisfied' });
    const [said] = await world.rows<{ words: string }>(
      `select words from inbound_mails where ticket_id = ${asked.ticket} and disposition = 'link' order by id desc limit 1`,
    );
    expect(said?.words).toBe('Za długo to trwało.');
  });

  test('is read without what they quote of our mails in their language', async () => {
    const asked = await ask(world, 'jan@klient.example', { subject: 'Czajnik', text: POLISH });
    const quoted = asked.receipt.parsed.text.trimEnd().replace(/^/gm, '> ');
    const answer = `W dniu 30.11.2026 o 10:00 support@desk.example pisze:\n\n${quoted}\n\nTo model X12.`;
    const [fate] = await hand(world, writeReply(asked.receipt, asked.customer, answer));
    expect(fate).toMatchObject({ disposition: 'held', words: 'To model X12.' });
  });

  test.each([
    ['kim@a.example', 'Refund?', 'Refund?', [], 'de'],
    ['lea@a.example', 'Colis', 'Colis perdu', ['Content-Language: fr-FR'], 'fr-FR'],
    ['uwe@a.example', 'Paket', 'Wo bleibt mein Paket? Es sollte gestern kommen.', ['Content-Language: en-US'], 'de'],
    ['var@a.example', 'Paket', 'Var är mitt paket? Det skulle komma igår.', [], 'de'],
    ['ann@a.example', 'Parcel', 'Where is my parcel? It was due yesterday.', [], 'en'],
  ])(
    '%s gets %s in the language of the desk where theirs is in doubt',
    async (from, subject, text, headers, locale) => {
      const asked = await ask(world, from, { subject, text, headers });
      expect(await languageOf(asked.ticket)).toBe(locale);
    },
  );
});

test('agents read the language of the desk, whatever the customer’s, and are refused in it', async () => {
  const asked = await ask(world, 'zofia@klient.example', { subject: 'Czajnik', text: POLISH });
  expect(inOneLine(asked.toAlice)).toMatch(/##- Antworten Sie hier oben -## Neue Anfrage von zofia@klient\.example/);
  expect(inOneLine(asked.toAlice)).toMatch(/Ticket #\d+, offen, noch bei niemandem/);
  const had = countAbout(world, 'alice@desk.example', asked.ticket);
  const quoted = asked.toAlice.parsed.text.trimEnd().replace(/^/gm, '> ');
  const [fate] = await hand(world, writeReply(asked.toAlice, ALICE, `/clsoe\n\nDanke!\n\n${quoted}`));
  expect(fate).toMatchObject({ disposition: 'returned' });
  const back = await mailAbout(world, 'alice@desk.example', asked.ticket, had + 1);
  expect(back.parsed.subject).toMatch(/^NICHT GESENDET: \[#/);
  expect(inOneLine(back)).toContain('„/clsoe“ sieht aus wie ein Befehl, aber keiner heißt so. Meinten Sie /close?');
  // What stands below the German line never leaves.
  const [sent] = await hand(world, writeReply(asked.toAlice, ALICE, `Danke!\n\n${asked.toAlice.parsed.text}`));
  expect(sent).toMatchObject({ disposition: 'response' });
  expect(await turnsOf(world, asked.ticket)).toMatchObject([{ sent: 'Danke!' }]);
});

describe('why mail was parked', () => {
  test('is said to an agent in whose name a mail came that could not be read', async () => {
    const fields = Array.from({ length: 1200 }, (_, n) => `X-Trace-${n}: ${'x'.repeat(900)}`);
    const had = world.countTo('alice@desk.example');
    const [fate] = await hand(world, writeMail({ from: ALICE, to: DESK, headers: fields }));
    expect(fate).toMatchObject({ disposition: 'parked', reason: 'headers-too-large' });
    const told = await world.mailTo('alice@desk.example', had + 1);
    const said = 'In Ihrem Namen kam eine E-Mail, mit der nichts getan wurde: die Kopfzeilen sind zu groß.';
    expect(inOneLine(told)).toContain(said);
    expect(inHtml(told)).toContain(said);
  });

  test('is said in the report, in words and in HTML', async () => {
    const nobody = Buffer.from(`To: ${DESK}\r\nSubject: Huhu\r\n\r\nWer bin ich?\r\n`);
    expect(await hand(world, nobody)).toMatchObject([{ disposition: 'parked', reason: 'from-missing' }]);
    const had = world.countTo('alice@desk.example');
    await hand(world, writeMail({ from: ALICE, to: DESK, subject: '/report', text: '' }));
    const report = await world.mailTo('alice@desk.example', had + 1);
    const said = /Geparkte E-Mails .*\b1 E-Mail: der Absender \(From\) fehlt\b/;
    expect(inOneLine(report)).toMatch(said);
    expect(inHtml(report)).toMatch(said);
  });
});
