import { afterAll, describe, expect, it } from "vitest";
import { readCrashText } from "../../src/evidence/crashtext/read.js";
import { buildExample, runOnce, shownFolder, Workshop } from "../support/crash-texts/record.js";
import type { CrashTextTruth } from "../support/crash-texts/schema.js";
import { findTruth } from "../support/crash-texts/truth.js";
import { loadExamples } from "../support/examples.js";
import { TESTED, type GoVersion } from "../support/toolchains.js";

const workshop = new Workshop();
afterAll(() => workshop.remove());

/** A read, an iteration through the standard library, and two writers. */
const names = ["config-reload", "json-marshal", "method-value"];

/** Each of them crashes in nearly every run; a busy machine may need some more. */
const mostTries = 100;

/** Crashes an example, and says what is true of the text. */
async function crash(name: string, version: GoVersion): Promise<{ text: string; truth: CrashTextTruth }> {
  const example = loadExamples().find((one) => one.name === name);
  if (example === undefined) {
    throw new Error(`there is no example ${name}`);
  }
  const program = await buildExample(workshop, example, version, "plain");
  const folders = [`${shownFolder}/${name}`];
  let why = "";
  for (let tries = 0; tries < mostTries; tries += 1) {
    const { text, told } = await runOnce(program, "unset", 200_000);
    const truth = findTruth({ example, text, folders, told, binary: program.binary });
    if (typeof truth !== "string") {
      return { text, truth };
    }
    why = `${truth}\n${text}`;
  }
  throw new Error(`${name}, Go ${version}, did not crash as it should in ${mostTries} runs: ${why}`);
}

describe.each(TESTED)("what Go %s prints when a map is used concurrently", (version) => {
  it.each(names)("is read without loss: %s", async (name) => {
    const { text, truth } = await crash(name, version);
    const { reports, otherLines } = await readCrashText(text);
    expect(reports).toHaveLength(1);
    const [dump] = reports;
    if (dump?.kind !== "dump") {
      throw new Error(`not a dump: ${text}`);
    }
    const { detector, goroutines, conflict, unread } = dump;
    expect({ conflict, goroutines, unread: unread.count, otherLines }).toEqual({
      conflict: truth.kind,
      goroutines: truth.goroutines.length,
      unread: 0,
      otherLines: 0,
    });
    const { function: called, file, line, goroutine } = truth.detector;
    expect(detector?.goroutine.id).toBe(goroutine);
    expect(detector?.site).toMatchObject({ function: called, file, line });
  });
});
