/**
 * The Go toolchains that the tests use: `.toolchains/go1.NN`, put there by scripts/fetch-toolchains.sh.
 *
 * A missing one is an error and never a skipped test.
 */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The Go versions that maptrap supports: 1.19 to 1.23 have classic maps, the others swiss ones. */
export const SUPPORTED = ["1.19", "1.21", "1.22", "1.23", "1.24", "1.25", "1.26", "1.27"] as const;

/** A Go version that maptrap supports. */
export type GoVersion = (typeof SUPPORTED)[number];

const usual: readonly GoVersion[] = ["1.19", "1.23", "1.24", "1.27"];

/** The versions to test with: two classic and two swiss ones; all of them when MAPTRAP_TEST_VERSIONS is "all". */
export const TESTED: readonly GoVersion[] =
  process.env["MAPTRAP_TEST_VERSIONS"] === "all" ? SUPPORTED : usual;

/**
 * Two of the versions to test with, one with classic and one with swiss maps, for what takes minutes; all of them for the full measure.
 */
export const TESTED_BRIEFLY: readonly GoVersion[] =
  process.env["MAPTRAP_TEST_VERSIONS"] === "all" || process.env["MAPTRAP_TEST_REPEAT"] !== undefined
    ? TESTED
    : ["1.23", "1.27"];

/**
 * Two of the versions to test with for one of many like it, by turns, so that all versions get their share; all of them for the full
 * measure.
 *
 * @param place of this one among the others, from 0
 */
export function testedByTurns(place: number): readonly GoVersion[] {
  if (TESTED_BRIEFLY === TESTED) {
    return TESTED;
  }
  return place % 2 === 0 ? ["1.19", "1.27"] : ["1.23", "1.24"];
}

/** How often a test that depends on timing is to come out right; once unless MAPTRAP_TEST_REPEAT says more. */
export const repeats = repeatCount(process.env["MAPTRAP_TEST_REPEAT"]);

function repeatCount(text: string | undefined): number {
  const count = Number(text ?? "1");
  if (!Number.isInteger(count) || count < 1) {
    throw new Error(`MAPTRAP_TEST_REPEAT is ${text}; it is a number of times, 1 or more`);
  }
  return count;
}

/** The root of the repository. */
export const repositoryRoot = fileURLToPath(new URL("../..", import.meta.url));

/**
 * The GOROOT of a version.
 *
 * @throws Error when it has not been fetched
 */
export function toolchain(version: GoVersion): string {
  const home = process.env["MAPTRAP_TOOLCHAINS"] ?? join(repositoryRoot, ".toolchains");
  const goroot = join(home, `go${version}`);
  if (!existsSync(join(goroot, "bin", "go"))) {
    throw new Error(`Go ${version} is not in ${home}: run scripts/fetch-toolchains.sh ${version}`);
  }
  return goroot;
}

/** The path of a version's go command. */
export function goCommand(version: GoVersion): string {
  return join(toolchain(version), "bin", "go");
}

/**
 * Where maptrap keeps its overlays in tests: one place for all of them, because go compiles the standard library anew
 * for an overlay in another folder. The user's own cache stays as it is.
 */
export const cacheHome = join(repositoryRoot, ".cache", "test");

/** Go's own build cache. It is the user's: that of an empty one would make each test run minutes longer. */
function goCache(): string {
  return (
    process.env["GOCACHE"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "go-build")
  );
}

/**
 * The environment in which tests run go and maptrap: our own one, without what a person may have set for Go or for
 * maptrap, and so that go uses the toolchain as it is and never reaches for the network.
 *
 * @param more variables to add or to replace; undefined removes one
 */
export function goEnvironment(more: Readonly<Record<string, string | undefined>> = {}): NodeJS.ProcessEnv {
  const unwanted =
    /^(MAPTRAP|GO(ROOT|ARCH|OS|DEBUG|EXPERIMENT|MAXPROCS|TRACEBACK|WORK|ENV|GC|MEMLIMIT)$|CGO_)/;
  const kept = Object.entries(process.env).filter(([name]) => !unwanted.test(name));
  const caches = { XDG_CACHE_HOME: cacheHome, GOCACHE: goCache() };
  const settings = { GOENV: "off", GOTOOLCHAIN: "local", GOPROXY: "off", GOFLAGS: "", ...caches };
  const all = Object.entries({ ...Object.fromEntries(kept), ...settings, ...more });
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}
