/** Draws what Go's check found when the other side is not known: the goroutine that noticed, and the state of the map. */
import { sideOf } from "../../analysis/findings.js";
import { stateReasons } from "../../analysis/recording/conflict-reasons.js";
import type { Case, DetectionObservation } from "../../case/case.js";
import { type Drawing, sideLines } from "./finding.js";
import { counted, shown, wrapped } from "./shown.js";

/** Sentences are broken into lines of this many characters. */
const textWidth = 100;

/** Draws a detection, without a line feed at the end. */
export function detectionLines(
  detection: DetectionObservation,
  incident: Pick<Case, "modulePath" | "toolchain">,
  drawing: Drawing,
): string[] {
  const { found, map } = detection;
  const context = { modulePath: incident.modulePath, goroot: incident.toolchain.goroot };
  const side = sideOf(detection.side, context);
  const message = found.by === "go-check" && found.message !== null ? found.message : "map conflict";
  const size = map.elements === null ? "" : `, ${counted(map.elements, "element")}`;
  const reasons = [
    "Go's own check found the map marked as being changed. The recorder does not know by whom, so no other side is named.",
    ...(found.by === "go-check" ? stateReasons(found, detection.side) : []),
  ];
  const { colours } = drawing;
  return [
    colours.headline(`${shown(detection.handle)}  ${shown(message)}, the other side is not known`),
    `    map:   ${map.type === null ? "type not known" : shown(map.type)}${map.address === null ? "" : ` at ${map.address}`}${size}`,
    ...reasons.flatMap((reason) => wrapped(reason, textWidth)).map((line) => `    ${line}`),
    "",
    ...sideLines({ letter: "A", side, paint: colours.sideA, excerpt: true }, drawing),
    "",
  ];
}
