/**
 * The pc-value tables: for each instruction of a function one number (a line, a file, an index of an inlined call).
 *
 * A table is a run of steps. A step says by how much the value changes, then for how many instructions the new value
 * holds; both are variable-length numbers, the first one with the sign in its lowest bit. The value starts at -1. A step
 * that changes nothing ends the table, except as the first one.
 *
 * Source: Go's src/runtime/symtab.go (pcvalue, step), 1.19 to 1.27.
 */

/** What a table says where it says nothing: outside its range, or when it is damaged. */
export const noValue = -1;

/**
 * More steps than any function has. A table of a damaged file can go on to the end of the file, and a lookup must not
 * take long then. Measured: 5278 at most in the go command, gofmt and the compiler of 1.19 and 1.27.
 */
const maxSteps = 1 << 18;

/** Continuation bit of a byte of a variable-length number. */
const more = 0x80;

/**
 * The value of one table at one PC.
 *
 * @param bytes the memory the table is in
 * @param start where the table begins in it; 0 stands for "no table" and gives -1
 * @param end where the memory that may hold tables ends
 * @param quantum size of the smallest instruction in bytes
 * @param target the PC, in bytes from the function's entry
 */
export function pcValue(
  bytes: Uint8Array,
  start: number,
  end: number,
  quantum: number,
  target: number,
): number {
  let at = start;
  let value = noValue;
  let pc = 0;
  // Written out without a helper for the variable-length numbers: this loop is where a lookup spends its time.
  for (let steps = 0; steps < maxSteps && at < end; steps++) {
    let byte = bytes[at++] ?? 0;
    let delta = byte & 0x7f;
    for (let shift = 7; byte >= more && shift < 35; shift += 7) {
      byte = bytes[at++] ?? 0;
      delta |= (byte & 0x7f) << shift;
    }
    if (delta === 0 && steps > 0) {
      return noValue;
    }
    value = (value + (-(delta & 1) ^ (delta >>> 1))) | 0;
    byte = bytes[at++] ?? 0;
    let advance = byte & 0x7f;
    for (let shift = 7; byte >= more && shift < 35; shift += 7) {
      byte = bytes[at++] ?? 0;
      advance |= (byte & 0x7f) << shift;
    }
    pc += (advance >>> 0) * quantum;
    if (target < pc) {
      return at <= end ? value : noValue;
    }
  }
  return noValue;
}
