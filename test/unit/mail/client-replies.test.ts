import { describe, expect, test } from 'vitest';
import { readBody } from '../../../src/mail/text/body-text.ts';

const plain = (text: string) => readBody({ plain: { text, flowed: false, delSp: false }, html: undefined }).reply;
const html = (text: string) => readBody({ plain: undefined, html: text }).reply;

/** Words that begin like an attribution, a list or a signature, in the languages of the clients below; each must stay whole. */
const TYPED: Readonly<Record<string, readonly string[]>> = {
  en: [
    'On Windows it fails\n\nCheers',
    'On 3 June it was fine\nThanks a lot',
    '1. unplug it\n2. wait\n3. plug it in\n\nBye, Sam',
  ],
  de: [
    'Am Telefon sagte man etwas anderes\n\nDanke',
    'Am 3. Juni ging es noch\nGruß\nUte',
    'Vom Händler kam nichts\n\nVG',
  ],
  fr: [
    'Le colis est vide\n\nMerci',
    'Le 3 juin tout allait bien\nCordialement',
    'En attendant je ne peux rien faire\n\nMerci',
  ],
  es: ['El mando no responde\n\nGracias', 'En la web sale un error 500\nSaludos', 'El 3 de junio iba bien\n\nGracias'],
  it: ['Il tasto non va\n\nGrazie', 'In data 3 giugno andava\nSaluti', 'Il corriere non è venuto\n\nGrazie'],
  pt: ['Em cima da mesa\n\nObrigada', 'No dia 3 de junho estava bem\nObrigado', 'A tampa partiu\n\nAté logo'],
  nl: ['Op de doos staat 7\n\nGroeten', 'Op 3 juni ging het nog\nMvg', 'In de handleiding staat niets\n\nBedankt'],
  sv: ['På telefonen går det\n\nTack', 'Den 3 juni fungerade det\nHälsningar', 'Den lampan blinkar\n\nMvh'],
  da: ['Den røde lampe lyser\n\nTak', 'Den 3. juni virkede det\nHilsen', 'På mobilen virker det\n\nMvh'],
  pl: [
    'W pudełku nic nie ma\n\nDziękuję',
    'W dniu 3 czerwca działało\nPozdrawiam',
    'Dnia 3 maja było dobrze\n\nDzięki',
  ],
  cs: ['V krabici nic není\n\nDíky', 'Dne 3. června to šlo\nZdravím', 'V telefonu to jde\n\nDěkuji'],
  ru: ['В коробке пусто\n\nСпасибо', 'В июне всё работало\nС уважением', 'От курьера ничего не пришло\n\nСпасибо'],
  uk: ['В коробці нічого немає\n\nДякую', 'У червні працювало\nДякую', 'Від кур’єра нічого\n\nДякую'],
  tr: ['Kutu boş geldi\n\nTeşekkürler', '3 Haziran günü çalışıyordu\nSaygılar'],
  el: ['Το κουτί είναι άδειο\n\nΕυχαριστώ', 'Την Τρίτη δούλευε\nΕυχαριστώ'],
  hu: ['A doboz üres\n\nKöszönöm', 'Június 3-án még jó volt\nÜdv'],
  ro: ['În cutie nu e nimic\n\nMulțumesc', 'La telefon merge\nMulțumesc'],
  fi: ['Laatikko on tyhjä\n\nKiitos', '3. kesäkuuta se toimi\nTerveisin'],
  ja: ['箱は空でした。\n\nよろしくお願いします。', '6月3日は動きました\nよろしく'],
  zh: ['在盒子里什么都没有\n\n谢谢', '6月3日还好好的\n谢谢'],
  ko: ['상자가 비어 있어요\n\n감사합니다', '6월 3일에는 됐어요\n감사합니다'],
  he: ['בקופסה אין כלום\n\nתודה', 'ביוני זה עבד\nתודה'],
  ar: ['في الصندوق لا شيء\n\nشكرا', 'يوم الثلاثاء كان يعمل\nشكرا'],
};

