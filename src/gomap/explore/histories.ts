/**
 * What goroutines do, as trees: one node for each history of a goroutine, which is the row of values that its loads gave.
 *
 * ```text
 *   load h.flags ── 0 ──► load h.B ── 1 ──► load h.buckets ── …
 *        └───────── 4 ──► fatal error: concurrent map read and map write
 * ```
 *
 * Between two steps a goroutine's code is a function of what it has loaded. So it is run once for each history that
 * occurs, and to follow it again is one look-up. A schedule of a hundred steps is then a hundred look-ups, and to go back
 * one step is to take a node's parent; the map code itself costs nothing in the explorer's inner loops.
 */
import { withRoom } from "../../base/growing.js";
import { heapBase, ModelMemoryError } from "../machine/memory.js";
import { type SiteId } from "../machine/sites.js";
import { type Steps } from "../machine/goroutine.js";
import {
  type GoroutineBody,
  type ModelGoroutine,
  type Observation,
  PrivateMemory,
} from "./model-goroutine.js";
import { SilentLoopError } from "./silent-loop.js";
import { END, ENDLESS, FATAL, FAULT, firstSynchronising, PANIC } from "./operations.js";

const ints = (length: number): Int32Array => new Int32Array(length);
const bytes = (length: number): Uint8Array => new Uint8Array(length);

/** What is told of a node that ends a goroutine, or of where it stands. */
export interface HistoryDetail {
  readonly observations: readonly Observation[];
  /** Where an address outside of its object was made first; 0 for nowhere. */
  readonly outside: SiteId;
  /** How often Go's check fired and the goroutine went on. */
  readonly ignored: number;
}

/** A goroutine's code, run up to some node. */
interface Live {
  readonly g: ModelGoroutine;
  readonly body: GoroutineBody;
  steps: Steps<void> | undefined;
  /** The node that it stands at, -1 for none. */
  node: number;
  /** Where it cannot go on: whether that is because its memory is used up. */
  isExhausted: boolean;
}

/** Trees of all goroutines of one program, in one table of nodes. */
export class Histories {
  /** operations.ts */
  kind = bytes(1024);
  /** Byte offset in the model's memory. */
  offset = ints(1024);
  size = bytes(1024);
  /** Operand of the step. */
  low = ints(1024);
  high = ints(1024);
  site = ints(1024);
  /** What the goroutine has allocated so far: number of a row of allocations. */
  allocated = ints(1024);
  parent = ints(1024);
  /** Number of the statement that the step belongs to, and how many operations the goroutine has begun. */
  statement = ints(1024);
  operation = ints(1024);
  depth = ints(1024);
  /** Row of bytes that are written on the way here without a step, -1 for none. */
  silentWrites = ints(1024);
  /** The value that leads here from the parent. */
  readonly #inLow = { values: ints(1024) };
  readonly #inHigh = { values: ints(1024) };
  readonly #firstChild = { values: ints(1024) };
  readonly #sibling = { values: ints(1024) };
  /** How many nodes there are. */
  count = 0;

