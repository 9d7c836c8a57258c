/**
 * When the write barrier was on, which maps grew meanwhile, and which recorded accesses fell into it.
 *
 * The write barrier tells the collector of pointers that are stored while it marks. It orders nothing between goroutines, and
 * a map's growth stores pointers like any other code does. What coincided is counted here, and nothing is concluded.
 */
import type { WriteBarrierObservation } from "../../case/case.js";
import { partsOf } from "../../evidence/ring/event-sequence.js";
import { type EventColumns, eventKinds, type Events } from "../../evidence/ring/recording.js";
import { type GrowthKind, growthKind, isGrowth } from "../recording/growth.js";

type BarrierSpan = WriteBarrierObservation["spans"][number];

/** So many spans are kept, the last ones; sums are over all. */
const keptSpans = 64;
/** So many maps are listed of a span. */
const listedMaps = 8;
/** Of so many maps a span is counted apart; what comes after is counted together. */
const mostMaps = 256;
/** So many goroutines are told apart in a span. */
const mostGoroutines = 4096;

/** A map in a span. */
interface MapInSpan {
  readonly address: number;
  readonly life: number;
  accesses: number;
  /** Whether a growth that had begun before went on. */
  goesOn: boolean;
  readonly growths: Map<GrowthKind, number>;
  /** An earlier map at the same address. */
  readonly earlier: MapInSpan | undefined;
}

/** A span that is going on. */
interface OpenSpan {
  readonly cycle: number;
  readonly on: number;
  accesses: number;
  readonly goroutines: Set<number>;
  /** By address: the newest one there. */
  readonly newest: Map<number, MapInSpan>;
  readonly maps: MapInSpan[];
  /** The map and the goroutine of the event before: mostly they are those of the next one too. */
  last: MapInSpan | undefined;
  lastGoroutine: number;
}

/** What the barrier of one process saw; null where its events were not kept. */
export function writeBarrierOf(
  events: Events,
  names: { readonly handle: string; readonly evidence: string },
): WriteBarrierObservation | null {
  const barrier = new WriteBarrier();
  for (const part of partsOf(events)) {
    barrier.accept(part);
  }
  return barrier.observation(names);
}

/** Follows the barrier of one process. */
export class WriteBarrier {
  readonly #spans: BarrierSpan[] = [];
  #open: OpenSpan | null = null;
  #count = 0;
  #total = 0;
  #busy = 0;

  /** Takes events that follow those of the last call. */
  accept(events: EventColumns): void {
    const { kind: kinds, clock, length } = events;
    let open = this.#open;
    for (let row = 0; row < length; row++) {
      const kind = kinds[row] ?? 0;
      if (kind === eventKinds.writeBarrier) {
        if (open !== null) {
          this.#close(open, events.a[row] === 0 ? (clock[row] ?? 0) : null);
        }
        open = events.a[row] === 0 ? null : newSpan(events.b[row] ?? 0, clock[row] ?? 0);
      } else if (open !== null) {
        accept(open, events, row, kind);
      }
    }
    this.#open = open;
  }

  /** What was seen, when all events came; null where none of the barrier did. */
  observation(names: { readonly handle: string; readonly evidence: string }): WriteBarrierObservation | null {
    if (this.#open !== null) {
      this.#close(this.#open, null);
      this.#open = null;
    }
    return this.#count === 0
      ? null
      : {
          kind: "write-barrier",
          handle: names.handle,
          evidence: names.evidence,
          spansCount: this.#count,
          spansWithMaps: this.#busy,
          onNanoseconds: Math.max(0, this.#total),
          spans: this.#spans,
        };
  }

  #close(span: OpenSpan, off: number | null): void {
    const done = finished(span, off);
    this.#count++;
    this.#total += off === null ? 0 : off - span.on;
    this.#busy += done.accesses > 0 || done.maps.length > 0 ? 1 : 0;
    this.#spans.push(done);
    if (this.#spans.length > keptSpans) {
      this.#spans.shift();
    }
  }
}

function newSpan(cycle: number, on: number): OpenSpan {
  return {
    cycle,
    on,
    accesses: 0,
    goroutines: new Set(),
    newest: new Map(),
    maps: [],
    last: undefined,
    lastGoroutine: -1,
  };
}

function accept(span: OpenSpan, events: EventColumns, row: number, kind: number): void {
  const isAccess = kind === eventKinds.access || kind === eventKinds.conflict;
  if (!isAccess && !isGrowth(kind)) {
    return;
  }
  const map = mapIn(span, events.map[row] ?? 0, events.life[row] ?? 0);
  if (isAccess) {
    span.accesses++;
    const goroutine = events.goroutine[row] ?? 0;
    if (goroutine !== span.lastGoroutine && span.goroutines.size < mostGoroutines) {
      span.goroutines.add(goroutine);
      span.lastGoroutine = goroutine;
    }
    if (map !== undefined) {
      map.accesses++;
    }
  } else if (map === undefined) {
    return;
  } else if (kind === eventKinds.evacuation || kind === eventKinds.growthComplete) {
    map.goesOn ||= map.growths.size === 0;
  } else {
    const name = growthKind(kind);
    map.growths.set(name, (map.growths.get(name) ?? 0) + 1);
  }
}

function mapIn(span: OpenSpan, address: number, life: number): MapInSpan | undefined {
  const { last, newest, maps } = span;
  if (last !== undefined && last.address === address && last.life === life) {
    return last;
  }
  const earlier = newest.get(address);
  let known = earlier;
  while (known !== undefined && known.life !== life) {
    known = known.earlier;
  }
  if (known === undefined && maps.length < mostMaps) {
    known = { address, life, accesses: 0, goesOn: false, growths: new Map<GrowthKind, number>(), earlier };
    newest.set(address, known);
    maps.push(known);
  }
  span.last = known ?? last;
  return known;
}

function growthsOf({ growths, goesOn }: MapInSpan): number {
  return [...growths.values()].reduce((sum, times) => sum + times, goesOn ? 1 : 0);
}

function finished(span: OpenSpan, off: number | null): BarrierSpan {
  const maps = span.maps.toSorted(
    (one, other) => growthsOf(other) + other.accesses - (growthsOf(one) + one.accesses),
  );
  return {
    cycle: span.cycle,
    onNanoseconds: span.on,
    offNanoseconds: off,
    accesses: span.accesses,
    goroutines: span.goroutines.size,
    maps: maps.slice(0, listedMaps).map((map) => ({
      address: `0x${map.address.toString(16)}`,
      life: map.life,
      accesses: map.accesses,
      growthWentOn: map.goesOn,
      growths: [...map.growths].map(([kind, count]) => ({ kind, count })),
    })),
    mapsNotListed: Math.max(0, maps.length - listedMaps),
  };
}
