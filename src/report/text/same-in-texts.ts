/** Where texts tell of a conflict that other evidence tells of too. */
import type { Case } from "../../case/case.js";
import { textLine } from "./reading.js";
import { counted } from "./shown.js";

/** How many further reports on one conflict are named. */
const mostReports = 3;

/** One line for each text: `text:  crash.log, lines 3 to 40: the crash, 7 goroutines`. */
export function sameInTexts(
  conflicts: readonly string[],
  { observations, evidence }: Pick<Case, "observations" | "evidence">,
): string[] {
  const textOf = (handle: string) => evidence.find((one) => one.handle === handle);
  const races = observations.filter((one) => one.kind === "race" && conflicts.indexOf(one.handle) > 0);
  const same = observations.flatMap((one) => {
    if (one.kind !== "crash" && one.kind !== "probe-report") {
      return [];
    }
    if (one.ofConflict === null || !conflicts.includes(one.ofConflict)) {
      return [];
    }
    const what =
      one.kind === "crash"
        ? `the crash, ${counted(one.goroutines, "goroutine")}`
        : one.found === "caught"
          ? "the probe's report"
          : "the recorder's report";
    return [`${textLine(one, textOf(one.evidence))}: ${what}`];
  });
  const reports = races
    .slice(0, mostReports)
    .flatMap((one) =>
      one.kind === "race" ? [`${textLine(one, textOf(one.evidence))}: the report of Go's race detector`] : [],
    );
  const left = races.length - reports.length;
  return [
    ...same,
    ...reports,
    ...(left > 0 ? [`and ${counted(left, "more report")} of Go's race detector`] : []),
  ];
}
