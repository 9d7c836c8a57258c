/** The side that noticed: which goroutine it is, what it did, and where. */
import type { ConflictKind, Operation } from "../../case/case.js";
import type { CodeOwners } from "./code.js";
import type { CrashDetector, CrashGoroutine } from "./crash-text.js";
import { conflictOfLength, operationOfConflict } from "./headlines.js";
import { isFatalFunction } from "./map-functions.js";
import { mapTopOf } from "./site.js";

/** Whether a goroutine can be the one that stopped the program: it is on a processor and has a stack. */
export function canDetect(goroutine: CrashGoroutine): boolean {
  return (
    goroutine.unavailable === null &&
    goroutine.frames.length > 0 &&
    (goroutine.state === "running" || goroutine.id === null)
  );
}

/** Whether the runtime's function that stops the program is at the top of its stack. */
export function isStopping(goroutine: CrashGoroutine): boolean {
  return goroutine.frames.slice(0, 8).some((frame) => isFatalFunction(frame.function));
}

/**
 * The kind of conflict of a dump without a headline: the message's length stands in the arguments of the function that
 * prints it, `runtime.fatal({0x4f2554, 0x15})`. Other messages of the runtime have the same length, so there has to be a
 * frame of the map too.
 */
export function conflictByLength(goroutine: CrashGoroutine, owners: CodeOwners): ConflictKind | null {
  const top = mapTopOf(goroutine.frames, owners);
  const isMaps = goroutine.frames.some((frame) => frame.function === "internal/runtime/maps.fatal");
  if (top.operation === null && !isMaps) {
    return null;
  }
  for (const frame of goroutine.frames.slice(0, 8)) {
    const length = isFatalFunction(frame.function)
      ? messageLength.exec(frame.arguments ?? "")?.[1]
      : undefined;
    if (length !== undefined) {
      const conflict = conflictOfLength(Number.parseInt(length, 16));
      return conflict !== null && agrees(conflict, top.operation) ? conflict : null;
    }
  }
  return top.operation === null || top.fatal === null ? null : conflictOfOperation(top.operation);
}

/** `0x17b9212, 0x21`, `{0x4f2554, 0x15}`; a value that may be stale (`0x3?`) is not looked at. */
const messageLength = /^\{?0x[0-9a-f]{1,16}\??, 0x([0-9a-f]{1,4})\}?$/;

function agrees(conflict: ConflictKind, operation: Operation | null): boolean {
  return operation === null || conflictOfOperation(operation) === conflict;
}

/** What the runtime says when an operation finds a writer. */
function conflictOfOperation(operation: Operation): ConflictKind | null {
  switch (operation) {
    case "read":
      return "concurrent map read and map write";
    case "write":
    case "delete":
    case "clear":
    case "change":
      return "concurrent map writes";
    case "iterate":
      return "concurrent map iteration and map write";
    case "clone":
      return "concurrent map clone and map write";
    case "length":
      return null;
    default:
      return operation satisfies never;
  }
}

/** Whether the map itself stopped the program, whatever it said. */
export function isStoppedByMap(goroutine: CrashGoroutine): boolean {
  return goroutine.frames.slice(0, 8).some((frame) => frame.function === "internal/runtime/maps.fatal");
}

/**
 * Describes the side that noticed.
 *
 * @param conflict null where the map stopped the program and the text does not tell what it said
 */
export function describeDetector(
  goroutine: CrashGoroutine,
  conflict: ConflictKind | null,
  owners: CodeOwners,
): CrashDetector {
  const top = mapTopOf(goroutine.frames, owners);
  if (conflict === null) {
    return { goroutine, operation: null, operationFrom: null, site: top.site, through: top.through };
  }
  // The frame nearest to the program that tells the same story as the headline: others may be stale.
  const frame = top.mapFrames.findLast(({ operation }) => conflictOfOperation(operation) === conflict);
  const byCall = frame === undefined ? operationOfCall(top.through, conflict) : null;
  return {
    goroutine,
    operation: frame?.operation ?? byCall ?? operationOfConflict(conflict),
    operationFrom: frame?.frame.function ?? (byCall === null ? "headline" : top.through),
    site: top.site,
    through: top.through,
  };
}

/** Where the runtime's frames are not printed, the library function that went to the map tells. */
function operationOfCall(through: string | null, conflict: ConflictKind): Operation | null {
  if (conflict !== "concurrent map writes" || through === null) {
    return null;
  }
  if (/^maps\.(?:DeleteFunc)/.test(through)) {
    return "delete";
  }
  return through === "reflect.Value.Clear" ? "clear" : null;
}
