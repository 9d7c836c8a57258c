/** What is told while processes are watched, with all that there is to know about it; a report draws it. */
import type { Finding, Operation, PlacedFrame } from "../../case/case.js";
import type { GrowthKind } from "../recording/growth.js";
import type { LiveConflictKind } from "./figures.js";
import type { LiveAccess, News } from "./news.js";
import type { Places } from "./places.js";

/** A process that is watched. */
export interface WatchedProcess {
  /** Counts the processes of one watching, from 1. */
  readonly number: number;
  readonly processId: number;
  /** Path of its event file. */
  readonly file: string;
  /** Path of its executable. */
  readonly executable: string;
  readonly goVersion: string;
  readonly platform: string;
  readonly mapImplementation: "swiss" | "classic";
  readonly mode: "trap" | "record" | "order";
  /** Accesses that one ring takes in a second at the most; null = no limit. */
  readonly limit: number | null;
  /** When it started, Unix time in milliseconds; null where its file does not tell. */
  readonly started: number | null;
}

/** A map, by its number among the shared maps of its process. */
export interface MessageMap {
  readonly number: number;
  readonly address: number;
}

/** Who did something, and where. */
export interface Doer {
  readonly goroutine: number;
  /** Where the map is used; null when the binary does not tell. */
  readonly frame: PlacedFrame | null;
  /** Who led there, where the place is not in the program's own code. */
  readonly caller: PlacedFrame | null;
  /** PC - runtime.text; 0 = not known. */
  readonly site: number;
}

/** An access as it is told. */
export interface ToldAccess extends Doer {
  /** Nanoseconds since the process started. */
  readonly at: number;
  /** null = one that is not known. */
  readonly operation: Operation | null;
}

/** What all messages about one process have. */
interface OfProcess {
  readonly process: WatchedProcess;
  /** Nanoseconds since the process started. */
  readonly at: number;
}

/** A process is watched from now on. */
export interface ProcessMessage extends OfProcess {
  readonly kind: "process";
  /** Events that were overwritten before watching began. */
  readonly goneBefore: number;
  /** Whether functions and lines can be looked up, and if not, why, half a sentence. */
  readonly noSymbols: string | null;
}

/** A second goroutine came to a map. */
export interface SharedMessage extends OfProcess {
  readonly kind: "shared";
  readonly map: MessageMap;
  readonly first: ToldAccess | null;
  readonly second: ToldAccess | null;
}

/** Two places used one map from two goroutines. */
export interface PairMessage extends OfProcess {
  readonly kind: "pair";
  readonly map: MessageMap;
  readonly earlier: ToldAccess;
  readonly later: ToldAccess;
}

/** A shared map grows. */
export interface GrowthMessage extends OfProcess {
  readonly kind: "growth";
  readonly map: MessageMap;
  readonly growth: GrowthKind;
  readonly size: number;
  readonly elements: number;
  readonly by: Doer;
}

/** A growth that went on in steps is complete. */
export interface GrownMessage extends OfProcess {
  readonly kind: "grown";
  readonly map: MessageMap;
  readonly oldBuckets: number;
  readonly elements: number;
  readonly took: number | null;
}

/** A shared map was cleared. */
export interface ClearMessage extends OfProcess {
  readonly kind: "clear";
  readonly map: MessageMap;
  readonly elements: number;
  readonly by: Doer;
}

/** A cycle of the garbage collector is over. */
export interface GcMessage extends OfProcess {
  readonly kind: "gc";
  readonly cycle: number;
  readonly took: number | null;
  readonly heapBefore: number | null;
  readonly heapAfter: number;
}

/** Two goroutines used one map at the same moment. */
export interface ConflictMessage extends OfProcess {
  readonly kind: "conflict";
  readonly conflict: LiveConflictKind;
  /** Both sides and how sure it is; null when the file does not tell enough for a finding. */
  readonly finding: Finding | null;
}

/** Events that nobody will ever see. */
export interface LostMessage extends OfProcess {
  readonly kind: "lost";
  /** Overwritten before they were read. */
  readonly lost: number;
  /** Never finished by their writers. */
  readonly unfinished: number;
  /** What they say cannot be. */
  readonly damaged: number;
  /** Accesses that the process did not record because of its limit. */
  readonly overLimit: number;
  /** In which time, nanoseconds. */
  readonly within: number;
}

/** The event file was deleted or replaced; what it held can still be read. */
export interface LinkMessage extends OfProcess {
  readonly kind: "link";
  readonly link: "deleted" | "replaced";
}

/**
 * How a process ended. "gone": by a signal, or in another way that left no word. "not there": it was never seen, so it had ended
 * before, or runs where it cannot be seen.
 */
export type Ending = "exited" | "fatal error" | "gone" | "not there";

/** A process has ended. */
export interface EndedMessage extends OfProcess {
  readonly kind: "ended";
  readonly ending: Ending;
  readonly exitStatus: number | null;
}

/** An event file that cannot be read any further. */
export interface FailedMessage extends OfProcess {
  readonly kind: "failed";
  /** One sentence. */
  readonly reason: string;
}

/** One thing that is told about a process. */
export type WatchMessage =
  | ProcessMessage
  | SharedMessage
  | PairMessage
  | GrowthMessage
  | GrownMessage
  | ClearMessage
  | GcMessage
  | ConflictMessage
  | LostMessage
  | LinkMessage
  | EndedMessage
  | FailedMessage;

/** How many of a kind were not told, because there were too many in a short time. */
export type Omitted = ReadonlyMap<News["kind"], number>;

/** Looks up what a piece of news says. */
export function messageOf(news: News, process: WatchedProcess, places: Places): WatchMessage {
  const { at } = news;
  switch (news.kind) {
    case "shared": {
      const first = news.first === null ? null : told(news.first, places);
      const second = news.second === null ? null : told(news.second, places);
      return { kind: "shared", process, at, map: news.map, first, second };
    }
    case "pair":
      return {
        kind: "pair",
        process,
        at,
        map: news.map,
        earlier: told(news.earlier, places),
        later: told(news.later, places),
      };
    case "growth": {
      const { map, growth, size, elements } = news;
      return { kind: "growth", process, at, map, growth, size, elements, by: doer(news, places) };
    }
    case "clear":
      return { kind: "clear", process, at, map: news.map, elements: news.elements, by: doer(news, places) };
    case "grown":
    case "gc":
      return { ...news, process };
    default:
      return news satisfies never;
  }
}

function told(access: LiveAccess, places: Places): ToldAccess {
  return { at: access.at, operation: access.operation, ...doer(access, places) };
}

function doer(who: Pick<LiveAccess, "goroutine" | "site" | "stack">, places: Places): Doer {
  const { frame, caller } = places.of(who.site, who.stack);
  return { goroutine: who.goroutine, frame, caller, site: who.site };
}
