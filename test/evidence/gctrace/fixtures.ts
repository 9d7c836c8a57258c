/** The recorded texts, and what can be told of them without any reader. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { GcCycle, GcTrace } from "../../../src/evidence/gctrace/gc-trace.js";
import { repositoryRoot, SUPPORTED } from "../../support/toolchains.js";

/** The Go versions of which there are texts. */
export const versions = SUPPORTED;

/** A recorded text. */
export function recorded(name: string, version: string): string {
  return readFileSync(path.join(repositoryRoot, "test/fixtures/gctrace", `${name}-${version}.txt`), "utf8");
}

/** The text of a program that talks, without what it says: the runtime's lines alone. */
export function withoutTalk(text: string): string {
  return text.replace(/(?:ada|grace|edsger) did \d+ of 0\.01 in 3\+4 ms\n|#/g, "");
}

/** All cycles of a trace, all the same as to where they stand and whether they were whole. */
export function cyclesOf(trace: GcTrace): GcCycle[] {
  return trace.runs.flatMap(({ cycles }) =>
    cycles.map((cycle) => ({ ...cycle, line: 0, interrupted: false })),
  );
}
