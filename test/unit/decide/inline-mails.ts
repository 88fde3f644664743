/** How mail programs write an answer that was typed between the lines of a quote: text and HTML of each, by its language. */

export type InlineMail = {
  /** what the desk had asked */
  response: string;
  /** the lines that are answered, with what was typed below each */
  answers: Record<string, string>;
  /** @param ours the mail with that response as it went out */
  text?: (ours: string, answers: Record<string, string>) => string;
  html?: (response: string, answers: Record<string, string>) => string;
};

export const quotedText = (text: string) =>
  text
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');

/** Each line behind `mark`, the answers below those that they answer. */
function between(text: string, answers: Record<string, string>, mark = '> ', gap = '\n'): string {
  return text
    .split('\n')
    .flatMap((line) => [
      `${mark}${line}`.trimEnd(),
      ...(answers[line] === undefined ? [] : [`${gap}${answers[line]}${gap}`]),
    ])
    .join('\n');
}

/** A quote that ends and opens again around each answer. */
function split(text: string, answers: Record<string, string>, open: string, close: string, tag = 'div'): string {
  const lines = text.split('\n').map((line) => {
    const answer = answers[line];
    const typed = answer === undefined ? '' : `${close}<${tag}>${answer}</${tag}><${tag}><br></${tag}>${open}`;
    return `<div>${line === '' ? '<br>' : line}</div>${typed}`;
  });
  return open + lines.join('') + close;
}

const MAY = 'On 6 Jan 2025, at 10:11, Desk &lt;support@desk.example&gt; wrote:';
const HEADERS =
  'From: Desk <support@desk.example>\nSent: Monday, November 16, 2026 9:14 AM\nTo: Jo <jo@customer.example>\nSubject: Re: Printer [#12]';
const WORD_BOX =
  '<p class="MsoNormal">Siehe unten.</p><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in"><p class="MsoNormal"><b>Von:</b> Desk &lt;support@desk.example&gt;<br><b>Gesendet:</b> Montag, 16. November 2026 09:14<br><b>An:</b> Jo &lt;jo@customer.example&gt;<br><b>Betreff:</b> Re: Printer [#12]</p></div>';

const ENGLISH = {
  response:
    'Hello Jo,\n\nthanks for your mail.\n\n1. Do you want the blue one or the red one?\n2. Did the first parcel arrive, or the second?\n\nShall we refund the rest?\n\nAlice',
  answers: {
    '1. Do you want the blue one or the red one?': 'the red one',
    '2. Did the first parcel arrive, or the second?': 'yes, the second',
    'Shall we refund the rest?': 'No',
  },
};
const GERMAN = {
  response:
    'Guten Tag,\n\nIst das Gerät älter als zwei Jahre?\n\nMöchten Sie eine Reparatur oder einen Austausch?\n\nFreundliche Grüße\nAlice',
  answers: {
    'Ist das Gerät älter als zwei Jahre?': 'nein',
    'Möchten Sie eine Reparatur oder einen Austausch?': 'lieber das zweite',
  },
};
const FRENCH = {
  response: 'Bonjour,\n\nAvez-vous reçu le colis ?\nEst-il abîmé ?\n\nCordialement\nAlice',
  answers: { 'Avez-vous reçu le colis ?': 'oui', 'Est-il abîmé ?': 'non, le carton seulement' },
};
const RUSSIAN = {
  response:
    'Здравствуйте!\n\nВы уже перезагрузили роутер?\n\nКакая лампочка мигает, первая или вторая?\n\nС уважением, Алиса',
  answers: { 'Вы уже перезагрузили роутер?': '👍', 'Какая лампочка мигает, первая или вторая?': 'вторая' },
};
const JAPANESE = {
  response: 'お世話になっております。\n\n型番をお知らせください。\n\n修理と交換のどちらをご希望ですか。\n\nAlice',
  answers: { '型番をお知らせください。': 'X12です', '修理と交換のどちらをご希望ですか。': '交換' },
};
const SPANISH = {
  response: 'Hola Jo:\n\n¿Qué color prefiere?\n\n¿Lo enviamos a casa o a la oficina?\n\nUn saludo\nAlice',
  answers: { '¿Qué color prefiere?': 'El azul', '¿Lo enviamos a casa o a la oficina?': 'a la oficina' },
};
const POLISH = {
  response: 'Dzień dobry,\n\n- Czy drukarka jest włączona?\n- Jaki kod błędu pokazuje ekran?\n\nPozdrawiam\nAlice',
  answers: { '- Czy drukarka jest włączona?': 'tak', '- Jaki kod błędu pokazuje ekran?': 'E-13' },
};

