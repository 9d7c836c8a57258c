/** The tables of where things lie, compared with what GDB reads from the debug information of a program of each version. */
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { mapLayout } from "../../src/golang/maps/layout.js";
import { mapTypeSize } from "../../src/golang/types/descriptor.js";
import { typeLayout } from "../../src/golang/types/layout.js";
import { buildMapMemory, type MapMemoryBuild } from "../support/map-memory.js";
import { goEnvironment, repeats, SUPPORTED, TESTED } from "../support/toolchains.js";

const builds: readonly MapMemoryBuild[] =
  repeats > 1
    ? [
        ...SUPPORTED.map((version) => ({ version })),
        { version: "1.24", experiment: "noswissmap" },
        { version: "1.25", experiment: "noswissmap" },
      ]
    : TESTED.map((version) => ({ version }));

/** A struct's fields by name, with offset and size; and the size of the whole. */
interface Struct {
  readonly fields: ReadonlyMap<string, { readonly offset: number; readonly size: number }>;
  readonly size: number;
}

function structs(file: string, names: readonly string[]): readonly (Struct | undefined)[] {
  const questions = names.flatMap((name) => ["-ex", `echo @@\\n`, "-ex", `ptype /o struct '${name}'`]);
  // It ends with a status other than 0 where a version has no such struct.
  const { stdout } = spawnSync("gdb", ["-nx", "-batch", "-ex", "set language c", ...questions, file], {
    env: goEnvironment(),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return stdout.split("@@\n").slice(1).map(parsed);
}

/** Lines such as `/*     16      |       8 *\/    void *buckets;`; those of structs within end with their own name. */
function parsed(text: string): Struct | undefined {
  const total = [...text.matchAll(/total size \(bytes\): +(\d+)/g)].at(-1)?.[1];
  const fields = new Map<string, { offset: number; size: number }>();
  for (const [, offset, size, name] of text.matchAll(
    /^\/\* +(\d+) +\| +(\d+) \*\/ {4}\S.*?\**(\w+)(?:\[\d+\])?;$/gm,
  )) {
    fields.set(name ?? "", { offset: Number(offset), size: Number(size) });
  }
  return total === undefined ? undefined : { fields, size: Number(total) };
}

describe.each(builds)("layouts of Go $version $experiment", (build) => {
  const classic = build.experiment === "noswissmap" || Number(build.version.slice(2)) < 24;
  const implementation = classic ? "classic" : "swiss";
  const version = `go${build.version}`;
  const types = classic
    ? ["runtime.hmap", Number(build.version.slice(2)) >= 24 ? "internal/abi.OldMapType" : "runtime.maptype"]
    : ["internal/runtime/maps.Map", "internal/abi.SwissMapType"];
  const [header, ...others] = structs(buildMapMemory(build), [
    ...types,
    "internal/abi.MapType",
    "runtime.moduledata",
    "internal/runtime/maps.table",
  ]);
  const [first, second, moduleData, table] = others;

  it("agree on the header", () => {
    const layout = mapLayout(version, implementation);
    expect(header?.size).toBe(layout.headerSize);
    for (const { name, offset, size } of layout.fields) {
      expect({ name, ...header?.fields.get(name) }).toEqual({ name, offset, size });
    }
    // Nothing but padding is left out.
    const known = new Set(layout.fields.map(({ name }) => name));
    expect([...(header?.fields.keys() ?? [])].filter((name) => !known.has(name) && name !== "_")).toEqual([]);
  });

  it("agree on the type's descriptor", () => {
    const size = mapTypeSize(typeLayout(version, implementation));
    expect([first?.size, second?.size]).toContain(size);
  });

  it("agree on module data", () => {
    const { module } = typeLayout(version, implementation);
    expect(moduleData?.size).toBe(module.size);
    expect(moduleData?.fields.get("types")?.offset).toBe(module.types);
    expect(moduleData?.fields.get("etypes")?.offset).toBe(module.typesEnd);
    expect(moduleData?.fields.get("next")?.offset).toBe(module.next);
  });

  it("agree on tables", () => {
    expect(table?.size).toBe(classic ? undefined : 32);
    expect(table?.fields.get("localDepth")?.offset).toBe(classic ? undefined : 6);
    expect(table?.fields.get("index")?.offset).toBe(classic ? undefined : 8);
  });
});
