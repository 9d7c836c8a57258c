/** Follows the events of one process: counts them, and says what is new. */
import { type EventColumns, eventKinds } from "../../evidence/ring/recording.js";
import { changesByNumber, operationNumber, operationOfNumber, reasonNumber } from "../recording/accesses.js";
import { growthKind, isGrowth } from "../recording/growth.js";
import type { AccessCount, LiveFigures } from "./figures.js";
import { LastAccess, type LiveMap, LiveMaps } from "./live-maps.js";
import type { News } from "./news.js";
import type { Places } from "./places.js";

/** One site with one operation. */
interface Use {
  /** From 1; 0 stands for all that came when there were too many. */
  readonly number: number;
  readonly count: AccessCount;
}

/** How many uses of maps are told apart in pairs. */
const mostUses = 65_535;
/** How many pairs are told. */
const mostPairs = 4096;
/** The reason of an access that follows one of another goroutine. */
const otherGoroutine = 1;

/** One process. What it keeps is bounded. */
export class LiveProcess {
  /** Clock of the last event; null when there was none. */
  lastClock: number | null = null;
  /** Maps that became shared, as far as events tell. */
  sharedMaps = 0;
  readonly #maps: LiveMaps;
  readonly #uses = new Map<number, Use>();
  readonly #pairs = new Set<number>();
  readonly #now = new LastAccess();
  #waiting: LiveMap[] = [];
  #gc: { readonly cycle: number; readonly at: number; readonly heap: number } | undefined;

  constructor(
    private readonly figures: LiveFigures,
    private readonly places: Places,
    { mostMaps = 32_768 }: { readonly mostMaps?: number } = {},
  ) {
    this.#maps = new LiveMaps(mostMaps);
  }

  /** Takes events that follow those of the last call. */
  accept(events: EventColumns): News[] {
    const news: News[] = [];
    // The newcomer's access comes right after "shared"; one that did not come until now was lost.
    const late = this.#waiting;
    this.#waiting = [];
    let accesses = 0;
    let growth = 0;
    for (let at = 0; at < events.length; at++) {
      const kind = events.kind[at] ?? 0;
      if (kind < eventKinds.growthBegins) {
        accesses += 1;
      } else if (kind < eventKinds.gcPhase) {
        growth += 1;
      }
      if (kind === eventKinds.access) {
        this.#access(events, at, news);
      } else {
        this.#other(events, at, kind, news);
      }
    }
    for (const map of late) {
      this.#tellShared(map, null, news);
    }
    const counts = this.figures.events;
    counts.accesses.read += accesses;
    counts.growth.read += growth;
    counts.process.read += events.length - accesses - growth;
    if (events.length > 0) {
      this.lastClock = Math.max(this.lastClock ?? 0, events.clock[events.length - 1] ?? 0);
    }
    return news;
  }

  /** What is still held back, when no more events come. */
  end(): News[] {
    const news: News[] = [];
    for (const map of this.#waiting.splice(0)) {
      this.#tellShared(map, null, news);
    }
    return news;
  }

