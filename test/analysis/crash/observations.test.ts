/** Everything that a reader found arrives in the case, and no text makes a case that cannot be read again. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildCrashCase } from "../../../src/analysis/crash/build-crash-case.js";
import { decodeCase, encodeCase } from "../../../src/case/file.js";
import type { CrashText } from "../../../src/evidence/crashtext/crash-text.js";
import { readCrashText } from "../../../src/evidence/crashtext/read.js";
import { loadCrashTexts, loadOtherTexts } from "../../support/crash-texts/load.js";
import { oneSidedText, raceText, wholeText } from "../../support/shop-crash.js";

const caseOf = (text: CrashText) =>
  buildCrashCase({
    command: ["maptrap", "explain"],
    workingDirectory: "/home/ada",
    texts: [{ path: "-", text }],
    created: new Date(0),
  });

/** Writes the case of a text, reads it again, and expects it to be the same. */
async function roundTrip(text: string | Uint8Array) {
  const incident = caseOf(await readCrashText(text));
  expect(decodeCase(encodeCase(incident), "case.json")).toEqual(JSON.parse(JSON.stringify(incident)));
  return incident;
}

describe("the observations of a text", () => {
  it("hold what the reader found of a dump", async () => {
    const text = await readCrashText(wholeText);
    const [report] = text.reports;
    const [observation] = caseOf(text).observations;
    expect(report?.kind === "dump" && observation?.kind === "crash").toBe(true);
    if (report?.kind !== "dump" || observation?.kind !== "crash") {
      return;
    }
    expect(observation).toMatchObject({
      handle: "o0",
      evidence: "e0",
      textLines: report.textLines,
      cause: report.cause,
      messages: report.headlines,
      conflict: report.conflict,
      os: report.os,
      architecture: report.architecture,
      goroutines: 4,
      peerVisible: report.peerVisible,
      groupCount: report.groupCount,
      cut: report.cut,
    });
    expect(observation.goVersion?.text).toBe(report.goVersion?.text);
    expect(
      observation.detector?.goroutine.stack.map((frame) => [frame.function, frame.file, frame.line]),
    ).toEqual(report.detector?.goroutine.frames.map((frame) => [frame.function, frame.file, frame.line]));
    expect(observation.detector?.goroutine.createdBy?.goroutine).toBe(1);
    expect(observation.groups.map(({ ids }) => ids)).toEqual(report.groups.map(({ ids }) => ids));
    expect(observation.peers.map(({ goroutine }) => goroutine.id)).toEqual([17]);
  });

  it("hold both sides of a race report, and make a finding of them", async () => {
    const incident = await roundTrip(raceText);
    expect(incident.observations[0]).toMatchObject({
      kind: "race",
      conflict: "concurrent map read and map write",
      accesses: [
        { operation: "write", goroutine: 7, previous: false, mapOperation: "write" },
        { operation: "read", goroutine: 8, previous: true, mapOperation: "read" },
      ],
    });
    expect(incident.findings).toHaveLength(1);
    expect(incident.findings[0]).toMatchObject({ certainty: "unordered", score: null, handle: "m0" });
    expect(incident.findings[0]!.sides.map(({ site }) => `${site?.file ?? ""}:${site?.line ?? 0}`)).toEqual([
      "/home/ada/shop/cache.go:13",
      "/home/ada/shop/cache.go:20",
    ]);
  });

  it.each([
    ["ids beyond what a number holds", oneSidedText.replace("goroutine 6", `goroutine ${"9".repeat(30)}`)],
    ["a line of 0", oneSidedText.replace("cache.go:20", "cache.go:0")],
    ["a line beyond what a number holds", oneSidedText.replace("cache.go:20", `cache.go:${"9".repeat(30)}`)],
    ["very long waits", wholeText.replace("chan receive", `chan receive, ${"9".repeat(30)} minutes`)],
    ["an elided count beyond bounds", `${oneSidedText}...${"9".repeat(30)} frames elided...\n`],
    ["an address of nothing but zeros", raceText.replaceAll("0x00c00007e0c0", "0x0000000000000000")],
    ["an address of 16 digits", raceText.replaceAll("0x00c00007e0c0", `0x${"f".repeat(16)}`)],
    ["surrogates without a partner", oneSidedText.replace("Cache", "\ud800Cache")],
  ])("can be written and read again with %s", async (_, text) => {
    const incident = await roundTrip(text);
    expect(incident.observations.length).toBeGreaterThan(0);
  });

  it("can be read again with a label that JavaScript gives another meaning", async () => {
    const text = oneSidedText.replace("[running]", "[running] {__proto__: x, constructor: y}");
    const again = decodeCase(encodeCase(caseOf(await readCrashText(text))), "case.json");
    const [observation] = again.observations;
    const labels = observation?.kind === "crash" ? observation.detector?.goroutine.labels : undefined;
    expect(labels?.["constructor"]).toBe("y");
  });

  it("can be written and read again for all recorded texts", async () => {
    const texts = [...loadCrashTexts(), ...loadOtherTexts()].map(({ text }) => text);
    expect(texts.length).toBeGreaterThan(100);
    const step = Math.ceil(texts.length / 60);
    for (const text of texts.filter((_, index) => index % step === 0)) {
      await roundTrip(text);
    }
  });

  it("can be written and read again, whatever is done to a text", async () => {
    const sources = [wholeText, oneSidedText, raceText];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...sources),
        fc.array(
          fc.tuple(
            fc.nat(900),
            fc.oneof(
              fc.string({ unit: "binary" }),
              fc.constantFrom("-1", "1e309", "\0", "\n\n", "{", "[", "goroutine 5 [", "created by "),
            ),
          ),
          { maxLength: 6 },
        ),
        async (source, changes) => {
          const text = changes.reduce(
            (all, [at, words]) => `${all.slice(0, at)}${words}${all.slice(at + words.length)}`,
            source,
          );
          await roundTrip(text);
        },
      ),
      { numRuns: 60 },
    );
  });
});
