/** Draws what explorations of several programs found, a line each: which pairs of operations can end a program. */
import type { ExplorationResult } from "../../gomap/programs/exploration.js";
import { type OutcomeGroup, outcomeGroups } from "../../gomap/programs/outcome.js";
import { shown } from "./shown.js";
import { type Column, percent, tableLines } from "./table.js";

/** A program, and what its exploration found; null where it was not explored. */
export interface ExploredProgram {
  readonly label: string;
  readonly result: ExplorationResult | null;
}

/** A table with a line for each program. */
export interface SeveralTable {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

/** {@link severalTable} as text. */
export function severalLines(programs: readonly ExploredProgram[]): string[] {
  const { title, columns, rows } = severalTable(programs);
  return [title, "", ...tableLines(columns, rows).map(shown)];
}

/** How often each program ends in which way. */
export function severalTable(programs: readonly ExploredProgram[]): SeveralTable {
  const groups = outcomeGroups.filter((group) =>
    programs.some(({ result }) => result?.outcomes.some((one) => one.group === group)),
  );
  return {
    title: "Shares of all interleavings",
    columns: [
      { title: "program", align: "left", most: 50 },
      ...groups.map((title) => ({ title, align: "right", most: 14 }) as const),
      { title: "message", align: "left", most: 70 },
    ],
    rows: programs.map(({ label, result }) =>
      result === null
        ? [label, ...groups.map(() => "-"), "not explored"]
        : [
            result.ended === "person" ? `${label} (incomplete)` : label,
            ...groups.map((group) => shareText(result, group)),
            result.outcomes
              .filter(({ group }) => group === "fatal error")
              .map(({ kinds }) => kinds.join("; "))
              .slice(0, 1)
              .join(""),
          ],
    ),
  };
}

function shareText({ outcomes, interleavings, complete }: ExplorationResult, group: OutcomeGroup): string {
  if (!outcomes.some((one) => one.group === group)) {
    return complete ? "never" : "not found";
  }
  if (interleavings === undefined) {
    return "possible";
  }
  const of = interleavings.byKind.filter((one) => one.group === group);
  return percent(of.reduce((sum, one) => sum + one.interleavings, 0) / interleavings.total);
}
