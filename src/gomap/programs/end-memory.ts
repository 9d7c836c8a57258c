/** The memory that a run has left, as one who comes afterwards finds it. */
import { type Address } from "../../golang/memory.js";
import { type Execution } from "../explore/execution.js";
import { FATAL, Goroutine, type Steps } from "../machine/goroutine.js";
import { heapBase, MapMemory, type MemoryMark, type MemoryShape } from "../machine/memory.js";
import { SeededRandom } from "../machine/random.js";
import { type CompiledProgram } from "./compiled.js";
import { keyArgument, type SharedMap } from "./objects.js";

/** How many steps a look at a map may take. */
const longestLook = 50_000;

/** What a map holds at the end. */
export interface FinalContents {
  /** What `len(m)` says. */
  readonly length: number;
  /** What a range gives, by key; undefined when it does not come to an end. */
  readonly ranged: readonly (readonly [key: number | string, value: number])[] | undefined;
  /** What a look-up of each key of interest gives: undefined when it is not found, null when the look-up ends badly. */
  readonly found: ReadonlyMap<number | string, number | undefined | null>;
}

/** Memory of the model with objects of several goroutines. */
class LeftMemory extends MapMemory {
  objectAtOffset: (offset: number) => number = () => 0;
  readonly arenaBytes: number;

  constructor(shape: Required<MemoryShape>) {
    super(shape);
    this.arenaBytes = shape.arenaBytes;
  }

  override has(address: Address): boolean {
    return this.objectAt(address) !== 0;
  }

  override objectAt(address: Address): number {
    const offset = address - heapBase;
    // What lies in the first arena was there from the beginning, or was made by the one who looks.
    if (offset < this.arenaBytes) {
      return super.objectAt(address);
    }
    return offset < this.u8.length ? this.objectAtOffset(offset) : 0;
  }

  override read(address: Address, length: number): Uint8Array | undefined {
    const start = address - heapBase;
    const end = start + length;
    if (!Number.isSafeInteger(start) || !(length >= 0) || start < 0 || end > this.u8.length) {
      return undefined;
    }
    for (let at = start - (start % 8); at < end; at += 8) {
      if (this.objectAt(heapBase + at) === 0) {
        return undefined;
      }
    }
    return this.u8.slice(start, end);
  }
}

/** Looks at what runs of a program have left. */
export class EndMemory {
  readonly memory: LeftMemory;
  readonly #start: MemoryMark;
  readonly #g: Goroutine;

  constructor(private readonly compiled: CompiledProgram) {
    this.memory = new LeftMemory(compiled.shared.shape);
    this.#start = compiled.shared.memory.mark();
    this.#g = new Goroutine(this.memory, 0, new SeededRandom(7));
  }

  /** Takes over what a run has left. */
  load(execution: Execution): void {
    this.memory.restore(this.#start);
    this.memory.u32.set(execution.words);
    this.memory.objectAtOffset = (offset) => execution.objectAt(offset);
  }

  /** What a goroutine that comes afterwards sees of a map. */
  contents(map: SharedMap, keys: Iterable<number | string>): FinalContents {
    if (map.syncMap !== 0) {
      return this.#syncContents(map, keys);
    }
    const { functions, address } = map;
    const found = new Map<number | string, number | undefined | null>();
    for (const key of keys) {
      const argument = keyArgument(this.#g, map.key, key, this.compiled.shared.strings);
      const element = this.#run(functions.access2(this.#g, address, argument));
      found.set(
        key,
        element === undefined ? null : element === 0 ? undefined : this.memory.readWord(element),
      );
    }
    return {
      length: this.#run(functions.len(this.#g, address)) ?? -1,
      ranged: this.#run(this.#range(map)),
      found,
    };
  }

  /** The same for a sync.Map: the elements of its fuller map are entries. */
  #syncContents(map: SharedMap, keys: Iterable<number | string>): FinalContents {
    const { memory } = this;
    const readOnly = memory.readWord(map.syncMap);
    const amended = memory.readWord(readOnly + 8) !== 0;
    const address = memory.readWord(amended ? map.syncMap + 8 : readOnly);
    const plain = this.contents({ ...map, address, syncMap: 0 }, keys);
    const valueOf = (entry: number): number | undefined => {
      const held = memory.readWord(entry);
      return held === 0 ? undefined : held - 1;
    };
    const ranged = plain.ranged?.flatMap(([key, entry]) => {
      const value = valueOf(entry);
      return value === undefined ? [] : [[key, value] as const];
    });
    const found = [...plain.found].map(
      ([key, entry]) => [key, typeof entry === "number" ? valueOf(entry) : entry] as const,
    );
    return { length: ranged?.length ?? -1, ranged, found: new Map(found) };
  }

  *#range(map: SharedMap): Steps<(readonly [number | string, number])[]> {
    const { memory } = this;
    const entries: (readonly [number | string, number])[] = [];
    const iterator = yield* map.functions.iterInit(this.#g, map.address);
    while (iterator.key !== 0) {
      entries.push([this.#key(map, iterator.key), memory.readWord(iterator.elem)]);
      if (entries.length > longestLook) {
        throw new EndlessLook();
      }
      yield* map.functions.iterNext(this.#g, iterator);
    }
    return entries;
  }

  #key(map: SharedMap, at: Address): number | string {
    const { memory } = this;
    switch (map.key) {
      case "int":
        return memory.readWord(at);
      case "int32":
        return memory.read32(at) | 0;
      default: {
        const bytes = memory.read(memory.readWord(at), Math.min(4096, Math.max(0, memory.readWord(at + 8))));
        return new TextDecoder().decode(bytes ?? new Uint8Array());
      }
    }
  }

  /** Runs code on the memory, over all fatal errors; undefined when it does not end well. */
  #run<R>(code: Steps<R>): R | undefined {
    const g = this.#g;
    g.budget = longestLook;
    g.kind = 0;
    try {
      for (let at = code.next(0); ; at = code.next(0)) {
        if (at.done === true) {
          return at.value;
        }
        if (announced(g) !== FATAL || g.budget <= 0) {
          return undefined;
        }
        g.budget--;
        g.kind = 0;
      }
    } catch (error) {
      if (error instanceof EndlessLook) {
        return undefined;
      }
      throw error;
    } finally {
      g.budget = 0;
    }
  }
}

/** Kind of the step that a goroutine has announced. */
function announced(g: Goroutine): number {
  return g.kind;
}

class EndlessLook extends Error {}
