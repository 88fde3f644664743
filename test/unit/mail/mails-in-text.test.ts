import { describe, expect, it } from 'vitest';
import { mailsInText } from '../../../src/decide/begin/shown-mails.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../../src/mail/parse/parse-bounds.ts';
import { parseMail } from '../../../src/mail/parse/parse-mail.ts';

/** What mail programs write when somebody forwards, in several languages. `above` is what was typed. */
type Forward = {
  client: string;
  subject: string;
  above?: string;
  body: string;
  from?: string;
  topic?: string;
  words?: string;
};

const ABOVE = 'Hello Jo,\n\nwe send you a new one.';
const WORDS = 'Hello,\n\nthe lid of my mug is broken.\nCan I have a new one?\n\nJo Doe';
const JO = 'jo.doe@customer.example';

const FORWARDS: Forward[] = [
  {
    client: 'Gmail, English',
    subject: 'Fwd: Lid',
    body: `---------- Forwarded message ---------\nFrom: Jo Doe <${JO}>\nDate: Fri, Nov 27, 2026 at 10:12 AM\nSubject: Lid\nTo: Alice <alice@desk.example>\n\n\n${WORDS}`,
  },
  {
    client: 'Gmail, German',
    subject: 'Fwd: Lid',
    body: `---------- Forwarded message ---------\nVon: Jo Doe <${JO}>\nDate: Fr., 27. Nov. 2026 um 10:12 Uhr\nSubject: Lid\nTo: Alice <alice@desk.example>\n\n\n${WORDS}`,
  },
  {
    client: 'Apple Mail, English',
    subject: 'Fwd: Lid',
    body: `Begin forwarded message:\n\n> From: Jo Doe <${JO}>\n> Subject: Lid\n> Date: 27 November 2026 at 10:12:00 CET\n> To: Alice <alice@desk.example>\n> \n${WORDS.split(
      '\n',
    )
      .map((line) => `> ${line}`)
      .join('\n')}`,
  },
  {
    client: 'Apple Mail, German',
    subject: 'Fwd: Lid',
    body: `Anfang der weitergeleiteten Nachricht:\n\n> Von: Jo Doe <${JO}>\n> Betreff: Lid\n> Datum: 27. November 2026 um 10:12:00 MEZ\n> An: Alice <alice@desk.example>\n> \n${WORDS.split(
      '\n',
    )
      .map((line) => `> ${line}`)
      .join('\n')}`,
  },
  {
    client: 'Apple Mail, French',
    subject: 'Fwd: Lid',
    body: `Début du message réexpédié :\n\n> De: Jo Doe <${JO}>\n> Objet: Lid\n> Date: 27 novembre 2026 à 10:12:00 UTC+1\n> À: Alice <alice@desk.example>\n> \n${WORDS.split(
      '\n',
    )
      .map((line) => `> ${line}`)
      .join('\n')}`,
  },
  {
    client: 'iPhone, Spanish',
    subject: 'Fwd: Lid',
    body: `Enviado desde mi iPhone\n\nInicio del mensaje reenviado:\n\n> De: Jo Doe <${JO}>\n> Fecha: 27 de noviembre de 2026, 10:12:00 CET\n> Para: alice@desk.example\n> Asunto: Lid\n> \n${WORDS.split(
      '\n',
    )
      .map((line) => `> ${line}`)
      .join('\n')}`,
  },
  {
    client: 'Outlook for Windows, English',
    subject: 'FW: Lid',
    body: `From: Jo Doe <${JO}> \nSent: Friday, November 27, 2026 10:12 AM\nTo: Alice Ames <alice@desk.example>\nSubject: Lid\n\n${WORDS}`,
  },
  {
    client: 'Outlook for Windows, German',
    subject: 'WG: Lid',
    body: `Von: Jo Doe <${JO}> \nGesendet: Freitag, 27. November 2026 10:12\nAn: Alice Ames <alice@desk.example>\nBetreff: Lid\n\n${WORDS}`,
  },
  {
    client: 'Outlook 2010 with mailto in brackets',
    subject: 'FW: Lid',
    body: `-----Original Message-----\nFrom: Jo Doe [mailto:${JO}] \nSent: Friday, November 27, 2026 10:12 AM\nTo: Alice Ames\nSubject: Lid\n\n${WORDS}`,
  },
  {
    client: 'Outlook on the web, links in the text',
    subject: 'Fw: Lid',
    body: `________________________________\nFrom: Jo Doe <${JO}<mailto:${JO}>>\nSent: Friday, November 27, 2026 10:12:00 AM\nTo: Alice Ames <alice@desk.example<mailto:alice@desk.example>>\nSubject: Lid\n\n${WORDS}`,
  },
  {
    client: 'Outlook, Dutch',
    subject: 'FW: Lid',
    body: `Van: Jo Doe <${JO}>\nVerzonden: vrijdag 27 november 2026 10:12\nAan: Alice Ames <alice@desk.example>\nOnderwerp: Lid\n\n${WORDS}`,
  },
  {
    client: 'Outlook, Polish',
    subject: 'PD: Lid',
    body: `Od: Jo Doe <${JO}>\nWysłano: piątek, 27 listopada 2026 10:12\nDo: Alice Ames <alice@desk.example>\nTemat: Lid\n\n${WORDS}`,
  },
  {
    client: 'Outlook, Portuguese',
    subject: 'ENC: Lid',
    body: `De: Jo Doe <${JO}>\nEnviada em: sexta-feira, 27 de novembro de 2026 10:12\nPara: Alice Ames <alice@desk.example>\nAssunto: Lid\n\n${WORDS}`,
  },
  {
    client: 'Thunderbird, English',
    subject: 'Fwd: Lid',
    body: `-------- Forwarded Message --------\nSubject: \tLid\nDate: \tFri, 27 Nov 2026 10:12:00 +0100\nFrom: \tJo Doe <${JO}>\nTo: \tAlice <alice@desk.example>\n\n\n\n${WORDS}`,
  },
  {
    client: 'Thunderbird, Italian',
    subject: 'Fwd: Lid',
    body: `-------- Messaggio inoltrato --------\nOggetto: \tLid\nData: \tFri, 27 Nov 2026 10:12:00 +0100\nMittente: \tJo Doe <${JO}>\nA: \tAlice <alice@desk.example>\n\n\n\n${WORDS}`,
  },
  {
    client: 'Yahoo',
    subject: 'Fw: Lid',
    body: ` \n   ----- Forwarded Message ----- From: Jo Doe <${JO}>To: Alice <alice@desk.example>Sent: Friday, November 27, 2026 at 10:12:00 AM GMT+1Subject: Lid\n \n${WORDS}`
      .replace(/ From:/, '\nFrom:')
      .replace('>To:', '>\nTo:')
      .replace('>Sent:', '>\nSent:')
      .replace('+1Subject:', '+1\nSubject:'),
  },
  {
    client: 'Yandex',
    subject: 'Fwd: Lid',
    body: `-------- Пересылаемое сообщение --------\n27.11.2026, 10:12, "Jo Doe" <${JO}>:\n\n${WORDS}`,
    topic: '',
  },
  {
    client: 'mail.ru',
    subject: 'Fwd: Lid',
    body: `-------- Пересылаемое сообщение --------\nОт кого: Jo Doe <${JO}>\nКому: alice@desk.example\nДата: Пятница, 27 ноября 2026, 10:12 +03:00\nТема: Lid\n\n${WORDS}`,
  },
  {
    client: 'Mutt, with an end',
    subject: 'Fwd: Lid',
    body: `----- Forwarded message from Jo Doe <${JO}> -----\n\nDate: Fri, 27 Nov 2026 10:12:00 +0100\nFrom: Jo Doe <${JO}>\nTo: alice@desk.example\nSubject: Lid\n\n${WORDS}\n\n----- End forwarded message -----\n\n-- \nAlice`,
  },
  {
    client: 'Proton Mail',
    subject: 'Fw: Lid',
    body: `------- Forwarded Message -------\nFrom: Jo Doe <${JO}>\nDate: On Friday, November 27th, 2026 at 10:12 AM\nSubject: Lid\nTo: Alice <alice@desk.example>\n\n\n> ${WORDS.replaceAll('\n', '\n> ')}`,
  },
  {
    client: 'Roundcube',
    subject: 'Fwd: Lid',
    body: `-------- Original Message --------\nSubject: Lid\nDate: 2026-11-27 10:12\nFrom: Jo Doe <${JO}>\nTo: alice@desk.example\n\n${WORDS}`,
  },
  {
    client: 'Samsung, German',
    subject: 'WG: Lid',
    body: `-------- Ursprüngliche Nachricht --------\nVon: Jo Doe <${JO}>\nDatum: 27.11.26 10:12 (GMT+01:00)\nAn: alice@desk.example\nBetreff: Lid\n\n${WORDS}`,
  },
  {
    client: 'GMX',
    subject: 'Fw: Lid',
    body: `Gesendet: Freitag, 27. November 2026 um 10:12 Uhr\nVon: "Jo Doe" <${JO}>\nAn: alice@desk.example\nBetreff: Lid\n${WORDS}`,
  },
  {
    client: 'KMail',
    subject: 'Fwd: Lid',
    body: `----------  Forwarded Message  ----------\n\nSubject: Lid\nDate: Friday, 27 November 2026, 10:12:00 CET\nFrom: Jo Doe <${JO}>\nTo: alice@desk.example\n\n${WORDS}\n-----------------------------------------`,
  },
  {
    client: 'Zoho',
    subject: 'Fwd: Lid',
    body: `============ Forwarded message ============\nFrom: Jo Doe <${JO}>\nTo: "alice" <alice@desk.example>\nDate: Fri, 27 Nov 2026 10:12:00 +0100\nSubject: Lid\n============ Forwarded message ============\n\n${WORDS}`,
  },
  {
    client: 'QQ Mail',
    subject: '转发：Lid',
    body: `------------------ 原始邮件 ------------------\n发件人: "Jo Doe" <${JO}>;\n发送时间: 2026年11月27日(星期五) 上午10:12\n收件人: "alice"<alice@desk.example>;\n主题: Lid\n\n${WORDS}`,
  },
  {
    client: 'Outlook, Japanese',
    subject: 'FW: Lid',
    body: `差出人: Jo Doe <${JO}>\n送信日時: 2026年11月27日 10:12\n宛先: alice@desk.example\n件名: Lid\n\n${WORDS}`,
  },
  {
    client: 'Outlook, no address of the author',
    subject: 'FW: Lid',
    body: `From: Doe, Jo \nSent: Friday, November 27, 2026 10:12 AM\nTo: Ames, Alice\nSubject: Lid\n\n${WORDS}`,
    from: 'none',
  },
  {
    client: 'Gmail, a name that looks like an address',
    subject: 'Fwd: Lid',
    body: `---------- Forwarded message ---------\nFrom: boss@other.example <${JO}>\nDate: Fri, Nov 27, 2026 at 10:12 AM\nSubject: Lid\nTo: Alice <alice@desk.example>\n\n\n${WORDS}`,
  },
];