/** How clients announce the quote; the mail was sent on 9 October 2026 by "Desk Acht <hilfe@desk8.example>". */
const ANNOUNCED: readonly (readonly [lang: string, client: string, announcement: string])[] = [
  ['en', 'Gmail', 'On Fri, Oct 9, 2026 at 4:05 PM Desk Acht <hilfe@desk8.example> wrote:'],
  ['en', 'Gmail, wrapped', 'On Fri, Oct 9, 2026 at 4:05 PM Desk Acht\n<hilfe@desk8.example> wrote:'],
  ['en', 'Apple Mail', 'On 9 Oct 2026, at 16:05, Desk Acht <hilfe@desk8.example> wrote:'],
  ['en', 'Thunderbird', 'On 10/9/2026 4:05 PM, Desk Acht wrote:'],
  [
    'en',
    'Yahoo, indented',
    '    On Friday, October 9, 2026 at 04:05:21 PM GMT+2, Desk Acht <hilfe@desk8.example> wrote:',
  ],
  ['en', 'Proton', 'On Friday, October 9th, 2026 at 16:05, Desk Acht <hilfe@desk8.example> wrote:'],
  ['en', 'Fastmail', 'On Fri, 9 Oct 2026, at 4:05 PM, Desk Acht wrote:'],
  ['en', 'mutt', 'On Fri, Oct 09, 2026 at 04:05:21PM +0200, Desk Acht wrote:'],
  [
    'en',
    'a link to the address',
    'On Fri, Oct 9, 2026 at 4:05 PM Desk Acht <hilfe@desk8.example\n<mailto:hilfe@desk8.example>> wrote:',
  ],
  [
    'en',
    'a link in the line',
    'On Oct 9, 2026, at 4:05 PM, Desk Acht <hilfe@desk8.example<mailto:hilfe@desk8.example>> wrote:',
  ],
  ['en', 'date, name and address', '2026-10-09 16:05 GMT+02:00 Desk Acht <hilfe@desk8.example>'],
  ['de', 'Gmail', 'Am Fr., 9. Okt. 2026 um 16:05 Uhr schrieb Desk Acht <hilfe@desk8.example>:'],
  ['de', 'Thunderbird', 'Am 09.10.2026 um 16:05 schrieb Desk Acht:'],
  [
    'de',
    'GMX',
    'Gesendet: Freitag, 9. Oktober 2026 um 16:05 Uhr\nVon: "Desk Acht" <hilfe@desk8.example>\nAn: ute@kunde.example\nBetreff: Re: Lampe',
  ],
  ['fr', 'Gmail', 'Le ven. 9 oct. 2026 à 16:05, Desk Acht <hilfe@desk8.example> a écrit :'],
  ['fr', 'Orange', '> Message du 09/10/26 16:05\n> De : "Desk Acht" <hilfe@desk8.example>'],
  ['es', 'Gmail', 'El vie, 9 oct 2026 a las 16:05, Desk Acht (<hilfe@desk8.example>) escribió:'],
  ['it', 'Gmail', 'Il giorno ven 9 ott 2026 alle ore 16:05 Desk Acht <hilfe@desk8.example> ha scritto:'],
  ['pt', 'Gmail', 'Em sex., 9 de out. de 2026 às 16:05, Desk Acht <hilfe@desk8.example> escreveu:'],
  ['pt', 'Gmail of Portugal', 'Desk Acht <hilfe@desk8.example> escreveu (sexta, 9/10/2026 à(s) 16:05):'],
  ['nl', 'Gmail', 'Op vr 9 okt 2026 om 16:05 schreef Desk Acht <hilfe@desk8.example>:'],
  ['sv', 'Gmail', 'Den fre 9 okt. 2026 kl 16:05 skrev Desk Acht <hilfe@desk8.example>:'],
  ['da', 'Gmail', 'Den fre. 9. okt. 2026 kl. 16.05 skrev Desk Acht <hilfe@desk8.example>:'],
  ['pl', 'Gmail', 'pt., 9 paź 2026 o 16:05 Desk Acht <hilfe@desk8.example> napisał(a):'],
  ['pl', 'Onet', 'W dniu 2026-10-09 16:05:21 użytkownik Desk Acht <hilfe@desk8.example> napisał:'],
  ['cs', 'Gmail', 'pá 9. 10. 2026 v 16:05 odesílatel Desk Acht <hilfe@desk8.example> napsal:'],
  [
    'cs',
    'Seznam',
    '---------- Původní e-mail ----------\nOd: Desk Acht <hilfe@desk8.example>\nKomu: eva@zak.example\nDatum: 9. 10. 2026 16:05:21\nPředmět: Re: Lampa',
  ],
  ['ru', 'Gmail', 'пт, 9 окт. 2026 г. в 16:05, Desk Acht <hilfe@desk8.example>:'],
  [
    'ru',
    'Yandex',
    '----------------\nКому: ivan@klient.example;\nТема: Лампа;\n09.10.2026, 16:05, "Desk Acht" <hilfe@desk8.example>:',
  ],
  ['ru', 'Mail.ru', 'Пятница, 9 октября 2026, 16:05 +03:00 от Desk Acht <hilfe@desk8.example>:'],
  ['uk', 'Gmail', 'пт, 9 жовт. 2026 р. о 16:05 Desk Acht <hilfe@desk8.example> пише:'],
  ['tr', 'Gmail', 'Desk Acht <hilfe@desk8.example>, 9 Eki 2026 Cum, 16:05 tarihinde şunu yazdı:'],
  ['el', 'Gmail', 'Στις Παρ 9 Οκτ 2026 στις 4:05 μ.μ., ο/η Desk Acht <hilfe@desk8.example> έγραψε:'],
  ['hu', 'Gmail', 'Desk Acht <hilfe@desk8.example> ezt írta (időpont: 2026. okt. 9., P, 16:05):'],
  ['ro', 'Gmail', 'În vin., 9 oct. 2026 la 16:05, Desk Acht <hilfe@desk8.example> a scris:'],
  ['fi', 'Gmail', 'pe 9. lokak. 2026 klo 16.05 Desk Acht (hilfe@desk8.example) kirjoitti:'],
  ['ja', 'Gmail', '2026年10月9日(金) 16:05 Desk Acht <hilfe@desk8.example>:'],
  ['zh', 'Gmail', 'Desk Acht <hilfe@desk8.example> 于2026年10月9日周五 16:05写道：'],
  [
    'zh',
    'QQ',
    '------------------&nbsp;原始邮件&nbsp;------------------\n发件人:&nbsp;"Desk Acht"<hilfe@desk8.example&gt;;\n发送时间:&nbsp;2026年10月9日(星期五) 下午4:05\n收件人:&nbsp;"Li"<li@qq.example&gt;;\n主题:&nbsp;Re: 灯',
  ],
  ['ko', 'Gmail', '2026년 10월 9일 (금) 오후 4:05, Desk Acht <hilfe@desk8.example>님이 작성:'],
  ['he', 'Gmail', 'בתאריך יום ו׳, 9 באוק׳ 2026 ב-16:05 מאת Desk Acht <hilfe@desk8.example>:'],
  ['ar', 'Gmail', 'في الجمعة، 9 أكتوبر 2026 في 4:05 م تمت كتابة ما يلي بواسطة Desk Acht <hilfe@desk8.example>:'],
  [
    'en',
    'Outlook',
    'From: Desk Acht <hilfe@desk8.example>\nSent: Friday, October 9, 2026 4:05 PM\nTo: Sam <sam@client.example>\nSubject: RE: Lamp',
  ],
  [
    'en',
    'Outlook, rule above',
    '________________________________\nFrom: Desk Acht <hilfe@desk8.example>\nSent: Friday, October 9, 2026 4:05 PM\nTo: Sam <sam@client.example>\nSubject: RE: Lamp',
  ],
  [
    'en',
    'Samsung, one line',
    '-------- Original message --------From: Desk Acht <hilfe@desk8.example> Date: 09/10/2026  16:05  (GMT+01:00) To: sam@client.example Subject: Re: Lamp',
  ],
  [
    'de',
    'Samsung, one line',
    '-------- Ursprüngliche Nachricht --------\nVon: Desk Acht <hilfe@desk8.example> Datum: 09.10.26 16:05 (GMT+01:00) An: ute@kunde.example Betreff: Re: Lampe',
  ],
  [
    'fr',
    'Samsung, one line',
    "-------- Message d'origine --------\nDe : Desk Acht <hilfe@desk8.example> Date : 09/10/2026 16:05 (GMT+01:00) À : luc@client.example Objet : Re: Lampe",
  ],
  [
    'en',
    'Yahoo, one line',
    '----- Original Message ----- From: "Desk Acht" <hilfe@desk8.example> To: "Sam" <sam@client.example> Sent: Friday, October 9, 2026 at 4:05 PM Subject: Re: Lamp',
  ],
  [
    'en',
    'header lines without their folding',
    'From: Desk Acht <hilfe@desk8.example>\nDate: Friday, October 9, 2026 at 4:05 PM\nTo: Sam <sam@client.example>,\nTom <tom@client.example>,\nTim <tim@client.example>,\nTina <tina@client.example>,\nTheo <theo@client.example>,\nTilda <tilda@client.example>\nSubject: Re: Lamp',
  ],
];