  readonly #live: Live[] = [];
  readonly #goroutineOf = { values: bytes(1024) };
  /** Children of nodes whose step found no object: no value leads to them. */
  readonly #faults = new Map<number, number>();
  readonly #messages = new Map<number, string>();
  /** Nodes at which a goroutine's memory is used up. */
  readonly #exhausted = new Set<number>();
  readonly #writes: (readonly number[])[] = [];
  #chain = 0;
  readonly #chains = new Map<string, number>();
  readonly #chainRows: { readonly parent: number; readonly start: number; readonly size: number }[] = [
    { parent: -1, start: 0, size: 0 },
  ];
  readonly #chainMaps: (Int32Array | undefined)[] = [];
  readonly #details = new Map<number, HistoryDetail>();

  constructor(
    readonly arenaBytes: number,
    /** How many steps a goroutine may do. */
    public longest: number,
  ) {}

  /**
   * Adds a goroutine.
   *
   * @returns its first node
   */
  add(g: ModelGoroutine, body: GoroutineBody): number {
    const number = this.#live.length;
    const live: Live = { g, body, steps: undefined, node: -1, isExhausted: false };
    this.#live.push(live);
    this.#watch(g);
    this.#begin(live);
    this.#chain = 0;
    const done = this.#next(live, 0);
    return this.#make(number, -1, [0, 0], done);
  }

  /** Where a goroutine stands that has done the step of a node and loaded a value. */
  next(node: number, low: number, high: number): number {
    for (
      let child = this.#firstChild.values[node] ?? -1;
      child >= 0;
      child = this.#sibling.values[child] ?? -1
    ) {
      if (this.#inLow.values[child] === low && this.#inHigh.values[child] === high) {
        return child;
      }
    }
    return this.#expand(node, low, high);
  }

  /** Where a goroutine stands when there is no object at the address of its step. */
  fault(node: number): number {
    const known = this.#faults.get(node);
    if (known !== undefined) {
      return known;
    }
    const child = this.#row(this.#goroutineOf.values[node] ?? 0, node, false);
    this.kind[child] = FAULT;
    this.site[child] = this.site[node] ?? 0;
    this.offset[child] = this.offset[node] ?? 0;
    this.size[child] = 0;
    this.allocated[child] = this.allocated[node] ?? 0;
    this.#faults.set(node, child);
    return child;
  }

  /** The value that leads to a node. */
  valueInto(node: number): readonly [low: number, high: number] {
    return [this.#inLow.values[node] ?? 0, this.#inHigh.values[node] ?? 0];
  }

  /** Text of a fatal error or a panic. */
  message(node: number): string {
    return this.#messages.get(node) ?? "";
  }

  /** Whether a goroutine cannot go on from a node because the model has no more memory for it. */
  isExhausted(node: number): boolean {
    return this.#exhausted.has(node);
  }

  /** How many bytes of its memory a goroutine has used on the way to a node. */
  usedBytes(node: number): number {
    const row = this.#chainRows[this.allocated[node] ?? 0];
    return row === undefined ? 0 : row.start + row.size;
  }

  /** What is written without a step on the way to a node: pairs of byte offset and byte. */
  writesOf(node: number): readonly number[] {
    return this.#writes[this.silentWrites[node] ?? -1] ?? [];
  }

  /** For each 8 bytes of a goroutine's arena, a number of the object of a row of allocations that they belong to; 0 for none. */
  objectsOf(chain: number): Int32Array {
    const known = this.#chainMaps[chain];
    if (known !== undefined) {
      return known;
    }
    const row = this.#chainRows[chain];
    const map =
      row === undefined || row.parent < 0 ? ints(this.arenaBytes >> 3) : this.objectsOf(row.parent).slice();
    if (row !== undefined) {
      map.fill((row.start >> 3) + 1, row.start >> 3, (row.start + row.size + 7) >> 3);
    }
    this.#chainMaps[chain] = map;
    return map;
  }

  /** What the goroutine has seen when it stands at a node. */
  detail(node: number): HistoryDetail {
    const known = this.#details.get(node);
    if (known !== undefined) {
      return known;
    }
    const isFault = this.kind[node] === FAULT && this.size[node] === 0;
    const at = isFault ? (this.parent[node] ?? -1) : node;
    const live = this.#liveOf(node);
    this.#replay(live, at);
    const { observations, outside, ignored } = live.g;
    const detail = { observations: observations.map((one) => ({ ...one })), outside, ignored };
    this.#details.set(node, detail);
    return detail;
  }

  #liveOf(node: number): Live {
    const live = this.#live[this.#goroutineOf.values[node] ?? 0];
    if (live === undefined) {
      throw new RangeError(`node ${node} belongs to no goroutine`);
    }
    return live;
  }

  #watch(g: ModelGoroutine): void {
    const { memory } = g;
    if (memory instanceof PrivateMemory) {
      memory.onAllocate = (start, size) => {
        const key = `${this.#chain}:${start}:${size}`;
        const known = this.#chains.get(key);
        if (known !== undefined) {
          this.#chain = known;
          return;
        }
        this.#chainRows.push({ parent: this.#chain, start, size });
        this.#chain = this.#chainRows.length - 1;
        this.#chains.set(key, this.#chain);
      };
    }
  }

  #begin(live: Live): void {
    live.g.restart();
    live.steps = live.body(live.g);
  }

  /** Runs to the next step. Whether the goroutine has returned; undefined when it cannot be followed any longer. */
  #next(live: Live, value: number): boolean | undefined {
    live.g.synchronising = 0;
    live.g.kind = 0;
    try {
      let done = live.steps?.next(value).done === true;
      while (!done && live.g.ignoresFatal && live.g.isFatal()) {
        live.g.ignored++;
        live.g.kind = 0;
        done = live.steps?.next(0).done === true;
      }
      return done;
    } catch (error) {
      if (error instanceof ModelMemoryError || error instanceof SilentLoopError) {
        live.isExhausted = error instanceof ModelMemoryError;
        return undefined;
      }
      throw error;
    }
  }

  #expand(node: number, low: number, high: number): number {
    const live = this.#liveOf(node);
    if (live.node !== node) {
      this.#replay(live, node);
    }
    const { g } = live;
    this.#chain = this.allocated[node] ?? 0;
    g.low = low;
    g.high = high;
    const done = this.#next(live, g.loaded());
    return this.#make(this.#goroutineOf.values[node] ?? 0, node, [low, high], done);
  }

  /** Runs a goroutine's code from the start to a node. */
  #replay(live: Live, node: number): void {
    const way: number[] = [];
    for (let at = node; at >= 0; at = this.parent[at] ?? -1) {
      way.push(at);
    }
    this.#begin(live);
    this.#next(live, 0);
    for (let index = way.length - 2; index >= 0; index--) {
      const at = way[index] ?? 0;
      live.g.low = this.#inLow.values[at] ?? 0;
      live.g.high = this.#inHigh.values[at] ?? 0;
      this.#next(live, live.g.loaded());
    }
    live.node = node;
    takeWrites(live.g);
  }

  #make(
    goroutine: number,
    parent: number,
    [inLow, inHigh]: readonly [number, number],
    done: boolean | undefined,
  ): number {
    const node = this.#row(goroutine, parent);
    const live = this.#live[goroutine];
    if (live === undefined) {
      return node;
    }
    live.node = node;
    const { g } = live;
    this.#inLow.values[node] = inLow;
    this.#inHigh.values[node] = inHigh;
    this.allocated[node] = this.#chain;
    this.statement[node] = g.statement;
    this.operation[node] = g.observations.length;
    const writes = takeWrites(g);
    if (writes.length > 0) {
      this.silentWrites[node] = this.#writes.length;
      this.#writes.push(writes);
    }
    if (done === undefined && live.isExhausted) {
      this.#exhausted.add(node);
    }
    const tooLong = done === undefined || (this.depth[node] ?? 0) >= this.longest;
    const kind = done === true ? END : tooLong ? ENDLESS : g.kind === 0 ? g.synchronising : g.kind;
    this.kind[node] = kind;
    this.site[node] = done === true ? 0 : g.site;
    if (kind === FATAL || kind === PANIC) {
      this.#messages.set(node, g.message);
    }
    if (kind !== END && kind !== ENDLESS && kind !== FATAL && kind !== PANIC) {
      this.offset[node] = (g.address - heapBase) | 0;
      this.size[node] = g.size;
      const stores = kind === FAULT ? false : kind >= firstSynchronising || kind > 1;
      this.low[node] = stores ? g.low : 0;
      this.high[node] = stores ? g.high : 0;
      if (g.address % g.size !== 0) {
        this.kind[node] = FAULT;
      }
    }
    return node;
  }

  #row(goroutine: number, parent: number, listed = true): number {
    const node = this.count++;
    this.#room(this.count);
    this.parent[node] = parent;
    this.depth[node] = parent < 0 ? 0 : (this.depth[parent] ?? 0) + 1;
    this.silentWrites[node] = -1;
    this.#goroutineOf.values[node] = goroutine;
    this.#firstChild.values[node] = -1;
    this.#sibling.values[node] = -1;
    if (parent >= 0 && listed) {
      this.#sibling.values[node] = this.#firstChild.values[parent] ?? -1;
      this.#firstChild.values[parent] = node;
    }
    return node;
  }

  #room(needed: number): void {
    if (needed <= this.offset.length) {
      return;
    }
    this.kind = withRoom(this.kind, needed, bytes);
    this.size = withRoom(this.size, needed, bytes);
    this.offset = withRoom(this.offset, needed, ints);
    this.low = withRoom(this.low, needed, ints);
    this.high = withRoom(this.high, needed, ints);
    this.site = withRoom(this.site, needed, ints);
    this.allocated = withRoom(this.allocated, needed, ints);
    this.parent = withRoom(this.parent, needed, ints);
    this.statement = withRoom(this.statement, needed, ints);
    this.operation = withRoom(this.operation, needed, ints);
    this.depth = withRoom(this.depth, needed, ints);
    this.silentWrites = withRoom(this.silentWrites, needed, ints);
    for (const column of [this.#inLow, this.#inHigh, this.#firstChild, this.#sibling]) {
      column.values = withRoom(column.values, needed, ints);
    }
    this.#goroutineOf.values = withRoom(this.#goroutineOf.values, needed, bytes);
  }
}

function takeWrites(g: ModelGoroutine): readonly number[] {
  return g.memory instanceof PrivateMemory ? g.memory.takeWrites() : [];
}
