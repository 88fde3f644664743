import { describe, expect, test } from 'vitest';
import { classifyMail } from '../../../src/decide/machine/classify-mail.ts';
import { mail } from '../../support/decisions.ts';

const kindOf = (subject: string, text: string) =>
  classifyMail(mail('jo@customer.example', { subject, text, reply: text }), { addresses: [], headerValues: [] }).kind;

/** Programs that set no field at all, to a mail that they do not name. */
const ABSENT: [subject: string, text: string][] = [
  [
    'Out of office',
    'I am out of the office until 7 December with limited access to mail. In urgent cases contact Pat.',
  ],
  [
    'Out of Office: Your ticket',
    "Thank you for your message. I'm currently on annual leave and will return on Monday.",
  ],
  ['OOO - back 7 Dec', 'Hello, I will be travelling and will answer when I am back on 7 December.'],
  [
    'Abwesenheitsnotiz',
    'Guten Tag, ich bin bis zum 7. Dezember nicht im Büro. In dringenden Fällen wenden Sie sich an Frau Amsel.',
  ],
  [
    'Abwesend bis 7.12.',
    'Vielen Dank für Ihre Nachricht. Ich befinde mich im Urlaub und bin ab dem 8.12. wieder erreichbar.',
  ],
  ['Absence du bureau', "Bonjour, je suis absente jusqu'au 7 décembre. En cas d'urgence, contactez le standard."],
  ['Fuera de la oficina', 'Estoy de vacaciones hasta el 7 de diciembre. Para asuntos urgentes escriba a ventas.'],
  ['Ausência', 'Estou de férias até 7 de dezembro. Em caso urgente, contacte a Ana.'],
  ['Fuori ufficio', 'Buongiorno, sono fuori ufficio fino al 7 dicembre. Per urgenze chiamare il numero verde.'],
  ['Afwezig', 'Ik ben afwezig tot 7 december. Voor dringende zaken kunt u bellen met de receptie.'],
  ['Frånvaro', 'Hej! Jag är på semester och tillbaka den 7 december.'],
  ['Fravær', 'Jeg er på ferie og er tilbage den 7. december.'],
  ['Poissa', 'Olen lomalla 7.12. asti. Kiireellisissä asioissa soita vaihteeseen.'],
  ['Nieobecność', 'Jestem na urlopie do 7 grudnia. W pilnych sprawach proszę o kontakt z biurem.'],
  ['Mimo kancelář', 'Dobrý den, jsem na dovolené do 7. prosince, poté se vrátím.'],
  ['Házon kívül', 'December 7-ig szabadságon vagyok, sürgős esetben hívja a központot.'],
  ['В отпуске', 'Здравствуйте! Я нахожусь в отпуске до 7 декабря. По срочным вопросам пишите Анне.'],
  ['Εκτός γραφείου', 'Απουσιάζω έως τις 7 Δεκεμβρίου.'],
  ['Ofis dışında', '7 Aralık tarihine kadar izindeyim. Acil durumlarda santrali arayın.'],
  ['外出', '我目前出差，将于12月7日返回。'],
  ['不在のお知らせ', '12月7日まで休暇をいただいております。'],
  ['부재중', '12월 7일까지 휴가 중입니다.'],
];

/** People who write of absence. */
const PEOPLE: [subject: string, text: string][] = [
  ['Out of office', 'How do I set up an out of office notice? I am on leave from Monday until Friday.'],
  ['Out of office reply', 'Hi, the vacation message does not work. I am on vacation until Friday, contact Pat.'],
  ['Vacation plans for the team', 'I am on vacation until 7 December, the others will return earlier.'],
  ['Out of office next week', 'I will be out of the office until Friday. Please deliver the pump after that.'],
  ['Absent', 'My order is absent from the list.'],
  ['Urlaub', 'Bitte buchen Sie mir den Urlaub vom 3. bis zum 7. um.'],
  ['Delivery date', 'I am away until 7 December, back on the 8th.'],
  ['Re: Out of office', 'I am back until Friday, I am out of the office after that.'],
  ['En congé', "Bonjour, le formulaire de congé ne fonctionne pas jusqu'au bout."],
];

describe('an absence notice that marks nothing', () => {
  test.each(ABSENT)('%s: %s', (subject, text) => {
    expect(kindOf(subject, text)).toBe('auto-reply');
  });
});

describe('a person stays a person', () => {
  test.each(PEOPLE)('%s: %s', (subject, text) => {
    expect(kindOf(subject, text)).toBe('normal');
  });
});

test('an absence notice to the envelope sender of our mails is one, whatever it says', () => {
  const to = [{ address: undefined, name: '', written: 'support+b3f-abcdefghijklmnopqrstuvwxyz@desk.example' }];
  const notice = mail('jo@customer.example', { subject: 'Vacation plans', text: 'Away.', to });
  expect(classifyMail(notice, { addresses: [], headerValues: [] }).kind).toBe('auto-reply');
  const person = mail('jo@customer.example', { subject: 'The pump leaks', text: 'Help.', to });
  expect(classifyMail(person, { addresses: [], headerValues: [] }).kind).toBe('normal');
});
