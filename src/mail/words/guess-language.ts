/** Different words that a text must have before its language is guessed at: "Password reset" is of many. */
const MIN_WORDS = 3;
/** More of a text makes no guess surer. */
const MAX_CHARS = 1_000;
/** How far the next language must be behind the first, as a share of its score. */
const MIN_LEAD = 0.05;

/**
 * The language of a text (ISO 639-1) where it is beyond doubt. The library knows sixty languages, so that Norwegian is not taken
 * for German; its tables take some 60 MB, so it is loaded by the desks that ask.
 */
export async function guessLanguage(text: string): Promise<string | undefined> {
  const words = withoutNoise(text.slice(0, MAX_CHARS * 4)).slice(0, MAX_CHARS);
  if (new Set(words.toLowerCase().match(/\p{L}{2,}/gu)).size < MIN_WORDS) return undefined;
  const eld = await loadGuesser();
  const found = eld.detect(words);
  const [next = 0] = Object.entries(found.getScores())
    .filter(([language]) => language !== found.language)
    .map(([, score]) => score)
    .sort((a, b) => b - a);
  const best = found.getScores()[found.language] ?? 0;
  return found.isReliable() && best - next >= best * MIN_LEAD ? found.language : undefined;
}

/** Done at the start of a desk that asks: it takes a second or two, and more on a busy machine. */
export async function loadGuesser() {
  return (await import('eld/extrasmall')).eld;
}

/** Addresses and numbers are of no language. */
function withoutNoise(text: string): string {
  return text
    .replace(/\b(?:https?:\/\/|www\.)\S{1,500}/gi, ' ')
    .replace(/(?<![^\s<>@"])[^\s<>@"]{1,64}@[^\s<>@"]{1,200}/g, ' ')
    .replace(/[\p{N}#_*=<>|[\](){}-]+/gu, ' ');
}
