/** What test/fixtures/programs/growth saw in the memory of its maps, and how events are compared with that. */
import { eventKinds } from "../../src/evidence/ring/recording.js";
import type { RecordedEvent } from "./recorded-run.js";

/** Something that happened to a map: kind of event, the map's address, payloads. */
export interface Happening {
  readonly kind: number;
  readonly map: number;
  readonly a: number;
  readonly b: number;
}

/** What the program saw. */
export interface GrowthTruth {
  /** Names of the maps that it watched, by address. */
  readonly maps: ReadonlyMap<number, string>;
  /** In the order of the program; a mark that it saw in the midst of an evacuation has the kind of an evacuation. */
  readonly seen: readonly Happening[];
}

/** Reads the program's output. */
export function parseGrowthTruth(output: string): GrowthTruth {
  const maps = new Map<number, string>();
  const seen: Happening[] = [];
  for (const line of output.trimEnd().split("\n")) {
    const [word = "", ...rest] = line.split(" ");
    if (word === "map") {
      maps.set(Number(rest[0]), rest.slice(1).join(" "));
      continue;
    }
    const [map, a, b] = rest.map(Number);
    const kind = word === "mark" ? eventKinds.evacuation : Number(word);
    if (map === undefined || a === undefined || b === undefined || !maps.has(map)) {
      throw new Error(`not a line of the program: ${line}`);
    }
    seen.push({ kind, map, a, b });
  }
  return { maps, seen };
}

/** The events about the maps that the program watched. */
export function eventsOf(maps: GrowthTruth["maps"], events: readonly RecordedEvent[]): RecordedEvent[] {
  return events.filter(({ map, kind }) => maps.has(map) && isGrowth(kind));
}

function isGrowth(kind: number): boolean {
  return kind >= eventKinds.growthBegins && kind <= eventKinds.clear;
}

/** How many of each kind there are, without those of evacuations that go on. */
export function countKinds(happenings: readonly Happening[]): Record<string, number> {
  const names = new Map<number, string>(Object.entries(eventKinds).map(([name, kind]) => [kind, name]));
  const counts: Record<string, number> = {};
  for (const { kind } of withoutEvacuation(happenings)) {
    const name = names.get(kind) ?? String(kind);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Those that are not about an evacuation that goes on. */
export function withoutEvacuation<T extends Happening>(happenings: readonly T[]): T[] {
  return happenings.filter(({ kind }) => kind !== eventKinds.evacuation);
}

/** The first place where two orders of happenings differ; undefined when they are the same. */
export function firstDifference(
  truth: readonly Happening[],
  events: readonly Happening[],
  maps: GrowthTruth["maps"],
): string | undefined {
  const text = (one: Happening | undefined): string =>
    one === undefined
      ? "nothing"
      : `${String(one.kind)} ${String(one.a)} ${String(one.b)} of ${maps.get(one.map) ?? "?"}`;
  for (let i = 0; i < Math.max(truth.length, events.length); i++) {
    const [seen, told] = [text(truth[i]), text(events[i])];
    if (seen !== told || truth[i]?.map !== events[i]?.map) {
      return `number ${String(i)}: the map's memory shows ${seen}, the events say ${told}`;
    }
  }
  return undefined;
}

/** Happenings by map. */
export function byMap<T extends Happening>(happenings: readonly T[]): Map<number, T[]> {
  const result = new Map<number, T[]>();
  for (const one of happenings) {
    const known = result.get(one.map);
    if (known === undefined) {
      result.set(one.map, [one]);
    } else {
      known.push(one);
    }
  }
  return result;
}

/** An evacuation: its steps, and the kind of what ended it. */
interface Evacuation {
  readonly steps: Happening[];
  end: number;
}

/** The evacuations of one map. */
function evacuations(happenings: readonly Happening[]): Evacuation[] {
  const all: Evacuation[] = [{ steps: [], end: 0 }];
  for (const one of happenings) {
    const last = all.at(-1);
    if (last !== undefined && one.kind === eventKinds.evacuation) {
      last.steps.push(one);
    } else if (last !== undefined) {
      last.end = one.kind;
      all.push({ steps: [], end: 0 });
    }
  }
  return all;
}

/**
 * What is wrong with one map's events of evacuations; undefined when nothing is.
 *
 * The program looks between operations, and one operation can bring the evacuation two steps on. So each mark that it saw lies
 * in the eighth of the last event up to it, events go up from one eighth to another, and none goes beyond the last mark unless
 * the growth was complete with the next operation.
 */
export function wrongEvacuation(
  truth: readonly Happening[],
  events: readonly Happening[],
): string | undefined {
  const told = evacuations(events);
  for (const [index, { steps: marks, end }] of evacuations(truth).entries()) {
    const steps = told[index]?.steps ?? [];
    const wrong =
      wrongSteps(marks, steps) ?? (end === eventKinds.growthComplete ? undefined : beyond(marks, steps));
    if (wrong !== undefined) {
      return `${wrong}: marks ${show(marks)}, events ${show(steps)}`;
    }
  }
  return undefined;
}

function wrongSteps(marks: readonly Happening[], steps: readonly Happening[]): string | undefined {
  let before = 0;
  for (const step of steps) {
    if (step.a >= step.b || eighth(step.a, step.b) <= eighth(before, step.b)) {
      return `${String(step.a)} of ${String(step.b)} is not another eighth`;
    }
    before = step.a;
  }
  const lost = marks.find((mark) => {
    const upTo = steps.filter(({ a }) => a <= mark.a).at(-1)?.a ?? 0;
    return eighth(upTo, mark.b) !== eighth(mark.a, mark.b) || steps.some(({ b }) => b !== mark.b);
  });
  return lost && `no event of the eighth of ${String(lost.a)} of ${String(lost.b)}`;
}

function beyond(marks: readonly Happening[], steps: readonly Happening[]): string | undefined {
  return (steps.at(-1)?.a ?? 0) > (marks.at(-1)?.a ?? 0) ? "an event beyond what was evacuated" : undefined;
}

function eighth(mark: number, buckets: number): number {
  return Math.floor(mark / Math.max(1, Math.floor(buckets / 8)));
}

function show(happenings: readonly Happening[]): string {
  return happenings.map(({ a, b }) => `${String(a)}/${String(b)}`).join(" ");
}
