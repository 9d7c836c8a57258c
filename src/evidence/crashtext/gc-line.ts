/**
 * Takes a `gctrace` line out of a line of a dump: the runtime writes a dump piece by piece, and another thread can report the
 * end of a collection in between.
 *
 *     main.(*Cache).Get(0xc000012345gc 7 @0.022s 7%: 0.025+0.37+0.001 ms clock, …, 2 P
 *     , {0x494a07, 0x0})
 *
 * A line that holds nothing else is left as it is: it is none of the dump's, and disturbs nothing.
 */

/** A whole line, at the end of the text. What stands before it is part of a dump's line: prefixes of logs end otherwise. */
const inside =
  /[\w(){}[,.?…]gc \d{1,10} @\d{1,12}\.\d{3}s \d{1,4}%(?: \([a-z ]{1,60}\))?: [\d.+]{5,80} ms clock, [\d.+/]{9,120} ms cpu, \d{1,12}->\d{1,12}->\d{1,12} MB, \d{1,20} MB goal,(?: \d{1,12} MB stacks, \d{1,12} MB globals,)? \d{1,8} P(?: \(forced\))?$/;

const letterP = 80;
const parenthesis = 41;

/** Puts the two halves of such a line together again. */
export class GcLineInside {
  #before: string | null = null;

  /** Whether half a line waits for its other half. */
  get holds(): boolean {
    return this.#before !== null;
  }

  /** Takes the next line; gives the line to read, or null when its other half is still to come. */
  push(text: string): string | null {
    const whole = this.#before === null ? text : this.#before + text;
    this.#before = null;
    const last = whole.charCodeAt(whole.length - 1);
    const found = last === letterP || last === parenthesis ? inside.exec(whole) : null;
    if (found === null || found.index + 1 > longest) {
      return whole;
    }
    this.#before = whole.slice(0, found.index + 1);
    return null;
  }

  /** The half that is left when no more lines come; null when there is none. */
  flush(): string | null {
    const before = this.#before;
    this.#before = null;
    return before;
  }
}

/** A longer half is nobody's frame. */
const longest = 16_384;
