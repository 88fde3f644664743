import { type AST, RegExpParser } from '@eslint-community/regexpp';

/**
 * A string that may make an expression try the same text again and again: `prefix`, then `pump` as often as it takes,
 * then `suffix`, which ends the match or makes it fail.
 */
export type Attack = { prefix: string; pump: string; suffix: string };

/** What people and machines repeat: blanks of many kinds, line ends, markers, quotes, digits, brackets, letters. */
const ALPHABET = [
  ...' \t\n\r\v\f\u00a0\u1680\u2003\u2028\u3000\ufeff\u200b\u00ad\u0000\u0001\u007f\ufffd\u{1f600}',
  ...'0aAzßé字@.,:;-_=+*/\\|#!?&%$~^\'"`<>()[]{}«»',
];
const PAIRS = [
  '\r\n',
  '\n\n',
  ' \n',
  '\n ',
  '\u3000\n',
  '\t ',
  '> ',
  '\n> ',
  '\n>',
  '- ',
  '\n-',
  'a ',
  ' a',
  'a.',
  '.a',
  'a@',
];
const MORE = [
  '@a',
  'a,',
  ', ',
  'a\n',
  '\na',
  '0 ',
  '0-',
  '0.',
  '00:',
  '<a',
  '<a ',
  '<a>',
  '</',
  '=?',
  '?=',
  '%20',
  '\\"',
  '""',
];
const WIDE_PUMPS = [
  ...ALPHABET,
  ...PAIRS,
  ...MORE,
  '##- ',
  'On ',
  'Am ',
  'Re: ',
  'http://',
  '12-3f-',
  'b3f-',
  ' <a@b.c>',
];
const SUFFIXES = ['', '\u0001', '!', 'x\u0001'];
/** More of them on one expression take time and found nothing. */
const MAX_OWN_PUMPS = 24;
const MAX_PREFIXES = 5;

/** Attacks on one expression: everything of the list above, and repetitions and beginnings made from its own parts. */
export function attacksOn(source: string, flags: string): Attack[] {
  const pattern = new RegExpParser().parsePattern(source, 0, source.length, {
    unicode: flags.includes('u'),
    unicodeSets: flags.includes('v'),
  });
  const parts = partsOf(pattern);
  const prefixes = unique(['', '\n', ...parts.prefixes]).slice(0, MAX_PREFIXES);
  const attacks: Attack[] = [];
  const own = unique([...parts.pumps, ...pairsOf(parts.pumps)]).slice(0, MAX_OWN_PUMPS);
  for (const pump of own) for (const prefix of prefixes) attacks.push(...withSuffixes(prefix, pump));
  for (const pump of WIDE_PUMPS)
    for (const prefix of prefixes.slice(0, 3)) attacks.push(...withSuffixes(prefix, pump).slice(0, 2));
  return attacks.filter(({ pump }) => pump !== '');
}

function withSuffixes(prefix: string, pump: string): Attack[] {
  return SUFFIXES.map((suffix) => ({ prefix, pump, suffix }));
}

function unique(texts: string[]): string[] {
  return [...new Set(texts)].filter((text) => text.length < 200);
}

function pairsOf(pumps: string[]): string[] {
  const few = pumps.filter((pump) => pump.length <= 12).slice(0, 6);
  return few.flatMap((one) => few.filter((other) => other !== one).map((other) => one + other));
}

type Parts = { prefixes: string[]; pumps: string[] };

/** For each repetition in a pattern: what it repeats, and what may stand before it. */
function partsOf(pattern: AST.Pattern): Parts {
  const parts: Parts = { prefixes: [], pumps: [] };
  const walk = (node: AST.Alternative | AST.Element, before: string): void => {
    if (node.type === 'Alternative') {
      let read = before;
      for (const element of node.elements) {
        walk(element, read);
        read += samplesOf(element)[0] ?? '';
      }
    } else if (node.type === 'Quantifier') {
      if (node.max >= 5) {
        parts.prefixes.push(before);
        // What stands before it, again and again: each begins a search of its own.
        parts.pumps.push(before);
        parts.pumps.push(...samplesOf(node.element).slice(0, 12));
      }
      walk(node.element, before);
    } else if ('alternatives' in node) {
      // Of a long list of words all behave alike.
      for (const alternative of node.alternatives.slice(0, 30))
        if (alternative.type === 'Alternative') walk(alternative, before);
    }
  };
  for (const alternative of pattern.alternatives.slice(0, 60)) {
    walk(alternative, '');
    const whole = samplesOfAlternative(alternative)[0] ?? '';
    if (whole !== '') parts.pumps.push(whole);
  }
  return parts;
}

/** Short texts that this part of a pattern takes; not all of them. */
function samplesOf(node: AST.Element | AST.QuantifiableElement): string[] {
  switch (node.type) {
    case 'Character':
      return [String.fromCodePoint(node.value)];
    case 'CharacterSet':
    case 'CharacterClass':
    case 'ExpressionCharacterClass':
      return charactersIn(node.raw);
    case 'Group':
    case 'CapturingGroup':
      return node.alternatives.slice(0, 12).flatMap((alternative) => samplesOfAlternative(alternative).slice(0, 4));
    case 'Quantifier': {
      const [first = ''] = samplesOf(node.element);
      const least = first.repeat(Math.max(node.min, node.max > 0 && node.max < 2 ? 0 : 1));
      return node.min === 0 ? [least, ''] : samplesOf(node.element).map((one) => one.repeat(node.min));
    }
    default:
      return [''];
  }
}

function samplesOfAlternative(alternative: AST.Alternative): string[] {
  let samples = [''];
  for (const element of alternative.elements) {
    const next = samplesOf(element);
    const [usual = ''] = next;
    samples = [...samples.map((sample) => sample + usual), ...next.slice(1, 4).map((one) => (samples[0] ?? '') + one)];
    samples = samples.slice(0, 12);
  }
  return samples;
}

const CANDIDATES = [
  ...ALPHABET,
  ...'bcdefghijklmnopqrstuvwxyBCDEFGHIJKLMNOPQRSTUVWXYZ123456789',
  'ä',
  'и',
  'ع',
  'ไ',
  '\u0301',
  '\u202e',
];

function charactersIn(raw: string): string[] {
  for (const flags of ['v', 'u', '']) {
    try {
      const expression = new RegExp(`^(?:${raw})$`, flags);
      const found = CANDIDATES.filter((candidate) => expression.test(candidate));
      // Blanks and the last ones too, since two neighbours of an expression often share just one of them.
      return [...found.slice(0, 4), ...found.filter((one) => /\s/.test(one)).slice(0, 3), ...found.slice(-2)];
    } catch {}
  }
  return [];
}
