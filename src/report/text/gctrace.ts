/** Draws what a text holds of the garbage collector: its cycles, GOGC explained, and how it fits to a recording. */
import type { Evidence, GcTraceObservation, TracedCycle } from "../../case/case.js";
import { durationText } from "../../case/duration.js";
import type { Fact } from "./fact.js";
import type { Drawing } from "./finding.js";
import { counted, listed, shown, wrapped } from "./shown.js";
import { type Column, tableLines } from "./table.js";

/** Sentences are broken into lines of this many characters. */
const textWidth = 100;
/** So many of the last cycles are listed. */
const listedCycles = 12;

/** Draws the cycles of one process, without a line feed at the end. */
export function gcTraceLines(
  trace: GcTraceObservation,
  evidence: Evidence | undefined,
  { colours }: Drawing,
): string[] {
  return [
    colours.headline(`${shown(trace.handle)}  ${gcTraceHeadline(trace)}`),
    ...gcTraceFacts(trace, evidence)
      .flatMap(hanging)
      .map((line) => `    ${line}`),
    "",
    ...section("GOGC", trace.goals.sentences),
    ...cycleLines(trace),
    ...section("Beside the recording", recordedSentences(trace)),
    ...section("Maps", mapSentences(trace)),
  ];
}

/** What is said of it in sentences, in sections; a section without any is not there. */
export function gcTraceSections(
  trace: GcTraceObservation,
): { readonly title: string; readonly sentences: readonly string[] }[] {
  return [
    { title: "GOGC", sentences: trace.goals.sentences },
    { title: "Beside the recording", sentences: recordedSentences(trace) },
    { title: "Maps", sentences: mapSentences(trace) },
  ].filter(({ sentences }) => sentences.length > 0);
}

function section(title: string, sentences: readonly string[]): string[] {
  return sentences.length === 0
    ? []
    : [
        `  ${title}`,
        ...sentences.flatMap((text) => wrapped(text, textWidth)).map((line) => `     ${line}`),
        "",
      ];
}

/** `heap:    …`, over several lines where it is long. */
function hanging({ label, text }: Fact): string[] {
  return wrapped(text, textWidth - labelWidth).map(
    (line, index) => `${(index === 0 ? `${label}: ` : "").padEnd(labelWidth)}${line}`,
  );
}

/** How wide the labels of facts are. */
const labelWidth = 9;

/** How many cycles, from when to when. */
export function gcTraceHeadline({
  cycles,
  startNanoseconds: [first, last],
  percent,
}: GcTraceObservation): string {
  const span = cycles === 1 ? `at ${time(first)}` : `from ${time(first)} to ${time(last)}`;
  return `garbage collector: ${counted(cycles, "cycle")} ${span}, ${percent} % of all processor time`;
}

/** Its cycles in figures. */
export function gcTraceFacts(trace: GcTraceObservation, evidence: Evidence | undefined): Fact[] {
  const [from, to] = trace.textLines;
  const name = evidence === undefined || evidence.path === "-" ? "standard input" : shown(evidence.path);
  const { clockNanoseconds: clock, processorNanoseconds: cpu, longestStop } = trace;
  const stopped = clock.sweepTermination + clock.markTermination;
  return [
    {
      label: "text",
      text: `${name}, ${from === to ? `line ${from}` : `lines ${from} to ${to}`}${trace.process === null ? "" : `, of ${shown(trace.process)}`}`,
    },
    ...(trace.goVersion === null
      ? []
      : [{ label: "go", text: `${shown(trace.goVersion)} (by the form of the lines)` }]),
    { label: "cycles", text: cyclesText(trace) },
    {
      label: "stopped",
      text: `the world for ${time(stopped)} in all, at most ${time(longestStop.nanoseconds)} in a cycle (number ${longestStop.number})`,
    },
    {
      label: "marking",
      text: `${time(clock.mark)} in all, with the write barrier on; processor time: assists ${time(cpu.assist)}, workers ${time(cpu.background)}, idle processors ${time(cpu.idle)}`,
    },
    {
      label: "heap",
      text: `${bounds(trace.liveHeap)} MB alive, ${bounds(trace.startHeap)} MB when a cycle began${trace.goal === null ? ", no goal" : `, goal ${bounds(trace.goal)} MB`}; ${bounds(trace.processors)} P`,
    },
    ...besideFacts(trace),
  ];
}

function cyclesText({
  cycles,
  numbers: [first, last],
  forced,
  periodic,
  interrupted,
}: GcTraceObservation): string {
  const missing = Math.max(0, last - first + 1 - cycles);
  return [
    first === last ? `number ${first}` : `numbers ${first} to ${last}`,
    ...(missing === 0 ? [] : [`${missing} missing`]),
    ...(forced === 0 ? [] : [`${forced} forced by the program`]),
    ...(periodic === 0 ? [] : [`${periodic} after two minutes without one`]),
    ...(interrupted === 0 ? [] : [`${counted(interrupted, "line")} with other output in between`]),
  ].join(", ");
}

