/** Stops of the program gdb-catch, and what is right about them: the program knows its map, its source knows the sites. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { buildStoppedCase } from "../../src/analysis/stopped/build-stopped-case.js";
import { siteOf, placeFrames } from "../../src/analysis/stack.js";
import type { CaseFrame, Finding, StoppedObservation } from "../../src/case/case.js";
import { catchConflict } from "../../src/analysis/stopped/catch.js";
import { programFolder } from "./programs.js";
import { goCommand, goEnvironment, type GoVersion } from "./toolchains.js";

const run = promisify(execFile);

/** Where programs are built, once for each version and way. */
const folder = path.join(tmpdir(), `gdb-catch-${process.pid}`);
const built = new Map<string, Promise<string>>();

/** Builds it; `name` tells builds with other flags apart. */
export function gdbCatchProgram(
  version: GoVersion,
  name = "plain",
  flags: readonly string[] = [],
): Promise<string> {
  const key = `${name}-${version}`;
  const known = built.get(key);
  const building = known ?? build(version, key, flags);
  built.set(key, building);
  return building;
}

async function build(version: GoVersion, key: string, flags: readonly string[]): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, key);
  await run(goCommand(version), ["build", "-o", file, ...flags, "."], {
    cwd: programFolder("gdb-catch"),
    env: goEnvironment(),
  });
  return file;
}

/** Removes all that was built. */
export async function removeGdbCatchPrograms(): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** Sites by `main.go:12`. */
const sites = new Map(
  ["main.go", "clone.go", "late.go"].flatMap((name) =>
    readFileSync(path.join(programFolder("gdb-catch"), name), "utf8")
      .split("\n")
      .flatMap((line, index): [string, string][] => {
        const site = /\/\/ site: (\S+)$/.exec(line)?.[1];
        return site === undefined ? [] : [[`${name}:${index + 1}`, site]];
      }),
  ),
);

function siteAt(frame: CaseFrame | null): string {
  const at = `${path.basename(frame?.file ?? "?")}:${frame?.line ?? "?"}`;
  return sites.get(at) ?? at;
}

/** One stop. */
export interface TriedStop {
  /** Undefined where the program did not stop at a conflict. */
  readonly observation: StoppedObservation | undefined;
  readonly findings: readonly Finding[];
  /** The map that the program printed. */
  readonly map: string | undefined;
  /** The site of the detector. */
  readonly detector: string;
  /** Sites of the other sides of the findings, with how sure they are: `caught int-write`. */
  readonly others: readonly string[];
}

/** Runs a scenario under GDB until Go's check stops it. */
export async function stopOnce(
  binary: string,
  scenario: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<TriedStop> {
  const printed = await mkdtemp(path.join(tmpdir(), "gdb-catch-map-"));
  const file = path.join(printed, "map");
  try {
    const caught = await catchConflict({
      target: { how: "run", program: binary, args: [scenario], run: null },
      workingDirectory: printed,
      environment: goEnvironment({ CATCH_OUT: file, ...environment }),
      streams: ["ignore", "ignore", "ignore"],
      milliseconds: 60_000,
      evidence: "e0",
      handle: "o0",
      onProgress: () => undefined,
    });
    const { observation } = caught;
    const { findings } = buildStoppedCase({
      command: [],
      workingDirectory: printed,
      sessions: [caught],
      modulePath: caught.modulePath,
    });
    const stack = placeFrames(observation?.detector?.stack ?? [], {
      modulePath: caught.modulePath ?? null,
      goroot: null,
    });
    return {
      observation,
      findings,
      map: /0x[0-9a-f]+/.exec(readFileSync(file, "utf8"))?.[0],
      detector: siteAt(siteOf(stack)),
      others: findings.flatMap(({ certainty, sides }) =>
        sides.filter(({ role }) => role !== "detected").map(({ site }) => `${certainty} ${siteAt(site)}`),
      ),
    };
  } finally {
    await rm(printed, { recursive: true, force: true });
  }
}
