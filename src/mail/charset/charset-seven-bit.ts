/** The charsets of seven bits that no library here knows; each is read in one pass. */

/** RFC 1557: between SO and SI each byte stands for a byte of EUC-KR without its high bit. */
export function shiftedToHigh(bytes: Buffer): Buffer {
  const out = Buffer.alloc(bytes.length);
  let shifted = false;
  let written = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === 0x0e || byte === 0x0f) shifted = byte === 0x0e;
    else if (byte === 0x1b && bytes[i + 1] === 0x24) i += 3;
    else out[written++] = shifted && byte > 0x20 ? byte | 0x80 : byte;
  }
  return out.subarray(0, written);
}

/** RFC 1843: between `~{` and `~}` each byte stands for a byte of GB2312 without its high bit; `~~` is a tilde. */
export function hzToHigh(bytes: Buffer): Buffer {
  const out = Buffer.alloc(bytes.length);
  let shifted = false;
  let written = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    const next = bytes[i + 1];
    if (byte !== 0x7e || next === undefined) {
      out[written++] = shifted && byte > 0x20 ? byte | 0x80 : byte;
      continue;
    }
    i++;
    if (next === 0x7b) shifted = true;
    else if (next === 0x7d) shifted = false;
    else if (next === 0x7e) out[written++] = 0x7e;
  }
  return out.subarray(0, written);
}

/**
 * UTF-7 (RFC 2152): between `+` and `-` modified base64 of UTF-16. Not to be called for HTML: it turns
 * `+ADw-script+AD4-` into markup that no filter saw.
 */
export function decodeUtf7(text: string): string {
  return text.replace(/\+([A-Za-z0-9+/]*)-?/g, (whole, base64: string) => {
    if (base64 === '') return whole === '+-' ? '+' : whole;
    const bytes = Buffer.from(base64, 'base64');
    return bytes.length < 2
      ? whole
      : bytes
          .subarray(0, bytes.length & ~1)
          .swap16()
          .toString('utf16le');
  });
}
