/**
 * What the recorder printed after a fatal error belongs to the dump before it. The two are one incident, and who the other
 * side was need not be inferred.
 */
import type { CaseFrame, CrashObservation, Finding, ProbeObservation, Side } from "../../case/case.js";
import type { CrashReport } from "../../evidence/crashtext/crash-text.js";
import type { CodeContext } from "../origin.js";
import { probeFinding } from "./reported.js";

/** How many reports may lie between a dump and what the recorder printed after it: those of other processes. */
const near = 8;

/** A report and the text that it is in. */
export interface PlacedReport {
  readonly report: CrashReport;
  /** Handle of the text. */
  readonly evidence: string;
}

/** What the recorder printed on a dump: the position of the one by that of the other. */
export function pairLastWords(reports: readonly PlacedReport[]): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  const taken = new Set<number>();
  reports.forEach(({ report, evidence }, at) => {
    if (report.kind !== "dump") {
      return;
    }
    const found = reports.findIndex(
      (other, index) =>
        index > at &&
        index <= at + near &&
        !taken.has(index) &&
        other.evidence === evidence &&
        isLastWordsOf(report, other.report),
    );
    if (found !== -1) {
      taken.add(found);
      pairs.set(at, found);
    }
  });
  return pairs;
}

/** Whether a report is what the recorder printed on the crash of a dump. */
export function isLastWordsOf(dump: CrashReport, report: CrashReport): boolean {
  if (dump.kind !== "dump" || report.kind !== "probe" || report.found === "caught") {
    return false;
  }
  if (report.process !== dump.process || (dump.conflict === null && dump.detector === null)) {
    return false;
  }
  const noticed = report.sides.find(({ part }) => part === "noticed")?.goroutine;
  const detector = dump.detector?.goroutine.id ?? null;
  return noticed === undefined || detector === null || noticed === detector;
}

/** A crash and what the recorder printed on it. */
export interface CrashWithLastWords {
  readonly crash: CrashObservation;
  readonly words: ProbeObservation;
  readonly report: CrashReport;
}

/**
 * The findings of such a crash: the one that the recorder knows. What was inferred beside it is used for what it knows of the
 * same place, and dropped; it stays where the recorder does not know the other side.
 *
 * @param inferred what the text and the source alone would say
 */
export function withLastWords(
  { crash, words, report }: CrashWithLastWords,
  inferred: readonly Omit<Finding, "handle">[],
  context: CodeContext,
): Omit<Finding, "handle">[] {
  const observations = [crash.handle, words.handle];
  const recorded = report.kind === "probe" ? probeFinding(report, words, context) : undefined;
  if (recorded === undefined) {
    return inferred.map((finding) => ({
      ...finding,
      map: {
        ...finding.map,
        address: words.map.address,
        type: words.map.type ?? finding.map.type,
        elements: words.map.elements,
      },
      observations,
    }));
  }
  const same = inferred.find(({ sides }) => sides.some((side) => isPeerOf(side, recorded)));
  const named =
    same ??
    inferred.find(({ sides }) => sides.some(({ role, source }) => role === "detected" && source !== null));
  return [
    {
      ...recorded,
      map: { ...recorded.map, name: named?.map.name ?? null },
      sides: [withSource(recorded.sides[0], same, named), withSource(recorded.sides[1], same, named)],
      advice: same?.advice ?? recorded.advice,
      observations,
    },
  ];
}

/** Whether a supposed side is at the place where the recorded one is. */
function isPeerOf(supposed: Side, recorded: Omit<Finding, "handle">): boolean {
  const peer = recorded.sides.find(({ role }) => role === "recorded")?.site ?? null;
  return supposed.role === "supposed" && peer !== null && isSamePlace(supposed.site, peer);
}

/** Files of the text and of the source may lie in different folders. */
function isSamePlace(one: CaseFrame | null, other: CaseFrame): boolean {
  return (
    one !== null &&
    one.line === other.line &&
    one.function === other.function &&
    baseName(one.file) === baseName(other.file)
  );
}

function baseName(file: string | null): string {
  return file?.replace(/^.*[\\/]/, "") ?? "";
}

/** A side with what the source says of it, as far as inference found that. */
function withSource(
  side: Side,
  same: Omit<Finding, "handle"> | undefined,
  named: Omit<Finding, "handle"> | undefined,
): Side {
  const from =
    side.role === "recorded"
      ? same?.sides.find(({ role }) => role === "supposed")
      : named?.sides.find(({ role }) => role === "detected");
  return { ...side, source: from?.source ?? null };
}
