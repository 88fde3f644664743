/**
 * Parameters for arrays in Postgres' binary format: dimensions, flags, type, length and lowest index, then each element with its
 * length. As text, pg writes an array element by element, and bytes as hex.
 */

const INT4 = 23;
const BYTEA = 17;
const HEAD_BYTES = 20;
const NULL_LENGTH = -1;

/** For `$1::int[]`. */
export function intArray(numbers: ArrayLike<number>): Buffer {
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + 8 * numbers.length);
  writeHead(bytes, INT4, numbers.length, false);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < numbers.length; at++) {
    view.setInt32(HEAD_BYTES + 8 * at, 4);
    view.setInt32(HEAD_BYTES + 4 + 8 * at, numbers[at] ?? 0);
  }
  return bytes;
}

/** For `$1::bytea[]`; undefined is null. */
export function byteaArray(values: readonly (Buffer | undefined)[]): Buffer {
  const length = values.reduce((sum, value) => sum + 4 + (value?.length ?? 0), HEAD_BYTES);
  const bytes = Buffer.allocUnsafe(length);
  writeHead(bytes, BYTEA, values.length, values.includes(undefined));
  let at = HEAD_BYTES;
  for (const value of values) {
    at = bytes.writeInt32BE(value?.length ?? NULL_LENGTH, at);
    if (value !== undefined) at += value.copy(bytes, at);
  }
  return bytes;
}

function writeHead(bytes: Buffer, type: number, length: number, hasNull: boolean): void {
  for (const [index, value] of [1, hasNull ? 1 : 0, type, length, 1].entries()) bytes.writeInt32BE(value, 4 * index);
}
