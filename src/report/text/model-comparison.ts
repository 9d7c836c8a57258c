/** Draws policies and checks side by side. */
import type { PolicyComparison, PolicyRow } from "../../gomap/programs/comparison.js";
import { many, percent, tableLines } from "./table.js";

/** The two tables. */
export function comparisonLines(comparison: PolicyComparison): string[] {
  return [
    `Policies: ${many(comparison.runs, "random run")} of each; in brackets what is possible at all, where that could be explored`,
    "",
    ...policyTable(comparison),
    "",
    ...checkLines(comparison),
  ];
}

function policyTable({ policies, runs }: PolicyComparison): string[] {
  const columns = [
    { title: "policy", align: "left", most: 12 },
    { title: "right", align: "right", most: 16 },
    { title: "fatal error", align: "right", most: 16 },
    { title: "damage", align: "right", most: 16 },
    { title: "other end", align: "right", most: 16 },
    { title: "steps", align: "right", most: 8 },
    { title: "of these to wait or lock", align: "right", most: 24 },
    { title: "mean steps", align: "right", most: 10 },
  ] as const;
  const rows = policies.map((row) => [
    row.policy,
    cell(row, runs, ["nothing"]),
    cell(row, runs, ["fatal error"]),
    cell(row, runs, ["silent damage", "read outside", "endless loop"]),
    cell(row, runs, ["panic", "deadlock"]),
    String(row.steps),
    String(row.synchronising),
    row.meanSteps.toFixed(1),
  ]);
  return [
    ...tableLines(columns, rows),
    "steps: goroutines one after the other; mean steps: of the random runs, which a fatal error cuts short",
  ];
}

function cell(
  { groups, possible }: PolicyRow,
  runs: number,
  wanted: readonly (keyof PolicyRow["groups"])[],
): string {
  const count = wanted.reduce((sum, group) => sum + (groups[group] ?? 0), 0);
  const isPossible = possible?.some((group) => wanted.includes(group)) ?? count > 0;
  if (count === 0) {
    return isPossible ? "0 % (possible)" : possible === undefined ? "0 %" : "never";
  }
  return percent(count / runs);
}

function checkLines({ checks }: PolicyComparison): string[] {
  const { runs, rows, damaged, damagedUnseen, overlapping, conflict } = checks;
  if (!conflict) {
    return [`Checks: none of ${many(runs, "run")} shows a conflict`];
  }
  const titles = {
    fast: "fast: the flag, as Go does",
    slow: "slow: order by vector clocks",
    both: "both",
  };
  const table = tableLines(
    [
      { title: "check", align: "left", most: 40 },
      { title: "sees the conflict", align: "right", most: 20 },
      { title: "misses it", align: "right", most: 20 },
    ],
    rows.map(({ check, seen }) => [titles[check], percent(seen / runs), percent(1 - seen / runs)]),
  );
  return [
    `Checks: ${many(runs, "random run")} of a program that has a conflict, none ended by it`,
    "",
    ...table,
    `the two accesses were under way at the same time in ${percent(overlapping / runs)} of the runs; ` +
      (damaged === 0
        ? "none was damaged"
        : `${percent(damaged / runs)} were damaged, ${percent(damagedUnseen / damaged)} of these unseen by the fast check`),
  ];
}