const OURS = 'Which lamp is it?\nPlease send us its number.\n\nDesk Acht';

describe('replies as clients write them: every typed word stays, nothing of the quote does', () => {
  const cases = ANNOUNCED.flatMap(([lang, client, announcement]) =>
    (TYPED[lang] ?? []).map((typed) => ({ lang, client, announcement, typed })),
  );
  test.each(cases)('$client ($lang): $typed', ({ announcement, typed }) => {
    const isHeader = /^(?:From|Gesendet|Von|-|_|>)/.test(announcement);
    const quote = isHeader && !announcement.startsWith('>') ? OURS : OURS.replace(/^/gm, '> ');
    expect(plain(`${typed}\n\n${announcement}\n\n${quote}\n`)).toBe(typed);
  });

  test('so many are tried', () => {
    expect(cases.length).toBeGreaterThan(100);
  });

  test.each(ANNOUNCED.filter(([, client]) => /^(?:Gmail|Apple Mail|Proton|Thunderbird)$/.test(client)))(
    '%s, %s: words on the line of the attribution stay',
    (lang, _client, announcement) => {
      if (!/^\p{Lu}/u.test(announcement) || /^Desk/.test(announcement) || ['he', 'ar', 'ja', 'zh', 'ko'].includes(lang))
        return;
      expect(plain(`Number 7. Thanks! ${announcement}\n\n${OURS.replace(/^/gm, '> ')}`)).toBe('Number 7. Thanks!');
    },
  );

  test.each([
    [
      'Gmail',
      (q: string) =>
        `<div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Fri, Oct 9, 2026 at 4:05 PM Desk Acht &lt;hilfe@desk8.example&gt; wrote:<br></div><blockquote class="gmail_quote">${q}</blockquote></div>`,
    ],
    [
      'Thunderbird',
      (q: string) =>
        `<div class="moz-cite-prefix">On 10/9/2026 4:05 PM, Desk Acht wrote:<br></div><blockquote type="cite">${q}</blockquote>`,
    ],
    [
      'Proton',
      (q: string) =>
        `<div class="protonmail_quote">On Friday, October 9th, 2026 at 16:05, Desk Acht &lt;hilfe@desk8.example&gt; wrote:<br><blockquote class="protonmail_quote" type="cite">${q}</blockquote></div>`,
    ],
    [
      'Yahoo',
      (q: string) =>
        `<div id="yahoo_quoted_1" class="yahoo_quoted"><div><div>On Friday, October 9, 2026 at 04:05 PM, Desk Acht wrote:</div><div>${q}</div></div></div>`,
    ],
    [
      'Outlook',
      (q: string) =>
        `<hr><div id="divRplyFwdMsg"><b>From:</b> Desk Acht<br><b>Sent:</b> Friday, October 9, 2026 4:05 PM<br><b>To:</b> Sam<br><b>Subject:</b> Re: Lamp</div><div>${q}</div>`,
    ],
  ])('%s in HTML: words that begin like an attribution stand outside its marks', (_client, quoteOf) => {
    const quote = quoteOf('Which lamp is it?<br>Please send us its number.');
    expect(html(`<div>On my phone it works</div><div>Thanks</div>${quote}`)).toBe('On my phone it works\nThanks');
    expect(html(`<div>1. plug it in</div><div>2. on 9/10/2026 it failed</div>${quote}`)).toBe(
      '1. plug it in\n2. on 9/10/2026 it failed',
    );
  });

  test.each([
    'Sent from Fairphone',
    'Sent via Superhuman',
    'Gesendet mit Mailspring',
    'Envoyé depuis Mimestream',
    'Sent from Acme Mail App',
    'Obtén Outlook para Android <https://aka.ms/x>',
    'Pobierz aplikację Outlook dla systemu Android <https://aka.ms/x>',
    'Android 版 Outlook を取得する<https://aka.ms/x>',
  ])('%s right above an attribution is no word', (line) => {
    expect(
      plain(
        `It is number 7.\n\n${line}\n\nOn Fri, Oct 9, 2026 at 4:05 PM Desk Acht <hilfe@desk8.example> wrote:\n\n> Which?`,
      ),
    ).toBe('It is number 7.');
  });

  test('the wrapped ends of long quoted lines are no words', () => {
    const quote =
      '> This is a line of a mail that is a good deal longer than what the client lets\nstand in one\n> line. And here is the next paragraph which is just as long as the one above it\nwas, and\n> ends here.';
    expect(plain(`Number 7.\n\nOn 10/9/2026 4:05 PM, Desk Acht wrote:\n${quote}`)).toBe('Number 7.');
    expect(
      plain(
        '> Which of the lamps that you bought from us last year in October is it?\nthe red one\n> Since when?\nmay',
      ),
    ).toBe('the red one\n\nmay');
  });
});

