import { describe, expect, it } from "vitest";
import type { FileChange } from "../../../src/probe/overlay/changes.js";
import { changesFor } from "../../../src/probe/overlay/hooks.js";
import { mergeChanges } from "../../../src/probe/overlay/merge.js";
import { SUPPORTED } from "../../support/toolchains.js";

const edit = (anchor: string) => ({ anchor, find: /x/, replace: () => anchor });

describe("changes to one file", () => {
  const map: FileChange = {
    file: "runtime/map.go",
    hooks: [{ func: "mapclear", operation: "clear" }],
    edits: [edit("one")],
    makers: ["makemap"],
  };
  const proc: FileChange = { file: "runtime/proc.go", hooks: [], edits: [edit("two")] };

  it("are put together in their order, with all that each of them holds", () => {
    const more: FileChange = {
      file: "runtime/map.go",
      hooks: [{ func: "mapdelete", operation: "delete" }],
      edits: [edit("three")],
      makers: ["makemap_small"],
      before: [{ func: "f", call: "g()", statement: "h()" }],
      marks: [{ func: "mapdelete", operation: "delete", direct: true }],
      reseeders: ["mapclear"],
      checks: true,
      ends: [() => "// the end"],
      copies: [{ of: "a", for: "b" }],
    };
    const [first, second, ...others] = mergeChanges([map, proc, more]);
    expect(others).toEqual([]);
    expect(second).toBe(proc);
    expect(first?.file).toBe("runtime/map.go");
    expect(first?.edits.map(({ anchor }) => anchor)).toEqual(["one", "three"]);
    expect(first).toEqual({
      ...more,
      hooks: [...map.hooks, ...more.hooks],
      edits: [...map.edits, ...more.edits],
      makers: ["makemap", "makemap_small"],
    });
    expect(mergeChanges([more, map])[0]?.checks).toBe(true);
    expect(mergeChanges([map, map])[0]).not.toHaveProperty("checks");
  });

  it.each(SUPPORTED)("are one change to each file of Go %s", (version) => {
    const files = changesFor(Number(version.split(".")[1])).map(({ file }) => file);
    expect(new Set(files).size).toBe(files.length);
    expect(files).toContain("runtime/mgc.go");
  });
});
