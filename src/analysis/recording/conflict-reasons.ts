/** Why a conflict that Go's check found is as sure as it is, in sentences; and how sure that is. */
import type { Certainty, ConflictObservation, Found, ObservedSide } from "../../case/case.js";
import { countText } from "../../case/count.js";
import { durationText } from "../../case/duration.js";
import { deed } from "../deed.js";

/** A conflict that Go's check found. */
export type GoCheck = Extract<Found, { by: "go-check" }>;

/** How sure a conflict is. The recorder's rings tell who changed the map last, which is not the same as who does now. */
export function certaintyOf(found: Found): Certainty {
  return found.by === "trap" || found.otherSide === "mark" ? "caught" : "inferred";
}

/** The reasons, one sentence or two each. */
export function goCheckReasons(found: GoCheck, [peer, detector]: ConflictObservation["sides"]): string[] {
  return [
    certaintyReason(found, peer),
    sinceReason(found, peer),
    ...callersReasons(found),
    ...stateReasons(found, detector),
  ];
}

function certaintyReason({ otherSide }: GoCheck, peer: ObservedSide): string {
  const id = peer.goroutine.id ?? "?";
  switch (otherSide) {
    case "mark":
      return `Go's own check found the map marked as being changed, and the recorder saw goroutine ${id} set that mark: both sides were in flight on this map at the same moment.`;
    case "rings":
      return `Go's own check found the map marked as being changed, and goroutine ${id} is the last other one that the recorder saw change it. Its mark was not seen, so it may have been another one.`;
    case "unknown":
      return "Go's own check found the map marked as being changed; by whom is not known.";
    default:
      return otherSide satisfies never;
  }
}

/** What the other side had been doing: `Goroutine 7 had been the one to change the map for 12µs, 3 times.` */
function sinceReason({ ageNanoseconds, repeats, otherSide }: GoCheck, peer: ObservedSide): string {
  const id = peer.goroutine.id ?? "?";
  const times =
    repeats === null || repeats === 0
      ? ""
      : repeats === 1
        ? ", with one change"
        : `, with ${countText(repeats)} changes`;
  if (ageNanoseconds === null) {
    return `Since when goroutine ${id} had been changing the map is not known.`;
  }
  const at = otherSide === "mark" ? "was about to" : "was last seen to";
  return `Goroutine ${id} had been the one to change the map for ${durationText(ageNanoseconds)}${times}; it ${at} ${deed(peer.operation, "it")}.`;
}

/** A stack is taken when a place is new for a goroutine, and now and then again. */
function callersReasons({ callersChangesBefore: before }: GoCheck): string[] {
  return before === 0
    ? []
    : [
        `Its place is that of its last change; who called that place is as it was ${before === 1 ? "one change" : `${countText(before)} changes`} before.`,
      ];
}

/** What Go said, how the map stood, and what the garbage collector did. */
export function stateReasons(found: GoCheck, detector: ObservedSide): string[] {
  const { message, gcPhase, gcCycles, growth } = found;
  const said = message === null ? "a fatal error" : `“${message}”`;
  const growing =
    growth.kind === "none"
      ? "the map was not growing"
      : `the map was growing (${growth.kind === "double" ? "to twice its buckets" : "to the same size"}, ${growth.evacuated} of ${growth.oldBuckets} old buckets moved)`;
  const gc =
    gcPhase === null
      ? ""
      : gcPhase === "off"
        ? `, and the garbage collector was not marking (${gcCycles === 0 ? "no cycle had begun" : `cycle ${gcCycles} was the last to begin`})`
        : `, and the garbage collector was in ${gcPhase} of cycle ${gcCycles}, with the write barrier on`;
  return [
    `Goroutine ${detector.goroutine.id ?? "?"} noticed when it came to ${deed(detector.operation, "the map")}, and Go ended the program with ${said}. At that moment ${growing}${gc}.`,
  ];
}