  #access(events: EventColumns, at: number, news: News[]): void {
    const now = this.#read(events, at);
    const address = events.map[at] ?? 0;
    const life = events.life[at] ?? 0;
    const map = this.#maps.find(address, life) ?? this.#met(address, life);
    const use = this.#useOf(now);
    now.use = use.number;
    if (reasonNumber(events.a[at] ?? 0) === otherGoroutine) {
      use.count.count += 1;
    }
    if (!map.told) {
      this.#tellShared(map, now, news);
    }
    const isChange = changesByNumber(now.operation);
    this.#pair(map, map.changeNotBy(now.goroutine), news);
    if (isChange) {
      this.#pair(map, map.otherNotBy(now.goroutine), news);
    }
    map.used(now, isChange);
  }

  /** A map that is shared, though its becoming so was lost, or was long ago. */
  #met(address: number, life: number): LiveMap {
    const map = this.#maps.add(address, life);
    map.told = this.#maps.hasForgotten;
    return map;
  }

  /** The access of an event, in the one object that is there for it. */
  #read(events: EventColumns, at: number): LastAccess {
    const now = this.#now;
    now.at = events.clock[at] ?? 0;
    now.goroutine = events.goroutine[at] ?? 0;
    now.operation = operationNumber(events.a[at] ?? 0);
    now.site = events.site[at] ?? 0;
    now.stack = events.stack[at] ?? 0;
    now.use = 0;
    return now;
  }

  #useOf({ site, operation }: LastAccess): Use {
    const key = site * 16 + operation;
    const known = this.#uses.get(key);
    if (known !== undefined) {
      return known;
    }
    const count = this.figures.accessCount(this.places.of(site), operationOfNumber(operation));
    if (this.#uses.size >= mostUses) {
      return { number: 0, count };
    }
    const use = { number: this.#uses.size + 1, count };
    this.#uses.set(key, use);
    return use;
  }

  /** The access that was just read makes a pair with an earlier one. */
  #pair(map: LiveMap, earlier: LastAccess | undefined, news: News[]): void {
    const now = this.#now;
    if (earlier === undefined || earlier.use === 0 || now.use === 0) {
      return;
    }
    // The same two places the other way round are the same pair.
    const key = Math.min(earlier.use, now.use) * (mostUses + 1) + Math.max(earlier.use, now.use);
    if (!this.#pairs.has(key) && this.#pairs.size < mostPairs) {
      this.#pairs.add(key);
      news.push({
        kind: "pair",
        at: now.at,
        map: named(map),
        earlier: earlier.access(),
        later: now.access(),
      });
    }
  }

  #tellShared(map: LiveMap, second: LastAccess | null, news: News[]): void {
    if (map.told) {
      return;
    }
    map.told = true;
    this.sharedMaps += 1;
    const { first } = map;
    const at = second?.at ?? first?.at ?? 0;
    news.push({ kind: "shared", at, map: named(map), first, second: second?.access() ?? null });
    map.first = null;
  }

  #other(events: EventColumns, at: number, kind: number, news: News[]): void {
    if (kind === eventKinds.shared) {
      this.#shared(events, at);
    } else if (isGrowth(kind)) {
      this.#growth(events, at, kind, news);
    } else if (kind === eventKinds.clear) {
      this.#clear(events, at, news);
    } else if (kind === eventKinds.gcBegins) {
      this.figures.gcCycles += 1;
      this.#gc = { cycle: events.b[at] ?? 0, at: events.clock[at] ?? 0, heap: events.a[at] ?? 0 };
    } else if (kind === eventKinds.gcEnds) {
      this.#gcEnds(events, at, news);
    }
  }

  #shared(events: EventColumns, at: number): void {
    const now = this.#read(events, at);
    now.use = this.#useOf(now).number;
    const map = this.#maps.add(events.map[at] ?? 0, events.life[at] ?? 0);
    map.first = now.access();
    map.used(now, changesByNumber(now.operation));
    this.#waiting.push(map);
  }

  #growth(events: EventColumns, at: number, kind: number, news: News[]): void {
    const map = this.#mapOf(events, at);
    const clock = events.clock[at] ?? 0;
    if (kind === eventKinds.evacuation) {
      return;
    }
    if (kind === eventKinds.growthComplete) {
      if (map !== undefined) {
        const took = map.growingSince === null ? null : clock - map.growingSince;
        map.growingSince = null;
        const oldBuckets = events.a[at] ?? 0;
        news.push({
          kind: "grown",
          at: clock,
          map: named(map),
          oldBuckets,
          elements: events.b[at] ?? 0,
          took,
        });
      }
      return;
    }
    const growth = growthKind(kind);
    this.figures.growths[growth] += 1;
    if (map !== undefined) {
      map.growingSince = kind < eventKinds.becomesTable ? clock : null;
      const payload = { size: events.a[at] ?? 0, elements: events.b[at] ?? 0 };
      news.push({ kind: "growth", at: clock, map: named(map), growth, ...payload, ...whoAt(events, at) });
    }
  }

  #clear(events: EventColumns, at: number, news: News[]): void {
    this.figures.clears += 1;
    const map = this.#mapOf(events, at);
    if (map !== undefined) {
      // A growth that went on ends with it, and no other event says so.
      map.growingSince = null;
      const when = { at: events.clock[at] ?? 0, elements: events.a[at] ?? 0 };
      news.push({ kind: "clear", map: named(map), ...when, ...whoAt(events, at) });
    }
  }

  #gcEnds(events: EventColumns, at: number, news: News[]): void {
    const cycle = events.b[at] ?? 0;
    const clock = events.clock[at] ?? 0;
    const begun = this.#gc?.cycle === cycle ? this.#gc : undefined;
    if (begun === undefined) {
      // Its beginning was lost, and so it was not counted.
      this.figures.gcCycles += 1;
    }
    this.#gc = undefined;
    news.push({
      kind: "gc",
      at: clock,
      cycle,
      took: begun === undefined ? null : clock - begun.at,
      heapBefore: begun?.heap ?? null,
      heapAfter: events.a[at] ?? 0,
    });
  }

  /** The map of an event, when it is known to be shared. */
  #mapOf(events: EventColumns, at: number): LiveMap | undefined {
    return this.#maps.find(events.map[at] ?? 0, events.life[at] ?? 0);
  }
}

function named({ number, address }: LiveMap): { readonly number: number; readonly address: number } {
  return { number, address };
}

function whoAt(events: EventColumns, at: number) {
  return {
    goroutine: events.goroutine[at] ?? 0,
    site: events.site[at] ?? 0,
    stack: events.stack[at] ?? 0,
  };
}
