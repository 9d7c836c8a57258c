import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CrashReport } from "../../../src/evidence/crashtext/crash-text.js";
import { readCrashText } from "../../../src/evidence/crashtext/read.js";
import { CrashTextReader } from "../../../src/evidence/crashtext/reader.js";
import { inPieces } from "../../support/damaged-text.js";
import { go124, go19, logLines, probe, race } from "./texts.js";

function readAll(pieces: readonly Uint8Array[]): {
  reports: CrashReport[];
  lines: number;
  otherLines: number;
} {
  const reader = new CrashTextReader();
  const reports = [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
  return { reports, lines: reader.lines, otherLines: reader.otherLines };
}

describe("CrashTextReader", () => {
  const mixed =
    logLines(300) + go19 + logLines(3) + go124 + race + logLines(280) + probe + go19.replaceAll("\n", "\r\n");

  it("reads the same however the bytes are split", () => {
    const bytes = Buffer.from(mixed);
    const whole = readAll([bytes]);
    expect(whole.reports.map(({ kind }) => kind)).toEqual(["dump", "dump", "race", "probe", "dump"]);
    expect(whole.lines).toBe(mixed.split("\n").length - 1);
    fc.assert(
      fc.property(inPieces(bytes), (pieces) => {
        expect(readAll(pieces)).toEqual(whole);
      }),
      { numRuns: 12 },
    );
  });

  it("passes unrelated text by and counts it", () => {
    const { reports, lines, otherLines } = readAll([Buffer.from(logLines(1_000) + go124 + logLines(1_000))]);
    const own = go124.split("\n").length - 1;
    expect(reports).toHaveLength(1);
    expect(reports[0]?.textLines).toEqual([1_001, 1_000 + own]);
    expect({ lines, otherLines }).toEqual({ lines: 2_000 + own, otherLines: 2_000 });
  });

  it("gives a report as soon as the stream is silent, and reads on", () => {
    const reader = new CrashTextReader();
    expect(reader.push(Buffer.from(logLines(5) + go124))).toEqual([]);
    expect(reader.flushSilence()).toMatchObject([{ kind: "dump", detector: { goroutine: { id: 19 } } }]);
    expect(reader.flushSilence()).toEqual([]);
    reader.push(Buffer.from(logLines(5)));
    expect(reader.push(Buffer.from(go19))).toMatchObject([{ detector: { goroutine: { id: 1409 } } }]);
    expect(reader.end()).toEqual([]);
  });

  it("gives a report when ordinary lines go on", () => {
    const reader = new CrashTextReader();
    const reports = [...reader.push(Buffer.from(go124)), ...reader.push(Buffer.from(logLines(2_000)))];
    expect(reports).toHaveLength(1);
  });

  it("tells dumps apart that stand one after another", () => {
    const twice = readAll([Buffer.from(go124 + go124)]);
    expect(twice.reports).toHaveLength(2);
    expect(twice.reports.map(({ textLines }) => textLines)).toEqual([
      [1, 24],
      [25, 48],
    ]);
  });

  it("keeps the processes of one log apart", () => {
    const one = go124
      .trimEnd()
      .split("\n")
      .map((line) => `web-1  | ${line}`);
    const other = go19
      .trimEnd()
      .split("\n")
      .map((line) => `worker-1  | ${line}`);
    const lines: string[] = [];
    for (let n = 0; n < Math.max(one.length, other.length); n++) {
      lines.push(...one.slice(n, n + 1), ...other.slice(n, n + 1));
    }
    const { reports } = readAll([Buffer.from(lines.join("\n"))]);
    const found = reports.map((report) => [
      report.process,
      report.kind === "dump" ? report.detector?.goroutine.id : 0,
    ]);
    expect(new Map(found.map(([process, id]) => [process, id]))).toEqual(
      new Map([
        ["web-1", 19],
        ["worker-1", 1409],
      ]),
    );
  });

  it("counts a last line without an end", () => {
    expect(readAll([Buffer.from("one\ntwo")])).toMatchObject({ lines: 2, otherLines: 2 });
    expect(readAll([Buffer.from(go124.trimEnd())])).toMatchObject({ lines: 24, otherLines: 0 });
    expect(readAll([])).toMatchObject({ lines: 0, otherLines: 0 });
  });

  it("gets over a line of any length", () => {
    const { reports } = readAll([Buffer.from(go124), Buffer.alloc(9_000_000, "x"), Buffer.from(`\n${go19}`)]);
    expect(reports).toHaveLength(2);
  });

  it("keeps the memory of a long stream flat", () => {
    const reader = new CrashTextReader();
    const lines = Buffer.from(logLines(20_000));
    let reports = 0;
    for (let n = 0; n < 30; n++) {
      reports += reader.push(lines).length + reader.push(Buffer.from(go124)).length;
    }
    reports += reader.end().length;
    expect(reports).toBe(30);
    expect(reader.lines).toBe(30 * (20_000 + 24));
  });
});

describe("readCrashText", () => {
  it("takes bytes, a string and a stream", async () => {
    async function* stream() {
      yield Buffer.from(go124.slice(0, 100));
      yield Buffer.from(go124.slice(100));
    }
    const text = await readCrashText(go124);
    expect(text.reports).toHaveLength(1);
    expect(await readCrashText(Buffer.from(go124))).toEqual(text);
    expect(await readCrashText(stream())).toEqual(text);
  });

  it("gives each report as it ends, and keeps as many as asked for", async () => {
    const seen: string[] = [];
    const options = { maxReports: 1, onReport: (report: CrashReport) => seen.push(report.kind) };
    const text = await readCrashText(go19 + race + probe, options);
    expect(seen).toEqual(["dump", "race", "probe"]);
    expect(text.reports).toHaveLength(1);
  });

  it("passes on an error of the stream", async () => {
    async function* broken() {
      yield Buffer.from(go124);
      throw new Error("the pipe broke");
    }
    await expect(readCrashText(broken())).rejects.toThrow("the pipe broke");
  });

  it("gives open reports when a stream is silent", async () => {
    const seen: string[] = [];
    let give = (): void => undefined;
    const given = new Promise<void>((resolve) => (give = resolve));
    async function* silent() {
      yield Buffer.from(go124);
      await given;
      yield Buffer.from(logLines(1));
      seen.push("more");
    }
    const onReport = (): void => {
      seen.push("report");
      give();
    };
    await readCrashText(silent(), { silenceMilliseconds: 20, onReport });
    expect(seen).toEqual(["report", "more"]);
  });
});
