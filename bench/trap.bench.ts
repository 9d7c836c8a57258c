/**
 * What the trap costs: a CPU-bound program that uses maps all the time and has no conflict, plain, under the trap and
 * under -race. The three take turns, so that a slow moment of the machine meets all of them.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openToolchain } from "../src/golang/toolchain.js";
import { makeOverlay } from "../src/probe/overlay/make.js";
import { goCommand, goEnvironment, repositoryRoot, type GoVersion } from "../test/support/toolchains.js";

const rounds = 7;
const program = path.join(repositoryRoot, "bench/programs/maps");
const kinds = ["plain", "trap", "race"] as const;
type Kind = (typeof kinds)[number];

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function build(version: GoVersion, folder: string): Promise<Record<Kind, string>> {
  const environment = goEnvironment({ CGO_ENABLED: "1" });
  const toolchain = await openToolchain({ go: goCommand(version), directory: program, environment });
  const { overlayFile } = await makeOverlay(toolchain);
  const binary = (kind: Kind, flags: readonly string[]) => {
    const file = path.join(folder, `${kind}-${version}`);
    execFileSync(goCommand(version), ["build", ...flags, "-o", file, "."], {
      cwd: program,
      env: environment,
    });
    return file;
  };
  return {
    plain: binary("plain", []),
    trap: binary("trap", [`-overlay=${overlayFile}`]),
    race: binary("race", ["-race"]),
  };
}

/** Nanoseconds of each workload of one run. */
function runOnce(binary: string, kind: Kind): Map<string, number> {
  const env = goEnvironment(kind === "trap" ? { MAPTRAP: "trap" } : {});
  const lines = execFileSync(binary, { env, encoding: "utf8" }).trim().split("\n");
  const workloads = new Map(lines.map((line) => [line.split(",")[0] ?? "", Number(line.split(",")[1])]));
  workloads.set(
    "all",
    [...workloads.values()].reduce((sum, value) => sum + value, 0),
  );
  return workloads;
}

async function measure(version: GoVersion, folder: string): Promise<void> {
  const binaries = await build(version, folder);
  const results: Record<Kind, Map<string, number>[]> = { plain: [], trap: [], race: [] };
  for (let round = 0; round < rounds; round++) {
    for (const kind of kinds) {
      results[kind].push(runOnce(binaries[kind], kind));
    }
  }
  const time = (kind: Kind, workload: string) =>
    median(results[kind].map((run) => run.get(workload) ?? Number.NaN));
  const ratio = (kind: Kind, workload: string) => (time(kind, workload) / time("plain", workload)).toFixed(2);
  const names = [...(results.plain[0]?.keys() ?? [])].filter((name) => name !== "all");
  const each = names.map((name) => `${name} ${ratio("trap", name)}/${ratio("race", name)}`).join(", ");
  console.log(
    `trap, Go ${version}: trap ${ratio("trap", "all")} times plain, -race ${ratio("race", "all")} times plain ` +
      `(medians of ${rounds} runs; by workload, trap/-race: ${each})`,
  );
}

const folder = mkdtempSync(path.join(tmpdir(), "maptrap-bench-"));
try {
  await measure("1.23", folder);
  await measure("1.27", folder);
} finally {
  rmSync(folder, { recursive: true });
}
