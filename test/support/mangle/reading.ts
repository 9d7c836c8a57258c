/** What two readings of a text must have in common when one was mangled: everything but what really got lost. */
import type { CrashReport, CrashText } from "../../../src/evidence/crashtext/crash-text.js";
import type { Loss } from "./mangler.js";

/** Where things stand in the text, and what was undone; they differ by nature. */
const ofTheText = new Set(["textLine", "textLines", "undone", "process", "unread", "cut"]);

/** A reading without what differs by nature, and without what got lost. */
export function comparable(text: CrashText, lost: readonly Loss[]): readonly unknown[] {
  return text.reports.map((report) => comparableReport(report, lost));
}

/** A report without what differs by nature, and without what got lost. */
export function comparableReport(report: CrashReport, lost: readonly Loss[]): unknown {
  return trimmed(summary(report, lost), lost);
}

/** Of a dump with frames or goroutines cut out, what does not depend on all of them. */
function summary(report: CrashReport, lost: readonly Loss[]): unknown {
  if (report.kind !== "dump") {
    return report;
  }
  const { headlines, headlineInferred, cause, detector, peers, peerVisible, groups, groupCount, ...rest } =
    report;
  const { goroutines, goVersion, os, architecture, ...others } = rest;
  const framesLost = lost.includes("frames");
  const fewer = lost.includes("goroutines");
  const linesLost = lost.includes("line numbers");
  return {
    ...others,
    ...(lost.includes("headline") ? {} : { headlines, headlineInferred, cause }),
    ...(linesLost || framesLost || fewer || lost.includes("paths") ? {} : { goVersion, os, architecture }),
    detector: detector === null || !framesLost ? detector : { ...detector, goroutine: detector.goroutine.id },
    ...(framesLost || fewer || linesLost ? {} : { peers, peerVisible }),
    ...(fewer ? {} : { goroutines }),
    ...(framesLost || fewer || linesLost ? {} : { groups, groupCount }),
    ...(fewer ? {} : { ids: groups.flatMap((group) => group.ids).toSorted((a, b) => a - b) }),
  };
}

function trimmed(value: unknown, lost: readonly Loss[]): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => trimmed(item, lost));
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (ofTheText.has(key)) {
      continue;
    }
    if (key === "file" && lost.includes("paths") && typeof item === "string") {
      result[key] = item.replace(/^.*[/\\]/, "");
    } else if (key === "line" && lost.includes("line numbers")) {
      result[key] = null;
    } else {
      result[key] = trimmed(item, lost);
    }
  }
  return result;
}
