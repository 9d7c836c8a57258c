/**
 * Each way to synchronise, on every Go version: where it orders two accesses to a map, observing order finds nothing; where its edge is
 * removed, it finds these two accesses and nothing else. MAPTRAP_TEST_REPEAT=50 asks for 50 right ones out of 50.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSymbols } from "../../src/cli/binary-symbols.js";
import { command, maptrap } from "../support/maptrap-command.js";
import {
  type LitmusForm,
  type LitmusProgram,
  litmusFolder,
  litmusScenarios,
  litmusWrongs,
} from "../support/order-litmus.js";
import { goCommand, type GoVersion, repeats, TESTED_BRIEFLY } from "../support/toolchains.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "order-litmus-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Builds the program with the hooks for order, as a person does. */
async function build(version: GoVersion): Promise<LitmusProgram> {
  const overlay = await maptrap(["overlay", "--order", "--goflags", "--go", goCommand(version)]);
  expect(overlay.stderr).toBe("");
  const binary = path.join(folder, `order-${version}`);
  const environment = { GOFLAGS: overlay.stdout.trim() };
  const args = ["build", "-o", binary, "."];
  const built = await command(goCommand(version), args, { cwd: litmusFolder, environment });
  expect(built).toEqual({ status: 0, stdout: "", stderr: "" });
  return { binary, symbols: openSymbols(binary), scenarios: await litmusScenarios(binary) };
}

/** With one processor two goroutines never run at the same time, with several they do. */
const processors = [2, 1, 4];

/** What is wrong when all scenarios are played, one after the other; then each by itself, so that it has a name. */
async function pass(program: LitmusProgram, form: LitmusForm, count: number): Promise<string[]> {
  const file = path.join(folder, `${path.basename(program.binary)}-${form}-${count}.maptrap`);
  const together = program.scenarios.filter(({ alone }) => !alone);
  const wrongs = await litmusWrongs(program, { form, scenarios: together, processors: count, file });
  const alone = program.scenarios.filter((scenario) => scenario.alone || wrongs.length > 0);
  for (const scenario of alone) {
    wrongs.push(...(await litmusWrongs(program, { form, scenarios: [scenario], processors: count, file })));
  }
  return wrongs;
}

describe.each(TESTED_BRIEFLY)("Go %s", (version) => {
  let program: LitmusProgram | undefined;
  beforeAll(async () => {
    program = await build(version);
  }, 900_000);

  it("has the ways to synchronise", () => {
    const names = program?.scenarios.map(({ name }) => name) ?? [];
    expect(names.length).toBeGreaterThan(200);
    expect(names).toEqual(
      expect.arrayContaining(["channel-unbuffered", "mutex", "atomic-typed-int32-store"]),
    );
  });

  const times = Math.max(repeats, processors.length);
  it.each(["ok", "broken"] as const)("%s", { timeout: 600_000 + 30_000 * times }, async (form) => {
    const wrongs: string[] = [];
    for (let time = 0; time < times; time += 1) {
      const found = await pass(program as LitmusProgram, form, processors[time % processors.length] ?? 1);
      wrongs.push(...found.map((words) => `time ${time + 1} of ${times}: ${words}`));
    }
    expect(wrongs).toEqual([]);
  });
});
