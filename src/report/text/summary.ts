/** Draws what was tried, and what could not be read. */
import type { Case, OrderedSummary, Program, Summary } from "../../case/case.js";
import { durationText } from "../../case/duration.js";
import { many } from "./table.js";
import { orderSummaryTexts } from "./order.js";
import { lossLines, lossTexts } from "./recording-figures.js";
import { counted, listed, shown, wrapped } from "./shown.js";
import { sessionLines } from "./stopped.js";

/** How many notes are shown. */
const maxNotes = 8;

/** What was tried, what would tell more, and what could not be read. */
export interface SummaryTexts {
  /** Sentences on what was tried, or read. */
  readonly tried: readonly string[];
  /** What the recordings lost, one sentence each. */
  readonly lost: readonly string[];
  readonly nextSteps: readonly string[];
  /** With the evidence that each is about. */
  readonly notes: readonly string[];
}

/** Sentences are broken into lines of this many characters. */
const textWidth = 100;

/** The last lines of the report. */
export function summaryLines(incident: Case): string[] {
  const { summary } = incident;
  const notes = noteTexts(incident).map((note) => `note: ${note}`);
  const left = notes.length - maxNotes;
  return [
    ...(summary === null ? readTexts(incident) : triedLines(incident, summary)),
    ...incident.nextSteps.flatMap((step) => hanging(step)),
    ...(left > 0 ? [...notes.slice(0, maxNotes), `note: and ${left} more, see --json`] : notes),
  ];
}

/** The same without lines: as sentences. */
export function summaryTexts(incident: Case): SummaryTexts {
  const { summary, nextSteps } = incident;
  return {
    tried:
      summary === null
        ? readTexts(incident)
        : [
            ...nothingTexts(incident, summary),
            ...figureLines(incident, summary),
            ...orderSummaryTexts(incident),
            ...endingLines(summary.programs),
          ],
    lost: summary === null ? [] : lossTexts(incident),
    nextSteps,
    notes: noteTexts(incident),
  };
}

/** What was read, where texts were given. */
function readTexts({ evidence, observations }: Case): string[] {
  if (evidence.some(({ kind }) => kind === "gdb-session")) {
    return sessionLines({ evidence, observations });
  }
  const texts = evidence.filter((one) => one.kind === "crash-text");
  const lines = texts.reduce((sum, text) => sum + text.lines, 0);
  const source = evidence.find((one) => one.kind === "source");
  const fits =
    source === undefined
      ? []
      : [`Source: ${shown(source.path)}, ${counted(source.files, "file")}${fitText(source.fits)}.`];
  const onlyCollections = observations.every(({ kind }) => kind === "gc-trace");
  return !onlyCollections || (observations.length > 0 && lines === 0)
    ? fits
    : [`No crash of a Go program was found in ${counted(lines, "line")} of text.`];
}

/** How well the source fits the text; nothing where the text shows none of the program's own frames at a map. */
function fitText({ frames, of }: { readonly frames: number; readonly of: number }): string {
  if (of === 0) {
    return "";
  }
  const all = of === 1 ? "1 own frame" : `the ${of} own frames`;
  return `; ${frames} of ${all} ${of === 1 || frames === 1 ? "is" : "are"} where it says`;
}

/** A sentence over several lines: `next: …`. */
function hanging(sentence: string): string[] {
  return wrapped(sentence, textWidth).map((line, index) => (index === 0 ? `next: ${line}` : `      ${line}`));
}

/** What was tried, where programs were run. */
function triedLines(incident: Case, summary: Summary): string[] {
  return [
    ...nothingTexts(incident, summary).flatMap((text) =>
      // With the trap each sentence is a line.
      summary.ordered === null && wasTrapped(incident) ? [text] : wrapped(text, textWidth),
    ),
    ...figureLines(incident, summary),
    ...orderSummaryTexts(incident).flatMap((text) => wrapped(text, textWidth)),
    ...endingLines(summary.programs),
    ...lossLines(incident),
  ];
}

/** Whether the trap was at work in any of the processes. */
function wasTrapped({ evidence, summary }: Case): boolean {
  // What records order may set traps too.
  const byTheWay = (summary?.delays ?? 0) > 0;
  return evidence.some(
    (one) => one.kind === "event-file" && (one.mode === "trap" || (one.mode === "order" && byTheWay)),
  );
}

function detectionsIn({ observations }: Case): number {
  return observations.filter(({ kind }) => kind === "detection").length;
}

/** Nothing where something was found. */
function nothingTexts(incident: Case, summary: Summary): string[] {
  return incident.findings.length + detectionsIn(incident) === 0 ? nothingFoundTexts(incident, summary) : [];
}

/** Nothing found is not the same as nothing there. */
function nothingFoundTexts(incident: Case, summary: Summary): string[] {
  if (incident.evidence.length === 0) {
    return ["No program with the probe ran, so nothing can be said about its maps."];
  }
  if (summary.ordered !== null) {
    return nothingUnorderedTexts(incident, summary.ordered);
  }
  if (!wasTrapped(incident)) {
    return nothingRecordedTexts(summary);
  }
  const runs = summary.runs === 0 ? "" : ` in ${counted(summary.runs, "run")}`;
  const lines = [
    `No conflict was trapped${runs}. That is not a proof that there is none: only code that ran can be caught.`,
  ];
  if (summary.sharedMaps === 0) {
    lines.push("No map was touched by two goroutines in what ran.");
  } else if (summary.nearMisses > 0) {
    lines.push(
      `${counted(summary.nearMisses, "pair")} of places came near each other on a map, one of the two to change it; none of them met while held. A lock may keep them apart.`,
    );
  }
  return lines;
}

