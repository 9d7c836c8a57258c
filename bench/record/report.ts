/** The lines that are printed. */
import { statSync } from "node:fs";
import type { Kind } from "./builds.js";
import { GOAL_OPERATIONS, hasGoal } from "./micro.js";
import type { Series } from "../turns/series.js";
import type { ServiceResult } from "./service.js";
import type { Recorded } from "./session.js";
import { geometricMean, type Ratio } from "../turns/statistics.js";

const goals: Partial<Record<Kind, { readonly micro: number; readonly program: number }>> = {
  off: { micro: 1.05, program: 1.05 },
  record: { micro: 1.3, program: 1.05 },
};

const shown: Record<Kind, string> = { plain: "plain", off: "off", record: "recording", race: "-race" };

function mean(series: readonly Series[], kind: Kind, measure: "cpu" | "wall"): string {
  return geometricMean(series.map((one) => one.ratio(kind, measure).value)).toFixed(3);
}

function withError({ value, error }: Ratio): string {
  return Number.isNaN(error) ? value.toFixed(3) : `${value.toFixed(3)} ± ${error.toFixed(3)}`;
}

/** Single operations: the mean that has a goal, by operation and by size, and the others. */
export function microLines(
  {
    series,
    recorded,
  }: { readonly series: readonly Series[]; readonly recorded: readonly (Recorded | undefined)[] },
  kinds: readonly Kind[],
  table: boolean,
): string[] {
  const others = kinds.filter((kind) => kind !== "plain");
  const counted = series.filter(({ name }) => hasGoal(name));
  const beside = series.filter(({ name }) => !hasGoal(name));
  return [
    ...(counted.length === 0 ? [] : goalLines(counted, others)),
    ...(beside.length === 0
      ? []
      : [`  beside: ${beside.flatMap((one) => group(one.name, [one], others)).join(", ")}`]),
    ...recordedLine(recorded.flatMap((one) => (one === undefined ? [] : [one]))),
    ...(table ? series.flatMap((one) => rows(one, others)) : []),
  ];
}

/** The workloads that count for the goal: all of them, and by operation and by size. */
function goalLines(counted: readonly Series[], others: readonly Kind[]): string[] {
  const all = others.map((kind) => {
    const goal = goals[kind]?.micro;
    const note = goal === undefined ? "" : ` (goal ${goal})`;
    return `${shown[kind]} ${mean(counted, kind, "cpu")} times plain${note}`;
  });
  const those = (name: string, belongs: (workload: string) => boolean) =>
    group(
      name,
      counted.filter((one) => belongs(one.name)),
      others,
    );
  const groups = [
    ...GOAL_OPERATIONS.flatMap((operation) => those(operation, (name) => name.endsWith(`/${operation}`))),
    ...those("locked", (name) => name.startsWith("shared/")),
    ...["8", "1000", "100000"].flatMap((size) => those(`size ${size}`, (name) => name.includes(`/${size}/`))),
  ];
  return [
    `single operations: ${all.join(", ")}; geometric means of ${counted.length} ratios of medians of CPU time ` +
      `(by the clock ${others.map((kind) => mean(counted, kind, "wall")).join("/")})`,
    `  by operation, ${others.map((kind) => shown[kind]).join("/")}: ${groups.join(", ")}`,
  ];
}

/** A group of workloads: its geometric mean for each kind. */
function group(name: string, members: readonly Series[], others: readonly Kind[]): string[] {
  if (members.length === 0) {
    return [];
  }
  return [`${name} ${others.map((kind) => Number(mean(members, kind, "cpu")).toFixed(2)).join("/")}`];
}

/** What the recording programs wrote meanwhile. */
function recordedLine(sessions: readonly Recorded[]): string[] {
  if (sessions.length === 0) {
    return [];
  }
  const sum = (of: (one: Recorded) => number) => sessions.map(of).reduce((a, b) => a + b, 0);
  return [
    `  recorded: ${sum((one) => one.accesses)} accesses (and ${sum((one) => one.overLimit)} over the limit), ` +
      `${sum((one) => one.growth)} events of growth, ${sum((one) => one.process)} of GC and goroutines`,
  ];
}

/** One workload: nanoseconds plain, then each ratio by CPU time and by the clock. */
function rows(one: Series, others: readonly Kind[]): string[] {
  const columns = others.map(
    (kind) =>
      `${shown[kind]} ${withError(one.ratio(kind, "cpu"))} (clock ${one.ratio(kind, "wall").value.toFixed(3)})`,
  );
  const costs = one.cost("plain", "cpu");
  return [`    ${one.name.padEnd(32)} ${costs.toFixed(1).padStart(10)} ns  ${columns.join("  ")}`];
}

/** A whole program. */
export function programLine(name: string, series: Series, kinds: readonly Kind[]): string {
  const columns = kinds
    .filter((kind) => kind !== "plain")
    .map((kind) => {
      const goal = goals[kind]?.program;
      const note = goal === undefined ? "" : `, goal ${goal}`;
      return `${shown[kind]} ${withError(series.ratio(kind, "cpu"))} times plain (by the clock ${withError(series.ratio(kind, "wall"))}${note})`;
    });
  return `${name}: ${columns.join(", ")}; CPU time, medians of ${series.count} turns`;
}

/** Memory and sizes. */
export function footprintLines(
  { memory, recorded }: ServiceResult,
  binaries: Readonly<Record<Kind, string>>,
): string[] {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  const each = [...memory].map(
    ([kind, { own, files }]) => `${shown[kind]} ${megabytes(own)} + ${megabytes(files)}`,
  );
  const sizes = (["plain", "record"] as const).map((kind) => megabytes(statSync(binaries[kind]).size));
  const file = recorded.at(-1);
  const fileText =
    file === undefined
      ? ""
      : `; event file ${megabytes(file.fileBytes)} MB, ${megabytes(file.diskBytes)} MB on disk`;
  return [
    `  its memory, own + of files, in MB: ${each.join(", ")}; binary ${sizes.join(" and with the probe ")} MB${fileText}`,
  ];
}
