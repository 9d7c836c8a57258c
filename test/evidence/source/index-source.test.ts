import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sourceCacheFolder } from "../../../src/evidence/source/cache.js";
import { indexSource } from "../../../src/evidence/source/index-source.js";
import { repositoryRoot } from "../../support/toolchains.js";

let folder: string;
let root: string;
let cacheFolder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "maptrap-index-")));
  root = path.join(folder, "source");
  cacheFolder = path.join(folder, "cache", "source");
  mkdirSync(root);
  writeFileSync(path.join(root, "go.mod"), "module example.com/shop\n\ngo 1.22\n");
  writeFileSync(
    path.join(root, "cache.go"),
    `package shop

import "sync"

type Cache struct {
	mu    sync.Mutex
	items map[string]int
}

func (c *Cache) Put(k string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items[k]++
}

func Run(c *Cache) {
	go c.Put("a")
	_ = c.items["a"]
}
`,
  );
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("the facts of a small module", async () => {
  const facts = await indexSource(root, { cacheFolder: null });
  expect(facts.root).toBe(root);
  expect(facts.modules).toEqual([{ path: "example.com/shop", folder: "", goVersion: "1.22" }]);
  expect([facts.files, facts.lines]).toEqual([1, 19]);
  expect(facts.functions.map(({ name, startLine, endLine }) => [name, startLine, endLine])).toEqual([
    ["example.com/shop.(*Cache).Put", 10, 14],
    ["example.com/shop.Run", 16, 19],
  ]);
  expect(facts.functions[0]?.receiver).toEqual({ type: "Cache", pointer: true, name: "c" });
  expect(
    facts.accesses.map(({ operation, line, column, expression, variable, base, locks }) => [
      operation,
      `${line}:${column}`,
      expression,
      facts.variables[variable]?.key,
      base,
      locks.map((lock) => `${lock.mode} ${lock.key}`),
    ]),
  ).toEqual([
    [
      "write",
      "13:2",
      "c.items",
      "field example.com/shop.Cache.items",
      "local cache.go:10:7 c",
      ["lock field example.com/shop.Cache.mu"],
    ],
    ["read", "18:6", "c.items", "field example.com/shop.Cache.items", "local cache.go:16:10 c", []],
  ]);
  expect(facts.variables[facts.accesses[0]?.variable ?? -1]).toMatchObject({
    kind: "field",
    name: "Cache.items",
    type: "map[string]int",
    file: "cache.go",
    line: 7,
  });
  expect(facts.starts.some((start) => start.how === "go" && start.started === 0)).toBe(true);
});

test("everything refers to what is there", async () => {
  const facts = await indexSource(path.join(repositoryRoot, "examples"), { cacheFolder: null });
  expect(facts.accesses.length).toBeGreaterThan(100);
  for (const access of facts.accesses) {
    expect(facts.variables[access.variable]).toBeDefined();
    expect(facts.functions[access.function]?.file).toBe(access.file);
    expect(access.expression.length).toBeLessThanOrEqual(100);
  }
  for (const flow of facts.flows) {
    expect(facts.variables[flow.from]).toBeDefined();
    expect(facts.variables[flow.to]).toBeDefined();
  }
  for (const { enclosing } of facts.functions) {
    expect(enclosing === null || facts.functions[enclosing] !== undefined).toBe(true);
  }
  expect(new Set(facts.variables.map(({ key }) => key)).size).toBe(facts.variables.length);
});

describe("the cache", () => {
  const entries = (): string[] => readdirSync(cacheFolder);

  test("gives the same facts again, for the same content wherever it lies", async () => {
    const first = await indexSource(root, { cacheFolder });
    expect(entries()).toHaveLength(1);
    const seen: string[] = [];
    const progress = (what: string): void => {
      seen.push(what);
    };
    expect(await indexSource(root, { cacheFolder, progress })).toEqual(first);
    expect(seen).toEqual(["read"]);
    const moved = path.join(folder, "moved");
    mkdirSync(moved);
    for (const name of readdirSync(root)) {
      writeFileSync(path.join(moved, name), readFileSync(path.join(root, name)));
    }
    expect(await indexSource(moved, { cacheFolder })).toEqual({ ...first, root: moved });
    expect(entries()).toHaveLength(1);
  });

  test("belongs to the user alone and holds nothing half-written", async () => {
    await indexSource(root, { cacheFolder });
    expect(statSync(cacheFolder).mode & 0o777).toBe(0o700);
    expect(entries().every((name) => name.endsWith(".json"))).toBe(true);
    expect(statSync(path.join(cacheFolder, entries()[0] ?? "")).mode & 0o777).toBe(0o600);
  });

  test("another content or another platform is another entry", async () => {
    await indexSource(root, { cacheFolder });
    await indexSource(root, { cacheFolder, goos: "windows" });
    writeFileSync(path.join(root, "more.go"), "package shop\n");
    const changed = await indexSource(root, { cacheFolder });
    expect(changed.files).toBe(2);
    expect(entries()).toHaveLength(3);
  });

  test.each([
    ["cut", (text: string) => text.slice(0, text.length / 2)],
    ["empty", () => ""],
    ["a changed letter", (text: string) => text.replace("Cache.items", "Cache.other")],
    ["no JSON", () => "x\ny"],
  ])("a damaged entry (%s) is made again", async (_, damage) => {
    const first = await indexSource(root, { cacheFolder });
    const file = path.join(cacheFolder, entries()[0] ?? "");
    writeFileSync(file, damage(readFileSync(file, "utf8")));
    expect(await indexSource(root, { cacheFolder })).toEqual(first);
    expect(readFileSync(file, "utf8")).toContain("Cache.items");
  });

  test("the entries that were not used for longest go", async () => {
    mkdirSync(cacheFolder, { recursive: true });
    for (let i = 0; i < 30; i++) {
      const file = path.join(cacheFolder, `${i}.json`);
      writeFileSync(file, "");
      utimesSync(file, 1000 + i, 1000 + i);
    }
    writeFileSync(path.join(cacheFolder, "left.tmp"), "");
    utimesSync(path.join(cacheFolder, "left.tmp"), 1000, 1000);
    await indexSource(root, { cacheFolder });
    const kept = entries();
    expect(kept).toHaveLength(20);
    expect(kept).toContain("29.json");
    expect(kept).not.toContain("0.json");
  });

  test("one that cannot be written is no reason to fail", async () => {
    const file = path.join(folder, "file");
    writeFileSync(file, "");
    const facts = await indexSource(root, { cacheFolder: path.join(file, "below") });
    expect(facts.accesses).toHaveLength(2);
  });

  test("is in the user's cache folder", () => {
    expect(sourceCacheFolder({ XDG_CACHE_HOME: "/somewhere" })).toBe("/somewhere/maptrap/source");
    expect(sourceCacheFolder({ XDG_CACHE_HOME: "relative" })).toMatch(/\/\.cache\/maptrap\/source$/u);
  });
});

test("a folder that is not there is an error", async () => {
  await expect(indexSource(path.join(folder, "nowhere"), { cacheFolder: null })).rejects.toThrow("ENOENT");
});

test("a folder without Go is empty facts", async () => {
  const empty = path.join(folder, "empty");
  mkdirSync(empty);
  const facts = await indexSource(empty, { cacheFolder: null });
  expect([facts.files, facts.functions, facts.accesses]).toEqual([0, [], []]);
});
