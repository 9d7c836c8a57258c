/** From a crash to findings: the detecting side with each place, or goroutine, that may be the other side. */
import type { CrashObservation, Finding } from "../../case/case.js";
import type { DetectorAccess } from "../peer/detector-access.js";
import type { CaseSource } from "./case-source.js";
import { fromSource } from "./infer-source.js";
import { fromText } from "./infer-text.js";

/** What was inferred from one crash. */
export interface Inference {
  /** The most likely first, without handles. */
  readonly findings: readonly Omit<Finding, "handle">[];
  /** The detecting side's access in the source. */
  readonly detector: DetectorAccess | undefined;
}

/** The weight of all that cannot be seen: a peer in a dependency, or one that the source does not show. */
const unseenWeight = 0.2;
/** A place with a lower score is not worth a look, unless it is one of very many that are equal. */
const lowestScore = 0.02;
const lowestWeight = 0.05;
const maxFindings = 10;

/** Infers the other side of a crash. */
export function inferPeers(crash: CrashObservation, source: CaseSource | undefined): Inference {
  const { detector } = crash;
  if (detector === null || (crash.cause !== "fatal" && crash.conflict === null)) {
    return { findings: [], detector: undefined };
  }
  const detecting = { crash, detector };
  const inSource = source === undefined ? undefined : fromSource(detecting, source);
  const inText = fromText(detecting, inSource, source);
  const weighed = [...(inSource?.weighed ?? []), ...inText].toSorted(
    (one, other) => other.weight - one.weight,
  );
  const sum = weighed.reduce((total, { weight }) => total + weight, unseenWeight);
  const findings = weighed
    .map(({ weight, finding }) => ({ score: weight / sum, weight, finding }))
    .filter(({ score, weight }) => score >= lowestScore || weight >= lowestWeight)
    .slice(0, maxFindings);
  return {
    findings: findings.map(({ score, finding }) => finding(score)),
    detector: inSource?.detector,
  };
}
