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

/** A place within a table where a lookup may begin: all that is known before a step. */
interface Mark {
  readonly at: number;
  readonly value: number;
  readonly pc: number;
  readonly steps: number;
}

/** So many steps lie between two marks. */
const stepsBetween = 64;

/** Of so many tables marks are kept: a function's lines, files, inlined calls and stack depths are looked up in turn. */
const mostTables = 16;

/**
 * The tables that lie in one piece of memory. Of those that were looked up last it is remembered where some of their steps are: who
 * asks for one instruction of a long function after the other does not go through all of the table each time.
 */
export class PcTables {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #quantum: number;
  /** By where the table begins; in the order of PCs. */
  readonly #marks = new Map<number, Mark[]>();

  /**
   * @param bytes the memory the tables are in
   * @param end where the memory that may hold tables ends
   * @param quantum size of the smallest instruction in bytes
   */
  constructor(bytes: Uint8Array, end: number, quantum: number) {
    this.#bytes = bytes;
    this.#end = end;
    this.#quantum = quantum;
  }

  /**
   * The value of one table at one PC.
   *
   * @param start where the table begins
   * @param target the PC, in bytes from the function's entry
   */
  value(start: number, target: number): number {
    const marks = this.#marks.get(start);
    const from = marks === undefined ? undefined : lastBefore(marks, target);
    return this.#find(start, target, from ?? { at: start, value: noValue, pc: 0, steps: 0 });
  }

  #find(start: number, target: number, from: Mark): number {
    const [bytes, end, quantum] = [this.#bytes, this.#end, this.#quantum];
    let { at, value, pc } = from;
    // Written out without a helper for the variable-length numbers: this loop is where a lookup spends its time.
    for (let { steps } = from; steps < maxSteps && at < end; steps++) {
      if (steps % stepsBetween === 0 && steps > from.steps) {
        this.#note(start, { at, value, pc, steps });
      }
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

  #note(start: number, mark: Mark): void {
    const marks = this.#marks.get(start);
    if (marks === undefined) {
      if (this.#marks.size >= mostTables) {
        this.#marks.clear();
      }
      this.#marks.set(start, [mark]);
    } else if (mark.steps > (marks.at(-1)?.steps ?? 0)) {
      marks.push(mark);
    }
  }
}

/** The last mark that is not after a PC. */
function lastBefore(marks: readonly Mark[], target: number): Mark | undefined {
  let [low, high] = [0, marks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((marks[middle]?.pc ?? 0) <= target) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return marks[low - 1];
}
