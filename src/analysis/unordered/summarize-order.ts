/** What was recorded of order, over all processes of a case. */
import type { EventFileEvidence, RecordedOrder, OrderedSummary } from "../../case/case.js";

/** Sums up; null when no order was recorded. */
export function summarizeOrder(evidence: readonly EventFileEvidence[]): OrderedSummary | null {
  const covered = evidence.flatMap(({ order }) => (order === null ? [] : [order]));
  if (covered.length === 0) {
    return null;
  }
  const sum = (value: (coverage: RecordedOrder) => number): number =>
    Math.min(
      covered.reduce((before, coverage) => before + value(coverage), 0),
      Number.MAX_SAFE_INTEGER,
    );
  return {
    processes: covered.length,
    events: sum(({ events }) => events),
    bytes: sum(({ bytes }) => bytes),
    accesses: sum(({ accesses }) => accesses),
    synchronisations: sum(({ synchronisations }) => synchronisations),
    maps: sum(({ maps }) => maps),
    sharedMaps: sum(({ sharedMaps }) => sharedMaps),
    goroutines: sum(({ goroutines }) => goroutines),
    pairsNotKept: sum(({ pairsNotKept }) => pairsNotKept),
  };
}
