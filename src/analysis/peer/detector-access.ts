/** Which access in the source the runtime stopped the program in. */
import type { CaseFrame, ConflictKind, Operation } from "../../case/case.js";
import type { MapAccess } from "../../evidence/source/facts.js";
import { isChange } from "../kind.js";
import type { FramePlace, SourceMatch } from "./source-match.js";

/** An access that the detecting side may have been in. */
export interface DetectorAccess {
  readonly access: MapAccess;
  /** Where the frame is that led to it. */
  readonly place: FramePlace;
  /** Which frame of the stack that is. */
  readonly frame: number;
  /** How well it fits, from 0 to 1. */
  readonly fit: number;
  /** What is not as it should be, one sentence; null where all fits. */
  readonly doubt: string | null;
}

/** What is known of the detecting side. */
export interface DetectingSide {
  /** The stack without the runtime's frames, innermost first. */
  readonly stack: readonly CaseFrame[];
  /** The place to look at, one of the stack's frames. */
  readonly site: number;
  readonly operation: Operation | null;
  /** Null where the text says that it was a map, but not which kind of conflict. */
  readonly conflict: ConflictKind | null;
  /** What the program called that went to the map. */
  readonly through: string | null;
}

/** Statements span lines: the line of a frame and that of the access may be a few apart. */
const nearLines = 3;
/** How many frames outwards an access is looked for. */
const maxFramesOut = 12;

/**
 * The accesses that fit, the best first; those of one frame only: the site, else the next one outwards that has some.
 */
export function detectorAccesses(match: SourceMatch, side: DetectingSide): DetectorAccess[] {
  const last = Math.min(side.stack.length, side.site + maxFramesOut);
  for (const reach of ["line", "near", "function"] as const) {
    for (let frame = side.site; frame < last; frame += 1) {
      const found = accessesAt(match, side, frame, reach);
      if (found.length > 0) {
        return found.toSorted((one, other) => other.fit - one.fit);
      }
    }
  }
  return [];
}

type Reach = "line" | "near" | "function";

function accessesAt(match: SourceMatch, side: DetectingSide, frame: number, reach: Reach): DetectorAccess[] {
  const at = side.stack[frame];
  const place = at === undefined ? undefined : match.place(at);
  if (place === undefined || (place.function === null && reach === "function")) {
    return [];
  }
  const outer = frame > side.site;
  return match.index.accessesIn(place.file).flatMap((access) => {
    const near = nearness(access, place, reach);
    const operation = operationFit(access, side);
    const fits = near > 0 && operation > 0 && (!outer || access.through !== null);
    const fit = near * operation * throughFit(access, side);
    return fits
      ? [
          {
            access,
            place,
            frame,
            fit,
            doubt: doubtOf(reach, access, place) ?? shiftDoubt(match.shiftOf(place.file), place),
          },
        ]
      : [];
  });
}

function nearness(access: MapAccess, place: FramePlace, reach: Reach): number {
  const distance = place.line === null ? Infinity : Math.abs(access.line - place.line);
  const sameFunction = place.function === null || access.function === place.function;
  switch (reach) {
    case "line":
      return distance === 0 ? (sameFunction ? 1 : 0.9) : 0;
    case "near":
      return distance <= nearLines && sameFunction ? 0.9 - distance / 20 : 0;
    case "function":
      return access.function === place.function ? 0.4 : 0;
    default:
      return reach satisfies never;
  }
}

function throughFit(access: MapAccess, side: DetectingSide): number {
  return (access.through === null) === (side.through === null) ? 1 : 0.5;
}

/** How well an access fits what the runtime stopped the program in, from 0 to 1. */
function operationFit(access: MapAccess, { operation, conflict, through }: DetectingSide): number {
  if (access.operation === operation) {
    return 1;
  }
  // What a library does with a map it was given is its own affair: it reads, iterates and asks for the length.
  if (access.through !== null || through !== null) {
    return conflict === null || isChange(access.operation) === (conflict === "concurrent map writes") ? 1 : 0;
  }
  return operation === null || operation === "length" ? kindFit(conflict, access.operation) : 0;
}

function kindFit(conflict: ConflictKind | null, operation: Operation): number {
  switch (conflict) {
    case null:
      return 1;
    case "concurrent map writes":
      return isChange(operation) ? 1 : 0;
    case "concurrent map read and map write":
      // Swiss maps look keys up again in an iteration when the map has grown since it began.
      return operation === "read" || operation === "length" ? 1 : operation === "iterate" ? 0.5 : 0;
    case "concurrent map iteration and map write":
      return operation === "iterate" ? 1 : 0;
    case "concurrent map clone and map write":
      return operation === "clone" || operation === "iterate" ? 1 : 0;
    default:
      return conflict satisfies never;
  }
}

/** The source is of another revision, and where its lines are was found out. */
function shiftDoubt(shift: number, { file }: FramePlace): string | null {
  const lines = Math.abs(shift) === 1 ? "1 line" : `${Math.abs(shift)} lines`;
  return shift === 0
    ? null
    : `The source is of another revision: in ${file} lines are ${lines} further ${shift > 0 ? "down" : "up"} than the text says.`;
}

function doubtOf(reach: Reach, access: MapAccess, place: FramePlace): string | null {
  switch (reach) {
    case "line":
      return null;
    case "near":
      return access.line === place.line
        ? null
        : `The text says line ${place.line ?? "?"}; the nearest access that fits is at line ${access.line}: the statement spans lines, or the source is of another revision.`;
    case "function":
      return `At the line that the text gives the source has no such access; this one stands in the same function: the source is of another revision.`;
    default:
      return reach satisfies never;
  }
}
