/**
 * A guess at the charset of bytes that carry none, or a false one. Only called for bytes that are no valid UTF-8.
 * It counts which bytes fall where the common letters of a charset lie; a sample is enough.
 */
const SAMPLE = 32_768;

type Shares = {
  high: number;
  /** High bytes from C0 up: the letters of Cyrillic charsets are nothing else. */
  top: number;
  pairs: number;
  trailLow: number;
  lead: (from: number, to: number) => number;
};

export function guessCharset(bytes: Buffer): string {
  const sample = bytes.subarray(0, SAMPLE);
  const escaped = guessEscaped(sample);
  if (escaped !== undefined) return escaped;
  const double = guessDoubleByte(sample);
  return double ?? guessSingleByte(sample);
}

/** Charsets of 7 bits that announce themselves: ISO-2022-JP (RFC 1468), ISO-2022-KR (RFC 1557), HZ (RFC 1843). */
export function guessEscaped(sample: Buffer): string | undefined {
  const marker = sample.indexOf(0x1b);
  if (marker < 0) return undefined;
  const text = sample.toString('latin1', marker, marker + 2_000);
  if (/\x1b\$\)C/.test(text)) return 'iso-2022-kr';
  return /\x1b(?:\$[@B]|\(J|\(I|\$\(D)/.test(text) ? 'iso-2022-jp' : undefined;
}

function countPairs(sample: Buffer): Shares {
  const leads = new Uint32Array(256);
  let high = 0;
  let top = 0;
  let pairs = 0;
  let trailLow = 0;
  for (let i = 0; i < sample.length; i++) {
    const lead = sample[i] ?? 0;
    if (lead < 0x80) continue;
    high++;
    if (lead >= 0xc0) top++;
    const trail = sample[i + 1] ?? 0;
    if (trail < 0x40) continue;
    pairs++;
    leads[lead] = (leads[lead] ?? 0) + 1;
    if (trail < 0x80) trailLow++;
    else high++;
    if (trail >= 0xc0) top++;
    i++;
  }
  const lead = (from: number, to: number) => leads.subarray(from, to + 1).reduce((sum, n) => sum + n, 0) / pairs;
  return { high, top, pairs, trailLow, lead };
}

function decodesCleanly(sample: Buffer, label: string): boolean {
  const text = new TextDecoder(label).decode(sample);
  const bad = text.split('\ufffd').length - 1;
  return bad <= (sample.length === SAMPLE ? 1 : 0);
}

function guessDoubleByte(sample: Buffer): string | undefined {
  const shares = countPairs(sample);
  const kana = shares.pairs < 2 ? 0 : shares.lead(0x82, 0x83);
  if (kana > 0.9 && decodesCleanly(sample, 'shift_jis')) return 'shift_jis';
  if (shares.pairs < 2 || shares.high < shares.pairs * 1.3) return undefined;
  if (shares.high >= 8 && shares.top === shares.high) return undefined;
  if (kana > 0.3 && decodesCleanly(sample, 'shift_jis')) return 'shift_jis';
  if (shares.lead(0xa4, 0xa5) > 0.25 && decodesCleanly(sample, 'euc-jp')) return 'euc-jp';
  if (shares.trailLow === 0 && shares.lead(0xb0, 0xc8) > 0.85 && decodesCleanly(sample, 'euc-kr')) return 'euc-kr';
  const big5 = shares.lead(0xa4, 0xc6) + shares.lead(0xa1, 0xa1);
  if (shares.trailLow > shares.pairs * 0.1 && big5 > 0.8 && decodesCleanly(sample, 'big5')) return 'big5';
  const chinese = shares.lead(0xb0, 0xd7) + shares.lead(0xa1, 0xa3);
  if (chinese > 0.6 && decodesCleanly(sample, 'gb18030')) return 'gb18030';
  return undefined;
}

/**
 * Cyrillic where whole words are high bytes (Latin words have single ones); small letters, which most are, lie at E0-FF
 * in windows-1251 and at C0-DF in KOI8-R. Otherwise the charset of the west.
 */
function guessSingleByte(sample: Buffer): string {
  let runs = 0;
  let low = 0;
  let high = 0;
  let before = false;
  for (const byte of sample) {
    const isLetter = byte >= 0xc0;
    if (isLetter && !before) runs++;
    if (byte >= 0xe0) high++;
    else if (isLetter) low++;
    before = isLetter;
  }
  const letters = low + high;
  if (letters < 8 || letters < runs * 2.5) return 'windows-1252';
  return high >= low ? 'windows-1251' : 'koi8-r';
}