describe('what HTML shows of words', () => {
  test.each([
    ['<p>Take the <s>red</s> blue one.</p>', 'Take the ~~red~~ blue one.'],
    ['<p>Take the <strike>red</strike> blue one.</p>', 'Take the ~~red~~ blue one.'],
    ['<p>Take the <del>red</del> blue one.</p>', 'Take the ~~red~~ blue one.'],
    [
      '<p>Take the <span style="color:red;text-decoration: line-through">red</span> blue one.</p>',
      'Take the ~~red~~ blue one.',
    ],
    ['<div style="white-space: pre-wrap">one\ntwo\n  three</div>', 'one\ntwo\n  three'],
    ['<div style="white-space:pre">one\n<b>two</b>\nthree</div>', 'one\ntwo\nthree'],
    ['<p>a<span class="Apple-tab-span" style="white-space:pre">\t</span>b</p>', 'a b'],
    ['<p>Look:</p><img src="cid:ii_1" alt="lamp.jpg"><p>It blinks.</p>', 'Look:\n\n[image: lamp.jpg]\n\nIt blinks.'],
    ['<p>Look:</p><img src="cid:lamp.png"><p>It blinks.</p>', 'Look:\n\n[image: lamp.png]\n\nIt blinks.'],
    ['<p>Look:</p><img src="https://track.example/x.gif" alt="pixel.gif"><p>It blinks.</p>', 'Look:\n\nIt blinks.'],
  ])('%s', (written, words) => {
    expect(html(written)).toBe(words);
  });
});
