import { describe, expect, it } from "vitest";
import { mayBeEvidence } from "../../../studio/opening/names.js";
import { givenByDrop } from "../../../studio/opening/walk.js";

/** A folder is an object, a file its text; null is what the system does not give. */
interface Tree {
  readonly [name: string]: Tree | string | null;
}

/** Files that were asked for. */
let asked = 0;

/** An entry as a browser gives it: a hundred names at a time. */
function entry(name: string, content: Tree | string | null, isFolder = false): FileSystemEntry {
  if (typeof content === "string" || (content === null && !isFolder)) {
    return {
      name,
      isFile: true,
      isDirectory: false,
      file: (resolve: (file: File) => void, reject: (error: unknown) => void) => {
        asked++;
        return content === null ? reject(new Error("NotReadableError")) : resolve(new File([content], name));
      },
    } as unknown as FileSystemEntry;
  }
  return {
    name,
    isFile: false,
    isDirectory: true,
    createReader: () => {
      const left = Object.entries(content ?? {});
      return {
        readEntries: (resolve: (entries: unknown) => void, reject: (error: unknown) => void) =>
          content === null
            ? reject(new Error("NotReadableError"))
            : resolve(left.splice(0, 100).map(([inner, what]) => entry(inner, what, inner === "locked"))),
      };
    },
  } as unknown as FileSystemEntry;
}

async function dropped(tree: Tree, isOver = () => false) {
  asked = 0;
  const seen: string[] = [];
  const items = Object.entries(tree).map(([name, content]) => ({
    webkitGetAsEntry: () => entry(name, content),
  }));
  const given = await givenByDrop({ items } as unknown as DataTransfer, {
    progress: (folder, entries) => seen.push(`${folder} ${entries}`),
    isOver,
  });
  return {
    files: given.files.map(({ name, foundIn }) => [name, foundIn?.isSource]),
    source: given.source?.files.map(({ path }) => path) ?? null,
    empty: given.empty,
    left: given.left.map(({ name, sentence }) => `${name} ${sentence}`),
    seen,
  };
}

describe("a folder that is dropped", () => {
  it("is gone through level by level, for source and for what may be evidence", async () => {
    const tree = {
      "note.md": "dropped by itself, so it is opened",
      shop: {
        zero: "an executable",
        "go.mod": "module shop",
        "README.md": "",
        cache: { "cache.go": "package cache", logs: { "shop.log.1": "", "b.maptrap": "" } },
        "a.maptrap": "",
        node_modules: { "goroutine.log": "" },
        ".git": { HEAD: "" },
      },
      pictures: { "cat.png": "" },
    };
    expect(await dropped(tree)).toEqual({
      files: [
        ["note.md", undefined],
        ["shop/a.maptrap", true],
        ["shop/zero", true],
        ["shop/cache/logs/b.maptrap", true],
        ["shop/cache/logs/shop.log.1", true],
      ],
      source: ["shop/go.mod", "shop/cache/cache.go"],
      empty: ["pictures"],
      left: [],
      seen: ["shop 7", "pictures 8", "shop 10", "shop 12"],
    });
  });

  it("says what cannot be read, and gives the rest", async () => {
    const tree = {
      "gone.log": null,
      shop: { locked: null, "gone.log": null, "shop.log": "", inner: { locked: null } },
    };
    const { files, left } = await dropped(tree);
    expect(files).toEqual([["shop/shop.log", false]]);
    expect(left).toEqual(["gone.log could not be read", "shop 3 entries in it could not be read"]);
  });

  it("of ten thousand files of other tools none is asked for", async () => {
    const web = Object.fromEntries(
      Array.from({ length: 100 }, (_, folder) => [
        `lib${folder}`,
        Object.fromEntries(Array.from({ length: 100 }, (_each, file) => [`f${file}.js`, "x"])),
      ]),
    );
    const { files, seen, empty } = await dropped({ web });
    expect([asked, files, empty]).toEqual([0, [], ["web"]]);
    expect(seen.at(-1)).toBe("web 10100");
  });

  it("ends when it is told to, and where there is too much", async () => {
    const deep = (depth: number): Tree =>
      depth === 0
        ? { "a.log": "" }
        : Object.fromEntries(Array.from("abcdefghij").map((one) => [one, deep(depth - 1)]));
    let steps = 0;
    await dropped({ a: deep(4) }, () => ++steps > 50);
    expect(steps).toBeLessThan(60);
    const wide = Object.fromEntries(Array.from({ length: 60_500 }, (_, file) => [`f${file}`, ""]));
    const { files, left } = await dropped({ wide });
    expect(files.length).toBeGreaterThanOrEqual(59_000);
    expect(files.length).toBeLessThan(60_500);
    expect(left[0]).toContain("wide holds more than can be looked through");
  });
});

describe("names of files in folders", () => {
  it.each([
    "shop",
    "stderr.1",
    "a.maptrap",
    "crash.log.gz",
    "case.json",
    "page.html",
    "shop.exe",
    "shop.test",
  ])("%s is looked at", (name) => expect(mayBeEvidence(`var/${name}`)).toBe(true));
  it.each(["main.go", "a.JS", "README.md", "x.png", "node_modules/a.log", ".git/HEAD"])("%s is not", (name) =>
    expect(mayBeEvidence(name)).toBe(false),
  );
});
