/** What is known of those on a map, in sentences that claim no more than was observed. */
import type { StoppedOther } from "../../case/case.js";
import { isChange } from "../../case/kind.js";
import type { DecodedMap } from "../../golang/maps/decoded.js";
import { deed } from "../deed.js";
import { hexadecimal } from "./frames.js";
import type { NearMap } from "./near-map.js";
import type { Detector } from "./detector.js";
import type { OnMap } from "./on-map.js";
import type { StoppedProgram } from "../../evidence/stopped/stopped-program.js";

/** Where the map's address comes from. */
export function mapSentence(detector: Detector | undefined): string {
  if (detector === undefined) {
    return "No goroutine has noticed a conflict, so no map is looked at.";
  }
  const { frame } = detector;
  if (frame === undefined) {
    return "The goroutine is in no map function, so no map is looked at.";
  }
  if (frame.map === undefined) {
    return `Nothing at this place in ${frame.range.name} and its caller holds the map's address any more.`;
  }
  return frame.from?.includes("caller") === true
    ? `The map's address was found in ${frame.from}; ${frame.proven ? "it is what" : "it is there now, and most probably what"} ${frame.range.name} was called with.`
    : `The map's address was found in ${frame.from ?? "its argument"}, which still holds what ${frame.foundIn} was called with.`;
}

/** What is known of a goroutine on a map. */
export function onMapSentences(
  on: OnMap,
  decoded: DecodedMap | undefined,
  detector: Detector | undefined,
): string[] {
  const { frame, grade } = on;
  const what = deed(frame.operation, "the map");
  switch (grade) {
    case "inside":
      return [
        `It is in ${frame.range.name}, to ${what}; the map's address there is ${addressSentence(on)}.`,
        ...phaseSentences(on, decoded),
        ...readerSentences(on, detector),
      ];
    case "begun":
      return [
        `It has just called ${frame.range.name}, to ${what}; the map's address there is ${addressSentence(on)}. This call has not touched the map yet${isChange(frame.operation) ? ": it is a later one than the one that was met" : ""}.`,
        ...readerSentences(on, detector),
      ];
    case "came":
    case "near":
      return [];
    default:
      return grade satisfies never;
  }
}

/** What is known of one that came. */
export function arrivalSentences({ frame }: OnMap, detector: number | null): string[] {
  return [
    `At the stop it was between two accesses. It was then let go on alone while goroutine ${detector ?? "?"} was held in its access, and called ${frame.range.name} with this map, to ${deed(frame.operation, "it")}: a later call than the one that was met.`,
  ];
}

function addressSentence({ frame }: OnMap): string {
  return frame.map === undefined
    ? "not known any more"
    : `${hexadecimal(frame.map)}, found in ${frame.from ?? "its argument"}`;
}

function phaseSentences({ phase, frame }: OnMap, decoded: DecodedMap | undefined): string[] {
  switch (phase) {
    case "marked":
      return decoded?.writing === true
        ? [
            "It stands between setting the map's mark and clearing it, and the mark is set: it is the one whose mark was found, unless the mark was cleared and set again since.",
          ]
        : [
            "It stands between setting the map's mark and clearing it, yet the mark is not set: another one has changed it.",
          ];
    case "before the mark":
      return [
        "It has not set the map's mark yet in this call: the mark that was found is of an earlier one.",
      ];
    case "after the mark":
      return ["It has cleared the map's mark again in this call."];
    case "reads":
    case "not known":
      return isChange(frame.operation)
        ? ["Whether it has set the map's mark in this call cannot be told from where it stands."]
        : [];
    default:
      return phase satisfies never;
  }
}

/** A reader sets no mark, so it is not the one that was met. */
function readerSentences({ frame }: OnMap, detector: Detector | undefined): string[] {
  if (isChange(frame.operation)) {
    return [];
  }
  const operation = detector?.frame?.operation;
  return operation !== undefined && isChange(operation)
    ? [
        "It sets no mark, so it is not the one that was met; but it uses the map while that is being changed, which is a conflict too.",
      ]
    : ["It sets no mark, so it is not the one that was met."];
}

/** What is known of a goroutine between two accesses. */
export function nearSentences(near: NearMap, { symbols }: StoppedProgram): string[] {
  const lines = near.calls
    .filter(({ operation }) => isChange(operation))
    .map(({ returnAddress, operation }) => {
      const [frame] = symbols.framesBefore(returnAddress);
      return `${deed(operation, "a map of this type")} at ${frame === undefined ? hexadecimal(returnAddress) : `${fileName(frame.file)}:${frame.line}`}`;
    });
  const all = [...new Set(lines)];
  const shown = all.length > 4 ? [...all.slice(0, 4), `${all.length - 4} more`] : all;
  return [
    `It is in no map function. The function in which it is can ${shown.join(", ")}, and has this map's address at hand. Whether it has just used the map was not observed.`,
  ];
}

function fileName(file: string): string {
  return file.replace(/^.*[\\/]/, "");
}

/** Where nobody who changes the map was caught on it. */
export function goneSentences(others: readonly StoppedOther[], letGo: boolean, mapKnown: boolean): string[] {
  const caught = others.some(
    ({ grade, operation }) => grade !== "near" && operation !== null && isChange(operation),
  );
  if (caught) {
    return [];
  }
  if (!mapKnown) {
    return ["Who else is on the map cannot be told, because its address is not known."];
  }
  const near = others.some(({ grade }) => grade === "near");
  return [
    `The other side is gone: it had left the map before the program stood still${letGo ? ", and did not come back while this goroutine was held" : ""}.`,
    near
      ? "Goroutines that may have been it are listed below; none of them was seen on the map."
      : "No goroutine is at a place from which it may just have changed this map.",
  ];
}
