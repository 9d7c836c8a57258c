/** Draws what is told while processes are watched: a line for each thing, and both sides in full for a conflict. */
import type { Doer, Omitted, ToldAccess, WatchMessage } from "../../analysis/live/messages.js";
import type { WatchTotals } from "../../analysis/live/totals.js";
import { durationText } from "../../case/duration.js";
import { type Drawing, findingLines, operationTitle } from "./finding.js";
import { counted, listed, shown, shownPath } from "./shown.js";
import { place } from "./stack.js";
import { bytesText } from "./table.js";
import { growthText } from "./watch-growth.js";

/** What drawing a message needs besides it. */
export interface WatchDrawing extends Drawing {
  /** Whether several processes may be watched, so that each line has to say whose it is. */
  readonly several: boolean;
}

/** Draws one message, without a line feed at the end. */
export function watchLines(message: WatchMessage, drawing: WatchDrawing): string[] {
  const { colours } = drawing;
  const label = labels[message.kind].padEnd(labelWidth);
  const loud = message.kind === "conflict" || message.kind === "lost" || message.kind === "failed";
  const whose = drawing.several ? `[${message.process.processId}] ` : "";
  const time = colours.quiet(clockText(message));
  const first = `${time}  ${loud ? colours.headline(label) : colours.marked(label)}  ${whose}${sentence(message, drawing)}`;
  return message.kind === "conflict" && message.finding !== null
    ? [first, "", ...findingLines(message.finding, drawing), ""]
    : [first];
}

/** Draws what was left out. */
export function omittedLine(omitted: Omitted, { colours }: Pick<WatchDrawing, "colours">): string {
  const parts = Array.from(omitted, ([kind, count]) => counted(count, nouns[kind], plurals[kind]));
  return `${" ".repeat(timeWidth)}  ${colours.quiet(`… not shown: ${listed(parts)}`)}`;
}

/** Draws how many messages were not written, because whoever reads them is too slow. */
export function unwrittenLine(count: number, { colours }: Pick<WatchDrawing, "colours">): string {
  return `${" ".repeat(timeWidth)}  ${colours.quiet(`… ${count} not written: whoever reads this is too slow`)}`;
}

const labels: Readonly<Record<WatchMessage["kind"], string>> = {
  process: "process",
  shared: "shared",
  pair: "pair",
  growth: "growth",
  grown: "grown",
  clear: "clear",
  gc: "gc",
  conflict: "CONFLICT",
  lost: "lost",
  link: "file",
  ended: "ended",
  failed: "failed",
};
const nouns = {
  shared: "shared map",
  pair: "pair of places",
  growth: "growth",
  grown: "completed growth",
  clear: "clear",
  gc: "GC cycle",
} as const;
const plurals: Partial<Record<keyof typeof nouns, string>> = { pair: "pairs of places" };
const labelWidth = 8;
const timeWidth = 12;

/** The moment by this machine's clock, `18:02:13.120`; where the start is not known, the time since then. */
function clockText({ process, at }: WatchMessage): string {
  if (process.started === null) {
    return `+${durationText(at)}`.padEnd(timeWidth);
  }
  const moment = new Date(process.started + at / 1e6);
  const parts = [moment.getHours(), moment.getMinutes(), moment.getSeconds()];
  return `${parts.map((part) => String(part).padStart(2, "0")).join(":")}.${String(moment.getMilliseconds()).padStart(3, "0")}`;
}

/** `2026-11-25`. */
function dayText(milliseconds: number): string {
  const day = new Date(milliseconds);
  const parts = [day.getFullYear(), day.getMonth() + 1, day.getDate()];
  return parts.map((part) => String(part).padStart(2, "0")).join("-");
}

function sentence(message: WatchMessage, drawing: WatchDrawing): string {
  switch (message.kind) {
    case "process":
      return processText(message, drawing);
    case "shared":
      return sharedText(message, drawing);
    case "pair": {
      const { map, earlier, later } = message;
      const [one, other] = [siteText(earlier, drawing), siteText(later, drawing)];
      const sites = one === other ? `two goroutines' ${one}` : `${one} and ${other}`;
      return `map ${map.number}: ${sites} (goroutines ${earlier.goroutine} and ${later.goroutine})`;
    }
    case "growth":
      return `map ${message.map.number}: ${growthText(message)}, by ${doerText(message.by, drawing)}`;
    case "grown": {
      const took = message.took === null ? "" : ` in ${durationText(message.took)}`;
      return `map ${message.map.number}: ${counted(message.oldBuckets, "old bucket")} moved${took}`;
    }
    case "clear":
      return `map ${message.map.number}: had ${counted(message.elements, "element")}, by ${doerText(message.by, drawing)}`;
    case "gc":
      return gcText(message);
    case "conflict":
      return conflictText(message);
    case "lost":
      return lostText(message);
    case "link":
      return message.link === "deleted"
        ? "was deleted; what the process writes can still be followed here"
        : "another file has its name now; the one that the process writes is still followed";
    case "ended":
      return endedText(message);
    case "failed":
      return shown(message.reason);
    default:
      return message satisfies never;
  }
}

type MessageOf<K extends WatchMessage["kind"]> = Extract<WatchMessage, { kind: K }>;

