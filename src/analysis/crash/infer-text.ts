/** The other side of a crash as far as the text alone shows it. */
import path from "node:path";
import type { CrashObservation, PlacedFrame, Side } from "../../case/case.js";
import { adviseOn } from "../advice.js";
import { isChange } from "../kind.js";
import type { CaseSource } from "./case-source.js";
import type { FromSource } from "./infer-source.js";
import { detectedSide, frameAt, sideGoroutine } from "./sides.js";
import { changeFirst, type Detecting, operationOf, rounded, type Weighed } from "./weighed.js";

/** A goroutine of the text that is in a map operation, when no place in the source accounts for it. */
const textWeight = 1.5;

/**
 * Goroutines that the text shows in a map operation, and that no place in the source accounts for. The weaker hints (same
 * receiver, same function) are no findings: each would name a peer that nothing but its neighbourhood speaks for.
 */
export function fromText(
  detecting: Detecting,
  inSource: FromSource | undefined,
  source: CaseSource | undefined,
): Weighed[] {
  const { crash, detector } = detecting;
  const { conflict } = crash;
  if (conflict === null) {
    return [];
  }
  return crash.peers
    .filter(({ goroutine, site, operation, reason }) => {
      const changes = operation === null || isChange(operation);
      return (
        reason === "in-map-operation" &&
        changes &&
        site !== null &&
        inSource?.seen.has(goroutine.textLine) !== true &&
        !(inSource?.detector !== undefined && isAtKnownAccess(frameAt(goroutine.stack, site), source))
      );
    })
    .map((peer) => ({
      weight: textWeight,
      finding: (score) => {
        const detected = detectedSide(detector, detector.operation ?? operationOf(conflict), null);
        const supposed = textSide(peer, source);
        const sides = changeFirst(detected, supposed);
        return {
          kind: conflict,
          certainty: "inferred",
          score: rounded(score),
          reasons: [
            `Goroutine ${peer.goroutine.id ?? "?"} of the text is in a map operation too, as its stack shows.`,
          ],
          map: { address: null, type: null, name: null, elements: null },
          sides,
          seen: 1,
          observations: [crash.handle],
          runs: [],
          tests: detected.test === null ? [] : [{ package: null, name: detected.test }],
          advice: adviseOn(sides),
          proof: null,
        };
      },
    }));
}

/** Whether the source shows which map is changed there: then it is another one, or the place is a candidate already. */
function isAtKnownAccess(frame: PlacedFrame, source: CaseSource | undefined): boolean {
  const place = source?.match.place(frame);
  return (
    source !== undefined &&
    place?.exact === true &&
    source.index.accessesIn(place.file).some(({ line }) => line === place.line)
  );
}

function textSide(
  { goroutine, site, operation }: CrashObservation["peers"][number],
  source: CaseSource | undefined,
): Side {
  return {
    role: "supposed",
    operation: operation ?? "change",
    goroutine: sideGoroutine(goroutine),
    heldNanoseconds: 0,
    stack: goroutine.stack.filter(({ origin }) => origin !== "runtime"),
    stackCut: goroutine.framesElided > 0,
    site: site === null ? null : inSourceFolder(frameAt(goroutine.stack, site), source),
    test: null,
    source: null,
    order: null,
  };
}

/** A frame with the path of its file in the source, where it is there; else as the text has it. */
function inSourceFolder(frame: PlacedFrame, source: CaseSource | undefined): PlacedFrame {
  const place = source?.match.place(frame);
  return source === undefined || place?.exact !== true
    ? frame
    : { ...frame, file: path.join(source.index.facts.root, place.file) };
}
