/** The metrics of watched processes. docs/watching.md lists them for people; a change here belongs there too. */
import { conflictKinds, type AccessCount, type LiveFigures } from "../../analysis/live/figures.js";
import { maptrapVersion } from "../../case/version.js";
import type { MetricFamily, Sample } from "./exposition.js";

/** A process as the metrics show it. */
export interface ProcessGauges {
  readonly processId: number;
  /** Name of its executable, without the folder. */
  readonly program: string;
  /** Name of its event file, without the folder; no two processes have the same. */
  readonly file: string;
  readonly running: boolean;
  /** Seconds since its last event; null when it has none yet. */
  readonly lastEventAge: number | null;
  /** How many rings it has. */
  readonly rings: number;
}

/**
 * Makes the metrics.
 *
 * @param processes those that are followed now, a bounded number
 */
export function watchMetrics(figures: LiveFigures, processes: readonly ProcessGauges[]): MetricFamily[] {
  return [...mapMetrics(figures), ...eventMetrics(figures), ...processMetrics(processes)];
}

function counter(name: string, help: string, samples: readonly Sample[]): MetricFamily {
  return { name: `maptrap_${name}_total`, type: "counter", help, samples };
}

function gauge(name: string, help: string, samples: readonly Sample[]): MetricFamily {
  return { name: `maptrap_${name}`, type: "gauge", help, samples };
}

function plain(value: number): Sample[] {
  return [{ labels: {}, value }];
}

function mapMetrics(figures: LiveFigures): MetricFamily[] {
  return [
    counter("shared_maps", "Maps that a second goroutine came to.", plain(figures.sharedMaps)),
    counter(
      "cross_goroutine_accesses",
      "Recorded accesses to a map that another goroutine had used before, by place and operation.",
      Array.from(figures.accesses, accessSample),
    ),
    counter(
      "map_growths",
      "Times that a map grew, by kind.",
      Object.entries(figures.growths).map(([kind, value]) => ({
        labels: { kind: kind.replaceAll("-", "_") },
        value,
      })),
    ),
    counter("map_clears", "Times that a map was cleared.", plain(figures.clears)),
    counter(
      "conflicts",
      "Concurrent accesses to a map that were found, by the words of Go's fatal error.",
      conflictKinds.map((kind) => ({ labels: { kind }, value: figures.conflicts[kind] })),
    ),
    counter("gc_cycles", "Cycles of the garbage collector that began.", plain(figures.gcCycles)),
  ];
}

function accessSample({ place, operation: known, count }: AccessCount): Sample {
  const operation = known ?? "unknown";
  const labels =
    place === null
      ? { site: "other", function: "other", operation }
      : { site: place.at, function: place.function, operation };
  return { labels, value: count };
}

function eventMetrics({ events, overLimit }: LiveFigures): MetricFamily[] {
  const byRing = (valueOf: (counts: LiveFigures["events"]["accesses"]) => number): Sample[] =>
    Object.entries(events).map(([ring, counts]) => ({ labels: { ring }, value: valueOf(counts) }));
  return [
    counter(
      "events_read",
      "Events that were read, by class of ring.",
      byRing(({ read }) => read),
    ),
    counter(
      "events_lost",
      "Events that were overwritten before they were read, also before watching began.",
      byRing(({ lost }) => lost),
    ),
    counter(
      "events_unfinished",
      "Events that their writer never finished, or that are damaged.",
      byRing(({ unfinished }) => unfinished),
    ),
    counter(
      "accesses_over_limit",
      "Accesses that the process did not record because of its limit.",
      plain(overLimit),
    ),
  ];
}

function processMetrics(processes: readonly ProcessGauges[]): MetricFamily[] {
  const of = (valueOf: (process: ProcessGauges) => number | null): Sample[] =>
    processes.flatMap((process) => {
      const value = valueOf(process);
      const labels = { pid: String(process.processId), program: process.program, file: process.file };
      return value === null ? [] : [{ labels, value }];
    });
  return [
    gauge(
      "process_up",
      "1 while a followed process runs, 0 when it has ended.",
      of(({ running }) => (running ? 1 : 0)),
    ),
    gauge(
      "last_event_age_seconds",
      "Seconds since the last event of a followed process.",
      of(({ lastEventAge }) => lastEventAge),
    ),
    gauge(
      "rings",
      "Rings of a followed process.",
      of(({ rings }) => rings),
    ),
    gauge("build_info", "The version of maptrap that watches; always 1.", [
      { labels: { version: maptrapVersion }, value: 1 },
    ]),
  ];
}
