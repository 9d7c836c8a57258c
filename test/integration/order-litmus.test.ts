/**
 * Each way to synchronise, on every Go version: where it orders two accesses to a map, observing order finds nothing; where its edge is
 * removed, it finds these two accesses and nothing else. One pass by default; MAPTRAP_TEST_REPEAT=50 asks for 50 right ones out of 50.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSymbols } from "../../src/cli/binary-symbols.js";
import { command, maptrap } from "../support/maptrap-command.js";
import {
  litmusFolder,
  type LitmusForm,
  type LitmusProgram,
  litmusScenarios,
  litmusWrong,
} from "../support/order-litmus.js";
import { atMost } from "../support/pool.js";
import { goCommand, type GoVersion, repeats, TESTED } from "../support/toolchains.js";

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
  const built = await command(goCommand(version), ["build", "-o", binary, "."], {
    cwd: litmusFolder,
    environment,
  });
  expect(built).toEqual({ status: 0, stdout: "", stderr: "" });
  return { binary, symbols: openSymbols(binary), scenarios: await litmusScenarios(binary) };
}

/** With one processor the accesses cannot overlap, with several they can. */
const processors = [2, 1, 4];

/** Most of a run is waiting. */
const inTurn = atMost(4);

describe.each(TESTED)("Go %s", (version) => {
  let program: LitmusProgram | undefined;
  beforeAll(async () => {
    program = await build(version);
  }, 600_000);

  it("has the ways to synchronise", () => {
    const names = program?.scenarios.map(({ name }) => name) ?? [];
    expect(names.length).toBeGreaterThan(200);
    expect(names).toEqual(
      expect.arrayContaining(["channel-unbuffered", "mutex", "atomic-typed-int32-store"]),
    );
  });

  /** What is wrong in one pass over all scenarios. */
  async function pass(form: LitmusForm, time: number): Promise<string[]> {
    const all = program?.scenarios ?? [];
    const wrongs = await Promise.all(
      all.map((scenario) =>
        inTurn(async () => {
          const file = path.join(folder, `${version}-${form}-${scenario.name}-${time}.maptrap`);
          const count = processors[time % processors.length] ?? 1;
          return program === undefined
            ? "not built"
            : litmusWrong(program, { form, scenario, processors: count, file });
        }),
      ),
    );
    return wrongs.filter((wrong) => wrong !== undefined);
  }

  it.each(["ok", "broken"] as const)("%s", { timeout: 120_000 + 60_000 * repeats }, async (form) => {
    const wrongs: string[] = [];
    for (let time = 0; time < repeats; time += 1) {
      wrongs.push(...(await pass(form, time)));
    }
    expect(wrongs).toEqual([]);
  });
});
