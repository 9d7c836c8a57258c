/**
 * Draws what fell into the time in which the write barrier was on. It is what people look for in a gctrace line “write barrier:
 * bucket shift …”, which no Go prints, and stands here as it was recorded.
 */
import type { Case, WriteBarrierObservation } from "../../case/case.js";
import { countText } from "../../case/count.js";
import { durationText } from "../../case/duration.js";
import { growthNoun } from "./recording.js";
import { counted, listed, wrapped } from "./shown.js";
import { type Column, tableLines } from "./table.js";

type Span = WriteBarrierObservation["spans"][number];

/** Sentences are broken into lines of this many characters. */
const textWidth = 96;
/** How many processes are shown, and how many cycles of each. */
const mostProcesses = 2;
const mostCycles = 8;
/** How many maps are named in a line. */
const mostMaps = 2;

/** One section for each of the first processes; nothing where nothing was recorded. */
export function barrierLines({ observations }: Case): string[] {
  return observations
    .filter((one) => one.kind === "write-barrier")
    .slice(0, mostProcesses)
    .flatMap(sectionOf);
}

/** What stands above it. */
export const barrierTitle = "The write barrier and maps, as recorded";

/** The columns of the cycles. */
export const barrierColumns: readonly Column[] = [
  { title: "cycle", align: "right", most: 10 },
  { title: "on for", align: "right", most: 10 },
  { title: "accesses", align: "right", most: 9 },
  { title: "goroutines", align: "right", most: 10 },
  { title: "maps that grew", align: "left", most: 90 },
];

function sectionOf(observation: WriteBarrierObservation): string[] {
  const rows = barrierRows(observation).slice(-mostCycles);
  return [
    `  ${barrierTitle}`,
    ...wrapped(barrierText(observation), textWidth).map((line) => `    ${line}`),
    ...(rows.length === 0 ? [] : tableLines(barrierColumns, rows).map((line) => `    ${line}`)),
    "",
  ];
}

/** One row for each time that it was on and something fell into that. */
export function barrierRows({ spans }: WriteBarrierObservation): string[][] {
  return spans.filter(({ accesses, maps }) => accesses > 0 || maps.length > 0).map(rowOf);
}

/** How often and how long it was on, and what fell into that. */
export function barrierText({ spansCount, spansWithMaps, onNanoseconds }: WriteBarrierObservation): string {
  const sum = `on ${counted(spansCount, "time")}, ${durationText(onNanoseconds)} in all`;
  return spansWithMaps === 0
    ? `The write barrier was ${sum}. No recorded access and no growth fell into that.`
    : `The write barrier was ${sum}; into ${spansWithMaps} of them fell recorded accesses or growth of maps. That is the GC's time of marking: the barrier tells the GC of pointers that are stored, and makes no access safe or unsafe.`;
}

function rowOf({ cycle, onNanoseconds, offNanoseconds, accesses, goroutines, maps }: Span): string[] {
  const grew = maps.filter(({ growths, growthWentOn }) => growthWentOn || growths.length > 0);
  const named = grew.slice(0, mostMaps).map(({ address, growths, growthWentOn }) => {
    const ways = [
      ...(growthWentOn ? ["growth went on"] : []),
      ...growths.map(({ kind, count }) => `${growthNoun(kind)} ${countText(count)}×`),
    ];
    return `${address}: ${listed(ways)}`;
  });
  const more = grew.length - named.length;
  return [
    String(cycle),
    offNanoseconds === null ? "to the end" : durationText(offNanoseconds - onNanoseconds),
    countText(accesses),
    countText(goroutines),
    grew.length === 0 ? "none" : `${named.join("; ")}${more > 0 ? `; and ${countText(more)} more` : ""}`,
  ];
}
