import { describe, expect, test } from 'vitest';
import { readBody } from '../../../src/mail/text/body-text.ts';

/** How mail clients announce a quote, with the name of the client; each is tried quoted, wrapped and unquoted. */
const ATTRIBUTIONS: readonly (readonly [string, string])[] = [
  ['Gmail, English', 'On Mon, Jan 6, 2025 at 10:11 AM Jane Doe <jane@shop.example> wrote:'],
  ['Gmail, German', 'Am Mo., 6. Jan. 2025 um 10:11 Uhr schrieb Jane Doe <jane@shop.example>:'],
  ['Gmail, French', 'Le lun. 6 janv. 2025 à 10:11, Jane Doe <jane@shop.example> a écrit :'],
  ['Gmail, Spanish', 'El lun, 6 ene 2025 a las 10:11, Jane Doe (<jane@shop.example>) escribió:'],
  ['Gmail, Italian', 'Il giorno lun 6 gen 2025 alle ore 10:11 Jane Doe <jane@shop.example> ha scritto:'],
  ['Gmail, Portuguese', 'Em seg., 6 de jan. de 2025 às 10:11, Jane Doe <jane@shop.example> escreveu:'],
  ['Gmail, Dutch', 'Op ma 6 jan. 2025 om 10:11 schreef Jane Doe <jane@shop.example>:'],
  ['Gmail, Danish', 'Den man. 6. jan. 2025 kl. 10.11 skrev Jane Doe <jane@shop.example>:'],
  ['Gmail, Swedish', 'Den mån 6 jan. 2025 kl 10:11 skrev Jane Doe <jane@shop.example>:'],
  ['Gmail, Norwegian', 'man. 6. jan. 2025 kl. 10:11 skrev Jane Doe <jane@shop.example>:'],
  ['Gmail, Finnish', 'ma 6. tammik. 2025 klo 10.11 Jane Doe (jane@shop.example) kirjoitti:'],
  ['Gmail, Polish', 'pon., 6 sty 2025 o 10:11 Jane Doe <jane@shop.example> napisał(a):'],
  ['Gmail, Czech', 'po 6. 1. 2025 v 10:11 odesílatel Jane Doe <jane@shop.example> napsal:'],
  ['Gmail, Slovak', 'po 6. 1. 2025 o 10:11 Jane Doe <jane@shop.example> napísal(a):'],
  ['Gmail, Hungarian', 'Jane Doe <jane@shop.example> ezt írta (időpont: 2025. jan. 6., H, 10:11):'],
  ['Gmail, Romanian', 'În lun., 6 ian. 2025 la 10:11, Jane Doe <jane@shop.example> a scris:'],
  ['Gmail, Turkish', 'Jane Doe <jane@shop.example>, 6 Oca 2025 Pzt, 10:11 tarihinde şunu yazdı:'],
  ['Gmail, Greek', 'Στις Δευ 6 Ιαν 2025 στις 10:11 π.μ., ο/η Jane Doe <jane@shop.example> έγραψε:'],
  ['Gmail, Russian', 'пн, 6 янв. 2025 г. в 10:11, Jane Doe <jane@shop.example>:'],
  ['Gmail, Ukrainian', 'пн, 6 січ. 2025 р. о 10:11 Jane Doe <jane@shop.example> пише:'],
  ['Gmail, Bulgarian', 'На пн, 6.01.2025 г. в 10:11 Jane Doe <jane@shop.example> написа:'],
  ['Gmail, Serbian', 'пон, 6. јан 2025. у 10:11 Jane Doe <jane@shop.example> је написао/ла:'],
  ['Gmail, Croatian', 'pon, 6. sij 2025. u 10:11 Jane Doe <jane@shop.example> napisao je:'],
  ['Gmail, Slovenian', 'V V pon., 6. jan. 2025 ob 10:11 je oseba Jane Doe <jane@shop.example> napisala:'],
  [
    'Gmail, Hebrew',
    '\u202bבתאריך יום ב׳, 6 בינו׳ 2025 ב-10:11 מאת \u202aJane Doe\u202c\u200f <\u202ajane@shop.example\u202c\u200f>:\u202c',
  ],
  ['Gmail, Arabic', 'في الاثنين، 6 يناير 2025 في 10:11 ص تمت كتابة ما يلي بواسطة Jane Doe <jane@shop.example>:'],
  ['Gmail, Persian', 'در تاریخ دوشنبه ۶ ژانویهٔ ۲۰۲۵،‏ ۱۰:۱۱ Jane Doe <jane@shop.example> نوشت:'],
  ['Gmail, Hindi', 'सोम, 6 जन॰ 2025 को 10:11 पूर्वाह्न बजे को Jane Doe <jane@shop.example> ने लिखा:'],
  ['Gmail, Thai', 'ในวันที่ จ. 6 ม.ค. 2025 เวลา 10:11 Jane Doe <jane@shop.example> เขียนว่า:'],
  ['Gmail, Vietnamese', 'Vào Th 2, 6 thg 1, 2025 vào lúc 10:11 Jane Doe <jane@shop.example> đã viết:'],
  ['Gmail, Indonesian', 'Pada tanggal Sen, 6 Jan 2025 pukul 10.11 Jane Doe <jane@shop.example> menulis:'],
  ['Gmail, Chinese (simplified)', 'Jane Doe <jane@shop.example> 于2025年1月6日周一 上午10:11写道：'],
  ['Gmail, Chinese (traditional)', 'Jane Doe <jane@shop.example> 於 2025年1月6日 週一 上午10:11寫道：'],
  ['Gmail, Japanese', '2025年1月6日(月) 10:11 Jane Doe <jane@shop.example>:'],
  ['Gmail, Korean', '2025년 1월 6일 (월) 오전 10:11, Jane Doe <jane@shop.example>님이 작성:'],
  ['Gmail, Catalan', 'Missatge de Jane Doe <jane@shop.example> del dia dl., 6 de gen. 2025 a les 10:11:'],
  ['Gmail, Estonian', 'Kuupäev E, 6. jaanuar 2025 kell 10:11 kirjutas Jane Doe <jane@shop.example>:'],
  ['Gmail, Latvian', 'pirmd., 2025. g. 6. janv., plkst. 10:11 — lietotājs Jane Doe (<jane@shop.example>) rakstīja:'],
  ['Gmail, Lithuanian', '2025-01-06, pr, 10:11 Jane Doe <jane@shop.example> rašė:'],
  ['Gmail, Icelandic', 'Þann mán., 6. jan. 2025 kl. 10:11 skrifaði Jane Doe <jane@shop.example>:'],
  ['Gmail, Basque', 'Hau idatzi du Jane Doe (<jane@shop.example>) erabiltzaileak (2025 urt. 6, al. (10:11)):'],
  ['Gmail, Galician', 'O luns, 6 xan. 2025 ás 10:11, Jane Doe (<jane@shop.example>) escribiu:'],
  ['Apple Mail, English', 'On 6 Jan 2025, at 10:11, Jane Doe <jane@shop.example> wrote:'],
  ['Apple Mail, German', 'Am 06.01.2025 um 10:11 schrieb Jane Doe <jane@shop.example>:'],
  ['Apple Mail, Dutch', 'Op 6 jan. 2025, om 10:11 heeft Jane Doe <jane@shop.example> het volgende geschreven:'],
  ['Apple Mail, Polish', 'Wiadomość napisana przez Jane Doe <jane@shop.example> w dniu 6 sty 2025, o godz. 10:11:'],
  ['Apple Mail, Czech', '6. 1. 2025 v 10:11, Jane Doe <jane@shop.example>:'],
  ['Apple Mail, Russian', '6 янв. 2025 г., в 10:11, Jane Doe <jane@shop.example> написал(а):'],
  ['Apple Mail, Japanese', '2025/01/06 10:11、Jane Doe <jane@shop.example>のメール:'],
  ['Apple Mail, Korean', '2025. 1. 6. 오전 10:11, Jane Doe <jane@shop.example> 작성:'],
  ['Apple Mail, Chinese', '2025年1月6日 上午10:11，Jane Doe <jane@shop.example> 写道：'],
  ['Apple Mail, Turkish', 'Jane Doe <jane@shop.example> şunları yazdı (6 Oca 2025 10:11):'],
  ['Apple Mail, Finnish', 'Jane Doe <jane@shop.example> kirjoitti 6.1.2025 kello 10.11:'],
  ['Apple Mail, Hebrew', 'ב-6 בינו׳ 2025, בשעה 10:11, Jane Doe <jane@shop.example> כתב/ה:'],
  ['Apple Mail, Hungarian', 'Jane Doe <jane@shop.example> írta (2025. jan. 6. dátummal, 10:11 időpontban):'],
  ['Thunderbird, English', 'On 1/6/2025 10:11 AM, Jane Doe wrote:'],
  ['Thunderbird, German', 'Am 06.01.2025 um 10:11 schrieb Jane Doe:'],
  ['Thunderbird, French', 'Le 06/01/2025 à 10:11, Jane Doe a écrit :'],
  ['Thunderbird, Spanish', 'El 06/01/2025 a las 10:11, Jane Doe escribió:'],
  ['Thunderbird, Italian', 'Il 06/01/2025 10:11, Jane Doe ha scritto:'],
  ['Thunderbird, Polish', 'W dniu 06.01.2025 o 10:11, Jane Doe pisze:'],
  ['Thunderbird, Russian', '06.01.2025 10:11, Jane Doe пишет:'],
  ['Thunderbird, Czech', 'Dne 06.01.2025 v 10:11 Jane Doe napsal(a):'],
  ['Thunderbird, Swedish', 'Den 2025-01-06 kl. 10:11, skrev Jane Doe:'],
  ['Thunderbird, Finnish', 'Jane Doe kirjoitti 6.1.2025 klo 10.11:'],
  ['Thunderbird, Hungarian', '2025. 01. 06. 10:11 keltezéssel, Jane Doe írta:'],
  ['Thunderbird, Portuguese', 'Em 06/01/2025 10:11, Jane Doe escreveu:'],
  ['Thunderbird, Greek', 'Στις 06/01/2025 10:11 π.μ., ο/η Jane Doe έγραψε:'],
  ['Thunderbird, Chinese', '在 2025/1/6 10:11, Jane Doe 写道:'],
  ['Thunderbird, Japanese', 'On 2025/01/06 10:11, Jane Doe wrote:'],
  ['Yahoo, English', 'On Monday, January 6, 2025, 10:11:12 AM GMT+1, Jane Doe <jane@shop.example> wrote:'],
  ['Yahoo, German', 'Am Montag, 6. Januar 2025, 10:11:12 MEZ hat Jane Doe <jane@shop.example> Folgendes geschrieben:'],
  ['Yahoo, French', 'Le lundi 6 janvier 2025 à 10:11:12 UTC+1, Jane Doe <jane@shop.example> a écrit :'],
  ['Yahoo, Spanish', 'El lunes, 6 de enero de 2025, 10:11:12 CET, Jane Doe <jane@shop.example> escribió:'],
  ['Yahoo, Italian', 'Il lunedì 6 gennaio 2025, 10:11:12 CET, Jane Doe <jane@shop.example> ha scritto:'],
  ['ProtonMail', 'On Monday, January 6th, 2025 at 10:11 AM, Jane Doe <jane@shop.example> wrote:'],
  ['Zoho', '---- On Mon, 06 Jan 2025 10:11:12 +0530 Jane Doe <jane@shop.example> wrote ----'],
  ['Yandex', '06.01.2025, 10:11, "Jane Doe" <jane@shop.example>:'],
  ['Mail.ru', 'Понедельник, 6 января 2025, 10:11 +03:00 от Jane Doe <jane@shop.example>:'],
  ['NetEase', 'At 2025-01-06 10:11:12, "Jane Doe" <jane@shop.example> wrote:'],
  ['NetEase, Chinese', '在 2025-01-06 10:11:12，"Jane Doe" <jane@shop.example> 写道：'],
  ['Fastmail', 'On Mon, Jan 6, 2025, at 10:11 AM, Jane Doe wrote:'],
  ['Evolution', 'On Mon, 2025-01-06 at 10:11 +0000, Jane Doe wrote:'],
  ['KMail, German', 'Am Montag, 6. Januar 2025, 10:11:12 CET schrieb Jane Doe:'],
  ['Mutt', 'On Mon, Jan 06, 2025 at 10:11:12AM +0100, Jane Doe wrote:'],
  ['Roundcube', 'On 2025-01-06 10:11, Jane Doe wrote:'],
  ['Roundcube, German', 'Am 2025-01-06 10:11, schrieb Jane Doe:'],
  ['K-9', 'On January 6, 2025 10:11:12 AM GMT+01:00, Jane Doe <jane@shop.example> wrote:'],
  ['Lotus Notes', 'Jane Doe wrote on 01/06/2025 10:11:12 AM:'],
  ['old Gmail', '2025-01-06 10:11 GMT+01:00 Jane Doe <jane@shop.example>:'],
];

