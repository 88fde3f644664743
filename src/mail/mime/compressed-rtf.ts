/**
 * RTF as Outlook packs it into winmail.dat (MS-OXRTFCP): literal bytes and references into a ring of 4,096 bytes that
 * begins with usual RTF. Our own, since the packages for it are not kept. Bounded, one pass.
 */
const RING = 4_096;
const START =
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx';
const COMPRESSED = 0x75465a4c;
const UNCOMPRESSED = 0x414c454d;
const HEADER = 16;
/** Nobody writes that much; what follows is not unpacked. */
const MAX_UNPACKED = 2 * 1024 * 1024;

/** The RTF, one character per byte, as far as it can be read; undefined where the bytes are something else. */
export function unpackRtf(bytes: Buffer): string | undefined {
  if (bytes.length < HEADER) return undefined;
  const size = Math.min(bytes.readUInt32LE(4), MAX_UNPACKED);
  const kind = bytes.readUInt32LE(8);
  if (kind === UNCOMPRESSED) return bytes.toString('latin1', HEADER, HEADER + size);
  return kind === COMPRESSED ? decompress(bytes, size) : undefined;
}

function decompress(bytes: Buffer, size: number): string {
  const ring = Buffer.alloc(RING, 0x20);
  let end = ring.write(START, 'latin1');
  // The size is a claim of the sender: no reference unpacks to more than 17 bytes, and costs two.
  const out = Buffer.alloc(Math.min(size, (bytes.length - HEADER) * 9));
  let written = 0;
  const put = (byte: number) => {
    out[written++] = byte;
    ring[end] = byte;
    end = (end + 1) % RING;
  };
  for (let at = HEADER; at < bytes.length && written < out.length; ) {
    const control = bytes[at++] ?? 0;
    for (let bit = 0; bit < 8 && at < bytes.length && written < out.length; bit++) {
      if (((control >> bit) & 1) === 0) {
        put(bytes[at++] ?? 0);
        continue;
      }
      const reference = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
      at += 2;
      const from = reference >> 4;
      // A reference to the place that is written next ends the text.
      if (from === end) return out.toString('latin1', 0, written);
      for (let i = 0; i < (reference & 15) + 2 && written < out.length; i++) put(ring[(from + i) % RING] ?? 0);
    }
  }
  return out.toString('latin1', 0, written);
}
