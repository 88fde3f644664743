import { seededRandom } from '../support/mutate-mail.ts';

/** What people do to questions, and what desks are like that are not ten thousand tickets old. The same ones for the same seed. */
export type Labelled = { text: string; label: string };
export type Questions = { past: Labelled[]; asked: (Labelled | { text: string; label: undefined })[] };

type Random = () => number;

function pick<Item>(items: readonly Item[], random: Random): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

/** Three of ten words of five letters and more with one slip of the fingers; what is kept of the past stays as it was. */
export function misspelt({ past, asked }: Questions): Questions {
  const random = seededRandom(11);
  const slip = (word: string) => {
    const at = 1 + Math.floor(random() * (word.length - 2));
    const [before, one, two, after] = [word.slice(0, at), word.charAt(at), word.charAt(at + 1), word.slice(at + 2)];
    const other = String.fromCharCode(97 + Math.floor(random() * 26));
    return (
      pick([`${two}${one}`, two, `${one}${one}${two}`, `${other}${two}`, `${one}${other}${two}`], random).replace(
        /^/,
        before,
      ) + after
    );
  };
  const write = (text: string) => text.replace(/\p{L}{5,}/gu, (word) => (random() < 0.3 ? slip(word) : word));
  return { past, asked: asked.map((one) => ({ ...one, text: write(one.text) })) };
}

const NAMES =
  'Maria Lopez|Tom Baker|Aisha Khan|Piotr Nowak|Chloé Martin|Jun Sato|Olu Adeyemi|Ben Fischer|Sara Lind|Raj Patel'.split(
    '|',
  );
const OPENINGS = [
  'I hope you are doing well.',
  'I am writing to you because I need some help.',
  'I have been a customer of yours for some years now.',
  'Sorry to bother you again.',
  '',
  '',
];
const CLOSINGS = [
  'Please let me know as soon as you can.',
  'I look forward to hearing from you.',
  'Thanks in advance for your help!',
  'Could somebody get back to me today?',
  '',
];
const FEET = [
  'Sent from my iPhone',
  'Get Outlook for Android',
  'This email and any attachments are confidential and intended only for the person named above.',
  '',
  '',
];

/** Each question as a mail: greeting, a polite line or two, what forms and phones add, sign-off and signature. */
export function asMails({ past, asked }: Questions): Questions {
  const random = seededRandom(12);
  const write = (text: string) => {
    const name = pick(NAMES, random);
    const form =
      random() < 0.3
        ? `Name: ${name}\nCustomer number: ${Math.floor(random() * 900_000) + 100_000}\nSent by the contact form of our site.\n\n`
        : '';
    const opening = pick(OPENINGS, random);
    const closing = pick(CLOSINGS, random);
    const foot = pick(FEET, random);
    const sign = `${pick(['Best regards', 'Kind regards', 'Thanks', 'Cheers', 'Many thanks'], random)},\n${name}`;
    const phone = random() < 0.3 ? `\n+44 20 7946 ${Math.floor(random() * 9_000) + 1_000}` : '';
    const greeting = pick(['Hello', 'Hi there', 'Dear Sir or Madam', 'Dear team', 'Good morning'], random);
    const matter = [opening, text, closing].filter((part) => part !== '').join(random() < 0.5 ? '\n\n' : ' ');
    return `${form}${greeting},\n\n${matter}\n\n${sign}${phone}${foot === '' ? '' : `\n\n${foot}`}`;
  };
  return {
    past: past.map((one) => ({ ...one, text: write(one.text) })),
    asked: asked.map((one) => ({ ...one, text: write(one.text) })),
  };
}

/** Every seventh label has no past: what is asked about it, no answer fits. */
export function withStrangers({ past, asked }: Questions): Questions {
  const strange = new Set(labelsOf(past).filter((_, at) => at % 7 === 3));
  return {
    past: past.filter(({ label }) => !strange.has(label)),
    asked: asked.map((one) => (strange.has(one.label ?? '') ? { text: one.text, label: undefined } : one)),
  };
}

/** Young desks: some labels with a few past tickets each; a sixth of the questions are about others. */
export function smallDesks({ past, asked }: Questions, tickets: number, desks: number): Questions[] {
  const random = seededRandom(tickets);
  const labels = labelsOf(past);
  return Array.from({ length: desks }, () => {
    const known = new Set(
      shuffled(labels, random).slice(0, Math.max(4, Math.min(Math.round(tickets / 5), labels.length / 2))),
    );
    const of = (one: { label: string | undefined }) => known.has(one.label ?? '');
    const strangers = shuffled(
      asked.filter((one) => !of(one)),
      random,
    ).slice(0, 40);
    return {
      past: shuffled(past.filter(of), random).slice(0, tickets),
      asked: [
        ...shuffled(asked.filter(of), random).slice(0, 80),
        ...strangers.map(({ text }) => ({ text, label: undefined })),
      ],
    };
  });
}

function labelsOf(rows: readonly Labelled[]): string[] {
  return [...new Set(rows.map(({ label }) => label))].sort();
}

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);
}
