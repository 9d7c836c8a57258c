/** Where the things that a program's goroutines share are in the model's memory, and what they hold at the beginning. */
import { type Address } from "../../golang/memory.js";
import { type MapFunctions } from "../implementation.js";
import { runToEnd } from "../machine/drive.js";
import { Goroutine } from "../machine/goroutine.js";
import { MapMemory, type MemoryShape } from "../machine/memory.js";
import { SeededRandom } from "../machine/random.js";
import { type SiteId, site } from "../machine/sites.js";
import { type KeyKind, type Program, type Statement } from "./syntax.js";
import { MaptrapError } from "../../base/errors.js";

/** Makes the functions of a map with keys of a kind and elements of 8 bytes. */
export type MapMaker = (key: KeyKind) => MapFunctions;

/** A map of the program. */
export interface SharedMap {
  readonly name: string;
  readonly key: KeyKind;
  readonly functions: MapFunctions;
  readonly address: Address;
  /** A mutex, an RWMutex and a variable that policies use; the program itself knows nothing of them. */
  readonly lock: Address;
  readonly readWriteLock: Address;
  readonly degraded: Address;
  /** With the policy `sync-map`: what stands for the sync.Map (see sync-map.ts); else 0. */
  readonly syncMap: Address;
}

/** Something else that is shared. */
export interface SharedObject {
  readonly address: Address;
  /** Of a channel. */
  readonly capacity: number;
}

/** All that a program's goroutines share. */
export interface SharedObjects {
  readonly memory: MapMemory;
  readonly shape: Required<MemoryShape>;
  readonly maps: ReadonlyMap<string, SharedMap>;
  readonly objects: ReadonlyMap<string, SharedObject>;
  /** For each goroutine that a go statement starts: the word that says whether it did. */
  readonly started: ReadonlyMap<string, Address>;
  /** Where the bytes of each string of the program are. */
  readonly strings: ReadonlyMap<string, Address>;
}

/** A key that the model has no bytes for. */
export class UnknownStringError extends MaptrapError {
  constructor(text: string) {
    super(`the key ${JSON.stringify(text)} does not stand in the program`, {
      wayOut: 'string keys are written out, or are numbers below 64, which become "0" to "63"',
    });
  }
}

const setUp: SiteId = site("main", "set up", "store");
/** Numbers that can be keys of a map with string keys. */
const numbersAsStrings = 64;

/** How memory is laid out. */
export interface LayoutOptions {
  readonly makeMap: MapMaker;
  readonly arenaBytes: number;
  readonly seed: number;
  /** Whether elements are entries of a sync.Map. */
  readonly syncMap: boolean;
}

/** Lays out a program's shared memory and fills its maps. */
export function layOut(program: Program, options: LayoutOptions): SharedObjects {
  const { makeMap, arenaBytes, seed } = options;
  const shape = { arenas: program.goroutines.length + 1, arenaBytes };
  const memory = new MapMemory(shape);
  const g = new Goroutine(memory, 0, new SeededRandom(seed));
  const objects = new Map<string, SharedObject>();
  for (const { kind, name, value } of program.objects) {
    const capacity = kind === "chan" ? value : 0;
    const address = memory.allocate(kind === "chan" ? 16 + 16 * Math.max(1, capacity) : 8);
    if (kind === "var" || kind === "waitgroup") {
      memory.writeWord(address, value);
    }
    objects.set(name, { address, capacity });
  }
  const started = new Map<string, Address>();
  for (const goroutine of program.goroutines) {
    if (goroutine.started) {
      started.set(goroutine.name, memory.allocate(8));
    }
  }
  const strings = internStrings(program, memory);
  const maps = new Map<string, SharedMap>();
  for (const { name, key, hint, entries } of program.maps) {
    const functions = makeMap(key);
    const [lock, readWriteLock, degraded] = [memory.allocate(8), memory.allocate(8), memory.allocate(8)];
    const address = functions.makemap(g, hint);
    const elements = new Set<Address>();
    for (const entry of entries) {
      const element = runToEnd(g, functions.assign(g, address, keyArgument(g, key, entry.key, strings)));
      g.budget = 1;
      g.storeWord(element, entry.value, setUp);
    }
    if (options.syncMap) {
      for (const entry of entries) {
        elements.add(runToEnd(g, functions.access2(g, address, keyArgument(g, key, entry.key, strings))));
      }
    }
    g.budget = 0;
    const syncMap = options.syncMap ? makeSyncMap(g, [...elements], address) : 0;
    maps.set(name, { name, key, functions, address, lock, readWriteLock, degraded, syncMap });
  }
  return { memory, shape, maps, objects, started, strings };
}

/**
 * Puts a key where nobody else sees it, as an argument that a goroutine has on its stack.
 *
 * @returns its address, good until the next call for the same goroutine
 */
export function keyArgument(
  g: Goroutine,
  kind: KeyKind,
  key: number | string,
  strings: ReadonlyMap<string, Address>,
): Address {
  const { memory } = g;
  // The end of the scratch area: the map code uses its beginning.
  const at = memory.scratch(g.arena) + 1008;
  if (kind === "string") {
    const text = String(key);
    const bytes = strings.get(text);
    if (bytes === undefined) {
      throw new UnknownStringError(text);
    }
    memory.writeWord(at, bytes);
    memory.writeWord(at + 8, new TextEncoder().encode(text).length);
  } else if (kind === "int32") {
    memory.write32(at, Number(key));
  } else {
    memory.writeWord(at, Number(key));
  }
  return at;
}

function internStrings(program: Program, memory: MapMemory): ReadonlyMap<string, Address> {
  const strings = new Map<string, Address>();
  if (!program.maps.some(({ key }) => key === "string")) {
    return strings;
  }
  const texts = new Set(Array.from({ length: numbersAsStrings }, (_, index) => String(index)));
  program.maps.forEach(({ entries }) => entries.forEach(({ key }) => texts.add(String(key))));
  for (const statement of program.statements) {
    literalsOf(statement).forEach((text) => texts.add(text));
  }
  const encoder = new TextEncoder();
  for (const text of texts) {
    const bytes = encoder.encode(text);
    const address = memory.allocate(Math.max(1, bytes.length));
    memory.writeBytes(address, bytes);
    strings.set(text, address);
  }
  return strings;
}

function literalsOf(statement: Statement): string[] {
  return [...statement.text.matchAll(/"(?<text>[^"]*)"/g)].map((found) => found.groups?.["text"] ?? "");
}

/** Makes a sync.Map (see sync-map.ts) of a map that has been filled as a plain one: its elements become entries. Without steps. */
function makeSyncMap(g: Goroutine, entries: readonly Address[], map: Address): Address {
  const { memory } = g;
  for (const element of entries) {
    const entry = g.newobject(8);
    memory.writeWord(entry, memory.readWord(element) + 1);
    memory.writeWord(element, entry);
  }
  const readOnly = g.newobject(16);
  memory.writeWord(readOnly, map);
  const structure = g.newobject(24);
  memory.writeWord(structure, readOnly);
  return structure;
}
