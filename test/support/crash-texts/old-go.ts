/**
 * The Go versions that texts are recorded with: those that maptrap supports, and for its old look Go 1.15. That one is
 * nobody's to fetch for the tests: it is looked for where CRASH_TEXTS_GO115 says, a GOROOT that ends in lib/go-1.15, and
 * texts are made with it only when it is there. Debian 11 has it as golang-1.15-go and golang-1.15-src.
 */
import { SUPPORTED, toolchain } from "../toolchains.js";

/** All versions of recorded texts. */
export const RECORDED = ["1.15", ...SUPPORTED] as const;

/** A version of recorded texts. */
export type RecordedVersion = (typeof RECORDED)[number];

/** The N of Go 1.N. */
export function minorOf(version: RecordedVersion): number {
  return Number(version.slice(2));
}

/**
 * The GOROOT of a version.
 *
 * @throws Error when it is not there
 */
export function recordedToolchain(version: RecordedVersion): string {
  if (version !== "1.15") {
    return toolchain(version);
  }
  const goroot = process.env["CRASH_TEXTS_GO115"];
  if (goroot === undefined) {
    throw new Error("CRASH_TEXTS_GO115 does not say where Go 1.15 is");
  }
  return goroot;
}

/** The versions that can be recorded here. */
export function versionsAtHand(): RecordedVersion[] {
  return RECORDED.filter((version) => version !== "1.15" || process.env["CRASH_TEXTS_GO115"] !== undefined);
}
