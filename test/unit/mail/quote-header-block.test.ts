import { describe, expect, test } from 'vitest';
import { readBody } from '../../../src/mail/text/body-text.ts';

/** Field names as Outlook and its kin write them: from, sent, to, subject. */
const LABELS: readonly (readonly [string, string, string, string, string])[] = [
  ['English', 'From', 'Sent', 'To', 'Subject'],
  ['German', 'Von', 'Gesendet', 'An', 'Betreff'],
  ['French', 'De', 'Envoyé', 'À', 'Objet'],
  ['Spanish', 'De', 'Enviado el', 'Para', 'Asunto'],
  ['Italian', 'Da', 'Inviato', 'A', 'Oggetto'],
  ['Portuguese', 'De', 'Enviada em', 'Para', 'Assunto'],
  ['Dutch', 'Van', 'Verzonden', 'Aan', 'Onderwerp'],
  ['Danish', 'Fra', 'Sendt', 'Til', 'Emne'],
  ['Swedish', 'Från', 'Skickat', 'Till', 'Ämne'],
  ['Finnish', 'Lähettäjä', 'Lähetetty', 'Vastaanottaja', 'Aihe'],
  ['Polish', 'Od', 'Wysłano', 'Do', 'Temat'],
  ['Czech', 'Od', 'Odesláno', 'Komu', 'Předmět'],
  ['Slovak', 'Od', 'Odoslané', 'Komu', 'Predmet'],
  ['Hungarian', 'Feladó', 'Elküldve', 'Címzett', 'Tárgy'],
  ['Romanian', 'De la', 'Trimis', 'Către', 'Subiect'],
  ['Turkish', 'Kimden', 'Gönderildi', 'Kime', 'Konu'],
  ['Greek', 'Από', 'Στάλθηκε', 'Προς', 'Θέμα'],
  ['Russian', 'От', 'Отправлено', 'Кому', 'Тема'],
  ['Ukrainian', 'Від', 'Надіслано', 'Кому', 'Тема'],
  ['Bulgarian', 'От', 'Изпратено', 'До', 'Относно'],
  ['Croatian', 'Od', 'Poslano', 'Prima', 'Predmet'],
  ['Slovenian', 'Od', 'Poslano', 'Za', 'Zadeva'],
  ['Estonian', 'Saatja', 'Saadetud', 'Adressaat', 'Teema'],
  ['Latvian', 'No', 'Nosūtīts', 'Kam', 'Tēma'],
  ['Lithuanian', 'Nuo', 'Išsiųsta', 'Kam', 'Tema'],
  ['Hebrew', 'מאת', 'נשלח', 'אל', 'נושא'],
  ['Arabic', 'من', 'تم الإرسال', 'إلى', 'الموضوع'],
  ['Thai', 'จาก', 'ส่ง', 'ถึง', 'เรื่อง'],
  ['Vietnamese', 'Từ', 'Đã gửi', 'Đến', 'Chủ đề'],
  ['Indonesian', 'Dari', 'Dikirim', 'Kepada', 'Subjek'],
  ['Chinese (simplified)', '发件人', '发送时间', '收件人', '主题'],
  ['Chinese (traditional)', '寄件者', '傳送時間', '收件者', '主旨'],
  ['Japanese', '差出人', '送信日時', '宛先', '件名'],
  ['Korean', '보낸 사람', '보낸 날짜', '받는 사람', '제목'],
  ['Catalan', 'De', 'Enviat', 'Per a', 'Assumpte'],
];

const WHEN = '6.1.2025 10:11';

function reply(text: string): string {
  return readBody({ plain: { text, flowed: false, delSp: false }, html: undefined }).reply;
}

function htmlReply(html: string): string {
  return readBody({ plain: undefined, html }).reply;
}

describe('a block of header fields begins history in the language of the client', () => {
  test.each(LABELS)('%s', (_language, from, sent, to, subject) => {
    const fields = [
      `${from}: Jane Doe <jane@shop.example>`,
      `${sent}: ${WHEN}`,
      `${to}: Jo Lang <jo@mail.example>`,
      `${subject}: Your parcel`,
    ];
    const history = '\n\nHello Jo,\n\ndid it arrive?\n\nJane\n';
    expect(reply(`It arrived.\n\n${fields.join('\n')}${history}`)).toBe('It arrived.');
    expect(reply(`It arrived.\n________________________________\n${fields.join('\n')}${history}`)).toBe('It arrived.');
    const bold = fields.map((field) => `*${field.replace(':', ':*')}`);
    expect(reply(`It arrived.\n\n${bold.join('\n')}${history}`)).toBe('It arrived.');
    const spaced = fields.map((field) => field.replace(':', '\u00a0:'));
    expect(reply(`It arrived.\n\n${spaced.join('\n')}${history}`)).toBe('It arrived.');
    const wide = fields.map((field) => field.replace(': ', '：'));
    expect(reply(`It arrived.\n\n${wide.join('\n')}${history}`)).toBe('It arrived.');
    const doubled = fields.join('\n\n');
    expect(reply(`It arrived.\n\n${doubled}${history}`)).toBe('It arrived.');
    const disordered = [fields[3], fields[1], fields[2], fields[0]].join('\n');
    expect(reply(`It arrived.\n\n${disordered}${history}`)).toBe('It arrived.');
    const names = fields.map((field) => field.replace(/ <[^>]*>/, ''));
    expect(reply(`It arrived.\n\n${names.join('\n')}${history}`)).toBe('It arrived.');
  });

  test.each(LABELS)('%s, in HTML', (_language, from, sent, to, subject) => {
    const block = `<b>${from}:</b> Jane Doe &lt;jane@shop.example&gt;<br><b>${sent}:</b> ${WHEN}<br><b>${to}:</b> Jo<br><b>${subject}:</b> Your parcel`;
    const outlook = `<div class=WordSection1><p class=MsoNormal>It arrived.<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal>${block}<o:p></o:p></p></div><p class=MsoNormal>did it arrive?</p></div>`;
    expect(htmlReply(outlook)).toBe('It arrived.');
  });
});

