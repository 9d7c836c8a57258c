import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { outputTarget, OutputFileError, TextFile } from "../../src/cli/output-file.js";

const kind = { what: "the case file", option: "--output" };
let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "maptrap-output-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const inFolder = (name: string): string => path.join(folder, name);

async function write(name: string, text: string): Promise<void> {
  const file = await TextFile.at(name, folder, kind);
  await file?.write(text);
}

test("a new file, and the one that is there, whose mode stays", async () => {
  await write("case.json", "one");
  expect(await readFile(inFolder("case.json"), "utf8")).toBe("one");
  await chmod(inFolder("case.json"), 0o600);
  await write("case.json", "2");
  expect(await readFile(inFolder("case.json"), "utf8")).toBe("2");
  expect((await stat(inFolder("case.json"))).mode & 0o777).toBe(0o600);
  expect(await outputTarget("case.json", folder, kind)).toMatchObject({ mode: 0o600, special: false });
  expect(await TextFile.at(undefined, folder, kind)).toBeUndefined();
});

test("links are written through, whether they lead to a file or to none yet", async () => {
  await mkdir(inFolder("kept"));
  await writeFile(inFolder("kept/there"), "before");
  await symlink("kept/there", inFolder("to-file"));
  await symlink("second", inFolder("to-none"));
  await symlink(inFolder("kept/new"), inFolder("second"));
  await mkdir(inFolder("deep"));
  await symlink("deep", inFolder("to-folder"));
  await symlink("../kept/other", inFolder("deep/up"));
  for (const [name, target] of [
    ["to-file", "kept/there"],
    ["to-none", "kept/new"],
    ["to-folder/up", "kept/other"],
  ] as const) {
    expect((await outputTarget(name, folder, kind)).file).toBe(inFolder(target));
    await write(name, `through ${name}`);
    expect((await lstat(inFolder(name))).isSymbolicLink()).toBe(true);
    expect(await readFile(inFolder(target), "utf8")).toBe(`through ${name}`);
  }
});

test("what is no file and no folder is written as it is", async () => {
  expect(await outputTarget("/dev/null", folder, kind)).toMatchObject({ file: "/dev/null", special: true });
  await write("/dev/null", "gone");
});

test("what cannot be written is refused before there is anything to write", async () => {
  await symlink("round", inFolder("circle"));
  await symlink("circle", inFolder("round"));
  await symlink("missing/file", inFolder("to-nowhere"));
  await writeFile(inFolder("file"), "");
  for (const [name, reason] of [
    ["", "it has no name"],
    [".", "it is a folder"],
    ["missing/file", "its folder does not exist"],
    ["file/below", "its folder does not exist"],
    ["to-nowhere", "its folder does not exist"],
    ["circle", "its links lead in a circle"],
    ["x".repeat(300), "the name is too long"],
  ] as const) {
    const error: unknown = await TextFile.at(name, folder, kind).catch((caught: unknown) => caught);
    expect(error, name).toBeInstanceOf(OutputFileError);
    expect(error).toMatchObject({
      message: `the case file cannot be written to ${name === "" ? '""' : name}: ${reason}`,
      wayOut: "--output names a file in a folder that can be written to",
      exitStatus: 2,
    });
  }
  expect((await readdir(folder)).toSorted()).toEqual(["circle", "file", "round", "to-nowhere"]);
});
