/**
 * One conflict, found in several ways, is one finding: both sides were caught in one run, nothing orders them in another, and
 * Go's race detector reported them too. The surest way is the one that is shown.
 */
import type { Finding, Side } from "../case/case.js";
import { countText } from "../case/count.js";
import { adviseOn } from "./advice.js";
import { adviseOnOrder } from "./unordered/order-advice.js";
import type { UnorderedFinding } from "./unordered/findings.js";
import type { OrderedSide } from "./unordered/words.js";
import { whyUnordered } from "./unordered/why.js";
import { findingKey, placeKey } from "./finding-key.js";

/** Joins what was caught with what nothing orders. Handles are given anew: m0, m1 … */
export function joinUnordered(
  conflicts: readonly Finding[],
  unordered: readonly UnorderedFinding[],
): Finding[] {
  const joined = [...conflicts];
  for (const one of unordered) {
    const at = indexOfSame(joined, one.finding, ["caught"]);
    const same = joined[at];
    if (same === undefined) {
      joined.push(one.finding);
    } else {
      joined[at] = withOrder(same, one);
    }
  }
  return joined.map((finding, index) => ({ ...finding, handle: `m${index}` }));
}

/** Joins reports of Go's race detector to what the probe found, and to one another. */
export function joinReported(
  findings: readonly Finding[],
  reported: readonly Omit<Finding, "handle">[],
): Finding[] {
  const joined = [...findings];
  for (const one of reported) {
    const finding = { ...one, handle: `m${joined.length}` };
    const at = isRaceFinding(one) ? indexOfSame(joined, finding, ["caught", "unordered"]) : -1;
    const same = joined[at];
    if (same === undefined) {
      joined.push(finding);
    } else {
      joined[at] = withReport(same, finding);
    }
  }
  return joined;
}

const reportedToo = "Go's race detector reported it too.";

function isRaceFinding({ certainty, sides }: Omit<Finding, "handle">): boolean {
  return certainty === "unordered" && sides.every(({ role }) => role === "reported");
}

function indexOfSame(
  findings: readonly Finding[],
  finding: Finding,
  certainties: readonly Finding["certainty"][],
): number {
  const key = findingKey(finding);
  return key === undefined
    ? -1
    : findings.findIndex((other) => certainties.includes(other.certainty) && findingKey(other) === key);
}

/** What was caught, with what is known about its order. */
function withOrder(caught: Finding, { finding, sides, commonLock, limits }: UnorderedFinding): Finding {
  const [first, second] = aligned(sides, caught.sides);
  const both: [OrderedSide, OrderedSide] = [
    { ...caught.sides[0], goroutine: first.goroutine, order: first.order },
    { ...caught.sides[1], goroutine: second.goroutine, order: second.order },
  ];
  return {
    ...together(caught, finding),
    reasons: [...caught.reasons, orderedToo(finding), ...whyUnordered(both, commonLock), ...limits],
    sides: [
      { ...caught.sides[0], order: first.order },
      { ...caught.sides[1], order: second.order },
    ],
    advice: [...adviseOnOrder(both, commonLock), ...adviseOn(caught.sides, { locksKnown: true })],
  };
}

/** `Their order was recorded too, in run 1, and nothing puts one before the other (12 times).` */
function orderedToo({ runs, seen }: Finding): string {
  const where = runs.length === 0 ? "" : `, in run${runs.length === 1 ? "" : "s"} ${runs.join(", ")}`;
  const times = seen === 1 ? "once" : `${countText(seen)} times`;
  return `Their order was recorded too${where}, and nothing puts one before the other (seen ${times}).`;
}

/** The sides in the order of those of another finding. */
function aligned(
  [one, other]: readonly [OrderedSide, OrderedSide],
  [first]: readonly [Side, Side],
): [OrderedSide, OrderedSide] {
  const fits = (side: Side): number =>
    Number(side.site !== null && first.site !== null && placeKey(side.site) === placeKey(first.site)) * 2 +
    Number(side.operation === first.operation);
  return fits(other) > fits(one) ? [other, one] : [one, other];
}

function withReport(finding: Finding, reported: Finding): Finding {
  const isReport = isRaceFinding(finding) || finding.reasons.includes(reportedToo);
  return {
    ...together(finding, reported),
    reasons: isReport ? finding.reasons : [...finding.reasons, reportedToo],
    map: { ...finding.map, name: finding.map.name ?? reported.map.name },
  };
}

function together(one: Finding, other: Finding): Finding {
  return {
    ...one,
    seen: Math.min(one.seen + other.seen, Number.MAX_SAFE_INTEGER),
    observations: [...one.observations, ...other.observations],
    runs: [...new Set([...one.runs, ...other.runs])].toSorted((a, b) => a - b),
    tests: [...new Map([...one.tests, ...other.tests].map((test) => [JSON.stringify(test), test])).values()],
  };
}
