/** The window of the mark along the rows: a bar from the instruction that sets it to those that clear it. */
import type { FunctionView } from "../../../src/analysis/asm/function-view.js";
import type { ListingRow, SideName } from "./rows.js";

/** What the bar is at a row. */
export type BarPart =
  | ""
  /** The instruction that sets the mark: the bar begins at its end. */
  | "set"
  /** The mark is set. */
  | "within"
  /** The mark is set, and this instruction clears it. */
  | "clear"
  /** Ways with the mark and without it lead here. */
  | "unclear";

/** The bar at an instruction. */
export function barAt(view: FunctionView, index: number): BarPart {
  const one = view.instructions[index];
  if (one === undefined) {
    return "";
  }
  if (one.mark === "set" && one.phase !== "set") {
    return "set";
  }
  if (one.phase === "set") {
    return one.mark === "clear" ? "clear" : "within";
  }
  return one.phase === "unclear" ? "unclear" : "";
}

/** The bar of one side along all rows. In rows without an instruction of that side it goes on where it is on both sides of them. */
export function barParts(
  view: FunctionView | undefined,
  rows: readonly ListingRow[],
  side: SideName,
): readonly BarPart[] {
  const parts: BarPart[] = [];
  let before: BarPart = "";
  let gap: number[] = [];
  rows.forEach((row, index) => {
    const instruction = row.kind === "code" ? row[side] : undefined;
    if (view === undefined || instruction === undefined) {
      gap.push(index);
      parts.push("");
      return;
    }
    const part = barAt(view, instruction);
    const goesOn = (before === "set" || before === "within") && (part === "within" || part === "clear");
    if (goesOn) {
      gap.forEach((one) => (parts[one] = "within"));
    }
    gap = [];
    before = part;
    parts.push(part);
  });
  return parts;
}

/** The windows of a function that an instruction lies in, as indexes. */
export function windowsOf(view: FunctionView, index: number): readonly number[] {
  return (view.mark?.windows ?? []).flatMap(({ set, clears, within }, number) =>
    set === index || clears.includes(index) || within.includes(index) ? [number] : [],
  );
}
