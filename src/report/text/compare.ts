/** Draws what two ways of looking found and cost, side by side. */
import {
  type ComparedFinding,
  type Comparison,
  meanCost,
  meanReading,
  type RunCost,
  type Way,
} from "../../analysis/compare.js";
import type { Side } from "../../case/case.js";
import { durationText } from "../../case/duration.js";
import { operationTitle } from "./finding.js";
import { shown } from "./shown.js";
import { functionName, place } from "./stack.js";
import { bytesText, many, tableLines } from "./table.js";

/** How the ways are called. */
const titles: Readonly<Record<Way, string>> = { plain: "plain", order: "order", race: "-race" };

/** Draws a comparison for a person to read. Ends with a line feed. */
export function renderComparison(comparison: Comparison, folder: string): string {
  const lines = [
    ...findingsLines(comparison, folder),
    "",
    ...costLines(comparison),
    ...failureLines(comparison),
    ...comparison.notes.map((note) => `note: ${shown(note)}`),
  ];
  return `${lines.join("\n")}\n`;
}

function findingsLines(comparison: Comparison, folder: string): string[] {
  const { findings, otherRaces } = comparison;
  const [order, race] = [runsOf(comparison, "order"), runsOf(comparison, "race")];
  const heading =
    findings.length === 0
      ? `No conflict on a map was found: ${made(order, "order")}, ${made(race, "race")}.`
      : `${many(findings.length, "conflict")} on maps, and in how many runs each was found:`;
  return [
    heading,
    ...(findings.length === 0 ? [] : ["", ...tableOf(findings, [order, race], folder), "", totals(findings)]),
    ...(race === 0 ? [] : [otherText(otherRaces)]),
  ];
}

function made(runs: number, way: Way): string {
  return `${many(runs, "run")} of ${titles[way]}`;
}

function tableOf(
  findings: readonly ComparedFinding[],
  [orderRuns, raceRuns]: readonly [number, number],
  folder: string,
): string[] {
  const columns = [
    { title: "", align: "left", most: 3 },
    { title: "the two accesses", align: "left", most: 90 },
    { title: "order", align: "right", most: 12 },
    { title: "-race", align: "right", most: 12 },
  ] as const;
  const rows = findings.flatMap(({ finding, order, race }, index) => [
    [`${index + 1}`, sideText(finding.sides[0], folder), share(order, orderRuns), share(race, raceRuns)],
    ["", sideText(finding.sides[1], folder), "", ""],
  ]);
  return tableLines(columns, rows);
}

function share(runs: readonly number[], of: number): string {
  return of === 0 ? "-" : `${runs.length} of ${of}`;
}

/** `write  shop.(*Cache).Put at cache.go:12`. */
function sideText(side: Side, folder: string): string {
  const frame = side.site ?? side.stack[0];
  const where =
    frame === undefined ? "its stack was lost" : `${functionName(frame)} at ${place(frame, folder)}`;
  return `${operationTitle(side.operation)}  ${where}`;
}

function totals(findings: readonly ComparedFinding[]): string {
  const count = (ofBoth: (one: ComparedFinding) => boolean): number => findings.filter(ofBoth).length;
  const both = count(({ order, race }) => order.length > 0 && race.length > 0);
  const onlyOrder = count(({ race }) => race.length === 0);
  const onlyRace = count(({ order }) => order.length === 0);
  return `Found by both: ${both}; by order alone: ${onlyOrder}; by -race alone: ${onlyRace}.`;
}

function otherText(count: number): string {
  return count === 0
    ? "-race reported no race that is not on a map."
    : `-race also reported ${many(count, "race")} that ${count === 1 ? "is" : "are"} not on a map.`;
}

function runsOf({ runs }: Comparison, way: Way): number {
  return runs.filter((run) => run.way === way).length;
}

function costLines(comparison: Comparison): string[] {
  const { runs } = comparison;
  const plain = meanCost(runs, "plain");
  const rows = (["plain", "order", "race"] as const).flatMap((way) => {
    const cost = meanCost(runs, way);
    return cost === null ? [] : [costRow(titles[way], cost, way === "plain" ? null : plain)];
  });
  const reading = meanReading(runs);
  const columns = [
    { title: "", align: "left", most: 30 },
    { title: "time", align: "right", most: 12 },
    { title: "", align: "right", most: 8 },
    { title: "CPU", align: "right", most: 12 },
    { title: "", align: "right", most: 8 },
    { title: "memory", align: "right", most: 12 },
    { title: "", align: "right", most: 8 },
  ] as const;
  const more =
    reading === null
      ? []
      : [["  reading the events", durationText(reading.wall), "", durationText(reading.cpu), "", "", ""]];
  return [
    `What a run cost on the average, without building (memory: the most that one process had):`,
    "",
    ...tableLines(
      columns,
      rows.length > 2 ? [...rows.slice(0, 2), ...more, ...rows.slice(2)] : [...rows, ...more],
    ),
  ];
}

function costRow(title: string, cost: RunCost, plain: RunCost | null): string[] {
  return [
    title,
    durationText(cost.wall),
    ratio(cost.wall, plain?.wall),
    durationText(cost.cpu),
    ratio(cost.cpu, plain?.cpu),
    bytesText(cost.memory),
    ratio(cost.memory, plain?.memory),
  ];
}

/** `2.1 x`, against the plain run. */
function ratio(value: number, plain: number | undefined): string {
  return plain === undefined || plain === 0 ? "" : `${(value / plain).toFixed(2)} x`;
}

/** Runs that ended with a status; that of a conflict that was found is one. */
function failureLines(comparison: Comparison): string[] {
  const failed = comparison.runs.filter(({ status, way }) => status !== 0 && way === "plain");
  return failed.length === 0
    ? []
    : [
        "",
        `Without any detector ${many(failed.length, "run")} of ${runsOf(comparison, "plain")} ended with status ${failed[0]?.status ?? 1}.`,
      ];
}
