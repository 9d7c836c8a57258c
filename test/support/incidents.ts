/** A small shop program with one conflict, as event files and as a binary. */
import { buildCase, type CaseInput } from "../../src/analysis/build-case.js";
import type { Case } from "../../src/case/case.js";
import type { EventFile } from "../../src/evidence/ring/format.js";
import { readEventFile } from "../../src/evidence/ring/read.js";
import { encodeEventFile, plainConflict, plainSide, type EventFileDescription } from "./event-file.js";
import { frame, symbolizerOf } from "./symbols.js";

const text = 0x401000;

/** Where things lie, from runtime.text. */
export const places = {
  probe: 0x10,
  mapRead: 0x20,
  mapWrite: 0x30,
  get: 0x40,
  put: 0x50,
  handler: 0x60,
  worker: 0x70,
  goexit: 0x80,
  main: 0x90,
  encode: 0xa0,
  marshal: 0xb0,
} as const;

/** The shop's binary. */
export const shop = symbolizerOf(
  {
    [places.probe]: [frame("runtime.maptrapTouch", "/usr/lib/go/src/runtime/maptrap.go", 77)],
    [places.mapRead]: [
      frame("runtime.mapaccess1_faststr", "/usr/lib/go/src/internal/runtime/maps/runtime_faststr.go", 104),
    ],
    [places.mapWrite]: [
      frame("runtime.mapassign_faststr", "/usr/lib/go/src/internal/runtime/maps/runtime_faststr.go", 263),
    ],
    [places.get]: [frame("example.com/shop.(*Cache).Get", "/home/ada/shop/cache.go", 7)],
    [places.put]: [frame("example.com/shop.(*Cache).Put", "/home/ada/shop/cache.go", 12)],
    [places.handler]: [frame("main.serve.func1", "/home/ada/shop/main.go", 20)],
    [places.worker]: [frame("main.fill", "/home/ada/shop/main.go", 31)],
    [places.goexit]: [frame("runtime.goexit", "/usr/lib/go/src/runtime/asm_amd64.s", 1700)],
    [places.main]: [frame("main.main", "/home/ada/shop/main.go", 40)],
    [places.encode]: [
      frame("encoding/json.mapEncoder.encode", "/usr/lib/go/src/encoding/json/encode.go", 700),
    ],
    [places.marshal]: [frame("encoding/json.Marshal", "/usr/lib/go/src/encoding/json/encode.go", 160)],
  },
  { modulePath: "example.com/shop" },
);

/** PCs of the places. */
export function pcs(...names: (keyof typeof places)[]): number[] {
  return names.map((name) => text + places[name]);
}

/** A conflict of Cache.Get, which waited, with Cache.Put. */
export const shopConflict = {
  ...plainConflict,
  first: {
    ...plainSide,
    goroutine: 8,
    held: 512_000,
    pcs: pcs("probe", "mapRead", "get", "handler", "goexit"),
    startPc: text + places.main,
    entryPc: text + places.handler,
  },
  second: {
    ...plainSide,
    goroutine: 7,
    operation: "assign" as const,
    pcs: pcs("mapWrite", "put", "worker", "goexit"),
    startPc: text + places.main,
    entryPc: text + places.worker,
  },
};

/** An event file of the shop. */
export function shopFile(description: EventFileDescription = { conflicts: [shopConflict] }): EventFile {
  return readEventFile(encodeEventFile(description), "/tmp/4711-1.maptrap");
}

/** A case of one run of the shop; parts can be replaced. */
export function shopCase(parts: Partial<CaseInput> = {}): Case {
  return buildCase({
    command: ["maptrap", "run", "."],
    workingDirectory: "/home/ada/shop",
    toolchain: { goroot: "/usr/lib/go" },
    processes: [{ eventFile: shopFile(), binary: shop, run: 1, exitStatus: 2 }],
    created: new Date(0),
    ...parts,
  });
}

/** The shop's source. */
export const shopSource: Readonly<Record<string, string>> = {
  "/home/ada/shop/cache.go": [
    "package shop",
    "",
    "type Cache struct{ m map[string]int }",
    "",
    "// Get reads.",
    "func (c *Cache) Get(key string) int {",
    "\treturn c.m[key]",
    "}",
    "",
    "// Put writes.",
    "func (c *Cache) Put(key string, n int) {",
    "\tc.m[key] = n",
    "}",
    "",
  ].join("\n"),
};
