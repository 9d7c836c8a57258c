/**
 * The programs below bench/programs/record, built in the ways that are compared:
 *
 *   plain   as Go builds it
 *   off     with the probe built in, and not switched on
 *   record  the same binary, recording into a file
 *   race    with Go's race detector
 */
import { execFileSync } from "node:child_process";
import path from "node:path";
import { openToolchain } from "../../src/golang/toolchain.js";
import { makeOverlay } from "../../src/probe/overlay/make.js";
import { goCommand, goEnvironment, repositoryRoot, type GoVersion } from "../../test/support/toolchains.js";

/** The ways that are compared, in the order in which they are shown. */
export const KINDS = ["plain", "off", "record", "race"] as const;

/** One of the ways that are compared. */
export type Kind = (typeof KINDS)[number];

const source = path.join(repositoryRoot, "bench/programs/record");

/** Builds one of the programs in every way, and gives the paths of the binaries. */
export async function build(
  version: GoVersion,
  program: string,
  folder: string,
): Promise<Record<Kind, string>> {
  const environment = goEnvironment({ CGO_ENABLED: "1" });
  const toolchain = await openToolchain({ go: goCommand(version), directory: source, environment });
  const { overlayFile } = await makeOverlay(toolchain);
  const probed = compile(version, program, path.join(folder, `${program}-probed`), [
    `-overlay=${overlayFile}`,
  ]);
  return {
    plain: buildPlain(version, program, folder),
    off: probed,
    record: probed,
    race: compile(version, program, path.join(folder, `${program}-race`), ["-race"]),
  };
}

/** Builds one of the programs as Go does it, and gives the binary's path. */
export function buildPlain(version: GoVersion, program: string, folder: string): string {
  return compile(version, program, path.join(folder, `${program}-plain`), []);
}

function compile(version: GoVersion, program: string, file: string, flags: readonly string[]): string {
  const binary = `${file}-${version}`;
  execFileSync(goCommand(version), ["build", ...flags, "-o", binary, `./${program}`], {
    cwd: source,
    env: goEnvironment({ CGO_ENABLED: "1" }),
  });
  return binary;
}
