/**
 * What the other goroutines of a dump say about a place: whether one of them is in it, and whether one can run it at all.
 *
 * A whole dump shows every goroutine. In 1667 of 1680 measured ones the peer's was among them, but hardly ever still in
 * the map operation.
 */
import type { CrashObservation, PlacedFrame, TextGoroutine } from "../../case/case.js";
import type { MapAccess } from "../../evidence/source/facts.js";
import { isChange } from "../kind.js";
import type { Roots } from "./roots.js";
import type { SourceMatch } from "./source-match.js";

/** A goroutine of the text other than the detecting one, with equal ones. */
export interface OtherGoroutine {
  readonly goroutine: TextGoroutine;
  readonly ids: readonly number[];
  readonly count: number;
  /** The functions of the source on its stack, innermost first. */
  readonly functions: readonly { readonly function: number; readonly line: number | null }[];
  /** The starts that it may come from. */
  readonly starts: ReadonlySet<number>;
  /** What it is doing to a map right now, when it is in a map operation or may be. */
  readonly mapOperation: "change" | "unknown" | null;
}

/** What the text says about a place. */
export interface TextSupport {
  /** Below 1 it speaks against the place, above 1 for it. */
  readonly factor: number;
  readonly reason: string | null;
  /** Ids of goroutines that may have been there, most likely first. */
  readonly goroutines: readonly number[];
}

const noSupport: TextSupport = { factor: 1, reason: null, goroutines: [] };

/** Whether the text shows all goroutines: goroutine 1 ends last, so a whole dump has it. */
export function isWhole(crash: CrashObservation): boolean {
  const ids = [crash.detector?.goroutine.id ?? null, ...crash.groups.flatMap((group) => group.ids)];
  const listed = crash.groupCount <= crash.groups.length;
  return crash.goroutines > 1 && ids.includes(1) && listed && crash.cut === null;
}

/** Whether the text is of a test: a goroutine of it runs one, or was started in one. */
export function isOfTest(crash: CrashObservation): boolean {
  const detecting = crash.detector === null ? [] : [crash.detector.goroutine];
  return [...detecting, ...crash.groups.map(({ example }) => example)].some(({ stack, createdBy }) =>
    [...stack, ...(createdBy === null ? [] : [createdBy.frame])].some(
      (frame) => frame.function.startsWith("testing.") || frame.file?.endsWith("_test.go") === true,
    ),
  );
}

/** What is known of a place that may be the peer's. */
export interface SupportQuestion {
  readonly access: MapAccess;
  readonly roots: Roots;
  /**
   * Whether the text must show a goroutine of these roots: it is whole, and none of them is one that the runtime hides, or
   * one like the detecting goroutine's own, of which another may just have ended.
   */
  readonly mustShow: boolean;
}

/** What the text says about a place that may be the peer's. */
export function supportFor(
  { access, roots, mustShow }: SupportQuestion,
  others: readonly OtherGoroutine[],
): TextSupport {
  const steps = [
    () => inOperation(access, others),
    () => atFunction(access, others),
    () => startedAlike(roots, others),
  ];
  for (const step of steps) {
    const support = step();
    if (support !== undefined) {
      return support;
    }
  }
  return mustShow
    ? {
        factor: 0.15,
        reason: "no goroutine in the text was started in a way that leads there",
        goroutines: [],
      }
    : noSupport;
}

/** A goroutine that stands at this very line, in a map operation. */
function inOperation(access: MapAccess, others: readonly OtherGoroutine[]): TextSupport | undefined {
  const there = others.filter(
    ({ functions, mapOperation }) =>
      mapOperation !== null &&
      functions[0]?.function === access.function &&
      (functions[0].line === null || Math.abs(functions[0].line - access.line) <= 1),
  );
  const ids = idsOf(there);
  return there.length === 0
    ? undefined
    : {
        factor: 12,
        reason: `${named(there)} in the text stands at this line, in a map operation`,
        goroutines: ids,
      };
}

