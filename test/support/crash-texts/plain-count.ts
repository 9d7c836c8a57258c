/**
 * A simple count of what a text holds, line by line, for comparison with what the reader makes of it. It knows only the
 * undisturbed form, and shares nothing with the reader.
 */

/** A frame as its two lines say it. */
export interface PlainFrame {
  /** Without the arguments. */
  readonly function: string;
  readonly place: string;
}

/** A goroutine as printed. */
export interface PlainGoroutine {
  readonly id: number;
  /** Line of the header, from 1. */
  readonly textLine: number;
  /** What stands in the brackets. */
  readonly brackets: string;
  readonly frames: readonly PlainFrame[];
  /** The function after `created by`; null when there is none. */
  readonly createdBy: string | null;
  readonly unavailable: boolean;
}

const header =
  /^goroutine (\d+) (?:gp=\S+ m=\S+ (?:mp=\S+ )?)?\[([^\]]*?)(?: labels:\{.*\})?\](?: \{.*\})?:$/;
const place = /^\t(\S.*:\d+)(?: |$)/;

const interrupted = /^(\S.*\()fatal error: concurrent map .*\n(.*)$/gm;

/** All goroutines of a text, in their order. */
export function plainGoroutines(text: string): PlainGoroutine[] {
  // Up to Go 1.23 the headline of another goroutine can come in the middle of a line: the line goes on behind it.
  const lines = text.replaceAll(interrupted, "\n$1$2").split("\n");
  const starts = lines.flatMap((line, index) => (header.test(line) ? [index] : []));
  return starts.map((start, number) => {
    const [, id = "", brackets = ""] = header.exec(lines[start] ?? "") ?? [];
    const block = lines.slice(start + 1, starts[number + 1]);
    const frames: PlainFrame[] = [];
    let createdBy: string | null = null;
    for (const [index, line] of block.entries()) {
      // What `tracebackancestors` adds, the registers, and the next thread do not belong to the goroutine.
      if (/^(\[originating from |r..? {4}|eax {4}|-----)/.test(line)) {
        break;
      }
      const found = place.exec(line)?.[1];
      const before = block[index - 1] ?? "";
      if (found !== undefined && before.startsWith("created by ")) {
        createdBy = before.slice("created by ".length).replace(/ in goroutine \d+$/, "");
      } else if (found !== undefined) {
        frames.push({ function: before.replace(/\([^()]*\)$/, ""), place: found });
      }
    }
    const unavailable = block.some((line) => line.includes("stack unavailable"));
    return { id: Number(id), textLine: start + 1, brackets, frames, createdBy, unavailable };
  });
}
