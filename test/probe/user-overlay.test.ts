import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chooseOverlay, type OverlayChoice } from "../../src/probe/user-overlay.js";

let folder: string;
let probe: string;
let probesFile: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "overlay-test-"));
  probe = path.join(folder, "cache", "go1.27.3-1", "overlay.json");
  probesFile = path.join(folder, "cache", "go1.27.3-1", "map.go");
  await mkdir(path.dirname(probe), { recursive: true });
  await writeOverlay(probe, { "/go/src/runtime/map.go": probesFile });
});
afterEach(() => rm(folder, { recursive: true }));

function writeOverlay(file: string, replace: Readonly<Record<string, string>>): Promise<void> {
  return writeFile(file, JSON.stringify({ Replace: replace }));
}

function choose(goflags: string, flags: readonly string[]): Promise<OverlayChoice> {
  return chooseOverlay({ goflags, minor: 27 }, probe, flags, folder, path.join(folder, "merged.json"));
}

async function replacements(file: string): Promise<unknown> {
  return (JSON.parse(await readFile(file, "utf8")) as { Replace: unknown }).Replace;
}

describe("chooseOverlay", () => {
  it("takes the probe's overlay where the user has none", async () => {
    expect(await choose("-trimpath", ["-race"])).toEqual({ overlayFile: probe, flags: ["-race"] });
  });

  it("merges with the user's, with relative paths made absolute", async () => {
    await writeOverlay(path.join(folder, "mine.json"), { "a.go": "b.go", "/gone.go": "" });
    const merged = path.join(folder, "merged.json");
    expect(await choose("", ["-overlay=mine.json", "-v"])).toEqual({ overlayFile: merged, flags: ["-v"] });
    expect(await replacements(merged)).toEqual({
      "/go/src/runtime/map.go": probesFile,
      [path.join(folder, "a.go")]: path.join(folder, "b.go"),
      "/gone.go": "",
    });
  });

  it("takes the flag of the call before the one in GOFLAGS, as Go does", async () => {
    await writeOverlay(path.join(folder, "mine.json"), { "/a.go": "/mine.go" });
    await writeOverlay(path.join(folder, "other one.json"), { "/a.go": "/other.go" });
    const goflags = `'-overlay=${folder}/other one.json'`;
    expect(await replacements((await choose(goflags, [])).overlayFile)).toMatchObject({
      "/a.go": "/other.go",
    });
    const { overlayFile } = await choose(goflags, ["-overlay", "mine.json"]);
    expect(await replacements(overlayFile)).toMatchObject({ "/a.go": "/mine.go" });
  });

  it("drops what an earlier maptrap put into GOFLAGS", async () => {
    const old = path.join(folder, "cache", "go1.26.1-2", "overlay.json");
    await mkdir(path.dirname(old));
    await writeOverlay(old, { "/go/src/runtime/map.go": path.join(path.dirname(old), "map.go") });
    expect(await choose(`'-overlay=${old}'`, [])).toEqual({ overlayFile: probe, flags: [] });
  });

  it("refuses an overlay that replaces the same file", async () => {
    await writeOverlay(path.join(folder, "mine.json"), { "/go/src/runtime/map.go": "/mine.go" });
    await expect(choose("", ["-overlay=mine.json"])).rejects.toThrow(
      "/go/src/runtime/map.go, which the probe replaces",
    );
  });

  it.each(["", "[1]", "null", '{"Replace": 1}', '{"Replace": {"a": 1}}'])("refuses %s", async (text) => {
    await writeFile(path.join(folder, "mine.json"), text);
    await expect(choose("", ["-overlay=mine.json"])).rejects.toThrow("mine.json");
  });

  it("says that the overlay is not there", async () => {
    await expect(choose("", ["-overlay=mine.json"])).rejects.toThrow("cannot be read");
  });
});