/** A goroutine that has this function on its stack. */
function atFunction(access: MapAccess, others: readonly OtherGoroutine[]): TextSupport | undefined {
  const there = others.filter(({ functions }) =>
    functions.some((frame) => frame.function === access.function),
  );
  // One that waits for something may have come to it since; one that can run is the likelier.
  const awake = there.filter(({ goroutine }) => isAwake(goroutine.state));
  const likely = awake.length > 0 ? awake : there;
  return there.length === 0
    ? undefined
    : {
        factor: awake.length > 0 ? 1.8 : 1.3,
        reason: `${named(likely)} in the text is in this function`,
        goroutines: idsOf(likely),
      };
}

/** A goroutine that was started in a way that leads to this place. */
function startedAlike(roots: Roots, others: readonly OtherGoroutine[]): TextSupport | undefined {
  const there = others.filter(({ starts }) => [...starts].some((start) => roots.starts.has(start)));
  if (there.length === 0) {
    return undefined;
  }
  const hidden = there.filter(({ goroutine }) => goroutine.unavailable !== null);
  return hidden.length > 0
    ? {
        factor: 2,
        reason: `${named(hidden)} in the text was running on another thread, and was started in a way that leads there`,
        goroutines: idsOf(hidden),
      }
    : {
        factor: 1.3,
        reason: `${named(there)} in the text was started in a way that leads there`,
        goroutines: idsOf(there),
      };
}

/** Whether a goroutine was running, or could have. */
function isAwake(state: string): boolean {
  return /^(?:running|runnable|syscall|preempted|copystack)/.test(state);
}

function idsOf(goroutines: readonly OtherGoroutine[]): number[] {
  return goroutines.flatMap(({ ids }) => ids).slice(0, 20);
}

/** The first of them, and how many more there are: not all ids need be known. */
function named(goroutines: readonly OtherGoroutine[]): string {
  const [first] = idsOf(goroutines);
  const count = goroutines.reduce((sum, one) => sum + one.count, 0);
  const more = count > 1 ? ` (and ${count - 1} more)` : "";
  return first === undefined ? `a goroutine${more}` : `goroutine ${first}${more}`;
}

/** The dump's goroutines without the detecting one, with what the source knows of them. */
export function otherGoroutines(
  crash: CrashObservation,
  match: SourceMatch,
  startsOf: (goroutine: TextGoroutine) => ReadonlySet<number>,
): OtherGoroutine[] {
  const detecting = crash.detector?.goroutine.textLine;
  const peers = new Map(crash.peers.map((peer) => [peer.goroutine.textLine, peer]));
  const alone = crash.peers.map(({ goroutine }) => ({
    goroutine,
    ids: goroutine.id === null ? [] : [goroutine.id],
    count: 1,
  }));
  const grouped = crash.groups
    .filter(({ example }) => example.textLine !== detecting && !peers.has(example.textLine))
    .map(({ example, ids, count }) => ({ goroutine: example, ids, count }));
  return [...alone, ...grouped].map((one) => ({
    ...one,
    functions: functionsOn(one.goroutine.stack, match),
    starts: startsOf(one.goroutine),
    mapOperation: mapOperationOf(peers.get(one.goroutine.textLine)),
  }));
}

function mapOperationOf(peer: CrashObservation["peers"][number] | undefined): OtherGoroutine["mapOperation"] {
  if (peer?.reason !== "in-map-operation") {
    return null;
  }
  return peer.operation === null ? "unknown" : isChange(peer.operation) ? "change" : null;
}

function functionsOn(
  stack: readonly PlacedFrame[],
  match: SourceMatch,
): { readonly function: number; readonly line: number | null }[] {
  return stack.flatMap((frame) => {
    const place = frame.origin === "runtime" ? undefined : match.place(frame);
    return place?.function === undefined || place.function === null
      ? []
      : [{ function: place.function, line: place.line }];
  });
}