function besideFacts({ inits, scavenges, scheduler }: GcTraceObservation): Fact[] {
  const slowest = inits.slowest
    .slice(0, 3)
    .map((init) => `${shown(init.package)} ${durationText(init.nanoseconds)}`);
  return [
    ...(inits.count === 0
      ? []
      : [
          {
            label: "inits",
            text: `${counted(inits.count, "package")}, ${durationText(inits.nanoseconds)} in all${slowest.length === 0 ? "" : `; slowest: ${listed(slowest)}`}`,
          },
        ]),
    ...(scavenges.releasedKibibytes === null
      ? []
      : [
          {
            label: "memory",
            text: `${scavenges.releasedKibibytes} KiB were given back to the system at the last of ${counted(scavenges.count, "scav line")}`,
          },
        ]),
    ...(scheduler.longestQueue === null
      ? []
      : [
          {
            label: "queues",
            text: `${scheduler.longestQueue === 0 ? "no goroutine" : `at most ${counted(scheduler.longestQueue, "goroutine")}`} waited to run, in ${counted(scheduler.count, "SCHED line")}`,
          },
        ]),
  ];
}

/** A time; one that was cut to nothing is 0. */
function time(nanoseconds: number): string {
  return nanoseconds === 0 ? "0" : durationText(nanoseconds);
}

function bounds([low, high]: readonly [number, number]): string {
  return low === high ? String(low) : `${low} to ${high}`;
}

/** The columns of its cycles. */
export const cycleColumns: readonly Column[] = [
  { title: "cycle", align: "right", most: 12 },
  { title: "at", align: "right", most: 12 },
  { title: "stop", align: "right", most: 9 },
  { title: "mark", align: "right", most: 9 },
  { title: "stop", align: "right", most: 9 },
  { title: "heap MB", align: "right", most: 24 },
  { title: "goal MB", align: "right", most: 10 },
  { title: "", align: "left", most: 24 },
];

function cycleLines({ kept, cycles }: GcTraceObservation): string[] {
  const shownCycles = kept.slice(-listedCycles);
  const title = shownCycles.length < cycles ? `The last ${shownCycles.length} cycles` : "Cycles";
  return [
    `  ${title} (heap: at the beginning, at the end of marking, alive)`,
    ...tableLines(cycleColumns, shownCycles.map(cycleRow)).map((line) => `     ${line}`),
    "",
  ];
}

/** One cycle as a row. */
export function cycleRow(cycle: TracedCycle): string[] {
  const { clockNanoseconds: clock, heap } = cycle;
  return [
    String(cycle.number),
    time(cycle.startNanoseconds),
    time(clock.sweepTermination),
    time(clock.mark),
    time(clock.markTermination),
    `${heap.start} → ${heap.end} → ${heap.live}`,
    cycle.goal === null ? "none" : String(cycle.goal),
    [
      ...(cycle.forced ? ["forced"] : []),
      ...(cycle.periodic ? ["after two minutes"] : []),
      ...(cycle.leakCheck ? ["leak check"] : []),
    ].join(", "),
  ];
}

function recordedSentences({ recorded }: GcTraceObservation): string[] {
  if (recorded === null) {
    return [];
  }
  const { both, agree, offsetNanoseconds, deviationNanoseconds, onlyTraced, onlyRecorded, differences } =
    recorded;
  if (both === 0) {
    return ["No cycle is in both: the log is of another process, or of another time."];
  }
  const later = offsetNanoseconds < 0 ? "earlier" : "later";
  return [
    `${counted(both, "cycle")} ${both === 1 ? "is" : "are"} in both, and ${agree === both ? (both === 1 ? "agrees" : "all agree") : `${agree} agree`} in time, phases and sizes. gctrace's clock begins ${durationText(Math.abs(offsetNanoseconds))} ${later} than the recorder's; ${deviationNanoseconds === 0 ? "every cycle fits to that as exactly as gctrace prints (1ms)" : `cycles are up to ${durationText(deviationNanoseconds)} beside that, which gctrace's cutting to 1ms does not explain`}.`,
    ...(onlyTraced.length === 0 ? [] : [`Only in the log: ${cyclesNamed(onlyTraced)}.`]),
    ...(onlyRecorded.length === 0 ? [] : [`Only in the recording: ${cyclesNamed(onlyRecorded)}.`]),
    ...differences.map(shown),
  ];
}

function cyclesNamed(numbers: readonly number[]): string {
  const some = numbers.slice(0, 8).map(String);
  const more = numbers.length - some.length;
  return `${numbers.length === 1 ? "cycle" : "cycles"} ${listed(some)}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Where somebody looks for what no gctrace says. */
function mapSentences({ recorded }: GcTraceObservation): string[] {
  return recorded === null
    ? [
        "gctrace says nothing about maps; no Go prints a line such as “write barrier: bucket shift”. When the write barrier was on, which maps grew meanwhile and which accesses fell into it is in a recording: run with MAPTRAP=record, then maptrap read FILE --log LOG.",
      ]
    : [];
}
