/** Where the statements of a program stand in its text. */
import type { Program, Statement } from "../../../src/gomap/programs/syntax.js";

/** A piece of a program's text; what is marked belongs to what a goroutine does next. */
export interface TextPiece {
  readonly text: string;
  /** Number of the goroutine whose next statement it is. */
  readonly goroutine: number | undefined;
}

/** Where a statement begins and ends in the text. */
export function rangeOf(text: string, { place, text: statement }: Statement): readonly [number, number] {
  const lines = text.split("\n");
  const start =
    lines.slice(0, place.line - 1).reduce((sum, line) => sum + line.length + 1, 0) + place.column - 1;
  // A statement's own text has one blank for any row of them.
  let end = start;
  for (const character of statement) {
    if (character === " ") {
      while (/\s/.test(text.charAt(end))) {
        end++;
      }
    } else {
      end += character.length;
    }
  }
  return [start, Math.min(end, text.length)];
}

/**
 * The text in pieces.
 *
 * @param next for each goroutine, the number of its next statement; undefined where there is none
 */
export function piecesOf(program: Program, next: readonly (number | undefined)[]): TextPiece[] {
  const { text, statements } = program;
  const ranges = next
    .flatMap((number, goroutine) => {
      const statement = number === undefined ? undefined : statements[number];
      return statement === undefined ? [] : [{ range: rangeOf(text, statement), goroutine }];
    })
    .toSorted((a, b) => a.range[0] - b.range[0]);
  const pieces: TextPiece[] = [];
  let at = 0;
  for (const { range, goroutine } of ranges) {
    const [start, end] = range;
    if (start >= at && end > start) {
      pieces.push({ text: text.slice(at, start), goroutine: undefined });
      pieces.push({ text: text.slice(start, end), goroutine });
      at = end;
    }
  }
  pieces.push({ text: text.slice(at), goroutine: undefined });
  return pieces.filter((piece) => piece.text !== "");
}
