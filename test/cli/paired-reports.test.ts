import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PairedReports } from "../../src/cli/paired-reports.js";
import type { CrashReport } from "../../src/evidence/crashtext/crash-text.js";
import { readCrashText } from "../../src/evidence/crashtext/read.js";
import { lastWords, oneSidedText, raceText } from "../support/shop-crash.js";

async function reportOf(text: string): Promise<CrashReport> {
  const [report] = (await readCrashText(text)).reports;
  return report!;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("PairedReports", () => {
  it("gives a crash with the recorder's words on it, and everything else alone and in order", async () => {
    const [crash, words, race] = await Promise.all([oneSidedText, lastWords, raceText].map(reportOf));
    const given: (readonly CrashReport[])[] = [];
    const paired = new PairedReports(1500, (reports) => given.push(reports));
    for (const report of [crash!, words!, race!, crash!, crash!, race!, words!, crash!]) {
      paired.push(report);
    }
    expect(given).toEqual([[crash, words], [race], [crash], [crash], [race], [words]]);
    paired.flush();
    expect(given.at(-1)).toEqual([crash]);
    paired.flush();
    expect(given).toHaveLength(7);
  });

  it("waits for the right words where two goroutines die at once", async () => {
    const other = lastWords.replaceAll("oroutine 6", "oroutine 9");
    const [crash, words, others] = await Promise.all([oneSidedText, lastWords, other].map(reportOf));
    const given: (readonly CrashReport[])[] = [];
    const paired = new PairedReports(1500, (reports) => given.push(reports));
    for (const report of [crash!, others!, words!, others!, crash!, others!, crash!]) {
      paired.push(report);
    }
    expect(given).toEqual([[crash, others, words], [others], [crash, others]]);
    for (let count = 0; count < 20; count++) {
      paired.push(others!);
    }
    expect(given.slice(3).map((reports) => reports.length)).toEqual([8, ...Array<number>(13).fill(1)]);
  });

  it("holds a crash back no longer than it was told", async () => {
    const crash = await reportOf(oneSidedText);
    const given: (readonly CrashReport[])[] = [];
    const paired = new PairedReports(1500, (reports) => given.push(reports));
    paired.push(crash);
    vi.advanceTimersByTime(1499);
    expect(given).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(given).toEqual([[crash]]);
  });
});
