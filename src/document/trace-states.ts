/**
 * A map's header at each event of a trace, from what the trace saw: each event says which fields are not what they were at the one before.
 * A field of which no event has told yet is not known.
 */
import { mapLayout } from "../golang/maps/layout.js";
import { sameSizeGrowFlag } from "../golang/maps/header.js";
import type { TraceEventJson, TraceJson } from "./trace-schema.js";

/** A map that a trace saw. */
export interface TracedMap {
  /** In the order in which they came, from 1: as in the text of a trace. */
  readonly number: number;
  readonly address: string;
  /** Its events; where it is the only map, the end of the program by a fatal error too. */
  readonly events: readonly TraceEventJson[];
}

/** A field of the header, or of the only table. */
export interface TracedField {
  readonly name: string;
  /** Null where it is not known. */
  readonly value: string | null;
  /** What it was before the event; null where this event does not change it. */
  readonly before: string | null;
  /** The number of the event that told of it. */
  readonly since: number | null;
  /** What the flags mean, by Go's names. */
  readonly meaning: string | null;
}

/** The mark of a writer. */
export interface TracedMark {
  readonly set: boolean;
  /** The event that set or cleared it. */
  readonly event: TraceEventJson;
}

/** A growth under way in a classic map. */
export interface TracedGrowth {
  /** How many old buckets there are; null where that is not known. */
  readonly oldBuckets: number | null;
  /** Numbers of the old buckets of which it was seen that they moved. */
  readonly moved: ReadonlySet<number>;
  /** The border: the old buckets below it have moved; null where it is not known. */
  readonly nevacuate: number | null;
}

/** A map after an event. */
export interface TracedState {
  readonly event: TraceEventJson;
  readonly fields: readonly TracedField[];
  /** Null before the first event that tells of it. */
  readonly mark: TracedMark | null;
  readonly growth: TracedGrowth | null;
}

/** The maps of a trace. */
export function tracedMaps({ events }: TraceJson): readonly TracedMap[] {
  const maps = new Map<string, TraceEventJson[]>();
  for (const event of events) {
    if (event.map === null || event.map === undefined) {
      continue;
    }
    const known = maps.get(event.map);
    if (known === undefined) {
      maps.set(event.map, [event]);
    } else {
      known.push(event);
    }
  }
  const all = [...maps].map(([address, own], index) => ({ number: index + 1, address, events: own }));
  const [only] = all;
  return all.length === 1 && only !== undefined
    ? [{ ...only, events: events.filter((event) => event.kind === "fatal" || event.map === only.address) }]
    : all;
}

interface Value {
  readonly value: string;
  readonly before: string | null;
  readonly since: number;
}

/** Walks along a map's events. */
class Walk {
  readonly values = new Map<string, Value>();
  mark: TracedMark | null = null;
  flags = "";
  #growing = false;
  #oldBuckets: number | null = null;
  #moved = new Set<number>();

  constructor(readonly flagsField: "flags" | "writing") {}

  step(event: TraceEventJson): void {
    if (event.kind === "fatal") {
      return;
    }
    if (event.kind === "flags") {
      this.values.set(this.flagsField, {
        value: String(event.after),
        before: String(event.before),
        since: event.number,
      });
      this.flags = event.flags;
      this.mark = event.mark === null ? this.mark : { set: event.mark === "set", event };
    }
    if (event.kind === "growth") {
      this.#growth(event);
    }
    for (const { field, before, after } of event.changes) {
      this.values.set(field, { value: after, before, since: event.number });
      this.#changed(field, before, after);
    }
  }

  #growth(event: Extract<TraceEventJson, { readonly kind: "growth" }>): void {
    if (event.step === "grow begins") {
      this.#begin();
    } else if (event.step === "old bucket moves" && event.argument !== null) {
      this.#growing = true;
      this.#moved.add(event.argument);
    }
  }

  #begin(): void {
    this.#growing = true;
    this.#moved = new Set();
    this.#oldBuckets = null;
  }

  #changed(field: string, before: string, after: string): void {
    if (field === "oldbuckets") {
      if (isZero(after)) {
        this.#growing = false;
        this.#moved = new Set();
        this.#oldBuckets = null;
      } else if (isZero(before)) {
        this.#growing = true;
      }
    } else if (field === "B" && Number(after) > Number(before)) {
      this.#oldBuckets = bucketsOf(before);
    }
  }

  growth(): TracedGrowth | null {
    const old = this.values.get("oldbuckets");
    if (!this.#growing || (old !== undefined && isZero(old.value) && this.#moved.size === 0)) {
      return null;
    }
    const nevacuate = this.values.get("nevacuate");
    return {
      oldBuckets: this.#oldBuckets ?? this.#oldFromB(),
      moved: this.#moved,
      nevacuate: nevacuate === undefined ? null : numberOf(nevacuate.value),
    };
  }

  /** In a growth whose beginning was not seen, from B as it is. */
  #oldFromB(): number | null {
    const buckets = this.values.get("B");
    const old = this.values.get("oldbuckets");
    if (buckets === undefined || old === undefined || isZero(old.value)) {
      return null;
    }
    const now = bucketsOf(buckets.value);
    const flags = Number(this.values.get("flags")?.value ?? 0);
    return now === null || (flags & sameSizeGrowFlag) !== 0 ? now : Math.max(1, now / 2);
  }
}

function isZero(text: string): boolean {
  return text === "0" || text === "0x0";
}

function numberOf(text: string): number | null {
  const number = Number(text);
  return Number.isSafeInteger(number) && number >= 0 ? number : null;
}

/** More buckets than fit into memory are none. */
function bucketsOf(exponent: string): number | null {
  const number = numberOf(exponent);
  return number === null || number > 40 ? null : 2 ** number;
}

/**
 * The map after one of its events.
 *
 * @param index into the map's events
 */
export function tracedState(
  trace: Pick<TraceJson, "goVersion" | "mapImplementation">,
  map: TracedMap,
  index: number,
): TracedState | undefined {
  const event = map.events[index];
  if (event === undefined) {
    return undefined;
  }
  const flagsField = trace.mapImplementation === "classic" ? "flags" : "writing";
  const walk = new Walk(flagsField);
  for (let at = 0; at <= index; at++) {
    const one = map.events[at];
    if (one !== undefined) {
      walk.step(one);
    }
  }
  const names = mapLayout(trace.goVersion ?? undefined, trace.mapImplementation).fields.map(
    ({ name }) => name,
  );
  const more = [...walk.values.keys()].filter((name) => !names.includes(name));
  return {
    event,
    fields: [...names, ...more].map((name) => {
      const value = walk.values.get(name);
      return {
        name,
        value: value?.value ?? null,
        before: value?.since === event.number && value.before !== value.value ? value.before : null,
        since: value?.since ?? null,
        meaning: name === flagsField && walk.flags !== "" ? walk.flags : null,
      };
    }),
    mark: walk.mark,
    growth: walk.growth(),
  };
}