/** Order covers all that ran, whether or not it came near each other. */
function nothingUnorderedTexts(incident: Case, { sharedMaps, processes }: OrderedSummary): string[] {
  const trapped = wasTrapped(incident) ? ", and none was trapped" : "";
  const found =
    sharedMaps === 0
      ? `No map was used by two goroutines in ${processes === 1 ? "the process" : "the processes"} of which the order was recorded.`
      : `All accesses of different goroutines to one map, of which one changes it, are ordered${trapped}.`;
  return [`${found} That is not a proof that there is no conflict: only code that ran is covered.`];
}

/** The recorder holds nobody up: it sees conflicts only where Go's own check does. */
function nothingRecordedTexts({ sharedMaps, recorded }: Summary): string[] {
  return [
    "No conflict was recorded. That is not a proof that there is none: Go's own check sees one only when two goroutines are at it in the same moment.",
    ...(sharedMaps === 0 && (recorded?.events ?? 0) === 0
      ? ["No map was used by two goroutines in what was recorded."]
      : [
          "A lock may keep the goroutines of the maps above apart. To find out, trap them: maptrap run or maptrap test with the same program.",
        ]),
  ];
}

/** What was recorded, in figures. */
function recordedLines({ findings }: Case, { recorded, sharedMaps, conflictsNotKept }: Summary): string[] {
  if (recorded === null) {
    return [];
  }
  const figures = [
    ...(findings.length > 0 ? [counted(findings.length, "conflict")] : []),
    `${counted(recorded.processes, "process", "processes")} recorded`,
    many(recorded.events, "event"),
    counted(sharedMaps, "shared map"),
  ];
  return [
    `${figures.join(", ")}.`,
    ...(conflictsNotKept > 0
      ? [`${counted(conflictsNotKept, "more conflict")} did not fit into the event files.`]
      : []),
  ];
}

function figureLines(incident: Case, summary: Summary): string[] {
  const { findings } = incident;
  if (summary.programs.length === 0) {
    return [];
  }
  if (!wasTrapped(incident)) {
    return summary.ordered === null || summary.recorded !== null
      ? recordedLines(incident, summary)
      : conflictsLines(incident, summary);
  }
  const planned = summary.plannedDelays > 0 ? ` (${summary.plannedDelays} planned)` : "";
  const figures = [
    ...(findings.length > 0 ? [conflictsText(findings)] : []),
    counted(summary.runs, "run"),
    `${counted(summary.delays, "delay")}${planned}`,
    `${durationText(summary.trapNanoseconds)} of at most ${durationText(summary.budgetNanoseconds)} spent in traps`,
    ...(summary.sharedMaps > 0 ? [counted(summary.sharedMaps, "shared map")] : []),
  ];
  const lines = [`${figures.join(", ")}.`];
  if (summary.stopped !== null) {
    lines.push(`No more runs were made: ${shown(summary.stopped)}`);
  }
  if (summary.delaysOverBudget > 0) {
    lines.push(
      `${counted(summary.delaysOverBudget, "more delay")} would have been set, but the time for them was used up; --budget grants more.`,
    );
  }
  if (summary.conflictsNotKept > 0) {
    lines.push(`${counted(summary.conflictsNotKept, "more conflict")} did not fit into the event files.`);
  }
  return lines;
}

/** Where neither a trap nor the recorder was at work: how many conflicts there are, and why no more runs were made. */
function conflictsLines({ findings }: Case, { runs, stopped, conflictsNotKept }: Summary): string[] {
  const figures = [
    ...(findings.length > 0 ? [conflictsText(findings)] : []),
    ...(runs > 0 ? [counted(runs, "run")] : []),
  ];
  return [
    ...(figures.length > 0 ? [`${figures.join(", ")}.`] : []),
    ...(stopped === null ? [] : [`No more runs were made: ${shown(stopped)}`]),
    ...(conflictsNotKept > 0
      ? [`${counted(conflictsNotKept, "more conflict")} did not fit into the event files.`]
      : []),
  ];
}

/** `3 conflicts (1 caught, 2 unordered)`; without the parts where all are caught. */
function conflictsText(findings: Case["findings"]): string {
  const parts = (["caught", "unordered", "inferred"] as const).flatMap((certainty) => {
    const count = findings.filter((finding) => finding.certainty === certainty).length;
    return count === 0 ? [] : [{ certainty, count }];
  });
  const all = counted(findings.length, "conflict");
  const [only] = parts;
  if (only === undefined || (parts.length === 1 && only.certainty === "caught")) {
    return all;
  }
  return `${all} (${parts.map(({ certainty, count }) => (parts.length === 1 ? certainty : `${count} ${certainty}`)).join(", ")})`;
}

/** How programs ended that did not end well. */
function endingLines(programs: readonly Program[]): string[] {
  const unknown = programs.filter(({ ending }) => ending === "unknown");
  const early = programs.filter(({ ending }) => ending === "starting");
  const failed = programs.filter(({ ending, exitStatus }) => ending === "exited" && exitStatus !== 0);
  const statuses = [...new Set(failed.map(({ exitStatus }) => String(exitStatus ?? "?")))];
  return [
    ...(failed.length > 0
      ? [`${counted(failed.length, "program")} ended with exit status ${listed(statuses)}.`]
      : []),
    ...(unknown.length > 0
      ? [
          `${counted(unknown.length, "program")} did not end by a return from main or os.Exit: killed, crashed, or running still.`,
        ]
      : []),
    ...(early.length > 0 ? [`${counted(early.length, "program")} did not get as far as main.`] : []),
  ];
}

function noteTexts({ evidence }: Case): string[] {
  return [
    ...new Set(evidence.flatMap((item) => item.notes.map((note) => `${shown(item.path)}: ${shown(note)}`))),
  ];
}
