/** `maptrap overlay` with real toolchains: several at once, and a Go whose runtime was changed. */
import { mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { examplesDirectory } from "../support/examples.js";
import { folderWith, maptrap, removeFolder } from "../support/maptrap-command.js";
import { goCommand, TESTED, toolchain } from "../support/toolchains.js";

let folder: string;
beforeEach(async () => {
  folder = await folderWith({});
});
afterEach(() => removeFolder(folder));

/** Makes `to` a folder of links to what is in `from`, without the files named. */
async function linkAll(from: string, to: string, without: string): Promise<void> {
  await mkdir(to);
  const names = (await readdir(from)).filter((name) => name !== without);
  await Promise.all(names.map((name) => symlink(path.join(from, name), path.join(to, name))));
}

/** A GOROOT in which one file below src/runtime is another one. */
async function changedGoroot(file: string, change: (text: string) => string): Promise<string> {
  const original = toolchain("1.27");
  const goroot = path.join(folder, "goroot");
  await linkAll(original, goroot, "src");
  await linkAll(path.join(original, "src"), path.join(goroot, "src"), "runtime");
  await linkAll(path.join(original, "src/runtime"), path.join(goroot, "src/runtime"), file);
  const text = await readFile(path.join(original, "src/runtime", file), "utf8");
  await writeFile(path.join(goroot, "src/runtime", file), change(text));
  return goroot;
}

describe.each(TESTED)("Go %s", (version) => {
  it("is made by four processes at the same time, and by one only with the same result", async () => {
    const environment = { XDG_CACHE_HOME: folder };
    const call = (): ReturnType<typeof maptrap> =>
      maptrap(["overlay", "--go", goCommand(version)], { environment });
    const results = await Promise.all([call(), call(), call(), call()]);
    const [first] = results;
    for (const result of [...results, await call()]) {
      expect(result).toEqual({ status: 0, stdout: first?.stdout, stderr: "" });
    }
    const file = first?.stdout.trim() ?? "";
    expect(file.startsWith(path.join(folder, "maptrap", "overlay"))).toBe(true);
    expect(await readdir(path.join(folder, "maptrap", "overlay"))).toHaveLength(1);
    const { Replace } = JSON.parse(await readFile(file, "utf8")) as { Replace: Record<string, string> };
    for (const [original, copy] of Object.entries(Replace)) {
      expect((await stat(copy)).size).toBeGreaterThan((await stat(original)).size);
    }
  });
});

describe("a Go whose runtime was changed", () => {
  it.each([
    { name: "overlay", args: ["overlay"] },
    { name: "run", args: ["run", "."] },
  ])("maptrap $name names file, place and version, and writes nothing", async ({ args }) => {
    const GOROOT = await changedGoroot("map.go", (text) =>
      text.replace("func mapdelete(", "func mapremove("),
    );
    const cache = path.join(folder, "cache");
    const result = await maptrap(args, {
      cwd: path.join(examplesDirectory, "article"),
      environment: { GOROOT, XDG_CACHE_HOME: cache },
    });
    expect(result).toMatchObject({ status: 1, stdout: "" });
    expect(result.stderr).toMatch(
      /^maptrap: the probe does not fit this Go: in runtime\/map\.go of go1\.27\S* the place "func mapdelete" was found 0 times/m,
    );
    expect(result.stderr).toContain("--go");
    await expect(stat(cache)).rejects.toMatchObject({ code: "ENOENT" });
  });
});
