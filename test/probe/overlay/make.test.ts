import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AnchorError } from "../../../src/probe/overlay/anchors.js";
import { changesFor } from "../../../src/probe/overlay/hooks.js";
import {
  makeOverlay,
  NoGoSourceError,
  overlayCacheDirectory,
  type OverlayToolchain,
} from "../../../src/probe/overlay/make.js";
import { piecesFor } from "../../../src/probe/overlay/pieces.js";
import { type GoVersion, TESTED, toolchain } from "../../support/toolchains.js";

let folder: string;
let cacheDirectory: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "overlay-test-"));
  cacheDirectory = path.join(folder, "cache");
});
afterEach(() => rm(folder, { recursive: true }));

function toolchainOf(version: GoVersion): OverlayToolchain {
  return { goroot: toolchain(version), version: `go${version}.1`, minor: Number(version.split(".")[1]) };
}

/** The files that the overlay for a Go version consists of. */
function filesOf(minor: number): string[] {
  const files = [...changesFor(minor).map(({ file }) => file), ...piecesFor(minor).map(({ into }) => into)];
  return [...new Set(files)].toSorted();
}

/** What is laid over what: file below GOROOT/src, and where its copy is. */
async function replacements(overlayFile: string, goroot: string): Promise<Map<string, string>> {
  const { Replace } = JSON.parse(await readFile(overlayFile, "utf8")) as { Replace: Record<string, string> };
  const source = path.join(goroot, "src");
  const real = await realpath(source);
  const below = (place: string): Map<string, string> =>
    new Map(
      Object.entries(Replace)
        .filter(([file]) => file.startsWith(place + path.sep))
        .map(([file, copy]) => [path.relative(place, file), copy]),
    );
  // Where GOROOT/src is a link, each file is there by both its names.
  expect(below(real)).toEqual(below(source));
  return below(source);
}

/** A GOROOT that holds no more than the files that are laid over, each passed through a change. */
async function copyOf(
  from: OverlayToolchain,
  change: (text: string, file: string) => string,
): Promise<OverlayToolchain> {
  const goroot = path.join(folder, "goroot");
  for (const file of filesOf(from.minor)) {
    const text = await readFile(path.join(from.goroot, "src", file), "utf8");
    const copy = path.join(goroot, "src", file);
    await mkdir(path.dirname(copy), { recursive: true });
    await writeFile(copy, change(text, file));
  }
  return { ...from, goroot };
}

describe.each(TESTED)("Go %s", (version) => {
  const go = toolchainOf(version);

  it("has a copy of each file, with the lines of Go's own at their places", async () => {
    const { overlayFile, cached, goVersion } = await makeOverlay(go, { cacheDirectory });
    expect({ cached, goVersion }).toEqual({ cached: false, goVersion: go.version });
    const replaced = await replacements(overlayFile, go.goroot);
    expect([...replaced.keys()].toSorted()).toEqual(filesOf(go.minor));
    for (const [file, copy] of replaced) {
      const original = (await readFile(path.join(go.goroot, "src", file), "utf8")).split("\n");
      const edited = (await readFile(copy, "utf8")).split("\n");
      const moved = original.slice(0, -1).filter((line, index) => !keeps(line, edited[index] ?? ""));
      expect(moved, file).toEqual([]);
    }
    expect(await readdir(cacheDirectory)).toEqual([path.basename(path.dirname(overlayFile))]);
  });

  it("is found in the cache the second time, and made again with force", async () => {
    const first = await makeOverlay(go, { cacheDirectory });
    const made = await stat(first.overlayFile);
    expect(await makeOverlay(go, { cacheDirectory })).toEqual({ ...first, cached: true });
    expect((await stat(first.overlayFile)).ino).toBe(made.ino);
    const text = await readFile(first.overlayFile, "utf8");
    await writeFile(first.overlayFile, "damaged");
    expect(await makeOverlay(go, { cacheDirectory, force: true })).toEqual(first);
    expect(await readFile(first.overlayFile, "utf8")).toBe(text);
  });

  it("is refused where a place is missing: file, place and version are named, and nothing is written", async () => {
    const broken = await copyOf(go, (text) =>
      text.replace(/^func (runtime_)?mapassign\(/m, "func $1mapAssign("),
    );
    const error: unknown = await makeOverlay(broken, { cacheDirectory }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AnchorError);
    const place = go.minor < 26 ? "func mapassign" : "func runtime_mapassign";
    expect(error).toMatchObject({ anchor: place, goVersion: go.version, found: 0 });
    expect((error as AnchorError).message).toContain(`of ${go.version} the place "func `);
    expect((error as AnchorError).message).toMatch(/in (internal\/)?runtime\/[\w/]+\.go of/);
    await expect(stat(cacheDirectory)).rejects.toMatchObject({ code: "ENOENT" });
  });
});

/** Whether a line is still there, perhaps with the probe on it. */
function keeps(line: string, edited: string): boolean {
  return edited.replace("_unprobed(", "(").startsWith(line) || edited.includes("maptrap");
}

const [oldest = "1.19"] = TESTED;

it("is refused where Go's source is not installed", async () => {
  const go = { ...toolchainOf(oldest), goroot: folder };
  const error: unknown = await makeOverlay(go, { cacheDirectory }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(NoGoSourceError);
  expect(error).toMatchObject({ goroot: folder, file: "runtime/proc.go" });
  await expect(stat(cacheDirectory)).rejects.toMatchObject({ code: "ENOENT" });
});

it("gets a folder of its own for each GOROOT and for each content", async () => {
  const original = toolchainOf(oldest);
  const same = await copyOf(original, (text) => text);
  const folders = [
    await makeOverlay(original, { cacheDirectory }),
    await makeOverlay(same, { cacheDirectory }),
  ];
  const other = await copyOf(original, (text) => `${text}\n// A patch release.\n`);
  folders.push(await makeOverlay(other, { cacheDirectory }));
  expect(new Set(folders.map(({ overlayFile }) => overlayFile)).size).toBe(3);
  expect(await makeOverlay(original, { cacheDirectory })).toMatchObject({ cached: true });
});

it("may be made by several at the same time", async () => {
  const go = toolchainOf(oldest);
  const all = await Promise.all(Array.from({ length: 8 }, () => makeOverlay(go, { cacheDirectory })));
  const [first] = all;
  expect(new Set(all.map(({ overlayFile }) => overlayFile)).size).toBe(1);
  const copies = await replacements(first?.overlayFile ?? "", go.goroot);
  for (const copy of copies.values()) {
    expect((await stat(copy)).size).toBeGreaterThan(0);
  }
  expect(await readdir(cacheDirectory)).toHaveLength(1);
});

describe("the cache folder", () => {
  it("is where the user keeps caches", () => {
    expect(overlayCacheDirectory({ XDG_CACHE_HOME: "/caches" })).toBe("/caches/maptrap/overlay");
    expect(overlayCacheDirectory({ XDG_CACHE_HOME: "here" })).toMatch(/^\/.*\.cache\/maptrap\/overlay$/);
    expect(overlayCacheDirectory({})).toMatch(/^\/.*\.cache\/maptrap\/overlay$/);
  });
});
