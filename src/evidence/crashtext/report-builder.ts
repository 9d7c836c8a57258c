/** What the builders of the three kinds of reports have in common. */
import type { CrashDump, GroupLevel, ProbeReport, RaceReport } from "./crash-text.js";
import type { LineKind } from "./grammar.js";
import type { VersionSigns } from "./version.js";
import type { CleanLine } from "./unmangle/clean-line.js";

/**
 * What became of a line that a report was offered:
 *
 * - **taken**: it is the report's;
 * - **passed**: it is not, but the report may go on after it;
 * - **last**: it is the report's, and the report ends with it;
 * - **held**: a headline; the next line tells whether it is the report's or another one's;
 * - **next**: it is not the report's, which has ended; another report begins with it.
 */
export type Outcome = "taken" | "passed" | "last" | "held" | "next";

/** A report whose lines are still coming. */
export interface ReportBuilder {
  accept(kind: LineKind, line: CleanLine): Outcome;
  /** What the text lacks of the report, when it ended here; null when it may be whole. */
  readonly missing: string | null;
  /** The report; null when the lines were none after all. */
  build(context: BuildContext): CrashDump | RaceReport | ProbeReport | null;
}

/** What the text around a report says. */
export interface BuildContext {
  readonly prose: VersionSigns;
}

/** What a caller can choose. */
export interface ReportLimits {
  /** How many groups of goroutines a dump has at most; default 1000. */
  readonly maxGroups: number;
  /** How many ids a group has at most; default 100. */
  readonly maxIds: number;
  /** How alike the goroutines of one group are at least; default "similar", as panicparse has it. */
  readonly grouping: GroupLevel;
  /** Whether a dump lists every goroutine besides the groups, in columns; default no. */
  readonly everyGoroutine: boolean;
}

/** The limits when nothing is said. */
export const defaultLimits: ReportLimits = {
  maxGroups: 1_000,
  maxIds: 100,
  grouping: "similar",
  everyGoroutine: false,
};
