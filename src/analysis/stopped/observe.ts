/** From a program that stands still to the observation of the case file. */
import type {
  CaseFrame,
  ConflictKind,
  StoppedGoroutine,
  StoppedObservation,
  StoppedOther,
} from "../../case/case.js";
import { conflictKindSchema } from "../../case/parts.js";
import { isChange } from "../../case/kind.js";
import type { DecodedMap } from "../../golang/maps/decoded.js";
import type { Goroutine } from "../../golang/runtime/goroutine.js";
import { mapInBrief } from "./decoded-map.js";
import { type Detector, findDetector } from "./detector.js";
import type { MapFrame } from "./frame-map.js";
import { addressOrNull, caseFrame, caseGoroutine, hexadecimal, stackFrames } from "./frames.js";
import { groupGoroutines } from "./groups.js";
import { type NearMap, nearMap } from "./near-map.js";
import { allOnMaps, arrived, type OnMap } from "./on-map.js";
import { arrivalSentences, goneSentences, mapSentence, nearSentences, onMapSentences } from "./sentences.js";
import type { StopReason, StoppedProgram } from "../../evidence/stopped/stopped-program.js";

/** What an observation is made from. */
export interface StopInput {
  readonly program: StoppedProgram;
  readonly reason: StopReason;
  /** What the runtime says where a call that returns there ends the program: for a core, which does not tell why it is one. */
  readonly messageOfCall?: ((returnAddress: number) => string | undefined) | undefined;
  /** The runtime's clock, in nanoseconds; undefined where it is not known. */
  readonly now: number | undefined;
  readonly handle: string;
  readonly evidence: string;
}

/** How many others are kept. */
const mostOthers = 50;
/** How many goroutines are looked at for what is in their frames. */
const mostLookedAt = 5000;

/** Makes the observation. */
export function observeStop(input: StopInput): StoppedObservation {
  const { program, reason } = input;
  const detector = findDetector(program, reason);
  const map = detector?.frame?.map;
  const type = detector?.frame?.type;
  const decoded = map === undefined ? undefined : program.decodeMap(map, type);
  const others = othersOf(input, detector, decoded);
  // Where somebody was caught, nobody has to be supposed.
  const caught = others.some(({ frame }) => isChange(frame.operation));
  const near =
    map === undefined || caught ? [] : candidatesNear(program, detector, others, { address: map, type });
  const grouped = groupGoroutines(program, input.now);
  const message = reason.message ?? messageIn(input, detector);
  const conflict = conflictOf(message);
  const all = [
    ...others.map((one) => caseOther(one, { program, decoded, detector })),
    ...near.map((one) => caseNear(one, program)),
  ].slice(0, mostOthers);
  return {
    kind: "stopped",
    handle: input.handle,
    evidence: input.evidence,
    stoppedAt: reason.at,
    message: message ?? null,
    conflict,
    map: {
      address: addressOrNull(map),
      type: decoded?.type?.name ?? null,
      name: null,
      elements: decoded === undefined || decoded.count < 0 ? null : decoded.count,
    },
    mapFrom: mapSentence(detector),
    mapProven: detector?.frame?.proven === true,
    detector:
      detector === undefined ? null : caseStopped(program, detector.goroutine, detector.frame, "not known"),
    others: all,
    gone: detector === undefined || conflict === null ? [] : goneSentences(all, false, map !== undefined),
    threads: threadsOf(program),
    goroutines: grouped.count,
    groups: grouped.groups,
    groupsNotListed: grouped.notListed,
    decoded: decoded === undefined ? null : mapInBrief(decoded),
  };
}

/** What the detector's stack tells of the message: the call of the fatal function has a constant one. */
function messageIn(
  { program, messageOfCall }: StopInput,
  detector: Detector | undefined,
): string | undefined {
  return detector === undefined || messageOfCall === undefined
    ? undefined
    : program
        .stackOf(detector.goroutine)
        .frames.map(({ pc }) => messageOfCall(pc))
        .find((message) => message !== undefined);
}

function othersOf(
  input: StopInput,
  detector: Detector | undefined,
  decoded: DecodedMap | undefined,
): OnMap[] {
  const { program } = input;
  const map = detector?.frame?.map;
  const inMaps = allOnMaps(program, detector?.goroutine.id);
  const same =
    detector === undefined ? inMaps : inMaps.filter(({ frame }) => frame.map === map && map !== undefined);
  return same.toSorted(
    (one, other) => rank(one, decoded) - rank(other, decoded) || one.goroutine.id - other.goroutine.id,
  );
}

/** Changes before reads, the holder of the mark before all. */
function rank({ frame, grade, phase }: OnMap, decoded: DecodedMap | undefined): number {
  const grades = { inside: 0, begun: 2, came: 3, near: 4 } as const;
  const holder = phase === "marked" && decoded?.writing === true ? -1 : phase === "marked" ? 0 : 1;
  return (isChange(frame.operation) ? 0 : 10) + grades[grade] + holder / 4;
}

/** Goroutines between two accesses, of which one would be a change. */
function candidatesNear(
  program: StoppedProgram,
  detector: Detector | undefined,
  others: readonly OnMap[],
  map: { readonly address: number; readonly type: number | undefined },
): NearMap[] {
  const known = new Set([detector?.goroutine.id, ...others.map(({ goroutine }) => goroutine.id)]);
  const onThreadFirst = program.goroutines.toSorted(
    (one, other) => Number(other.thread !== undefined) - Number(one.thread !== undefined),
  );
  return onThreadFirst.slice(0, mostLookedAt).flatMap((goroutine) => {
    if (known.has(goroutine.id) || goroutine.system || goroutine.status === "dead") {
      return [];
    }
    const near = nearMap(program, goroutine, program.stackOf(goroutine), map);
    return near?.calls.some(({ operation }) => isChange(operation)) === true ? [near] : [];
  });
}

