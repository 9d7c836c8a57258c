/** Draws what is known about order: of a side, and how much of the processes was covered. */
import { howWords } from "../../analysis/unordered/words.js";
import { placeName } from "./stack.js";
import type { Case, EventFileEvidence, LockHeld, Side, SideOrder, Synchronised } from "../../case/case.js";
import { countText } from "../../case/count.js";
import { durationText } from "../../case/duration.js";
import type { Fact } from "./fact.js";
import { counted, listed, shown } from "./shown.js";
import { bytesText, many } from "./table.js";

/** So many locks of a side are listed. */
const mostLocks = 4;

/** How a side is ordered with others, in a few lines; none where that is not known. */
export function orderLines(side: Side): string[] {
  return orderFacts(side).map(({ label, text }) => `${label}: ${text}`);
}

/** How a side is ordered with others: the locks that it holds, and when it last synchronised. */
export function orderFacts({ order }: Pick<Side, "order">): Fact[] {
  return order === null
    ? []
    : [
        { label: "locks held", text: locksText(order.locks) },
        {
          label: "last acquire",
          text:
            order.acquired?.edge === "start"
              ? "nothing new since it was started"
              : synchronisedText(order.acquired),
        },
        { label: "last release", text: synchronisedText(order.released) },
      ];
}

function locksText(locks: SideOrder["locks"]): string {
  if (locks.length === 0) {
    return "none";
  }
  const named = locks.slice(0, mostLocks).map(lockText);
  const left = locks.length - named.length;
  return listed(left > 0 ? [...named, `${left} more`] : named);
}

/** `c.mu (RLock, cache.go:7)`. */
function lockText({ name, reading, at, address }: LockHeld): string {
  const method = reading ? "RLock" : "Lock";
  return `${name === null ? address : shown(name)} (${method}${at === null ? "" : `, ${placeName(at)}`})`;
}

/** `channel receive, worker.go:14`. */
function synchronisedText(synchronised: Synchronised | null): string {
  if (synchronised === null) {
    return "none yet";
  }
  const { how, at } = synchronised;
  return `${shown(howWords(how))}${at === null ? "" : `, ${placeName(at)}`}`;
}

/** What was recorded of order, in figures, and what of it is not covered. Nothing where none was recorded. */
export function orderSummaryTexts({ evidence, summary, findings }: Case): string[] {
  const ordered = summary?.ordered ?? null;
  if (ordered === null) {
    return [];
  }
  const covered = evidence.filter((one) => one.kind === "event-file" && one.order !== null);
  const figures = [
    `${many(ordered.accesses, "access", "accesses")} to ${many(ordered.maps, "map")} (${countText(ordered.sharedMaps)} shared)`,
    many(ordered.synchronisations, "synchronisation"),
    many(ordered.goroutines, "goroutine"),
    `${bytesText(ordered.bytes)} of events`,
  ];
  return [
    `Order of ${many(ordered.processes, "process", "processes")}: ${figures.join(", ")}.`,
    ...(ordered.pairsNotKept > 0
      ? [`${many(ordered.pairsNotKept, "more pair")} of places that nothing orders did not fit.`]
      : []),
    ...limitTexts(covered.filter((one) => one.kind === "event-file")),
    ...(findings.some(({ sides }) => sides.some(({ order }) => order !== null)) ? [unseenText] : []),
  ];
}

const unseenText =
  "Assembly, system calls that are made directly, and memory shared with other processes may order goroutines unseen: where only these order the two sides, there is no conflict.";

/** What of the processes is not covered. */
function limitTexts(evidence: readonly EventFileEvidence[]): string[] {
  const covered = evidence.flatMap(({ order }) => (order === null ? [] : [order]));
  const notPlaced = covered.reduce((sum, one) => sum + one.notPlaced, 0);
  const interrupted = covered.filter((one) => one.interrupted).length;
  const withoutAtomics = covered.filter(({ plainAtomics }) => plainAtomics === false).length;
  return [
    ...cutShortTexts(covered, "size", "it had its largest size; --max-size grants more"),
    ...cutShortTexts(covered, "no-room", "the event file could not grow"),
    ...(notPlaced > 0
      ? [
          `${many(notPlaced, "event")} at the end could not be put in order and ${notPlaced === 1 ? "is" : "are"} not covered.`,
        ]
      : []),
    ...(interrupted > 0
      ? [`Reading was stopped before the end in ${many(interrupted, "process", "processes")}.`]
      : []),
    ...(withoutAtomics > 0
      ? [
          `Plain calls of sync/atomic were not recorded in ${many(withoutAtomics, "process", "processes")}: the binary was not built for it.`,
        ]
      : []),
  ];
}

type Covered = NonNullable<EventFileEvidence["order"]>;

function cutShortTexts(covered: readonly Covered[], why: Covered["cutShort"], because: string): string[] {
  const cut = covered.filter(({ cutShort }) => cutShort === why);
  if (cut.length === 0) {
    return [];
  }
  const times = cut.flatMap(({ cutShortNanoseconds: at }) => (at === null ? [] : [at]));
  const after = times.length === 0 ? "" : ` after ${durationText(Math.min(...times))}`;
  const which = cut.length === 1 ? "" : ` in ${counted(cut.length, "process", "processes")}, first`;
  return [`Recording ended${which}${after}, because ${because}: what came later is not covered.`];
}
