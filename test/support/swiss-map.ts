/** A swiss map of the model with keys and elements that are numbers, run straight through: for tests. */
import type { Address } from "../../src/golang/memory.js";
import { runToEnd, step } from "../../src/gomap/machine/drive.js";
import { FATAL, Goroutine, PANIC, type Steps } from "../../src/gomap/machine/goroutine.js";
import { MapMemory } from "../../src/gomap/machine/memory.js";
import { SeededRandom } from "../../src/gomap/machine/random.js";
import { siteAt } from "../../src/gomap/machine/sites.js";
import type { SwissFunctions } from "../../src/gomap/swiss/functions.js";
import { swissMap } from "../../src/gomap/swiss/index.js";
import type { SwissIter } from "../../src/gomap/swiss/iter.js";
import type { SwissMapType } from "../../src/gomap/swiss/layout.js";
import type { KeyType, ValueType } from "../../src/gomap/types.js";
import {
  bytesKey,
  bytesType,
  float64,
  int32,
  int64,
  pointer,
  string,
  struct,
} from "../../src/gomap/types.js";

const hashKey = [
  0x1234567, 0x89abcdef, 0x5bd1e995, 0x1b873593, 0x2545f491, 0x4f6cdd1d, 0x6c62272e, 0x7bb01427,
];

/** A kind of key, with a value for each number. */
export interface KeyKind {
  readonly name: string;
  readonly type: KeyType;
  /** Writes the key that stands for a number. */
  write(memory: MapMemory, at: Address, number: number): void;
}

const texts = new WeakMap<MapMemory, Map<string, Address>>();

/** Text in the model's memory, once for each memory. */
function textAt(memory: MapMemory, text: string): Address {
  const known = texts.get(memory) ?? new Map<string, Address>();
  texts.set(memory, known);
  let at = known.get(text);
  if (at === undefined) {
    at = memory.allocate(text.length);
    memory.writeBytes(at, new TextEncoder().encode(text));
    known.set(text, at);
  }
  return at;
}

function writeString(memory: MapMemory, at: Address, text: string): void {
  memory.writeWord(at, text.length === 0 ? 0 : textAt(memory, text));
  memory.writeWord(at + 8, text.length);
}

/** Kinds of keys: with and without fast variants, with pointers, padding, and large ones. */
export const keyKinds: readonly KeyKind[] = [
  { name: "int32", type: int32, write: (memory, at, number) => memory.write32(at, number) },
  { name: "int64", type: int64, write: (memory, at, number) => memory.writeWord(at, number * 0x10001) },
  {
    name: "string",
    type: string,
    write: (memory, at, number) => {
      // Some long ones with the same beginning and end, which only a full comparison tells apart.
      const long = number % 3 === 0 ? "x".repeat(40) : "";
      writeString(memory, at, number === 1 ? "" : `${long}key ${number}${long}`);
    },
  },
  {
    name: "float64",
    type: float64,
    write: (memory, at, number) => memory.write64(at, 0, number === 0 ? 0 : 0x40000000 + number * 64),
  },
  {
    name: "struct",
    type: struct([
      { name: "A", type: int32 },
      { name: "B", type: string },
    ]),
    write: (memory, at, number) => {
      memory.write32(at, number % 5);
      writeString(memory, at + 8, String(number));
    },
  },
  // Go's compiler calls mapassign_fast64ptr for these.
  {
    name: "pointer",
    type: pointer,
    write: (memory, at, number) => memory.writeWord(at, 0xc100000000 + 16 * number),
  },
  {
    name: "[200]byte",
    type: bytesKey(200),
    write: (memory, at, number) => memory.write32(at + 196, number),
  },
];

/** What a test map is made of. */
export interface TestMapChoice {
  readonly minor?: number;
  readonly kind?: KeyKind;
  readonly elem?: ValueType;
  readonly hint?: number;
  readonly generic?: boolean;
  readonly split?: boolean;
  readonly seed?: number;
}

/** A map with numbers as keys and elements. */
export class TestMap {
  readonly memory = new MapMemory();
  readonly g: Goroutine;
  readonly functions: SwissFunctions;
  readonly kind: KeyKind;
  map: Address;

  constructor(choice: TestMapChoice = {}) {
    const { minor = 27, kind = keyKinds[1]!, elem = bytesType(8), hint = 0, seed = 1, ...rest } = choice;
    this.kind = kind;
    this.g = new Goroutine(this.memory, 0, new SeededRandom(seed));
    this.functions = swissMap({ minor, key: kind.type, elem, hashKey, ...rest });
    this.map = this.functions.makemap(this.g, hint);
  }

  get type(): SwissMapType {
    return this.functions.type;
  }

  key(number: number): Address {
    const at = this.memory.allocate(this.kind.type.size);
    this.kind.write(this.memory, at, number);
    return at;
  }

  run<R>(steps: Steps<R>): R {
    return runToEnd(this.g, steps);
  }

  set(key: number, value: number): void {
    const elem = this.run(this.functions.assign(this.g, this.map, this.key(key)));
    this.memory.write32(elem, value);
  }

  get(key: number): number | undefined {
    const elem = this.run(this.functions.access2(this.g, this.map, this.key(key)));
    const same = this.run(this.functions.access1(this.g, this.map, this.key(key)));
    if (elem !== same) {
      throw new Error("mapaccess1 and mapaccess2 differ");
    }
    return elem === 0 ? undefined : this.memory.read32(elem);
  }

  delete(key: number): void {
    this.run(this.functions.delete(this.g, this.map, this.key(key)));
  }

  clear(): void {
    this.run(this.functions.clear(this.g, this.map));
  }

  clone(): void {
    this.map = this.run(this.functions.clone(this.g, this.map));
  }

  get size(): number {
    return this.run(this.functions.len(this.g, this.map));
  }

  begin(): SwissIter {
    return this.run(this.functions.iterInit(this.g, this.map));
  }

  next(iterator: SwissIter): void {
    this.run(this.functions.iterNext(this.g, iterator));
  }

  /** The elements that a whole iteration gives. */
  iterate(): number[] {
    const elements: number[] = [];
    for (const it = this.begin(); it.key !== 0; this.next(it)) {
      elements.push(this.memory.read32(it.elem));
    }
    return elements;
  }

  broken(): string[] {
    return this.functions
      .brokenInvariants(this.memory, this.map)
      .map(({ where, sentence }) => `${where}: ${sentence}`);
  }
}

/** A goroutine that has announced nothing. */
function forgetStep(g: Goroutine): void {
  g.kind = 0;
}

/** The steps of map code, one by one, as a person sees them: `mapassign_fast64 check: load m.writing`. */
export function stepsOf<R>(g: Goroutine, code: Steps<R>, most = 10_000): string[] {
  const told: string[] = [];
  g.budget = 0;
  forgetStep(g);
  let { done } = code.next(0);
  while (done !== true && told.length < most) {
    const { function: name, phase, text } = siteAt(g.site);
    if (g.kind === FATAL || g.kind === PANIC) {
      told.push(`${name} ${phase}: ${text}: ${g.message}`);
      return told;
    }
    told.push(`${name} ${phase}: ${text}`);
    ({ done } = step(g, code));
  }
  return told;
}
