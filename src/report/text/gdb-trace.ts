/**
 * Draws a trace.
 *
 *       at  goroutine  map  event                                     where
 *   0.0 ms         18    1  flags 0 → 4 (hashWriting)                 mapassign_fast64  main.put  main.go:9
 *   0.3 ms         18    1  flags 4 → 0; count 0 → 1                  mapassign_fast64  main.put  main.go:9
 */
import path from "node:path";
import type { TraceEvent, TraceSite } from "../../analysis/gdb-trace/timeline.js";
import type { TraceReport } from "../../analysis/gdb-trace/trace-report.js";
import { countText } from "../../case/count.js";
import { coloursOf } from "./colours.js";
import { shown } from "./shown.js";
import { many, tableLines } from "./table.js";
import { shortFunction, traceEventText } from "./trace-event.js";

/** How a trace is drawn. */
export interface TraceDrawing {
  readonly colour: boolean;
}

/** How many lines of the table are drawn; all events are in the JSON. */
const mostRows = 400;
const mostSites = 10;

/** The text, with its last line feed. */
export function renderTrace(report: TraceReport, drawing: TraceDrawing): string {
  const colours = coloursOf(drawing.colour);
  const maps = mapNumbers(report.events);
  const fatal = report.events.find((event) => event.kind === "fatal");
  return [
    colours.marked(headline(report)),
    "",
    ...tableOf(report, maps),
    ...(report.events.length > mostRows
      ? [`… ${countText(report.events.length - mostRows)} more events are in --json.`]
      : []),
    ...(maps.size > 1 && maps.size <= 20
      ? ["", ...[...maps].map(([address, number]) => `map ${number}: ${address}`)]
      : []),
    "",
    ...(fatal?.kind === "fatal"
      ? [colours.headline(`fatal error: ${shown(fatal.message ?? "not known")}`), ""]
      : []),
    ...summary(report),
    ...report.notes.map((note) => colours.quiet(`- ${note}`)),
    "",
  ].join("\n");
}

function headline(report: TraceReport): string {
  const version = report.goVersion === null ? "" : `${shown(report.goVersion)}, `;
  return `Trace of ${shown(report.chosen)} in ${shown(path.basename(report.program))} (${version}${report.mapImplementation} maps): ${many(report.events.length, "event")} in ${report.end.seconds.toFixed(2)} s; ${endText(report)}`;
}

function endText({ end }: TraceReport): string {
  switch (end.why) {
    case "exited":
      return end.signal === null
        ? `the program exited with status ${end.status ?? "unknown"}`
        : `the program was ended by ${shown(end.signal)}`;
    case "events":
    case "time":
      return "a limit was reached";
    case "exec":
      return "the program became another one";
    case "interrupted":
      return "interrupted";
    default:
      return end.why satisfies never;
  }
}

function mapNumbers(events: readonly TraceEvent[]): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const event of events) {
    if (event.map !== null && !numbers.has(event.map)) {
      numbers.set(event.map, numbers.size + 1);
    }
  }
  return numbers;
}

function tableOf(report: TraceReport, maps: ReadonlyMap<string, number>): string[] {
  if (report.events.length === 0) {
    return ["No map was changed while it was traced."];
  }
  const several = maps.size > 1;
  return tableLines(
    [
      { title: "at", align: "right", most: 12 },
      { title: "goroutine", align: "right", most: 9 },
      ...(several ? [{ title: "map", align: "right" as const, most: 6 }] : []),
      { title: "event", align: "left", most: 110 },
      { title: "in", align: "left", most: 28 },
      { title: "where", align: "left", most: 90 },
    ],
    report.events
      .slice(0, mostRows)
      .map((event) => [
        timeText(event.seconds),
        event.goroutine === null ? "?" : String(event.goroutine),
        ...(several ? [event.map === null ? "" : String(maps.get(event.map) ?? "")] : []),
        traceEventText(event, report.mapImplementation),
        event.kind === "fatal" ? "" : shown(shortFunction(event.mapFunction)),
        siteText(event.site),
      ]),
  );
}

function timeText(seconds: number): string {
  return `${(seconds * 1000).toFixed(1)} ms`;
}

function siteText(site: TraceSite | null): string {
  return site === null ? "" : `${shown(site.function)}  ${shown(path.basename(site.file))}:${site.line}`;
}

function summary({ totals }: TraceReport): string[] {
  const growth = totals.growth.map(
    ({ mapFunction, count }) => `${shown(shortFunction(mapFunction))} ${countText(count)}`,
  );
  return [
    `A writer's mark was set ${countText(totals.marksSet)} times and cleared ${countText(totals.marksCleared)} times, on ${many(totals.maps, "map")}, by ${many(totals.goroutines, "goroutine")}.`,
    ...(growth.length === 0 ? [] : [`Growth: ${growth.join(", ")}.`]),
    ...totals.sites
      .slice(0, mostSites)
      .map(({ site, count }) => `  ${countText(count).padStart(8)}  ${siteText(site)}`),
  ];
}
