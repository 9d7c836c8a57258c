import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MaptrapError } from "../../src/base/errors.js";
import {
  findGoCommand,
  GoCommandError,
  NoGoError,
  openToolchain,
  UnsupportedGoError,
} from "../../src/golang/toolchain.js";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "toolchain-test-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** A go command that prints a text and ends with a status. */
async function fakeGo(output: string, status = 0): Promise<string> {
  await mkdir(path.join(folder, "bin"));
  const file = path.join(folder, "bin", "go");
  await writeFile(file, `#!/bin/sh\ncat <<'END'\n${output}\nEND\nexit ${status}\n`);
  await chmod(file, 0o755);
  return file;
}

function goEnv(values: Readonly<Record<string, string>>): string {
  const usual = {
    GOROOT: "/usr/lib/go",
    GOVERSION: "go1.27.3",
    GOOS: "linux",
    GOARCH: "amd64",
    GOEXPERIMENT: "",
    GOCACHE: "/home/ada/.cache/go-build",
    GOFLAGS: "-trimpath",
    GOMOD: "/home/ada/shop/go.mod",
    GOWORK: "",
  };
  return JSON.stringify({ ...usual, ...values });
}

describe("findGoCommand", () => {
  it("takes a command, a GOROOT folder and a folder of commands", async () => {
    const go = await fakeGo("");
    expect(await findGoCommand(go, {})).toBe(go);
    expect(await findGoCommand(folder, {})).toBe(go);
    expect(await findGoCommand(path.join(folder, "bin"), {})).toBe(go);
  });

  it("searches PATH in its order, and only absolute folders of it", async () => {
    const go = await fakeGo("");
    const PATH = ["/nowhere", "bin", path.dirname(go)].join(path.delimiter);
    expect(await findGoCommand(undefined, { PATH })).toBe(go);
    await expect(findGoCommand(undefined, { PATH: "bin" })).rejects.toThrow(NoGoError);
  });

  it("says what to do when there is none", async () => {
    await expect(findGoCommand(undefined, {})).rejects.toMatchObject({
      message: expect.stringContaining("PATH") as unknown,
      wayOut: expect.stringContaining("--go") as unknown,
    });
    await expect(findGoCommand("/nowhere/go", {})).rejects.toThrow("/nowhere/go");
  });

  it("does not take a file that cannot be run", async () => {
    const go = await fakeGo("");
    await chmod(go, 0o644);
    await expect(findGoCommand(go, {})).rejects.toThrow(NoGoError);
  });
});

describe("openToolchain", () => {
  const open = (): ReturnType<typeof openToolchain> => openToolchain({ go: folder, directory: folder });

  it("gives what go env says", async () => {
    const goCommand = await fakeGo(goEnv({ GOVERSION: "go1.24.4 X:noswissmap", GOEXPERIMENT: "noswissmap" }));
    expect(await open()).toEqual({
      goCommand,
      goroot: "/usr/lib/go",
      version: "go1.24.4",
      major: 1,
      minor: 24,
      goos: "linux",
      goarch: "amd64",
      experiments: "noswissmap",
      gocache: "/home/ada/.cache/go-build",
      goflags: "-trimpath",
      gomod: "/home/ada/shop/go.mod",
      gowork: "",
    });
  });

  it.each(["go1.19", "go1.21rc2", "go1.27.3", "devel go1.26-a1b2c3"])("takes %s", async (version) => {
    await fakeGo(goEnv({ GOVERSION: version }));
    expect((await open()).version).toBe(version);
  });

  it.each(["go1.18.10", "go1.20.14", "go1.28.0", "go2.21", "devel +abc", ""])(
    "refuses %s and names what is supported",
    async (version) => {
      await fakeGo(goEnv({ GOVERSION: version }));
      const error: unknown = await open().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(UnsupportedGoError);
      expect(error).toMatchObject({
        message: expect.stringContaining("Go 1.19 and Go 1.21 to 1.27") as unknown,
      });
      expect((error as UnsupportedGoError).message).toContain(version);
    },
  );

  it.each(["js", "plan9", "solaris"])(
    "refuses to build for %s and names what it builds for",
    async (system) => {
      await fakeGo(goEnv({ GOOS: system }));
      const error: unknown = await open().catch((caught: unknown) => caught);
      expect(error).toMatchObject({
        name: "UnsupportedSystemError",
        found: system,
        wayOut: expect.stringContaining("linux") as unknown,
      });
    },
  );

  it("takes the null device for no module", async () => {
    await fakeGo(goEnv({ GOMOD: "/dev/null" }));
    expect((await open()).gomod).toBe("");
  });

  it("passes on what Go says, with its status", async () => {
    await fakeGo("go: errors parsing go.mod", 3);
    await expect(open()).rejects.toMatchObject({ output: "go: errors parsing go.mod\n", exitStatus: 3 });
    await expect(open()).rejects.toThrow(GoCommandError);
  });

  it.each(["no JSON", "[]", "{}", '{"GOVERSION": 1}'])(
    "tells that %s is no answer of Go's",
    async (answer) => {
      await fakeGo(answer);
      await expect(open()).rejects.toThrow(MaptrapError);
      await expect(open()).rejects.toThrow("does not answer as a go command does");
    },
  );
});
