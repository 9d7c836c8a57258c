import { describe, expect, it } from "vitest";
import { sortGiven } from "../../../studio/opening/dropped.js";
import { SourceHere } from "../../../studio/opening/source-here.js";

const file = (name: string): File => new File(["x"], name);

function sorted(...paths: readonly string[]) {
  const { files, source, empty } = sortGiven(paths.map((path) => ({ path, file: file(path) })));
  return {
    files: files.map(({ name }) => name),
    source: source === null ? null : [source.folder, ...source.files.map(({ path }) => path)],
    empty,
  };
}

describe("what was dropped", () => {
  it("a folder of source is a tree, and files beside it are opened", () => {
    expect(
      sorted("crash.log", "shop/go.mod", "shop/main.go", "shop/cache/cache.go", "shop/README.md"),
    ).toEqual({
      files: ["crash.log"],
      source: ["shop", "go.mod", "main.go", "cache/cache.go"],
      empty: [],
    });
  });

  it("single Go files are source, too", () => {
    expect(sorted("main.go", "go.mod", "crash.txt").source).toEqual(["", "main.go", "go.mod"]);
  });

  it("what may be evidence in a folder is looked at, and a folder with nothing is named", () => {
    expect(sorted("events/1.maptrap", "events/notes.txt", "pictures/cat.png")).toEqual({
      files: ["events/1.maptrap", "events/notes.txt"],
      source: null,
      empty: ["pictures"],
    });
  });

  it("what Go does not build is no source", () => {
    expect(sorted("shop/testdata/a.go", "shop/_old/b.go", "shop/.git/c.go").source).toBeNull();
  });
});

describe("source that was given", () => {
  const held = (folder: string, texts: Readonly<Record<string, string>>) =>
    SourceHere.read({
      folder,
      files: Object.entries(texts).map(([path, text]) => ({ path, blob: new Blob([text]) })),
    });

  it("is found by its path, its module, or the end of the path where it was built", async () => {
    const source = await held("shop", {
      "go.mod": "module example.com/shop\n",
      "main.go": "package main // root\n",
      "cache/cache.go": "package cache\n",
    });
    const read = source.readSource;
    expect(read("cache/cache.go")).toBe("package cache\n");
    expect(read("shop/cache/cache.go")).toBe("package cache\n");
    expect(read("example.com/shop/main.go")).toBe("package main // root\n");
    expect(read("/home/ada/shop/cache/cache.go")).toBe("package cache\n");
    expect(read("/home/ada/other/main.go")).toBeUndefined();
    expect(read("/home/ada/workshop/main.go")).toBeUndefined();
    expect(read("go.mod")).toBeUndefined();
  });

  it("of a module in a folder is found by the module's folder, and never by less", async () => {
    const source = await held("work", {
      "src/shop/go.mod": "module example.com/shop\n",
      "src/shop/main.go": "package main\n",
      "src/shop/cache/cache.go": "package cache // ours\n",
      "lib/cache.go": "package lib\n",
    });
    const read = source.readSource;
    expect(read("/home/ada/shop/main.go")).toBe("package main\n");
    expect(read("/home/ada/shop/cache/cache.go")).toBe("package cache // ours\n");
    expect(read("/root/go/pkg/mod/other.org/x@v1.2.3/cache/cache.go")).toBeUndefined();
    expect(read("/home/ada/lib/cache.go")).toBeUndefined();
    expect(read("/home/ada/work/lib/cache.go")).toBe("package lib\n");
  });

  it("the module that a text fits to is taken out of several", async () => {
    const source = await held("work", {
      "shop/go.mod": "module example.com/shop\n",
      "shop/cache/cache.go": "package cache\n",
      "till/go.mod": "module example.com/till\n",
      "till/main.go": "package main\nfunc main() {}\n",
    });
    const frames = [{ function: "example.com/shop/cache.Get", file: "/build/cache/cache.go" }];
    const reports = [{ kind: "race", conflict: "concurrent map writes", accesses: [{ frames }] }] as never;
    expect(source.partFor(reports)).toEqual({
      root: "work/shop",
      files: new Map([
        ["go.mod", "module example.com/shop\n"],
        ["cache/cache.go", "package cache\n"],
      ]),
    });
    expect(source.partFor([]).root).toBe("work");
  });
});
