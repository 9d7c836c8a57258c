/**
 * How a line is made, piece by piece.
 *
 * The runtime writes a line in pieces, each with a `write` of its own, and takes no lock that the program's output would wait
 * for. So what another goroutine prints can stand between any two pieces, but never within one:
 *
 *     gc 7 @0.010s 8%: 0.062+0.15+0.024edsger did 20 rounds
 *      ms clock, 0.12+0.10/0.051/0+0.048 ms cpu, 6->8->6 MB, …
 *
 * A **form** is therefore a state machine whose edges are the pieces. A line is matched as far as it goes, and from the state
 * where it stopped it can go on anywhere else.
 */

/** A piece that stands for a value. */
export type ValuePiece = NumberPiece | WordPiece;

/** A number. */
export interface NumberPiece {
  readonly field: string;
  /** Sticky, of bounded length. */
  readonly pattern: RegExp;
}

/** One of a few words. */
export interface WordPiece {
  readonly field: string;
  readonly words: readonly string[];
}

/** A piece, and the state behind it. */
export type Edge = readonly [piece: string | ValuePiece, next: string];

/** One kind of line. */
export interface Form<Kind extends string = string> {
  readonly kind: Kind;
  readonly states: Readonly<Record<string, readonly Edge[]>>;
  /** States in which the line can be over. */
  readonly ends: ReadonlySet<string>;
}

/** A value that was read. */
export interface ReadValue {
  readonly field: string;
  readonly text: string;
}

/** How far a text went. */
export interface Progress {
  readonly state: string;
  /** Where in the text it stopped. */
  readonly at: number;
  readonly values: readonly ReadValue[];
  readonly pieces: number;
  /** Whether one of the pieces has words in it that other output hardly has. */
  readonly distinctive: boolean;
  /** State, place and values before the last piece, when that was a value. */
  readonly beforeValue: { readonly state: string; readonly at: number } | null;
}

/** More pieces than any line has. */
const maxPieces = 2000;

/** Goes as far through a form as the text does. */
export function advance(form: Form, from: string, text: string, start: number): Progress {
  let state = from;
  let at = start;
  let distinctive = false;
  let pieces = 0;
  let beforeValue: Progress["beforeValue"] = null;
  const values: ReadValue[] = [];
  while (pieces < maxPieces) {
    const taken = takeEdge(form.states[state] ?? [], text, at);
    if (taken === undefined) {
      break;
    }
    const { edge, end } = taken;
    const [piece, next] = edge;
    const before = { state, at };
    beforeValue = null;
    if (typeof piece === "string") {
      distinctive ||= piece.length >= 4;
    } else {
      const value = text.slice(at, end);
      values.push({ field: piece.field, text: value });
      distinctive ||= value.length >= 4 && value.startsWith(" ");
      beforeValue = before;
    }
    state = next;
    at = end;
    pieces++;
  }
  return { state, at, values, pieces, distinctive, beforeValue };
}

function takeEdge(
  edges: readonly Edge[],
  text: string,
  at: number,
): { readonly edge: Edge; readonly end: number } | undefined {
  for (const edge of edges) {
    const length = lengthOf(edge[0], text, at);
    if (length > 0) {
      return { edge, end: at + length };
    }
  }
  return undefined;
}

/** How long a piece is that stands at a place; 0 when it does not. */
function lengthOf(piece: Edge[0], text: string, at: number): number {
  if (typeof piece !== "string" && "pattern" in piece) {
    piece.pattern.lastIndex = at;
    return piece.pattern.exec(text)?.[0].length ?? 0;
  }
  return wordsOf(piece).find((word) => text.startsWith(word, at))?.length ?? 0;
}

function wordsOf(piece: string | WordPiece): readonly string[] {
  return typeof piece === "string" ? [piece] : piece.words;
}

/** Whether a text is the beginning of a piece that may come next: cut by a window's edge. */
export function beginsPiece(form: Form, state: string, rest: string): boolean {
  return (form.states[state] ?? []).some(([piece]) =>
    typeof piece !== "string" && "pattern" in piece
      ? cutNumber.test(rest)
      : wordsOf(piece).some((word) => rest.length < word.length && word.startsWith(rest)),
  );
}

const cutNumber = /^[+-]?\d{0,20}\.?\d{0,20}$/;