/** The kind of conflict that a message of the runtime's names; null for any other. */
export function conflictOf(message: string | undefined): ConflictKind | null {
  const parsed = conflictKindSchema.safeParse(message);
  return parsed.success ? parsed.data : null;
}

function caseStopped(
  program: StoppedProgram,
  goroutine: Goroutine,
  frame: MapFrame | undefined,
  phase: StoppedGoroutine["phase"],
): StoppedGoroutine {
  const stack = program.stackOf(goroutine);
  return {
    goroutine: caseGoroutine(goroutine, program.symbols),
    thread: goroutine.thread ?? null,
    status: goroutine.status,
    operation: frame?.operation ?? null,
    mapFunction: frame?.range.name ?? null,
    at: frame === undefined ? null : hexadecimal(frame.pc),
    phase,
    stack: stackFrames(stack),
    stackCut: stack.cut ?? null,
  };
}

function caseOther(
  on: OnMap,
  context: {
    readonly program: StoppedProgram;
    readonly decoded: DecodedMap | undefined;
    readonly detector: Detector | undefined;
  },
): StoppedOther {
  const { goroutine, frame, grade, phase, stack } = on;
  return {
    ...caseStopped(context.program, goroutine, frame, phase),
    stack: stackFrames(stack),
    stackCut: stack.cut ?? null,
    grade,
    map: addressOrNull(frame.map),
    mapProven: frame.proven,
    changesAt: [],
    sentences: onMapSentences(on, context.decoded, context.detector),
  };
}

function caseNear(near: NearMap, program: StoppedProgram): StoppedOther {
  const { goroutine } = near;
  const changes = near.calls.filter(({ operation }) => isChange(operation));
  const operations = new Set(changes.map(({ operation }) => operation));
  const [operation] = operations;
  return {
    ...caseStopped(program, goroutine, undefined, "not known"),
    operation: operations.size === 1 && operation !== undefined ? operation : "change",
    grade: "near",
    map: null,
    mapProven: false,
    // What cannot be run again from where it is may have been run long ago.
    changesAt: distinctLines(
      changes
        .filter(({ again }) => again)
        .map(({ returnAddress }) => program.symbols.framesBefore(returnAddress).map(caseFrame)),
    ),
    sentences: nearSentences(near, program),
  };
}

/** Several calls at one line (a loop that was unrolled) are one place. */
function distinctLines(places: readonly CaseFrame[][]): CaseFrame[][] {
  return [...new Map(places.map((frames) => [JSON.stringify(frames), frames])).values()];
}

/** A goroutine that came to the detector's map when it was let go on alone; undefined when it stands in no map function. */
export function observeArrival(
  program: StoppedProgram,
  goroutine: Goroutine,
  observation: StoppedObservation,
): StoppedOther | undefined {
  const { address } = observation.map;
  const on =
    address === null ? undefined : arrived(program, goroutine, program.stackOf(goroutine), Number(address));
  return on === undefined
    ? undefined
    : {
        ...caseStopped(program, goroutine, on.frame, on.phase),
        grade: on.grade,
        map: address,
        mapProven: on.frame.proven,
        changesAt: [],
        sentences: arrivalSentences(on, observation.detector?.goroutine.id ?? null),
      };
}

/** The observation with those that came: what was known before of a goroutine that came is less. */
export function withArrivals(
  observation: StoppedObservation,
  arrivals: readonly StoppedOther[],
): StoppedObservation {
  const came = new Set(arrivals.map(({ goroutine }) => goroutine.id));
  const before = observation.others.filter(({ goroutine }) => !came.has(goroutine.id));
  const near = before.filter(({ grade }) => grade === "near");
  const others = [...before.filter(({ grade }) => grade !== "near"), ...arrivals, ...near];
  return {
    ...observation,
    others,
    gone:
      observation.detector === null || observation.conflict === null
        ? []
        : goneSentences(others, true, observation.map.address !== null),
  };
}

/** The threads of goroutines that may come to the map, those first that are most likely to. */
export function threadsThatMayCome(program: StoppedProgram, observation: StoppedObservation): number[] {
  const near = new Set(
    observation.others.filter(({ grade }) => grade === "near").map(({ goroutine }) => goroutine.id),
  );
  const promise = ({ id, status }: Goroutine): number =>
    (near.has(id) ? 2 : 0) + (status === "running" ? 1 : 0);
  return (
    program.goroutines
      .filter(
        ({ id, thread, status, system }) =>
          thread !== undefined &&
          (status === "running" || status === "in system call") &&
          !system &&
          id !== observation.detector?.goroutine.id,
      )
      // Who is in C code or in the kernel may be long in coming back.
      .toSorted((one, other) => promise(other) - promise(one))
      .flatMap(({ thread }) => (thread === undefined ? [] : [thread]))
  );
}

/** Whether somebody who changes the map was caught on it. */
export function isOtherSideCaught(observation: StoppedObservation): boolean {
  return observation.others.some(
    ({ grade, operation }) => grade !== "near" && operation !== null && isChange(operation),
  );
}

function threadsOf(program: StoppedProgram): StoppedObservation["threads"] {
  return program.threads.map(({ id, registers }) => {
    const goroutine = program.goroutines.find(({ thread }) => thread === id);
    const [innermost] = program.symbols.framesAt(registers.rip);
    return {
      id,
      goroutine: goroutine?.id ?? null,
      doing: innermost?.function ?? "code that is not Go's",
    };
  });
}
