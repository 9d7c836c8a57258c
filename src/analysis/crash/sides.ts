/** The two sides of a finding that comes from a text: the one that the text shows, and the one that is supposed. */
import type {
  CrashObservation,
  Operation,
  PlacedFrame,
  Side,
  SourcePlace,
  TextGoroutine,
} from "../../case/case.js";
import type { MapAccess } from "../../evidence/source/facts.js";
import { lockTexts } from "../peer/candidates.js";
import type { FactsIndex } from "../peer/facts-index.js";
import { type Roots, startText } from "../peer/roots.js";
import { testOf, trimStack } from "../stack.js";

/** How many starts of a place are listed. */
const maxStarts = 4;

/** The goroutine of a side as the text tells of it. */
export function sideGoroutine(goroutine: TextGoroutine): Side["goroutine"] {
  const created = goroutine.createdBy;
  return {
    id: goroutine.id,
    handle: goroutine.id === null ? "g?" : `g${goroutine.id}`,
    startedBy: created?.goroutine ?? null,
    startedAt: created === null ? [] : [created.frame],
    entry: goroutine.stack.findLast((frame) => frame.origin !== "runtime") ?? null,
  };
}

/** A goroutine of which nothing is known. */
export const unknownGoroutine: Side["goroutine"] = {
  id: null,
  handle: "g?",
  startedBy: null,
  startedAt: [],
  entry: null,
};

/** The side that the runtime stopped the program in. */
export function detectedSide(
  detector: NonNullable<CrashObservation["detector"]>,
  operation: Operation,
  source: SourcePlace | null,
): Side {
  const { goroutine, site } = detector;
  const created = goroutine.createdBy === null ? [] : [goroutine.createdBy.frame];
  return {
    role: "detected",
    operation,
    goroutine: sideGoroutine(goroutine),
    heldNanoseconds: 0,
    stack: trimStack(goroutine.stack),
    stackCut: goroutine.framesElided > 0,
    site: site === null ? null : frameAt(goroutine.stack, site),
    test: testOf(goroutine.stack, created),
    source,
    order: null,
  };
}

/** The frame of a stack that a place names; the place as a frame of its own where the stack does not hold it. */
export function frameAt(
  stack: readonly PlacedFrame[],
  site: Pick<PlacedFrame, "function" | "file" | "line">,
): PlacedFrame {
  return (
    stack.find(
      (frame) => frame.function === site.function && frame.file === site.file && frame.line === site.line,
    ) ?? { ...site, inlined: false, origin: "own" }
  );
}

/** What the source says of an access. */
export function sourcePlace(access: MapAccess, roots: Roots, index: FactsIndex): SourcePlace {
  const starts = [...roots.starts].flatMap((start) => {
    const edge = index.facts.starts[start];
    return edge === undefined ? [] : [startText(edge)];
  });
  return {
    file: access.file,
    line: access.line,
    function: index.function(access.function)?.name ?? "?",
    expression: access.expression,
    variable: index.variable(access.variable)?.name ?? access.expression,
    through: access.through,
    locks: lockTexts(access.locks),
    starts: [...new Set(starts)].slice(0, maxStarts),
  };
}
