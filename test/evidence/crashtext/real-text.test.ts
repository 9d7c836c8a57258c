import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { CrashDump } from "../../../src/evidence/crashtext/crash-text.js";
import { readCrashText } from "../../../src/evidence/crashtext/read.js";

/** What people found to be true of a public crash text. */
interface Truth {
  readonly kind: string;
  readonly fatal: string;
  readonly goVersionHint: string;
  readonly platform: string;
  readonly goroutinesVisible: number;
  readonly detectorGoroutine: number;
  readonly detectorFunction: string;
  readonly detectorFileLine: string;
  readonly op: string;
  readonly peerVisible: boolean;
  readonly peerCandidates: readonly number[];
  readonly lines: number;
}

const folder = new URL("../../fixtures/crash-texts/real/", import.meta.url);
const truth = JSON.parse(readFileSync(new URL("istio-pilot-previous.json", folder), "utf8")) as Truth;
const text = await readCrashText(readFileSync(new URL("istio-pilot-previous.log.gz", folder)));

describe("a real text of Go 1.9 with a map reached through reflect, fmt and a logger", () => {
  const [report] = text.reports;
  const dump = report as CrashDump;

  it("is one dump after 20 ordinary lines, and was packed", () => {
    expect(text.reports).toHaveLength(1);
    expect(text).toMatchObject({ lines: truth.lines, otherLines: 20 });
    expect(text.undone.map(({ what }) => what)).toEqual(["gzip"]);
    expect(report).toMatchObject({ kind: "dump", textLines: [21, truth.lines], cut: null, undone: [] });
    expect(report?.unread.count).toBe(0);
  });

  it("tells the kind, the version and how many goroutines there are", () => {
    expect(dump.cause).toBe(truth.kind);
    expect(dump.conflict).toBe(truth.fatal);
    expect(`${dump.goVersion?.text} (${dump.goVersion?.from})`).toBe(truth.goVersionHint);
    expect(`${dump.os}/${dump.architecture}`).toBe("null/amd64"); // no line of it names the operating system
    expect(truth.platform).toContain("amd64");
    expect(dump.goroutines).toBe(truth.goroutinesVisible);
    expect(dump.groups.reduce((sum, group) => sum + group.count, 0)).toBe(truth.goroutinesVisible);
  });

  it("tells the side that noticed, below the logger", () => {
    const { detector } = dump;
    expect(detector?.goroutine.id).toBe(truth.detectorGoroutine);
    expect(detector?.site?.function).toBe(truth.detectorFunction);
    expect(`${detector?.site?.file}:${detector?.site?.line}`).toBe(truth.detectorFileLine);
    expect(detector?.operation).toBe(truth.op);
    expect(detector?.operationFrom).toBe("reflect.mapaccess");
    expect(detector?.through).toBe("istio.io/istio/pkg/log.Infof");
  });

  it("puts those first that may be the other side", () => {
    expect(dump.peerVisible).toBe(truth.peerVisible);
    const first = dump.peers.slice(0, truth.peerCandidates.length).map(({ goroutine }) => goroutine.id);
    expect(new Set(first)).toEqual(new Set(truth.peerCandidates));
    expect(dump.groups[0]?.ids).toEqual([truth.detectorGoroutine]);
  });
});