/** Outlook's block in more languages: its prefix, and the names of From, Sent, To and Subject. */
const OUTLOOK: Record<string, [string, string, string, string, string]> = {
  Danish: ['VS', 'Fra', 'Sendt: 27. november 2026 10:12', 'Til', 'Emne'],
  Finnish: ['VL', 'Lähettäjä', 'Lähetetty: perjantai 27. marraskuuta 2026 10.12', 'Vastaanottaja', 'Aihe'],
  Swedish: ['VB', 'Från', 'Skickat: den 27 november 2026 10:12', 'Till', 'Ämne'],
  Czech: ['FW', 'Od', 'Odesláno: pátek 27. listopadu 2026 10:12', 'Komu', 'Předmět'],
  Russian: ['FW', 'От', 'Отправлено: 27 ноября 2026 г. 10:12', 'Кому', 'Тема'],
  Korean: ['FW', '보낸 사람', '보낸 날짜: 2026년 11월 27일 금요일 오전 10:12', '받는 사람', '제목'],
  Hebrew: ['FW', 'מאת', 'נשלח: יום שישי 27 נובמבר 2026 10:12', 'אל', 'נושא'],
  Italian: ['I', 'Da', 'Inviato: venerdì 27 novembre 2026 10:12', 'A', 'Oggetto'],
  French: ['TR', 'De', 'Envoyé : vendredi 27 novembre 2026 10:12', 'À', 'Objet'],
};
for (const [language, [prefix, from, sent, to, subject]] of Object.entries(OUTLOOK)) {
  const block = `${from}: Jo Doe <${JO}>\n${sent}\n${to}: Ames, Alice <alice@desk.example>\n${subject}: Lid`;
  FORWARDS.push({ client: `Outlook, ${language}`, subject: `${prefix}: Lid`, body: `${block}\n\n${WORDS}` });
}
FORWARDS.push(
  {
    client: 'Outlook, on behalf of somebody',
    subject: 'FW: Lid',
    body: `From: web@shop.example On Behalf Of Jo Doe <${JO}>\nSent: Friday, November 27, 2026 10:12 AM\nTo: Alice\nSubject: Lid\n\n${WORDS}`,
  },
  {
    client: 'a long name on two lines',
    subject: 'Fwd: Lid',
    body: `---------- Forwarded message ---------\nFrom: Josephine Elisabeth Doe-Featherstonehaugh\n <${JO}>\nDate: Fri, Nov 27, 2026 at 10:12 AM\nSubject: Lid\nTo: alice@desk.example\n\n${WORDS}`,
  },
);

