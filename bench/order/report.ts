/** The lines that are printed. */
import type { Measure, Series } from "../turns/series.js";
import { geometricMean } from "../turns/statistics.js";
import type { Kind } from "./builds.js";
import type { SuiteResult } from "./suites.js";
import type { Group } from "./workloads.js";

const shown: Record<Kind, string> = { plain: "plain", off: "off", order: "order", race: "-race" };

/** What is shown, and how the numbers of the kinds are put together. */
const header = (kinds: readonly Kind[]) =>
  others(kinds)
    .map((kind) => shown[kind])
    .join("/");

function others(kinds: readonly Kind[]): readonly Kind[] {
  return kinds.filter((kind) => kind !== "plain");
}

const short = (value: number) => (value >= 100 ? value.toFixed(0) : value.toFixed(2));

function ratios(series: readonly Series[], kinds: readonly Kind[], measure: Measure): string {
  return others(kinds)
    .map((kind) => short(geometricMean(series.map((one) => one.ratio(kind, measure).value))))
    .join("/");
}

/** A number of bytes. */
function size(bytes: number): string {
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e3).toFixed(0)} kB`;
}

/** All suites together. */
export function suitesLine(results: readonly SuiteResult[], kinds: readonly Kind[]): string {
  const series = results.map((one) => one.series);
  const goal = kinds.includes("order") ? "; goal: order at most 2, and below -race" : "";
  return (
    `test suites, ${header(kinds)}, times plain: CPU ${ratios(series, kinds, "cpu")}, clock ` +
    `${ratios(series, kinds, "wall")}, memory ${ratios(series, kinds, "memory")} (geometric means of ` +
    `${results.length} packages${goal})`
  );
}

/** One suite. */
export function suiteLine({ name, series, events, bytes }: SuiteResult, kinds: readonly Kind[]): string {
  const seconds = series.cost("order", "wall") / 1e9;
  const observed = kinds.includes("order")
    ? `; ${(events / seconds / 1e3).toFixed(0)} thousand events a second, files ${size(bytes)}`
    : "";
  const one = (measure: Measure) => ratios([series], kinds, measure);
  return (
    `  ${name.padEnd(14)} ${(series.cost("plain", "cpu") / 1e6).toFixed(0).padStart(5)} ms, ` +
    `${(series.cost("plain", "memory") / 1e6).toFixed(0)} MB: CPU ${one("cpu")}, clock ${one("wall")}, ` +
    `memory ${one("memory")}${observed}`
  );
}

/** All groups of workloads, and each workload when asked for. */
export function workloadLines(groups: readonly Group[], kinds: readonly Kind[], table: boolean): string[] {
  return groups.flatMap((group) => [
    groupLine(group, kinds),
    ...(table ? group.series.map((one) => workloadLine(one, kinds)) : []),
  ]);
}

function groupLine({ name, series, memory, events, bytes }: Group, kinds: readonly Kind[]): string {
  const plain = memory.get("plain") ?? Number.NaN;
  const memories = others(kinds).map((kind) => short((memory.get(kind) ?? Number.NaN) / plain));
  const observed = kinds.includes("order")
    ? `; ${(events / 1e6).toFixed(2)} million events a second, file ${size(bytes)} a second`
    : "";
  return (
    `${name}, ${header(kinds)}, times plain: CPU ${ratios(series, kinds, "cpu")}, clock ` +
    `${ratios(series, kinds, "wall")}, memory ${memories.join("/")} of ${size(plain)}${observed}; geometric means of ` +
    `${series.length} workloads, medians of ${series[0]?.count ?? 0} turns`
  );
}

function workloadLine(one: Series, kinds: readonly Kind[]): string {
  const plain = one.cost("plain", "cpu").toFixed(1);
  return `    ${one.name.padEnd(32)} ${plain.padStart(8)} ns  CPU ${ratios([one], kinds, "cpu")}  clock ${ratios([one], kinds, "wall")}`;
}
