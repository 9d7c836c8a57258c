/** Typed arrays that grow by doubling, up to what is really needed. */

/** The array itself, or a copy with room for `needed` numbers and then some. */
export function withRoom<T extends Uint32Array | Int32Array | Float64Array | Uint8Array>(
  array: T,
  needed: number,
  make: (length: number) => T,
): T {
  if (needed <= array.length) {
    return array;
  }
  const larger = make(Math.max(needed, 2 * array.length, 64));
  larger.set(array);
  return larger;
}
