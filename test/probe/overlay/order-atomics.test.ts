import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { AnchorError } from "../../../src/probe/overlay/anchors.js";
import { editFile } from "../../../src/probe/overlay/edit.js";
import { atomicChanges, atomicPieces, plainFunctions } from "../../../src/probe/overlay/order/atomics.js";
import { repositoryRoot, TESTED, type GoVersion, toolchain } from "../../support/toolchains.js";

const minorOf = (version: GoVersion): number => Number(version.split(".")[1]);

const source = (version: GoVersion, file: string): Promise<string> =>
  readFile(path.join(toolchain(version), "src", file), "utf8");

/** A file as the changes leave it. */
async function edited(version: GoVersion, file: string, before = (text: string) => text): Promise<string> {
  const change = atomicChanges(minorOf(version)).find((one) => one.file === file);
  expect(change).toBeDefined();
  return editFile(before(await source(version, file)), change!, `go${version}`);
}

/** Lines of code that are in one text and not, at the same place, in the other. */
function changedLines(before: string, after: string): string[] {
  const lines = after.split("\n");
  const old = before.split("\n");
  expect(lines).toHaveLength(old.length);
  return lines.filter((line, at) => line !== old[at]);
}

describe.each(TESTED)("Go %s", (version) => {
  const minor = minorOf(version);

  it("keeps every line where it was", async () => {
    const changes = atomicChanges(minor);
    expect(changes.length).toBeGreaterThan(4);
    for (const { file } of changes) {
      expect(changedLines(await source(version, file), await edited(version, file)).length).toBeGreaterThan(
        0,
      );
    }
  });

  it("leaves nothing in the assembly, and defines all that was there", async () => {
    const texts = [...(await source(version, "sync/atomic/asm.s")).matchAll(/^TEXT ·(\w+)/gm)].map(
      ([, name = ""]) => name,
    );
    expect(texts.length).toBe(minor < 23 ? 26 : 36);
    expect(new Set(plainFunctions(minor))).toEqual(new Set(texts));
    expect(await edited(version, "sync/atomic/asm.s")).not.toContain("TEXT");
    const pieces = atomicPieces(minor).filter(({ into }) => into === "runtime/race0.go");
    const code = await Promise.all(
      pieces.map(({ file }) => readFile(path.join(repositoryRoot, "probe", file), "utf8")),
    );
    const defined = [
      ...code.join("\n").matchAll(/^\/\/go:linkname maptrapAtomic(\w+) sync\/atomic\.(\w+)$/gm),
    ];
    expect(defined.map(([, , name = ""]) => name).toSorted()).toEqual(texts.toSorted());
    expect(defined.every(([, own, name]) => own === name)).toBe(true);
  });

  it("gives each method that calls a plain function a look at the switch", async () => {
    const before = await source(version, "sync/atomic/type.go");
    const after = await edited(version, "sync/atomic/type.go");
    const changed = changedLines(before, after);
    const methods = ["Load", "Store", "Swap", "CompareAndSwap", "Add", ...(minor < 23 ? [] : ["And", "Or"])];
    expect(changed).toHaveLength(5 * methods.length + 4 + 1);
    for (const line of changed) {
      expect(line).toMatch(/\bif maptrapOrdering != 0 \{ (?:return .*|.*; return) \}; /);
    }
    // Pointer's other methods call functions that the compiler never replaces.
    const left =
      after.match(/^.*\b(?:Load|Store|Swap|CompareAndSwap|Add|And|Or)(?:Int|Uint|Pointer).*$/gm) ?? [];
    const unhooked = left.filter((line) => !line.includes("maptrapOrdering"));
    expect(unhooked.map((line) => /\b(\w+)\(&x\.v/.exec(line)?.[1])).toEqual([
      "StorePointer",
      "SwapPointer",
      "CompareAndSwapPointer",
    ]);
    const declared = atomicPieces(minor).filter(({ into }) => into === "sync/atomic/type.go");
    const code = await Promise.all(
      declared.map(({ file }) => readFile(path.join(repositoryRoot, "probe", file), "utf8")),
    );
    for (const [, name = ""] of after.matchAll(/\b(maptrapOrder[A-Z]\w+)\(/g)) {
      expect(code.join("\n")).toContain(`\nfunc ${name}(`);
    }
  });

  it("lets Value load by the told way only", async () => {
    const after = await edited(version, "sync/atomic/value.go");
    expect(after).not.toMatch(/\bLoadPointer\(&/);
    expect(after.match(/\bmaptrapLoadPointer\(&/g)?.length).toBeGreaterThan(5);
  });

  it("names the place that is missing", async () => {
    const without = (text: string): string => text.replace("AddInt32(&x.v, delta)", "addInt32(&x.v, delta)");
    await expect(edited(version, "sync/atomic/type.go", without)).rejects.toThrow(AnchorError);
    await expect(edited(version, "sync/atomic/type.go", without)).rejects.toThrow("func (*Int32).Add");
    const otherJump = (text: string): string =>
      text.replace("TEXT ·LoadPointer(SB),NOSPLIT,$0\n", "TEXT ·LoadPointer(SB),NOSPLIT,$0-16\n");
    await expect(edited(version, "sync/atomic/asm.s", otherJump)).rejects.toThrow("TEXT ·LoadPointer");
    const noLoads = (text: string): string => text.replaceAll("LoadPointer(&", "loadPointer(&");
    await expect(edited(version, "sync/atomic/value.go", noLoads)).rejects.toThrow(AnchorError);
  });
});

describe("what is built on atomics", () => {
  it.each(TESTED.filter((version) => Number(version.slice(2)) < 22))(
    "tells of Once in Go %s",
    async (version) => {
      const after = await edited(version, "sync/once.go");
      expect(after).not.toMatch(/^[^/]*atomic\.(?:Load|Store)Uint32/m);
      expect(changedLines(await source(version, "sync/once.go"), after)).toHaveLength(4);
    },
  );

  it("tells of Map in Go 1.19", async () => {
    expect(await edited("1.19", "sync/map.go")).not.toContain("atomic.LoadPointer(");
  });

  it.each(TESTED)("needs no more of Once and Map in Go %s", async (version) => {
    const files = atomicChanges(minorOf(version)).map(({ file }) => file);
    for (const file of ["sync/once.go", "sync/map.go"]) {
      const plain =
        /^[^/]*\batomic\.(?:Load|Store|Swap|CompareAndSwap|Add)(?:Int|Uint)|^[^/]*\batomic\.LoadPointer/m;
      expect({ file, plain: plain.test(await source(version, file)) }).toEqual({
        file,
        plain: files.includes(file),
      });
    }
  });
});
