/** Bytes of the event file as 32-bit numbers, without copying where that can be. */

/** Reads bytes of a file from an offset on, as many as the target has room for; throws when they are not there. */
export type ReadInto = (target: Uint8Array, offset: number) => void;

const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/**
 * Little-endian 32-bit numbers: a view into the same memory where the machine's own order and the alignment allow it, else
 * a copy.
 *
 * @param bytes what does not fill a number at the end is left out
 */
export function wordsOf(bytes: Uint8Array): Uint32Array {
  const length = Math.floor(bytes.byteLength / 4);
  if (littleEndian && bytes.byteOffset % 4 === 0) {
    return new Uint32Array(bytes.buffer, bytes.byteOffset, length);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = new Uint32Array(length);
  for (let index = 0; index < length; index++) {
    words[index] = view.getUint32(index * 4, true);
  }
  return words;
}

/**
 * Reads little-endian 32-bit numbers into an array, straight where the machine's own order allows it.
 *
 * @param words the part of the array that is filled
 * @param offset where they begin in the file
 */
export function readWords(words: Uint32Array, offset: number, read: ReadInto): void {
  if (littleEndian) {
    read(new Uint8Array(words.buffer, words.byteOffset, words.byteLength), offset);
  } else {
    const bytes = new Uint8Array(words.byteLength);
    read(bytes, offset);
    words.set(wordsOf(bytes));
  }
}
