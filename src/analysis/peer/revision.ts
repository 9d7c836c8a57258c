/**
 * By how many lines a source is off from the text.
 *
 * Each frame of a stack but the innermost stands on a call, the innermost one of the detecting side on an access to a map,
 * and a `created by` line on a go statement. Where lines were added or taken away further up in a file, all of its frames are
 * off by the same number of lines: the one that makes most of them fit.
 */
import type { CaseFrame } from "../../case/case.js";
import type { FactsIndex } from "./facts-index.js";
import { rootName } from "./function-names.js";

/** A stack of a text, innermost first, without the runtime's frames. */
export interface Stack {
  readonly frames: readonly CaseFrame[];
  readonly createdBy: CaseFrame | null;
  /** Whether it is the detecting side's, whose innermost frame is at a map. */
  readonly detecting: boolean;
}

/** A frame with the lines that it could stand on. */
interface Anchored {
  readonly line: number;
  readonly anchors: ReadonlySet<number>;
  /** Whether it is the frame at the map, which tells more than any other. */
  readonly detecting: boolean;
}

const maxShift = 400;
const maxStacks = 500;

/**
 * The shifts of the files that are off.
 *
 * @param fileOf finds the file of a frame in the source
 */
export function shiftsOf(
  index: FactsIndex,
  stacks: readonly Stack[],
  fileOf: (frame: CaseFrame) => string | undefined,
): ReadonlyMap<string, number> {
  const byFile = new Map<string, Map<string, Anchored>>();
  const add = (frame: CaseFrame, what: keyof typeof linesOf): void => {
    const file = fileOf(frame);
    if (file === undefined || frame.line === null) {
      return;
    }
    const anchors = anchorsOf(index, file, frame.function, what);
    const known = byFile.get(file) ?? new Map<string, Anchored>();
    const anchored = { line: frame.line, anchors, detecting: what === "access" };
    byFile.set(file, known.set(`${frame.function} ${frame.line} ${what}`, anchored));
  };
  for (const { frames, createdBy, detecting } of stacks.slice(0, maxStacks)) {
    const [innermost, ...callers] = frames;
    if (detecting && innermost !== undefined) {
      add(innermost, "access");
    }
    callers.forEach((frame, depth) => {
      // Calls of functions that are not in the source are not among its calls.
      const called = frames[depth];
      if (called !== undefined && fileOf(called) !== undefined) {
        add(frame, "call");
      }
    });
    if (createdBy !== null) {
      add(createdBy, "start");
    }
  }
  const shifts = [...byFile].map(([file, frames]) => [file, shiftFor([...frames.values()])] as const);
  return new Map(shifts.filter(([, shift]) => shift !== 0));
}

/** The lines in a function, with the literals in it, on which a frame of some sort can stand. */
const linesOf = {
  access: (index: FactsIndex, file: string, inside: ReadonlySet<number>): number[] =>
    index.accessesIn(file).flatMap((access) => (inside.has(access.function) ? [access.line] : [])),
  call: (index: FactsIndex, _: string, inside: ReadonlySet<number>): number[] =>
    [...inside].flatMap((at) => index.callsFrom(at).map(({ line }) => line)),
  start: (index: FactsIndex, _: string, inside: ReadonlySet<number>): number[] =>
    [...inside].flatMap((at) => index.startsIn(at).map(({ line }) => line)),
};

function anchorsOf(
  index: FactsIndex,
  file: string,
  name: string,
  what: keyof typeof linesOf,
): ReadonlySet<number> {
  const root = rootName(name);
  const inside = index.functionsOf(file).filter((at) => rootName(index.function(at)?.name ?? "") === root);
  return new Set(linesOf[what](index, file, new Set(inside)));
}

/** The shift that makes more frames fit than none does; 0 when the lines fit as they are, or nothing speaks for another. */
function shiftFor(frames: readonly Anchored[]): number {
  if (frames.some(({ line, anchors, detecting }) => detecting && anchors.has(line))) {
    return 0;
  }
  const votes = new Map<number, number>();
  for (const { line, anchors } of frames) {
    for (const anchor of anchors) {
      const shift = anchor - line;
      if (Math.abs(shift) <= maxShift) {
        votes.set(shift, (votes.get(shift) ?? 0) + 1);
      }
    }
  }
  const asItIs = votes.get(0) ?? 0;
  const [best] = [...votes].toSorted(
    ([one, many], [other, more]) => more - many || Math.abs(one) - Math.abs(other),
  );
  const alone = frames.length === 1 && frames[0]?.anchors.size === 1;
  return best !== undefined && best[1] > asItIs && (best[1] >= 2 || alone) ? best[0] : 0;
}
