import { describe, expect, it } from "vitest";
import { loadCrashTexts, oneSided } from "../../support/crash-texts/load.js";
import { tracebacks } from "../../support/crash-texts/schema.js";
import { loadExamples } from "../../support/examples.js";

const texts = loadCrashTexts();

const versions = ["1.19", "1.23", "1.24", "1.27"];

describe("the recorded crash texts", () => {
  it("are of every example, on the tested Go versions", () => {
    const have = new Set(texts.map((text) => `${text.example} ${text.goVersion} ${text.traceback}`));
    const wanted = loadExamples().flatMap((example) =>
      versions
        .filter((version) => version !== "1.19" || example.minimumGo === undefined)
        .map((version) => `${example.name} ${version} unset`),
    );
    expect(wanted.length).toBeGreaterThan(140);
    expect(wanted.filter((one) => !have.has(one))).toEqual([]);
    expect(tracebacks).toContain("unset");
  });

  it("have names of their own", () => {
    expect(new Set(texts.map((text) => text.name)).size).toBe(texts.length);
  });

  it("hold what their truth says", () => {
    for (const { name, text, truth } of texts) {
      const lines = text.split("\n");
      const headers = lines.filter((line) => /^goroutine \d+ (gp=\S+ m=\S+ (mp=\S+ )?)?\[.*\]/.test(line));
      expect(
        headers.map((line) => Number(line.split(" ")[1])),
        name,
      ).toEqual(truth.goroutines);
      expect(truth.goroutines[0], name).toBe(truth.detector.goroutine);
      expect(
        lines.find((line) => line.startsWith("fatal error: ")),
        name,
      ).toBe(`fatal error: ${truth.kind}`);
      const shown = truth.peer?.shown ?? "absent";
      const peerIsThere = truth.goroutines.includes(truth.peer?.goroutine ?? -1);
      expect(peerIsThere, name).toBe(shown !== "absent");
      const place = lines.findIndex((line) =>
        line.startsWith(`\t${truth.detector.file}:${truth.detector.line}`),
      );
      expect(lines[place - 1]?.startsWith(`${truth.detector.function}(`), name).toBe(true);
    }
  });

  it("show nothing of the machine that made them, nor of how they were made", () => {
    const told = texts.filter(({ text }) => /mapWindow|\/work\/|\/root\/|\/tmp\/|toolchains/i.test(text));
    expect(told.map(({ name }) => name)).toEqual([]);
  });

  it("have one goroutine left when made one-sided, and the same headline", () => {
    for (const { name, text, truth } of texts) {
      const short = oneSided(text);
      expect(short.match(/^goroutine \d+ /gm), name).toHaveLength(1);
      expect(short.startsWith(text.slice(0, text.indexOf("\n\n"))), name).toBe(true);
      expect(short, name).toContain(`:${truth.detector.line}`);
    }
  });
});