async function read(subject: string, text: string, type = 'text/plain') {
  const raw = Buffer.from(
    `From: Alice <alice@desk.example>\r\nTo: support@desk.example\r\nSubject: =?utf-8?B?${Buffer.from(subject).toString('base64')}?=\r\nMIME-Version: 1.0\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${text.replaceAll('\n', '\r\n')}\r\n`,
  );
  const outcome = await parseMail(raw, DEFAULT_PARSE_BOUNDS);
  if (!outcome.ok) throw new Error(outcome.fault);
  return { found: outcome.mail.mailsInText, first: mailsInText(outcome.mail)[0] };
}

const inOne = (text: string | undefined) => text?.replace(/\s+/g, ' ').trim();

describe('a mail that somebody forwards is read with its author, its subject and its words', () => {
  for (const forward of FORWARDS) {
    for (const above of ['', ABOVE]) {
      it(`${forward.client}${above === '' ? '' : ', with words above'}`, async () => {
        const { found, first } = await read(
          forward.subject,
          above === '' ? forward.body : `${above}\n\n${forward.body}`,
        );
        expect(found?.forwarded).toBe(true);
        expect(first?.from?.address ?? 'none').toBe(forward.from ?? JO);
        expect(first?.subject).toBe(forward.topic ?? 'Lid');
        expect((inOne(first?.words) ?? '').replace(/ -{20,}$/, '')).toBe(inOne(forward.words ?? WORDS));
        expect(inOne(found?.above)).toBe(inOne(above));
      });
    }
  }
});
