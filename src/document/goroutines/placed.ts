/** Frames of the case file with where their code comes from. */
import { type CodeContext, originOf } from "../../analysis/origin.js";
import type { CaseFrame, PlacedFrame } from "../../case/case.js";

/** Innermost first, as they are given. */
export function placed(frames: readonly CaseFrame[], context: CodeContext): PlacedFrame[] {
  return frames.map((frame) => ({ ...frame, origin: originOf(frame, context) }));
}
