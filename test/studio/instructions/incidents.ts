/** Cases of which only the map functions matter. */
import type { Case } from "../../../src/case/case.js";

/** A stop with two goroutines in these functions. */
function stopped(detector: string, other: string): Case {
  // Only what names the functions is looked at.
  return {
    findings: [{ observations: ["o0"] }],
    observations: [
      {
        kind: "stopped",
        handle: "o0",
        detector: { mapFunction: detector },
        others: [{ mapFunction: other }],
      },
    ],
  } as unknown as Case;
}

export const incidents = { stopped };
