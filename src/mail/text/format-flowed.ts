import type { BodyLine } from '../words/quote/quote-line.ts';

/**
 * RFC 3676: the lines of a `format=flowed` text, joined. A line that ends in a space flows into the next one of the
 * same quote depth (section 4.1); a leading space is stuffing (4.4); `-- ` is never flowed (4.3); with DelSp=yes the
 * space that marks the flow is not part of the text (4.1). Linear in the input.
 */
export function flowedLines(text: string, delSp: boolean): BodyLine[] {
  const out: BodyLine[] = [];
  let pieces: string[] = [];
  let pieceDepth = 0;
  const flush = () => {
    if (pieces.length > 0) out.push({ text: pieces.join(''), depth: pieceDepth, mark: undefined, container: 0 });
    pieces = [];
  };
  for (const line of text.split(/\r\n|\r|\n/)) {
    let depth = 0;
    while (line[depth] === '>') depth++;
    const unquoted = line.slice(depth);
    const words = unquoted.startsWith(' ') ? unquoted.slice(1) : unquoted;
    const isSignature = words === '-- ';
    if (depth !== pieceDepth || isSignature) flush();
    pieceDepth = depth;
    const flows = words.endsWith(' ') && !isSignature;
    pieces.push(flows && delSp ? words.slice(0, -1) : words);
    if (!flows) flush();
  }
  flush();
  return out;
}
