/** Where a report lies in the text, what was undone to its lines, and which of them could not be read. */
import type { ReportPlace, Undone } from "./crash-text.js";
import { undoneKinds } from "./unmangle/clean-line.js";

/** So many of the lines that could not be read are given. */
const maxUnreadShown = 5;
/** So much of such a line is given. */
const maxUnreadLength = 200;

/** Grows with each line of a report. */
export class ReportExtent {
  #first = 0;
  #last = 0;
  readonly #undone = new Uint32Array(undoneKinds.length);
  #unread: { line: number; text: string }[] = [];
  #unreadCount = 0;
  /** Lines that could not be read since the last line of the report: they are its own only when more of it comes. */
  #waiting: { line: number; text: string }[] = [];
  #waitingCount = 0;
  #blanks = 0;
  #lines = 0;

  /** How many lines belong to the report, those included that could not be read. */
  get lines(): number {
    return this.#lines;
  }

  /** How many lines that could not be read came since the last one that could. */
  get silence(): number {
    return this.#waitingCount;
  }

  /** A line of the report. */
  take(line: number, undone: number): void {
    this.takeMany(line, line, 1);
    if (undone !== 0) {
      this.#count(undone);
    }
  }

  /** Several lines of the report, to none of which anything was undone. */
  takeMany(first: number, last: number, count: number): void {
    if (this.#lines === 0) {
      this.#first = first;
    }
    this.#first = Math.min(this.#first, first);
    this.#last = Math.max(this.#last, last);
    this.#lines += count;
    this.#lines += this.#blanks;
    this.#blanks = 0;
    if (this.#waitingCount > 0) {
      this.#settle();
    }
  }

  /** A line that could not be read. */
  pass(line: number, text: string): void {
    this.#waitingCount++;
    if (this.#waiting.length < maxUnreadShown) {
      this.#waiting.push({ line, text: text.slice(0, maxUnreadLength) });
    }
  }

  /** A blank line: it is the report's when more of it comes. */
  blank(): void {
    this.#blanks++;
  }

  #settle(): void {
    this.#unreadCount += this.#waitingCount;
    this.#lines += this.#waitingCount;
    this.#unread = [...this.#unread, ...this.#waiting].slice(0, maxUnreadShown);
    this.#waiting = [];
    this.#waitingCount = 0;
  }

  #count(undone: number): void {
    for (let bit = 0, rest = undone; rest !== 0; bit++, rest >>>= 1) {
      if ((rest & 1) !== 0) {
        this.#undone[bit] = (this.#undone[bit] ?? 0) + 1;
      }
    }
  }

  /** The place of the report. */
  place(process: string | null, cut: string | null): ReportPlace {
    const undone: Undone[] = [];
    undoneKinds.forEach((what, bit) => {
      const lines = this.#undone[bit] ?? 0;
      if (lines > 0) {
        undone.push({ what, lines });
      }
    });
    return {
      textLines: [this.#first, this.#last],
      process,
      undone,
      unread: { count: this.#unreadCount, lines: this.#unread },
      cut,
    };
  }
}
