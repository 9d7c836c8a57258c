/**
 * The listing as rows of one height: instructions beside each other, and before them, where the source position changes, a row that
 * names it.
 */
import type { FunctionComparison } from "../../../src/analysis/asm/compare.js";
import type { FunctionView } from "../../../src/analysis/asm/function-view.js";

/** Which functions are shown. */
export type Shown = "both" | "left" | "right";

/** One of the two. */
export type SideName = "left" | "right";

/** A row. */
export type ListingRow =
  | {
      readonly kind: "source";
      /** Indexes of positions; undefined where that side's position stays. */
      readonly left: number | undefined;
      readonly right: number | undefined;
    }
  | {
      readonly kind: "code";
      /** Number of the row among those of instructions of both functions: it is the same whatever is shown. */
      readonly number: number;
      /** Indexes of instructions. */
      readonly left: number | undefined;
      readonly right: number | undefined;
      /** `=`, `~`, `<`, `>` as in the report, `≠` where functions are not aligned; empty where one function stands alone. */
      readonly sign: string;
    };

/** What is listed. */
export interface Listed {
  readonly left: FunctionView;
  readonly right: FunctionView | undefined;
  readonly comparison: Pick<FunctionComparison, "rows" | "aligned"> | undefined;
}

/**
 * Makes the rows.
 *
 * @param withSource whether source positions are named
 */
export function listingRows(
  { left, right, comparison }: Listed,
  shown: Shown,
  withSource: boolean,
): readonly ListingRow[] {
  const aligned =
    comparison?.rows ?? left.instructions.map((_, index) => ({ left: index, right: undefined, same: false }));
  const rows: ListingRow[] = [];
  const sides = { left: new Positions(left), right: new Positions(right) };
  aligned.forEach((row, number) => {
    const a = shown === "right" ? undefined : row.left;
    const b = shown === "left" ? undefined : row.right;
    if (a === undefined && b === undefined) {
      return;
    }
    const changed = { left: sides.left.at(a), right: sides.right.at(b) };
    if (withSource && (changed.left !== undefined || changed.right !== undefined)) {
      rows.push({ kind: "source", ...changed });
    }
    const sign = comparison === undefined ? "" : signOf(row, comparison.aligned);
    rows.push({ kind: "code", number, left: a, right: b, sign });
  });
  return rows;
}

/** Where the position changes. */
class Positions {
  readonly #view: FunctionView | undefined;
  #last: number | undefined;

  constructor(view: FunctionView | undefined) {
    this.#view = view;
  }

  /** The position of an instruction where it is another than that of the one before; undefined where it is not. */
  at(index: number | undefined): number | undefined {
    const position = index === undefined ? undefined : this.#view?.instructions[index]?.position;
    if (position === undefined || position === this.#last) {
      return undefined;
    }
    this.#last = position;
    return position;
  }
}

/** The sign of the report. Where rows stand beside each other by their numbers, nothing is said of those that are not the same. */
export function signOf(
  row: {
    readonly left: number | undefined;
    readonly right: number | undefined;
    readonly same: boolean;
  },
  aligned: boolean,
): string {
  if (row.same) {
    return "=";
  }
  return row.left === undefined ? ">" : row.right === undefined ? "<" : aligned ? "~" : "≠";
}

/** For each instruction of a side the row that it is in, as an index; -1 for those that are not shown. */
export function rowsOfInstructions(rows: readonly ListingRow[], side: SideName, count: number): Int32Array {
  const found = new Int32Array(count).fill(-1);
  rows.forEach((row, index) => {
    const instruction = row.kind === "code" ? row[side] : undefined;
    if (instruction !== undefined) {
      found[instruction] = index;
    }
  });
  return found;
}

/** For each row the next instruction of a side: its own, or that of the first row after it that has one; -1 after the last one. */
export function nextInstructions(rows: readonly ListingRow[], side: SideName): Int32Array {
  const next = new Int32Array(rows.length).fill(-1);
  let last = -1;
  for (let index = rows.length - 1; index >= 0; index--) {
    const row = rows[index];
    last = (row?.kind === "code" ? row[side] : undefined) ?? last;
    next[index] = last;
  }
  return next;
}