function processText(
  { process, goneBefore, noSymbols }: MessageOf<"process">,
  { folder }: WatchDrawing,
): string {
  const program = shown(process.executable.replace(/^.*[\\/]/, "")) || "a program";
  const mode = { trap: ", under the trap", record: "", order: ", recording order events" }[process.mode];
  const gone = goneBefore === 0 ? "" : `; ${counted(goneBefore, "earlier event")} had been overwritten`;
  const blind = noSymbols === null ? "" : `; places are shown as numbers: ${shown(noSymbols)}`;
  const started = process.started === null ? "" : `, started on ${dayText(process.started)}`;
  return `${process.processId} is ${program}, ${shown(process.goVersion)}${mode}${started}, followed in ${shownPath(process.file, folder)}${gone}${blind}`;
}

function sharedText({ map, first, second }: MessageOf<"shared">, drawing: WatchDrawing): string {
  const title = `map ${map.number} at 0x${map.address.toString(16)}`;
  const before = first === null ? "another goroutine" : accessText(first, drawing);
  return second === null
    ? `${title}: several goroutines use it now; the first was ${before}`
    : `${title}: ${accessText(second, drawing)}, after ${before}`;
}

function gcText({ cycle, took, heapBefore, heapAfter }: MessageOf<"gc">): string {
  const time = took === null ? "" : `, marking complete after ${durationText(took)}`;
  const heap =
    heapBefore === null ? bytesText(heapAfter) : `${bytesText(heapBefore)} → ${bytesText(heapAfter)}`;
  return `cycle ${cycle}${time}, live heap ${heap}`;
}

function conflictText({ conflict, finding }: MessageOf<"conflict">): string {
  const what = conflict === "another" ? "a concurrent use of a map" : conflict;
  return finding === null ? `${what}; the file does not tell both sides` : what;
}

function lostText({ lost, unfinished, damaged, overLimit, within }: MessageOf<"lost">): string {
  const parts = [
    [lost, "overwritten before they could be read"],
    [unfinished, "never finished by their writers"],
    [damaged, "damaged"],
  ] as const;
  const events = parts.flatMap(([count, why]) => (count === 0 ? [] : [`${counted(count, "event")} ${why}`]));
  const limited =
    overLimit === 0 ? [] : [`${counted(overLimit, "access", "accesses")} not recorded because of the limit`];
  return `in the last ${durationText(within)}: ${listed([...events, ...limited])}`;
}

function endedText({ process, ending, exitStatus }: MessageOf<"ended">): string {
  const who = `process ${process.processId}`;
  switch (ending) {
    case "exited":
      return `${who} exited with status ${exitStatus ?? "?"}`;
    case "fatal error":
      return `${who} was ended by Go's fatal error`;
    case "gone":
      return `${who} is gone without a word: killed, or crashed`;
    case "not there":
      return `${who} is not there: it ended before, or runs in a container that cannot be looked into from here`;
    default:
      return ending satisfies never;
  }
}

function accessText(access: ToldAccess, drawing: WatchDrawing): string {
  return `goroutine ${access.goroutine}'s ${siteText(access, drawing)}`;
}

/** `write at cache.go:12 (shop.(*Cache).Put)`. */
function siteText(access: ToldAccess, drawing: WatchDrawing): string {
  const operation = access.operation === null ? "access" : operationTitle(access.operation).toLowerCase();
  return `${operation} at ${placeText(access, drawing)}`;
}

function doerText(by: Doer, drawing: WatchDrawing): string {
  const where = by.frame === null && by.site === 0 ? "" : ` at ${placeText(by, drawing)}`;
  return `goroutine ${by.goroutine}${where}`;
}

function placeText({ frame, caller, site }: Doer, { folder }: WatchDrawing): string {
  if (frame === null) {
    return site === 0 ? "a place that is not known" : `text+0x${site.toString(16)}`;
  }
  const at = place(frame, folder);
  const name = shown(frame.function);
  const from = caller === null ? "" : `, called from ${place(caller, folder) || shown(caller.function)}`;
  return `${at === "" ? name : `${at} (${name})`}${from}`;
}

/**
 * Draws the figures at the end.
 *
 * @param file the event file, where it was one
 */
export function totalsLines(totals: WatchTotals, file?: string): string[] {
  const conflicts = totals.conflicts === 0 ? "No conflict" : counted(totals.conflicts, "conflict");
  const kinds = [
    counted(totals.sharedMaps, "shared map"),
    counted(totals.growths, "growth"),
    counted(totals.clears, "clear"),
    counted(totals.gcCycles, "GC cycle"),
  ];
  const missing = [
    [totals.lost, "were overwritten before they could be read, or before watching began"],
    [totals.unfinished, "were never finished, or are damaged"],
  ] as const;
  const gone = missing.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]));
  const limited = totals.overLimit === 0 ? "" : `; ${totals.overLimit} accesses were over the limit`;
  return [
    `${conflicts} in ${counted(totals.processes, "process", "processes")}: ${listed(kinds)}.`,
    `${counted(totals.events, "event")} read${gone.length === 0 ? "" : `; ${listed(gone)}`}${limited}.`,
    ...(file === undefined ? [] : [`All that the file holds: maptrap read ${shown(file)}`]),
  ];
}
