const INT4 = 23;

/**
 * A parameter for `$1::int[]` in Postgres' binary format: dimensions, flags, type, length and lowest index, then each number
 * with its length. As text, pg writes an array number by number, which takes longer than most statements run.
 */
export function intArray(numbers: ArrayLike<number>): Buffer {
  const bytes = Buffer.allocUnsafe(20 + 8 * numbers.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setInt32(0, 1);
  view.setInt32(4, 0);
  view.setInt32(8, INT4);
  view.setInt32(12, numbers.length);
  view.setInt32(16, 1);
  for (let at = 0; at < numbers.length; at++) {
    view.setInt32(20 + 8 * at, 4);
    view.setInt32(24 + 8 * at, numbers[at] ?? 0);
  }
  return bytes;
}
