/** Places in the listing that one goes to: the mark, calls that end the process, other calls, differences, what was searched for. */
import type { FunctionView, InstructionView } from "../../../src/analysis/asm/function-view.js";
import { remarks } from "../../../src/report/text/asm-listing.js";
import { fatalFunctions } from "../../../src/golang/instructions/call-sites.js";
import type { ListingRow } from "./rows.js";

/** Kinds of places. */
export const placeKinds = ["mark", "fatal", "call", "difference", "found"] as const;

/** One of them. */
export type PlaceKind = (typeof placeKinds)[number];

/** What they are called. */
export const placeTitles: Readonly<Record<PlaceKind, string>> = {
  mark: "mark tested, set or cleared",
  fatal: "call that ends the process",
  call: "call",
  difference: "difference",
  found: "what was searched for",
};

/** Whether an instruction calls what ends the process. */
function isFatal({ call }: InstructionView): boolean {
  return call?.callee !== undefined && fatalFunctions.includes(call.callee);
}

function isPlace(one: InstructionView, kind: PlaceKind, wanted: string): boolean {
  switch (kind) {
    case "mark":
      return one.mark === "test" || one.mark === "set" || one.mark === "clear" || one.mark === "other store";
    case "fatal":
      return isFatal(one);
    case "call":
      return one.call !== undefined;
    case "difference":
      return false;
    case "found":
      return wanted !== "" && holds(one, wanted);
    default:
      return kind satisfies never;
  }
}

/** Long foreign texts are looked at this far. */
const lookedAt = 1000;

/** Whether what is shown of an instruction holds a text, small letters or capital. */
function holds(one: InstructionView, wanted: string): boolean {
  const has = (text: string): boolean => text.slice(0, lookedAt).toLowerCase().includes(wanted);
  return has(one.text) || `+0x${one.offset.toString(16)}` === wanted || remarks(one).some(has);
}

/** Indexes of the rows that are places of a kind, in order. */
export function placesIn(
  rows: readonly ListingRow[],
  functions: { readonly left: FunctionView; readonly right: FunctionView | undefined },
  kind: PlaceKind,
  search: string,
): readonly number[] {
  const wanted = search.trim().toLowerCase();
  return rows.flatMap((row, index) => {
    if (row.kind !== "code") {
      return [];
    }
    if (kind === "difference") {
      return row.sign === "" || row.sign === "=" ? [] : [index];
    }
    const one = row.left === undefined ? undefined : functions.left.instructions[row.left];
    const other = row.right === undefined ? undefined : functions.right?.instructions[row.right];
    return [one, other].some((each) => each !== undefined && isPlace(each, kind, wanted)) ? [index] : [];
  });
}

/** The next one after a row, or the one before it; at the end it begins again. Undefined where there is none. */
export function nextPlace(places: readonly number[], from: number, step: 1 | -1): number | undefined {
  return step === 1
    ? (places.find((place) => place > from) ?? places[0])
    : (places.findLast((place) => place < from) ?? places.at(-1));
}
