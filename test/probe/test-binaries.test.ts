import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { splitFlags } from "../../src/golang/goflags.js";
import { keptBinaries, makeKeeper } from "../../src/probe/test-binaries.js";

let folder: string;
let binary: string;

/** A folder whose name holds what a shell would stumble over. */
beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), "keeper $(x) ' test-")));
  binary = path.join(folder, "shop.test");
  await writeFile(binary, '#!/bin/sh\necho "$0 $*"\nexit 7\n', { mode: 0o755 });
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs what `go test` would run. */
async function runAsGoTest(
  exec: string,
  args: readonly string[],
): Promise<{ stdout: string; code: unknown }> {
  const [command = "", ...words] = splitFlags(exec, true);
  const call = promisify(execFile)(command, [...words, binary, ...args], { cwd: folder });
  return call.then(
    ({ stdout }) => ({ stdout, code: 0 }),
    (error: unknown) => error as { stdout: string; code: unknown },
  );
}

describe("makeKeeper", () => {
  it("keeps the binary and runs it as it is", async () => {
    const place = path.join(folder, "kept");
    const exec = await makeKeeper(place, undefined);
    expect(await runAsGoTest(exec, ["-test.v", "a b"])).toMatchObject({
      stdout: `${binary} -test.v a b\n`,
      code: 7,
    });
    const [kept, ...others] = await keptBinaries(place);
    expect(others).toEqual([]);
    expect(kept).toMatchObject({ original: binary, folder });
    await rm(binary);
    expect(await readFile(kept?.file ?? "", "utf8")).toContain("exit 7");
  });

  it("runs the user's own -exec", async () => {
    const place = path.join(folder, "kept");
    const exec = await makeKeeper(place, "env 'A=b c' sh -c 'echo $A; exec \"$0\" \"$@\"'");
    expect(await runAsGoTest(exec, ["x"])).toMatchObject({ stdout: `b c\n${binary} x\n` });
    expect(await keptBinaries(place)).toMatchObject([{ original: binary }]);
  });

  it("keeps one for each process", async () => {
    const place = path.join(folder, "kept");
    const exec = await makeKeeper(place, undefined);
    await Promise.all([runAsGoTest(exec, []), runAsGoTest(exec, [])]);
    expect(await keptBinaries(place)).toHaveLength(2);
  });

  it("does not mind a process that was killed before it was done", async () => {
    await mkdir(path.join(folder, "kept", "123"), { recursive: true });
    expect(await keptBinaries(path.join(folder, "kept"))).toMatchObject([{ original: "", folder: "" }]);
  });
});