/** Clients that name nobody's date; a quote must follow. */
const WEAK: readonly (readonly [string, string])[] = [
  ['Gnus', 'Jane Doe <jane@shop.example> writes:'],
  ['Horde', 'Quoting Jane Doe <jane@shop.example>:'],
  ['Horde, German', 'Zitat von Jane Doe <jane@shop.example>:'],
  ['Pine', 'On Mon, 6 Jan 2025, Jane Doe wrote:'],
  ['old Thunderbird', 'Jane Doe wrote:'],
  ['old Thunderbird, French', 'Jane Doe a écrit :'],
];

function reply(text: string): string {
  return readBody({ plain: { text, flowed: false, delSp: false }, html: undefined }).reply;
}

function wrapped(line: string): string {
  const words = line.split(' ');
  const half = Math.ceil(words.length / 2);
  return `${words.slice(0, half).join(' ')}\n${words.slice(half).join(' ')}`;
}

describe('an attribution line goes with the quote below it', () => {
  test.each([...ATTRIBUTIONS, ...WEAK])('%s', (_client, line) => {
    expect(reply(`Thank you, that helped.\n\n${line}\n\n> Did it help?\n> Jane\n`)).toBe('Thank you, that helped.');
    expect(reply(`Thank you, that helped.\n${line}\n> Did it help?\n`)).toBe('Thank you, that helped.');
    expect(reply(`${line}\n> Did it help?\n\nYes, it did.\n`)).toBe('Yes, it did.');
  });
});

