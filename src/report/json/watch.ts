/**
 * What is told while processes are watched, as one JSON object a line. docs/watching.md says what each of them holds; what is
 * there stays as it is, and more may come.
 */
import type { Doer, MessageMap, Omitted, ToldAccess, WatchMessage } from "../../analysis/live/messages.js";
import type { WatchTotals } from "../../analysis/live/totals.js";
import { maptrapVersion } from "../../case/version.js";

/** The version of the lines; it changes when something that was there is no longer, or means something else. */
export const watchLinesVersion = 1;

/** The first line. */
export function watchBeginning(): string {
  return line({ type: "watch", version: watchLinesVersion, maptrap: maptrapVersion });
}

/** One message as a line, without a line feed. */
export function watchLine(message: WatchMessage): string {
  const { kind, process, at } = message;
  const time = process.started === null ? null : isoTime(process.started + at / 1e6);
  return line({
    type: kind,
    time,
    process: process.number,
    pid: process.processId,
    atNanoseconds: at,
    ...details(message),
  });
}

/** What was left out, as a line. */
export function omittedJsonLine(omitted: Omitted): string {
  return line({ type: "omitted", counts: Object.fromEntries(omitted) });
}

/** How many lines were not written, because whoever reads them is too slow. */
export function unwrittenJsonLine(count: number): string {
  return line({ type: "unwritten", lines: count });
}

/** The last line. */
export function totalsJsonLine(totals: WatchTotals): string {
  return line({ type: "summary", ...totals });
}

function line(value: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(value);
}

function isoTime(milliseconds: number): string | null {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function details(message: WatchMessage): Readonly<Record<string, unknown>> {
  switch (message.kind) {
    case "process": {
      const { file, executable, goVersion, platform, mapImplementation, mode, limit, started } =
        message.process;
      return {
        file,
        executable,
        goVersion,
        platform,
        mapImplementation,
        mode,
        limit,
        started: started === null ? null : isoTime(started),
        goneBefore: message.goneBefore,
        noSymbols: message.noSymbols,
      };
    }
    case "shared":
      return {
        map: mapOf(message.map),
        first: message.first === null ? null : accessOf(message.first),
        second: message.second === null ? null : accessOf(message.second),
      };
    case "pair":
      return {
        map: mapOf(message.map),
        earlier: accessOf(message.earlier),
        later: accessOf(message.later),
      };
    case "growth": {
      const { growth, size, elements } = message;
      return { map: mapOf(message.map), growth, size, elements, by: doerOf(message.by) };
    }
    case "grown": {
      const { oldBuckets, elements, took } = message;
      return { map: mapOf(message.map), oldBuckets, elements, tookNanoseconds: took };
    }
    case "clear":
      return { map: mapOf(message.map), elements: message.elements, by: doerOf(message.by) };
    case "gc": {
      const { cycle, took, heapBefore, heapAfter } = message;
      return { cycle, tookNanoseconds: took, heapBefore, heapAfter };
    }
    case "conflict":
      return { conflict: message.conflict, finding: message.finding };
    case "lost": {
      const { lost, unfinished, damaged, overLimit, within } = message;
      return { lost, unfinished, damaged, overLimit, withinNanoseconds: within };
    }
    case "link":
      return { link: message.link };
    case "ended":
      return { ending: message.ending, exitStatus: message.exitStatus };
    case "failed":
      return { reason: message.reason };
    default:
      return message satisfies never;
  }
}

function mapOf({ number, address }: MessageMap) {
  return { number, address: `0x${address.toString(16)}` };
}

function accessOf(access: ToldAccess) {
  return { atNanoseconds: access.at, operation: access.operation, ...doerOf(access) };
}

function doerOf({ goroutine, frame, caller, site }: Doer) {
  return { goroutine, frame, caller, textOffset: site === 0 ? null : `0x${site.toString(16)}` };
}
