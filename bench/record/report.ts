/** The lines that are printed. */
import { statSync } from "node:fs";
import type { Kind } from "./builds.js";
import type { Series } from "./series.js";
import type { ServiceResult } from "./service.js";
import type { Recorded } from "./session.js";
import { geometricMean, median, type Ratio } from "./statistics.js";

/** Operations of the geometric mean that has a goal: one goroutine, maps of three sizes, two types of key. */
const goalOperations = ["read", "miss", "overwrite", "grow", "delete", "delete+insert", "iterate"];
/** And two goroutines on a map under its lock. */
const goalShared = ["shared/2 locked int", "shared/2 locked string"];

const goals: Partial<Record<Kind, { readonly micro: number; readonly program: number }>> = {
  off: { micro: 1.05, program: 1.05 },
  record: { micro: 1.3, program: 1.05 },
};

const shown: Record<Kind, string> = { plain: "plain", off: "off", record: "recording", race: "-race" };

function hasGoal({ name }: Series): boolean {
  const [, , operation = ""] = name.split("/");
  return goalShared.includes(name) || goalOperations.includes(operation);
}

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
  const counted = series.filter(hasGoal);
  const group = (name: string, members: readonly Series[]) =>
    members.length === 0
      ? []
      : [`${name} ${others.map((kind) => Number(mean(members, kind, "cpu")).toFixed(2)).join("/")}`];
  const lines: string[] = [];
  if (counted.length > 0) {
    const all = others.map((kind) => {
      const goal = goals[kind]?.micro;
      const note = goal === undefined ? "" : ` (goal ${goal})`;
      return `${shown[kind]} ${mean(counted, kind, "cpu")} times plain${note}`;
    });
    const walls = others.map((kind) => mean(counted, kind, "wall")).join("/");
    lines.push(
      `single operations: ${all.join(", ")}; geometric means of ${counted.length} ratios of medians of CPU time ` +
        `(by the clock ${walls})`,
      `  by operation, ${others.map((kind) => shown[kind]).join("/")}: ` +
        [
          ...goalOperations.flatMap((name) =>
            group(
              name,
              counted.filter((one) => one.name.endsWith(`/${name}`)),
            ),
          ),
          ...group(
            "locked",
            counted.filter((one) => one.name.startsWith("shared/")),
          ),
          ...["8", "1000", "100000"].flatMap((size) =>
            group(
              `size ${size}`,
              counted.filter((one) => one.name.includes(`/${size}/`)),
            ),
          ),
        ].join(", "),
    );
  }
  const beside = series.filter((one) => !hasGoal(one));
  if (beside.length > 0) {
    lines.push(`  beside: ${beside.flatMap((one) => group(one.name, [one])).join(", ")}`);
  }
  const events = recorded.flatMap((one) => (one === undefined ? [] : [one]));
  if (events.length > 0) {
    const sum = (of: (one: Recorded) => number) => events.map(of).reduce((a, b) => a + b, 0);
    lines.push(
      `  recorded: ${sum((one) => one.accesses)} accesses (and ${sum((one) => one.overLimit)} over the limit), ` +
        `${sum((one) => one.growth)} events of growth, ${sum((one) => one.process)} of GC and goroutines`,
    );
  }
  return table ? [...lines, ...series.flatMap((one) => rows(one, others))] : lines;
}

/** One workload: nanoseconds plain, then each ratio by CPU time and by the clock. */
function rows(one: Series, others: readonly Kind[]): string[] {
  const columns = others.map(
    (kind) =>
      `${shown[kind]} ${withError(one.ratio(kind, "cpu"))} (clock ${one.ratio(kind, "wall").value.toFixed(3)})`,
  );
  const costs = median(one.costs("plain", "cpu"));
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
