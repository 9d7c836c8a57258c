/**
 * Pairs of stacks whose accesses were found unordered. Stacks become places at the end, when all of them are known, or when
 * there are too many pairs.
 */
import { KeyIndex } from "./key-index.js";
import { type OrderLimits } from "./limits.js";
import { type UnorderedPair, type UnorderedSide } from "./unordered.js";

/**
 * Which kind of conflict two operations make, of which at least one is a change: 0 = two changes, 1 = with a read, 2 = with an
 * iteration, 3 = with a clone. The same two places can make several.
 */
export function kindOf(one: number, other: number): number {
  return Math.max(kinds[one] ?? 1, kinds[other] ?? 1);
}

/** By the number of the operation that is no change. */
const kinds = [1, 1, 0, 0, 2, 2, 0, 3, 1];

/** A pair that was found. */
interface FoundPair {
  readonly kind: number;
  readonly map: number;
  readonly first: UnorderedSide;
  readonly second: UnorderedSide;
  readonly commonLock: number | null;
  seen: number;
  /** On which maps: the number of each among all maps. */
  readonly maps: Set<number>;
  lastMap: number;
}

/** A pair that is found for the first time. */
export interface NewPair {
  readonly first: UnorderedSide;
  readonly second: UnorderedSide;
  readonly map: number;
  /** As `kindOf` tells it. */
  readonly kind: number;
  /** The number of the map among all maps. */
  readonly mapSerial: number;
  readonly commonLock: number | null;
}

/** So many maps are told apart, of all pairs together. Further ones are not counted. */
const mostMaps = 1 << 20;
/** So many pairs that are not kept are told apart. */
const mostOthers = 1 << 16;

/** All pairs that were found. */
export class UnorderedPairs {
  readonly #index = new KeyIndex();
  #pairs: FoundPair[] = [];
  readonly #others = new Set<string>();
  #mapsKept = 0;
  /** Nothing more can be had of it to make one pair of those at the same places. */
  #isFull = false;
  readonly #placeOf: (stack: number) => number;

  constructor(
    private readonly limits: OrderLimits,
    placeOf: (stack: number) => number,
  ) {
    this.#placeOf = placeOf;
  }

  /** Counts a pair that is known already. Ids of stacks are numbers with a sign here. */
  seenAgain(firstStack: number, secondStack: number, kind: number, mapSerial: number): boolean {
    const index = this.#index.find(
      Math.min(firstStack, secondStack),
      Math.max(firstStack, secondStack),
      kind,
    );
    const pair = this.#pairs[index];
    if (pair === undefined) {
      return false;
    }
    pair.seen++;
    if (pair.lastMap !== mapSerial) {
      pair.lastMap = mapSerial;
      if (this.#mapsKept < mostMaps && !pair.maps.has(mapSerial)) {
        pair.maps.add(mapSerial);
        this.#mapsKept++;
      }
    }
    return true;
  }

  /** Keeps a pair that is not known yet. */
  add({ first, second, map, kind, mapSerial, commonLock }: NewPair): void {
    if (this.#pairs.length >= this.limits.stackPairs && !this.#isFull) {
      this.#pairs = this.#byPlaces();
      this.#isFull = this.#pairs.length * 2 > this.limits.stackPairs;
      this.#reindex();
    }
    if (this.#pairs.length >= this.limits.stackPairs) {
      if (this.#others.size < mostOthers) {
        this.#others.add(this.#key({ first, second, kind }));
      }
      return;
    }
    this.#mapsKept++;
    this.#put({ first, second, kind }, this.#pairs.length);
    this.#pairs.push({
      map,
      kind,
      first,
      second,
      commonLock,
      seen: 1,
      maps: new Set([mapSerial]),
      lastMap: mapSerial,
    });
  }

  /** The pairs of places, in the order in which they were found, and how many are not among them. */
  result(): { readonly pairs: readonly UnorderedPair[]; readonly notKept: number } {
    const found = this.#byPlaces();
    const known = new Set(found.map((pair) => this.#key(pair)));
    const others = [...this.#others].filter((key) => !known.has(key)).length;
    return {
      pairs: found.slice(0, this.limits.pairs).map(({ map, first, second, seen, maps, commonLock }) => ({
        map,
        first,
        second,
        seen,
        maps: maps.size,
        commonLock,
      })),
      notKept: Math.max(0, found.length - this.limits.pairs) + others,
    };
  }

  #byPlaces(): FoundPair[] {
    const merged = new Map<string, FoundPair>();
    for (const pair of this.#pairs) {
      const key = this.#key(pair);
      const known = merged.get(key);
      if (known === undefined) {
        merged.set(key, { ...pair, maps: new Set(pair.maps) });
        continue;
      }
      known.seen += pair.seen;
      for (const serial of pair.maps) {
        known.maps.add(serial);
      }
    }
    return [...merged.values()];
  }

  #reindex(): void {
    this.#index.clear();
    this.#pairs.forEach((pair, index) => {
      this.#put(pair, index);
    });
  }

  #put({ first, second, kind }: Pick<FoundPair, "first" | "second" | "kind">, index: number): void {
    const [one, other] = [first.stack | 0, second.stack | 0];
    this.#index.put(Math.min(one, other), Math.max(one, other), kind, index);
  }

  #key({ first, second, kind }: Pick<FoundPair, "first" | "second" | "kind">): string {
    // A place that is not known is one for each stack.
    const one = this.#placeOf(first.stack) || -1 - first.stack;
    const other = this.#placeOf(second.stack) || -1 - second.stack;
    return one < other ? `${kind} ${one} ${other}` : `${kind} ${other} ${one}`;
  }
}
