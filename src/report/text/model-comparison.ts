/** Draws policies and checks side by side. */
import type { CheckComparison, PolicyComparison, PolicyRow } from "../../gomap/programs/comparison.js";
import { policies as allPolicies } from "../../gomap/programs/policies.js";
import { countText } from "../../case/count.js";
import { many, percent, tableLines } from "./table.js";

/** The two tables; where a person has ended the comparison, what there is of them. */
export function comparisonLines(comparison: PolicyComparison): string[] {
  return [
    ...(comparison.complete ? [] : [`${incompleteText(comparison)}.`, ""]),
    policiesTitle(comparison),
    "",
    ...policyTable(comparison),
    "",
    ...checkLines(comparison),
  ];
}

/** What is missing of a comparison that a person has ended. */
export function incompleteText({
  runs,
  policies,
  checks,
}: Pick<PolicyComparison, "runs" | "policies" | "checks">): string {
  const whole = policies.filter((row) => row.runs === runs).length;
  const checked =
    checks === null ? "no run checked" : `${countText(checks.runs)} of ${many(runs, "run")} checked`;
  return `Cancelled, so incomplete: ${whole} of ${many(policyCount, "policy", "policies")} with all runs, ${checked}`;
}

const policyCount = allPolicies.length;

/** What the table of policies shows. */
export function policiesTitle({ runs }: Pick<PolicyComparison, "runs">): string {
  return `Policies: ${many(runs, "random run")} of each; in brackets what is possible at all, where that could be explored`;
}

/** The columns of the table of policies, with the groups of ends that each counts together. */
export const policyColumns = [
  { title: "policy", align: "left", most: 40 },
  { title: "right", align: "right", most: 16, groups: ["nothing"] },
  { title: "fatal error", align: "right", most: 16, groups: ["fatal error"] },
  {
    title: "damage",
    align: "right",
    most: 16,
    groups: ["silent damage", "read outside", "endless loop"],
  },
  { title: "other end", align: "right", most: 16, groups: ["panic", "deadlock"] },
  { title: "steps", align: "right", most: 8 },
  { title: "of these to wait or lock", align: "right", most: 24 },
  { title: "mean steps", align: "right", most: 10 },
] as const;

/** What the columns mean. */
export const policyNote =
  "steps: goroutines one after the other; mean steps: of the random runs, which a fatal error cuts short";

/** The cells of a policy's row, one for each of {@link policyColumns}. */
export function policyCells(row: PolicyRow, runs: number): string[] {
  return [
    row.runs === runs ? row.policy : `${row.policy} (after ${countText(row.runs)} of ${many(runs, "run")})`,
    ...policyColumns.flatMap((column) => ("groups" in column ? [cell(row, column.groups)] : [])),
    String(row.steps),
    String(row.synchronising),
    row.meanSteps.toFixed(1),
  ];
}

function policyTable({ policies, runs }: PolicyComparison): string[] {
  return [
    ...tableLines(
      policyColumns,
      policies.map((row) => policyCells(row, runs)),
    ),
    policyNote,
  ];
}

function cell({ groups, possible, runs }: PolicyRow, wanted: readonly (keyof PolicyRow["groups"])[]): string {
  const count = wanted.reduce((sum, group) => sum + (groups[group] ?? 0), 0);
  const isPossible = possible?.some((group) => wanted.includes(group)) ?? count > 0;
  if (count === 0) {
    return isPossible ? "0 % (possible)" : possible === undefined ? "0 %" : "never";
  }
  return percent(count / runs);
}

function checkLines({ checks, runs }: PolicyComparison): string[] {
  if (checks === null) {
    return [noChecks];
  }
  if (!checks.conflict) {
    return [checksTitle(checks, runs)];
  }
  return [checksTitle(checks, runs), "", ...tableLines(checkColumns, checkRows(checks)), checksNote(checks)];
}

/** Where a comparison was cancelled before any run was checked. */
export const noChecks = "Checks: no run was made before it was cancelled";

/** The columns of the table of checks. */
export const checkColumns = [
  { title: "check", align: "left", most: 40 },
  { title: "sees the conflict", align: "right", most: 20 },
  { title: "misses it", align: "right", most: 20 },
] as const;

/**
 * What the table of checks shows, or that there is nothing to show.
 *
 * @param wanted how many runs are wanted
 */
export function checksTitle({ runs, conflict }: CheckComparison, wanted: number): string {
  const made =
    runs === wanted ? many(runs, "random run") : `${countText(runs)} of ${many(wanted, "random run")}`;
  return conflict
    ? `Checks: ${made} of a program that has a conflict, none ended by it`
    : `Checks: none of ${made} shows a conflict`;
}

/** The rows of the table of checks; none without a conflict. */
export function checkRows({ runs, rows, conflict }: CheckComparison): string[][] {
  const titles = {
    fast: "fast: the flag, as Go does",
    slow: "slow: order by vector clocks",
    both: "both",
  };
  return conflict
    ? rows.map(({ check, seen }) => [titles[check], percent(seen / runs), percent(1 - seen / runs)])
    : [];
}

/** How often the accesses met, and what came of it. */
export function checksNote({ runs, damaged, damagedUnseen, overlapping }: CheckComparison): string {
  return (
    `the two accesses were under way at the same time in ${percent(overlapping / runs)} of the runs; ` +
    (damaged === 0
      ? "none was damaged"
      : `${percent(damaged / runs)} were damaged, ${percent(damagedUnseen / damaged)} of these unseen by the fast check`)
  );
}