describe('an attribution line that the client wrapped goes as a whole', () => {
  test.each(ATTRIBUTIONS)('%s', (_client, line) => {
    expect(reply(`Thank you, that helped.\n\n${wrapped(line)}\n\n> Did it help?\n`)).toBe('Thank you, that helped.');
    const narrow = line.replace(' <', '\n<');
    expect(reply(`Thank you, that helped.\n\n${narrow}\n> Did it help?\n`)).toBe('Thank you, that helped.');
  });
});

describe('history without quote marks ends at its attribution line', () => {
  test.each(ATTRIBUTIONS)('%s', (_client, line) => {
    expect(reply(`Thank you, that helped.\n\n${line}\n\nDid it help?\nJane\n`)).toBe('Thank you, that helped.');
  });
});

describe('a sentence that only resembles an attribution stays', () => {
  test.each([
    'On the other hand, I think we should wait until 2026:',
    'As you wrote on Monday:',
    'You wrote:',
    'Am 3.4.2025 um 10:11 schrieb mir Ihr Kollege:',
    'Le 03/04/2025 à 10:11 votre collègue nous a écrit :',
    'On 3.4.2025 at 10:11 your colleague wrote:',
    'В 10:11 3.04.2025 ваш коллега мне написал:',
    'On Tuesday I wrote to your colleague about this, and here is what happened:',
    'The invoice of 12.03.2025 says:',
    'These are the times that suit us:',
    'Am 12.03.2025 habe ich Ihnen geschrieben, aber keine Antwort bekommen.',
    'Please send it to jane@shop.example:',
    'Le 3 mars nous avons reçu ceci :',
  ])('%s', (line) => {
    expect(reply(`Hello,\n\n${line}\n\nThe box was empty.\nWhat now?\n`)).toBe(
      `Hello,\n\n${line}\n\nThe box was empty.\nWhat now?`,
    );
  });
});
