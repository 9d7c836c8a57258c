/** From offsets in a text to lines and columns. */
import { Buffer } from "node:buffer";
import { type Position } from "../ast.js";

/** The lines of a text. */
export interface Lines {
  readonly count: number;
  readonly position: (offset: number) => Position;
}

/** Finds the lines of a text. */
export function linesOf(text: string): Lines {
  const starts: number[] = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) {
    starts.push(at + 1);
  }
  const table = Uint32Array.from(starts);
  const endsWithNewline = text.endsWith("\n");
  return {
    count: text === "" ? 0 : table.length - (endsWithNewline ? 1 : 0),
    position: (offset) => {
      let low = 0;
      let high = table.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >>> 1;
        if ((table[middle] ?? 0) <= offset) {
          low = middle;
        } else {
          high = middle - 1;
        }
      }
      const start = table[low] ?? 0;
      return { line: low + 1, column: Buffer.byteLength(text.slice(start, offset), "utf8") + 1 };
    },
  };
}
