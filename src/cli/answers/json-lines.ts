/**
 * The lines of a stream of JSON lines. Node's readline also ends lines at U+2028 and U+2029, which may stand as they are
 * within a string of JSON (RFC 8259 section 7), and people's words hold them.
 */
export async function* jsonLines(input: NodeJS.ReadableStream): AsyncGenerator<string> {
  input.setEncoding('utf8');
  let pieces: string[] = [];
  for await (const chunk of input) {
    const [first = '', ...rest] = String(chunk).split('\n');
    pieces.push(first);
    for (const next of rest) {
      yield pieces.join('');
      pieces = [next];
    }
  }
  const last = pieces.join('');
  if (last !== '') yield last;
}
