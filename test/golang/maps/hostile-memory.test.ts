/** Memory that may hold anything: the decoder gives an answer, soon, and the report of it is safe to show. */
import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { decodeMap } from "../../../src/golang/maps/decode.js";
import { mapLayout } from "../../../src/golang/maps/layout.js";
import { likelyMapTypes } from "../../../src/golang/maps/likely-types.js";
import { type MapSymbols, ProgramMaps } from "../../../src/golang/maps/program-maps.js";
import type { Address, Memory } from "../../../src/golang/memory.js";
import { mapJson } from "../../../src/report/json/map.js";
import { mapLines } from "../../../src/report/text/map.js";
import { MadeMaps, type MadeSlot } from "../../support/made-maps.js";

const limits = { slots: 256, blocks: 2000, bytes: 1 << 20, directory: 1000, tables: 100, keys: 500 };

const versions = fc.constantFrom(
  ["go1.19.8", "classic"] as const,
  ["go1.23.5", "classic"] as const,
  ["go1.24.4 X:noswissmap", "classic"] as const,
  ["go1.24.4", "swiss"] as const,
  ["go1.27.3", "swiss"] as const,
);

/** Reads of any address give bytes; words are small numbers, or addresses, of which all can be read. */
class EndlessMemory implements Memory {
  reads = 0;

  constructor(
    readonly seed: number,
    /** How many of 256 reads give nothing. */
    readonly missing: number,
  ) {}

  read(address: Address, length: number): Uint8Array | undefined {
    this.reads++;
    if (length > 1 << 24 || (mixed(address, this.seed) & 0xff) < this.missing) {
      return undefined;
    }
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at++) {
      const word = Math.floor((address + at) / 8);
      const kind = mixed(word, this.seed);
      const place = (address + at) % 8;
      // A third each: a small number, an address, random bytes.
      const small = kind % 3 === 0 && place > 1;
      const far = kind % 3 === 1 && place > 5;
      bytes[at] = small || far ? 0 : mixed(address + at, this.seed + 1) & 0xff;
    }
    return bytes;
  }
}

function mixed(value: number, seed: number): number {
  let hash = Math.imul((value % 0x1_0000_0000) ^ seed, 0x9e37_79b1) ^ Math.floor(value / 0x1_0000_0000);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85eb_ca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

function symbolsOf(version: string, implementation: "classic" | "swiss"): MapSymbols {
  return {
    goVersion: version,
    mapImplementation: implementation,
    variable: () => 0x1000,
    functionAt: () => undefined,
    functionsNamed: () => [],
    code: () => undefined,
  };
}

/** Decodes, and draws what came out. */
function all(maps: ProgramMaps, address: Address, type: Address | undefined): readonly string[] {
  const map = maps.decode(address, type, limits);
  expect(JSON.stringify(mapJson(map)).length).toBeLessThan(1 << 22);
  const lines = mapLines(map);
  expect(lines.join("\n")).not.toMatch(/(?!\n)[\p{Cc}\u202a-\u202e\u2028\u2029]/u);
  return lines;
}

describe("memory that holds anything", () => {
  it("random memory gives an answer, and a bounded one", () => {
    fc.assert(
      fc.property(
        versions,
        fc.nat(),
        fc.nat(1 << 30),
        fc.nat(64),
        ([version, implementation], seed, at, missing) => {
          const memory = new EndlessMemory(seed, missing);
          const maps = new ProgramMaps(memory, symbolsOf(version, implementation));
          for (let type = 0; type < 8; type++) {
            all(maps, at + 8, at + 4096 + type * 8);
          }
          expect(memory.reads).toBeLessThan(500_000);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("random memory read with the shape of real maps gives an answer", () => {
    fc.assert(
      fc.property(
        versions,
        fc.nat(),
        fc.nat(1 << 30),
        fc.boolean(),
        ([version, implementation], seed, at, indirect) => {
          const memory = new EndlessMemory(seed, 8);
          const shape = {
            blockSize: 144,
            keysOffset: 8,
            keyStride: 8,
            elementsOffset: 72,
            elementStride: 8,
            keySize: indirect ? 300 : 8,
            elementSize: 8,
            indirectKey: indirect,
            indirectElement: false,
          };
          const text = (bytes: Uint8Array) => ({ text: String(bytes[0]), unreadable: false });
          const values = { key: text, element: text, identity: (bytes: Uint8Array) => String(bytes[0]) };
          const layout = mapLayout(version, implementation);
          const map = decodeMap({ memory, layout, shape, values, type: undefined }, at + 8, limits);
          expect(map.broken.length).toBeLessThan(100);
          mapLines(map);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("a real map with some bytes changed gives an answer", () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(versions, changes, ([version, implementation], bytes) => {
        const { made, address } = realMap(version, implementation);
        for (const [place, value] of bytes) {
          // What is used lies at the start of types and of the rest.
          const offset = place % 2 === 0 ? place % 0x800 : 0x1_0000 + (place % 0x1000);
          made.memory.bytes[offset] = value;
        }
        const maps = new ProgramMaps(made.memory, made.memory.symbols);
        all(maps, address, made.type);
        likelyMapTypes(maps, address);
        maps.typesNamed("map[int]int");
      }),
      { numRuns: 50 },
    );
  });

  it("a real map of which a part is missing gives an answer", () => {
    fc.assert(
      fc.property(versions, fc.nat(0x1_1000), fc.nat(2000), ([version, implementation], from, length) => {
        const { made, address } = realMap(version, implementation);
        const start = 0x10_0000 + from;
        const memory: Memory = {
          read: (at, size) =>
            at < start + length && at + size > start ? undefined : made.memory.read(at, size),
        };
        all(new ProgramMaps(memory, made.memory.symbols), address, made.type);
      }),
      { numRuns: 40 },
    );
  });
});

function realMap(version: string, implementation: "classic" | "swiss") {
  const made = new MadeMaps(version, implementation);
  if (implementation === "classic") {
    const slots = Array.from({ length: 8 }, (_, key): MadeSlot => [9 + key, key, key]);
    const buckets = made.buckets([slots, slots.map(([mark, key = 0]) => [mark, Number(key) + 8, 1])]);
    made.overflow(buckets, [[7, 99, 1]]);
    return { made, address: made.classic({ count: 17, B: 1, buckets, noverflow: 1 }) };
  }
  const groups = made.groups([[[1, 1, 1]], [[2, 2, 2]]]);
  const fields = { used: 2, capacity: 16, growthLeft: 12, localDepth: 1, groups };
  const tables = [made.table({ ...fields, index: 0 }), made.table({ ...fields, index: 1 })];
  return { made, address: made.swiss({ used: 4, tables }) };
}
