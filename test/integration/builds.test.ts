/**
 * Programs of all kinds, and all ways to build them: a conflict is named with both sides, and a program in which the
 * probe is not switched on stays as it is.
 */
import { createHash } from "node:crypto";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeCase } from "../../src/case/file.js";
import {
  type CommandResult,
  command,
  folderWith,
  maptrap,
  removeFolder,
} from "../support/maptrap-command.js";
import { eventFiles, probedBuild, probedGo, runTrapped, type TrappedRun } from "../support/probed-build.js";
import { openGoBinary } from "../../src/evidence/binary/open.js";
import { expectSellAndShow, programFolder } from "../support/programs.js";
import { examplesDirectory } from "../support/examples.js";
import { goCommand, type GoVersion, repeats, TESTED, toolchain } from "../support/toolchains.js";

const shop = programFolder("shop");
const shopSource = path.join(shop, "main.go");
const article = path.join(examplesDirectory, "article");

const minor = (version: GoVersion): number => Number(version.split(".")[1]);

let work: string;
beforeAll(async () => {
  work = await folderWith({});
});
afterAll(() => removeFolder(work));

let built = 0;

/** A path for a program that is to be built. */
function newFile(): string {
  built += 1;
  return path.join(work, `program-${built}`);
}

interface Form {
  readonly name: string;
  /** Whether the standard library has to be compiled for this form alone: see {@link thorough}. */
  readonly costly?: true;
  readonly flags?: readonly string[];
  /** For go build. */
  readonly settings?: Readonly<Record<string, string>>;
  /** For the program. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly program?: string;
  readonly args?: readonly string[];
}

const forms: readonly Form[] = [
  { name: "plain" },
  { name: "-trimpath", costly: true, flags: ["-trimpath"] },
  { name: "-ldflags=-s -w", flags: ["-ldflags=-s -w"] },
  { name: "-buildmode=pie", costly: true, flags: ["-buildmode=pie"] },
  { name: "-gcflags=all=-N -l", costly: true, flags: ["-gcflags=all=-N -l"] },
  { name: "-race", costly: true, flags: ["-race"], settings: { CGO_ENABLED: "1" } },
  { name: "C code that calls back", program: "c-callback", settings: { CGO_ENABLED: "1" } },
  { name: "GOMAXPROCS=1", environment: { GOMAXPROCS: "1" } },
  { name: "10,000 goroutines", args: ["crowd"] },
];

/**
 * Whether a version is tested in all forms: one with classic maps and one with swiss ones; each for the full measure.
 */
const thorough = (version: GoVersion): boolean =>
  repeats > 1 || TESTED.length > 4 || version === TESTED[0] || version === TESTED.at(-1);

/** Builds a form of a program with the probe. */
async function buildForm(form: Form, version: GoVersion): Promise<string> {
  const cwd = programFolder(form.program ?? "shop");
  const environment = { CGO_ENABLED: "0", ...form.settings };
  const file = newFile();
  await probedBuild({ version, args: [...(form.flags ?? []), "."], cwd, environment }, file);
  return file;
}

describe.each(TESTED)("Go %s, both sides", (version) => {
  it.each(forms.filter(({ costly }) => costly !== true || thorough(version)))("$name", async (form) => {
    const file = await buildForm(form, version);
    const args = ["run", "--json", file, "--", ...(form.args ?? [])];
    const result = await maptrap(args, { cwd: work, environment: form.environment ?? {} });
    expect(result.status, result.stderr).toBe(66);
    expectSellAndShow(result.stdout, path.join(programFolder(form.program ?? "shop"), "main.go"));
    // The file is known to be the program that ran, by its identity.
    expect(openGoBinary(file).identity).toBeDefined();
    const { observations } = decodeCase(result.stdout, "stdout");
    const conflicts = observations.filter((one) => one.kind === "conflict");
    expect(new Set(conflicts.map(({ symbols }) => symbols))).toEqual(new Set(["binary"]));
  });
});

describe.each(TESTED.filter((version) => version === "1.24" || version === "1.25"))(
  "Go %s, GOEXPERIMENT=noswissmap",
  (version) => {
    it("names both sides in a program with classic maps", async () => {
      const file = await buildForm({ name: "classic", settings: { GOEXPERIMENT: "noswissmap" } }, version);
      const result = await maptrap(["run", "--json", file], { cwd: work });
      expect(result.status, result.stderr).toBe(66);
      expectSellAndShow(result.stdout, shopSource);
      const implementations = decodeCase(result.stdout, "stdout").evidence.map((one) =>
        one.kind === "event-file" ? one.mapImplementation : one.kind,
      );
      expect(new Set(implementations)).toEqual(new Set(["classic"]));
    });
  },
);

describe.each(TESTED.filter((version) => minor(version) >= 24))("Go %s, a synctest bubble", (version) => {
  const cwd = programFolder("bubble");
  const environment = minor(version) === 24 ? { GOEXPERIMENT: "synctest" } : {};
  let file: string;
  beforeAll(async () => {
    file = newFile();
    const result = await probedGo({ version, args: ["test", "-c", "-o", file, "."], cwd, environment });
    expect(result.status, result.stderr).toBe(0);
  });

  it("names both sides of a conflict inside", async () => {
    const args = ["run", "--json", file, "--", "-test.run", "^TestConflict$"];
    const result = await maptrap(args, { cwd: work });
    expect(result.status, result.stderr).toBe(66);
    expectSellAndShow(result.stdout, path.join(cwd, "bubble_test.go"));
  });

  it("shows the same times on its clock with the trap on as off", async () => {
    const args = ["-test.run", "^TestClock$"];
    const clock = (text: string): string[] => text.split("\n").filter((line) => line.startsWith("clock:"));
    const off = await command(file, args, { cwd: work });
    expect(off.status).toBe(0);
    expect(clock(off.stdout).at(-1)).toBe("clock: end at 100ms");
    for (let time = 1; time <= 5; time += 1) {
      const on = await runTrapped(file, work, { args });
      expect(on.status).toBe(0);
      expect(clock(on.stdout)).toEqual(clock(off.stdout));
      expect(on.files[0]?.header.delays).toBeGreaterThan(0);
      expect(on.files[0]?.conflicts).toEqual([]);
    }
  });
});

describe.each(TESTED)("Go %s, for other systems", (version) => {
  it.each([
    ["linux", "arm64"],
    ["darwin", "arm64"],
    ["windows", "amd64"],
  ])("builds for %s/%s", async (GOOS, GOARCH) => {
    const environment = { GOOS, GOARCH, CGO_ENABLED: "0" };
    const file = newFile();
    await probedBuild({ version, args: ["."], cwd: article, environment }, file);
    expect((await readFile(file)).includes("runtime.maptrapAccess")).toBe(true);
  });
});

/** What `maptrap read` makes of a run. */
async function readBack(run: TrappedRun): Promise<CommandResult> {
  const result = await maptrap(["read", "--json", run.folder], { cwd: work });
  expect(result.status, `${result.stderr}\n${run.stderr}`).toBe(66);
  return result;
}

describe.each(TESTED)("Go %s, what is left of a program", (version) => {
  let file: string;
  beforeAll(async () => {
    file = await buildForm({ name: "plain" }, version);
  });

  const endings = [
    { how: "return", status: 0, state: "exited" },
    { how: "exit", status: 0, state: "exited" },
    { how: "exit 7", status: 7, state: "exited" },
    { how: "kill", status: null, state: "running" },
  ] as const;

  it.each(endings)("that ends by: $how", async ({ how, status, state }) => {
    const run = await runTrapped(file, work, { args: [how] });
    expect(run.status).toBe(status);
    expect(run.stdout).toBe("open\nclosed\n");
    expect(run.files.map(({ header }) => [header.state, header.exitStatus])).toEqual([
      [state, state === "exited" ? status : null],
    ]);
    const [name = ""] = await readdir(run.folder);
    expect((await stat(path.join(run.folder, name))).mode & 0o777).toBe(0o600);
    expectSellAndShow((await readBack(run)).stdout, shopSource);
  });

  it("that ends by Go's own fatal error", async () => {
    const began = performance.now();
    // On a machine with one processor two threads take turns at any moment; two goroutines do not while they are in a map function.
    const run = await runTrapped(file, work, { args: ["crash"], environment: { GOMAXPROCS: "2" } });
    const waited = performance.now() - began < 1000;
    expect(run.status).toBe(2);
    expect(run.stderr).toMatch(/^fatal error: concurrent map (read and map write|writes)$/m);
    expectSellAndShow((await readBack(run)).stdout, shopSource);
    // Go's own text comes first, and both sides after it; but the report waits for no longer than a second.
    const report = run.stderr.indexOf("WARNING: CONCURRENT MAP USE");
    expect(report).toBeGreaterThan(waited ? run.stderr.indexOf("fatal error") : -1);
    expect(run.stderr.slice(report)).toMatch(
      /main\.sell\(\)[^]*main\.show\(\)|main\.show\(\)[^]*main\.sell\(\)/,
    );
  });

  it("that cannot write its file: it says so in one line and runs on", async () => {
    const blocked = path.join(work, "a-file");
    await writeFile(blocked, "");
    const folder = path.join(blocked, "below");
    const run = await runTrapped(file, work, { args: ["alone"], environment: { MAPTRAP_DIR: folder } });
    expect(run.status).toBe(0);
    expect(run.stdout).toBe("open\ntea: true 0\nclosed\n");
    expect(run.stderr).toMatch(
      /^maptrap: cannot create the event file; findings are printed only: \S+\.maptrap\n$/,
    );
    expect(run.stderr).toContain(folder);
  });

  it("that has no folder for its file: the findings are printed", async () => {
    const run = await runTrapped(file, work, { environment: { MAPTRAP_DIR: undefined } });
    expect(run.status).toBe(0);
    expect(run.stdout).toBe("open\nclosed\n");
    expect(run.stderr).toMatch(/WARNING: CONCURRENT MAP USE[^]*main\.go:\d+/);
  });

  it("in which the probe is not switched on: no file, no word", async () => {
    const plain = newFile();
    const environment = { CGO_ENABLED: "0" };
    await command(goCommand(version), ["build", "-o", plain, "."], { cwd: shop, environment });
    const folder = await folderWith({});
    const options = { args: ["alone"], environment: { MAPTRAP: undefined, MAPTRAP_DIR: folder } };
    const off = await runTrapped(file, work, options);
    const same = await command(plain, ["alone"], { cwd: work });
    expect({ status: off.status, stdout: off.stdout, stderr: off.stderr }).toEqual(same);
    expect(same).toEqual({ status: 0, stdout: "open\ntea: true 0\nclosed\n", stderr: "" });
    expect(await readdir(folder)).toEqual([]);
    await removeFolder(folder);
  });
});

/** One hash of all of Go's source files that the probe is laid over, and of their neighbours. */
async function checksum(goroot: string): Promise<string> {
  const hash = createHash("sha256");
  for (const folder of ["runtime", "reflect", "internal/runtime/maps"]) {
    const names = await readdir(path.join(goroot, "src", folder)).catch(() => []);
    for (const name of names.filter((one) => one.endsWith(".go")).toSorted()) {
      hash.update(name).update(await readFile(path.join(goroot, "src", folder, name)));
    }
  }
  return hash.digest("hex");
}

describe.each(TESTED)("Go %s, GOFLAGS=$(maptrap overlay --goflags)", (version) => {
  const subtests = path.join(examplesDirectory, "parallel-subtests");
  const run = (
    args: readonly string[],
    cwd: string,
    more: Record<string, string> = {},
  ): Promise<CommandResult> => probedGo({ version, args, cwd, environment: more });

  it("go build, go vet", async () => {
    const nothing = { status: 0, stdout: "", stderr: "" };
    expect(await run(["build", "-o", newFile(), "."], article)).toEqual(nothing);
    expect(await run(["vet", "./..."], article)).toEqual(nothing);
    expect(await run(["vet", "./..."], subtests)).toEqual(nothing);
  });

  it("go run", async () => {
    const folder = await folderWith({});
    const trap = { MAPTRAP: "trap", MAPTRAP_DIR: folder, MAPTRAP_HALT: "1" };
    const result = await run(["run", "."], article, trap);
    expect(result.status).toBe(1); // go run says "exit status 66"
    expect(result.stderr).toMatch(/WARNING: CONCURRENT MAP USE[^]*exit status 66/);
    expect(await eventFiles(folder)).toHaveLength(1);
    await removeFolder(folder);
  });

  it("go test", async () => {
    const folder = await folderWith({});
    const args = ["test", "-count=1", "./repaired"];
    expect((await run(args, subtests)).status).toBe(0);
    const result = await run(args, subtests, { MAPTRAP: "trap", MAPTRAP_DIR: folder });
    expect(result.status, result.stdout).toBe(0);
    expect((await eventFiles(folder)).map(({ conflicts }) => conflicts)).toEqual([[]]);
    await removeFolder(folder);
  });

  it("leaves Go's own files as they are", async () => {
    const before = await checksum(toolchain(version));
    const made = await maptrap(["overlay", "--force", "--go", goCommand(version)]);
    expect(made.status).toBe(0);
    expect((await run(["build", "-o", newFile(), "."], article)).status).toBe(0);
    expect(await checksum(toolchain(version))).toBe(before);
  });
});
