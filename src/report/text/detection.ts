/** Draws what Go's check found when the other side is not known: the goroutine that noticed, and the state of the map. */
import { sideOf } from "../../analysis/findings.js";
import { stateReasons } from "../../analysis/recording/conflict-reasons.js";
import type { Case, DetectionObservation, Side } from "../../case/case.js";
import { factLine } from "./fact.js";
import { type Drawing, mapText, sideLines } from "./finding.js";
import { shown, wrapped } from "./shown.js";

/** Sentences are broken into lines of this many characters. */
const textWidth = 100;

/** Draws a detection, without a line feed at the end. */
export function detectionLines(
  detection: DetectionObservation,
  incident: Pick<Case, "modulePath" | "toolchain">,
  drawing: Drawing,
): string[] {
  const side = detectionSide(detection, incident);
  const { colours } = drawing;
  return [
    colours.headline(`${shown(detection.handle)}  ${detectionTitle(detection)}`),
    `    ${factLine({ label: "map", text: mapText({ ...detection.map, name: null }) })}`,
    ...detectionReasons(detection)
      .flatMap((reason) => wrapped(reason, textWidth))
      .map((line) => `    ${line}`),
    "",
    ...sideLines({ letter: "A", side, paint: colours.sideA, excerpt: true }, drawing),
    "",
  ];
}

/** The goroutine that noticed. */
export function detectionSide(
  { side }: DetectionObservation,
  { modulePath, toolchain }: Pick<Case, "modulePath" | "toolchain">,
): Side {
  return sideOf(side, { modulePath, goroot: toolchain.goroot });
}

/** What Go's check said, and that the other side is not known. */
export function detectionTitle({ found }: DetectionObservation): string {
  const message = found.by === "go-check" && found.message !== null ? found.message : "map conflict";
  return `${shown(message)}, the other side is not known`;
}

/** Why no other side is named, and how the map stood; one sentence each. */
export function detectionReasons({ found, side }: DetectionObservation): string[] {
  return [
    "Go's own check found the map marked as being changed. The recorder does not know by whom, so no other side is named.",
    ...(found.by === "go-check" ? stateReasons(found, side) : []),
  ];
}