test('recipients over several lines belong to the block', () => {
  const text =
    'It arrived.\n\nFrom: Jane Doe <jane@shop.example>\nSent: Monday, January 6, 2025 10:11 AM\nTo: Jo Lang <jo@mail.example>;\n Kim Lang <kim@mail.example>;\n Pat Lang\nCc: Sam\nSubject: A subject that\n was folded\n\nHello Jo';
  expect(reply(text)).toBe('It arrived.');
});

describe('fields that a person writes stay', () => {
  test.each([
    ['a journey', 'From: Berlin\nTo: Paris\nDate: 12 May'],
    ['a form', 'Name: Jo Lang\nE-mail: jo@mail.example\nOrder: 12.03.2025 10:11\nProblem: it leaks'],
    ['a bill', 'Invoice: 4711\nDate: 12.03.2025\nTotal: 20 EUR'],
    ['an address', 'To: Jo Lang\nStreet: High Street 1\nTown: Bath'],
    ['times', 'Monday: 10:11\nTuesday: 11:12\nWednesday: 12:13\nMail: jo@mail.example'],
  ])('%s', (_what, fields) => {
    const text = `Hello,\n\nhere is what you asked for:\n\n${fields}\n\nRegards\nJo`;
    expect(reply(text)).toBe(text);
  });
});

describe('a separator begins history', () => {
  test.each([
    '-----Original Message-----',
    '-------- Original Message --------',
    '‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐',
    '-----Ursprüngliche Nachricht-----',
    "-----Message d'origine-----",
    '-----Mensaje original-----',
    '-----Messaggio originale-----',
    '-----Mensagem original-----',
    '-----Oorspronkelijk bericht-----',
    '-----Oprindelig meddelelse-----',
    '-----Ursprungligt meddelande-----',
    '-----Alkuperäinen viesti-----',
    '-----Wiadomość oryginalna-----',
    '-----Původní zpráva-----',
    '-----Eredeti üzenet-----',
    '-----Исходное сообщение-----',
    '-----Orijinal Mesaj-----',
    '-----הודעה מקורית-----',
    '-----الرسالة الأصلية-----',
    '------------------ 原始邮件 ------------------',
    '-----元のメッセージ-----',
    '-----원본 메시지-----',
    '------------------ Original ------------------',
    '---------- Original Message ----------',
  ])('%s', (line) => {
    expect(reply(`It arrived.\n\n${line}\nHello Jo,\ndid it arrive?\n`)).toBe('It arrived.');
  });
});

describe('what stands below the marker of a help desk is not new', () => {
  test.each([
    '##- Please type your reply above this line -##',
    '--- Reply above this line ---',
    '## Bitte antworten Sie oberhalb dieser Zeile ##',
    '##- Veuillez saisir votre réponse au-dessus de cette ligne -##',
    '##- Escriba su respuesta por encima de esta línea -##',
    '##- Por favor, digite sua resposta acima desta linha -##',
    '##- Scrivi la tua risposta sopra questa riga -##',
    '##- Typ uw antwoord boven deze regel -##',
    '##- Skriv dit svar over denne linje -##',
    '##- Skriv ditt svar ovanför den här raden -##',
    '##- Wpisz odpowiedź powyżej tej linii -##',
    '##- Пожалуйста, напишите ответ выше этой строки -##',
    '##- Lütfen yanıtınızı bu satırın üzerine yazın -##',
    '##- この行より上に返信を入力してください -##',
    '##- 请在此行上方输入您的回复 -##',
    '##- 이 줄 위에 답장을 입력하세요 -##',
    '===== Please reply above this line =====',
    '*** Reply above this line to respond ***',
    'Reply above this line',
  ])('%s', (line) => {
    expect(reply(`It arrived.\n\n${line}\n\nYour request was updated.\n`)).toBe('It arrived.');
    expect(
      reply(`It arrived.\n\nOn Mon, Jan 6, 2025 at 10:11 AM Desk <desk@shop.example> wrote:\n\n${line}\n\nUpdated.`),
    ).toBe('It arrived.');
    expect(htmlReply(`<p>It arrived.</p><div>${line}</div><p>Your request was updated.</p>`)).toBe('It arrived.');
  });

  test('a sentence about a line above stays', () => {
    const text = 'Please see my reply above the line in the document.\nThe rest is clear.';
    expect(reply(text)).toBe(text);
  });
});
