/** Where the recorder is told of growth, collections and goroutines, in Go's own files. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { collectorChanges } from "../../../src/probe/overlay/collector-hooks.js";
import { editFile } from "../../../src/probe/overlay/edit.js";
import { growthChanges } from "../../../src/probe/overlay/growth-hooks.js";
import { type GoVersion, TESTED, toolchain } from "../../support/toolchains.js";

const minorOf = (version: GoVersion): number => Number(version.split(".")[1]);

/** `function: statement` for all that is put into a file, in the order of its lines. */
function told(version: GoVersion): Record<string, string[]> {
  const minor = minorOf(version);
  const result: Record<string, string[]> = {};
  for (const change of [...growthChanges(minor), ...collectorChanges(minor)]) {
    const source = readFileSync(path.join(toolchain(version), "src", change.file), "utf8");
    const edited = editFile(source, change, `go${version}`);
    expect(edited.split("\n")).toHaveLength(source.split("\n").length);
    result[change.file] = calls(edited);
  }
  return result;
}

/** The probe's calls in a file, each with the name of the function in which it stands. */
function calls(text: string): string[] {
  const found: string[] = [];
  let current = "";
  for (const line of text.split("\n")) {
    current = /^func (?:\([^)]*\) )?(\w+)/.exec(line)?.[1] ?? current;
    const call =
      /(?:maptrapRecording(?:\|maptrapOrdering)? != 0|MaptrapOn == maptrapRecords)[^{]*\{ ([^{}]*) \}/.exec(
        line,
      )?.[1];
    if (call !== undefined) {
      found.push(`${current}: ${call}`);
    }
  }
  return found;
}

const classic = [
  "mapclear: maptrapCleared(h)",
  "hashGrow: maptrapGrowthBegins(h, bigger)",
  "advanceEvacuationMark: maptrapEvacuated(h, maptrapBefore, newbit)",
  "advanceEvacuationMark: maptrapGrown(h, newbit)",
];

const swissMap = [
  "installTableSplit: m.maptrapGrew(maptrapKindDirectory, uint64(m.globalDepth), m.used)",
  "growToTable: m.maptrapGrew(maptrapKindTable, uint64(tab.capacity), m.used)",
  "Clear: m.maptrapGrew(maptrapKindClear, m.used, 0)",
];

const prune = ["pruneTombstones: m.maptrapGrew(maptrapKindPruned, uint64(t.capacity), uint64(t.used))"];

const swissTable = [
  "split: m.maptrapGrew(maptrapKindSplit, uint64(localDepth), uint64(t.used))",
  "grow: m.maptrapGrew(maptrapKindTableGrowth, uint64(newCapacity), uint64(t.used))",
];

/** What is expected of the files in which maps grow. */
function growth(minor: number): Record<string, string[]> {
  const swiss = {
    "internal/runtime/maps/map.go": swissMap,
    "internal/runtime/maps/table.go": minor < 25 ? swissTable : [...prune, ...swissTable],
  };
  if (minor < 24) {
    return { "runtime/map.go": classic };
  }
  return minor < 26 ? { "runtime/map_noswiss.go": classic, ...swiss } : swiss;
}

describe.each(TESTED)("Go %s", (version) => {
  it("tells of each growth, collection and goroutine where it happens, and moves no line", () => {
    const minor = minorOf(version);
    expect(told(version)).toEqual({
      ...growth(minor),
      "runtime/mgc.go": [
        "setGCPhase: maptrapPhase(x)",
        "gcStart: maptrapCycleBegins()",
        "gcMarkTermination: maptrapMarked()",
        "gcSweep: maptrapSweep(maptrapKindSweep)",
      ],
      "runtime/mgcsweep.go": ["end: maptrapSweep(maptrapKindSwept)"],
      "runtime/proc.go": [
        `${minor < 22 ? "goexit0" : "gdestroy"}: maptrapEnds(gp)`,
        "newproc1: maptrapStarts(newg, callergp, callerpc, fn)",
      ],
    });
  });
});