const CITE = '<blockquote type="cite"><div>';
const END = '</div></blockquote>';

export const INLINE_MAILS: Record<string, InlineMail> = {
  'Apple Mail on a Mac': {
    ...ENGLISH,
    text: (ours, answers) =>
      `\n> On 6 Jan 2025, at 10:11, Desk <support@desk.example> wrote:\n> \n${between(ours, answers)}`,
    html: (response, answers) =>
      `<html><body style="overflow-wrap: break-word;"><div><blockquote type="cite"><div>${MAY}</div><br class="Apple-interchange-newline"></blockquote>${split(response, answers, CITE, END)}</div></body></html>`,
  },
  'Apple Mail on a phone': {
    ...GERMAN,
    text: (ours, answers) =>
      `\n\n> Am 06.01.2025 um 10:11 schrieb Desk <support@desk.example>:\n> \n${between(ours, answers)}\n\nVon meinem iPhone gesendet`,
    html: (response, answers) =>
      `<html><body dir="auto"><div dir="ltr"><br><blockquote type="cite">Am 06.01.2025 um 10:11 schrieb Desk &lt;support@desk.example&gt;:<br><br></blockquote></div>${split(response, answers, '<blockquote type="cite"><div dir="ltr">', END)}<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">Von meinem iPhone gesendet</div></body></html>`,
  },
  'Apple Mail, HTML alone': {
    ...FRENCH,
    html: (response, answers) =>
      `<html><body><div><blockquote type="cite">Le 6 janv. 2025 à 10:11, Desk &lt;support@desk.example&gt; a écrit :</blockquote></div>${split(response, answers, CITE, END)}</body></html>`,
  },
  Gmail: {
    ...SPANISH,
    text: (ours, answers) =>
      `El lun, 16 nov 2026 a las 9:14, Desk (<support@desk.example>) escribió:\n\n${between(ours, answers)}`,
    html: (response, answers) =>
      `<div dir="ltr"><div class="gmail_quote"><div dir="ltr" class="gmail_attr">El lun, 16 nov 2026 a las 9:14, Desk (&lt;support@desk.example&gt;) escribió:<br></div>${split(response, answers, '<blockquote class="gmail_quote" style="border-left:1px solid rgb(204,204,204)">', '</blockquote>')}</div></div>`,
  },
  'Thunderbird, text': {
    ...JAPANESE,
    text: (ours, answers) => `On 2026/11/16 9:14, Desk wrote:\n${between(ours, answers, '> ', '')}`,
  },
  'Thunderbird, HTML': {
    ...POLISH,
    html: (response, answers) =>
      `<div class="moz-cite-prefix">W dniu 16.11.2026 o 09:14, Desk pisze:<br></div>${split(response, answers, '<blockquote type="cite" cite="mid:a@b">', '</blockquote>', 'p')}`,
  },
  'Mail.ru': {
    ...RUSSIAN,
    text: (ours, answers) =>
      `\nПонедельник, 16 ноября 2026, 9:14 +03:00 от Desk <support@desk.example>:\n \n${between(ours, answers, '>')}`,
  },
  Yandex: {
    ...RUSSIAN,
    html: (response, answers) =>
      `<div>16.11.2026, 09:14, "Desk" &lt;support@desk.example&gt;:</div>${split(response, answers, '<blockquote>', '</blockquote>')}`,
  },
  Proton: {
    ...GERMAN,
    html: (response, answers) =>
      `<div class="protonmail_quote">Am Montag, 16. November 2026 um 09:14 schrieb Desk &lt;support@desk.example&gt;:<br>${split(response, answers, '<blockquote class="protonmail_quote" type="cite">', '</blockquote>')}</div>`,
  },
  'Outlook, which marks no line': {
    ...ENGLISH,
    text: (ours, answers) => `${HEADERS}\n\n${between(ours, answers, '', '')}`,
  },
  'Outlook, typed behind the questions': {
    ...GERMAN,
    html: (response, answers) =>
      `${WORD_BOX}${response
        .split('\n')
        .map((line) => `<p class="MsoNormal">${line} <span style="color:#0070C0">${answers[line] ?? ''}</span></p>`)
        .join('')}`,
  },
  'Yahoo, which indents': {
    ...ENGLISH,
    text: (ours, answers) =>
      ` On Monday, November 16, 2026, 9:14 AM, Desk <support@desk.example> wrote:\n\n${between(ours, answers, ' ')}`,
  },
};
