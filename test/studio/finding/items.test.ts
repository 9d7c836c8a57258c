import { describe, expect, it } from "vitest";
import type { Finding, Operation } from "../../../src/case/case.js";
import { operationSchema } from "../../../src/case/parts.js";
import { parseProgram } from "../../../src/gomap/programs/parser.js";
import { chosenItem, itemsOf, titleOf } from "../../../studio/views/finding/items.js";
import { modelParams, modelProgram } from "../../../studio/views/finding/model-link.js";
import { recordedCase } from "../../support/recordings.js";
import { oneSidedText, panicText, raceText } from "../../support/shop-crash.js";
import { crashDocument, stoppedDocument } from "../support/cases.js";

describe("the list of findings", () => {
  it("has findings first, then conflicts without one, then what is no conflict", async () => {
    const { case: incident } = await crashDocument(`${panicText}\n${oneSidedText}\n${raceText}`);
    const items = incident === null ? [] : itemsOf(incident);
    expect(items.map((item) => [item.handle, titleOf(item)])).toEqual([
      ["m0", "concurrent map read and map write"],
      ["o1", "fatal error: concurrent map read and map write"],
      ["o0", "panic: assignment to entry in nil map"],
    ]);
    expect(chosenItem(items, "o0")?.handle).toBe("o0");
    expect(chosenItem(items, "m77")?.handle).toBe("m0");
  });

  it("has a stop without a finding, and nothing for what only figures tell of", () => {
    expect(itemsOf(stoppedDocument("gone-1.23").case ?? recordedCase()).map(({ kind }) => kind)).toEqual([
      "alone",
    ]);
    expect(itemsOf({ ...recordedCase(), findings: [] })).toEqual([]);
  });
});

describe("a finding in the model", () => {
  it("is a program that the model reads, whatever the two sides do", () => {
    const [finding] = recordedCase().findings;
    const withOperations = (one: Operation, other: Operation): Pick<Finding, "sides"> => {
      if (finding === undefined) {
        throw new Error("no finding");
      }
      const [first, second] = finding.sides;
      return {
        sides: [
          { ...first, operation: one },
          { ...second, operation: other },
        ],
      };
    };
    for (const one of operationSchema.options) {
      for (const other of operationSchema.options) {
        const text = modelProgram(withOperations(one, other));
        expect(() => parseProgram(text), text).not.toThrow();
      }
    }
  });

  it("has the Go version that the program was built with", () => {
    const incident = recordedCase();
    const [finding] = incident.findings;
    expect(finding === undefined ? {} : modelParams(finding, incident)).toMatchObject({
      go: "1.23",
      do: "explore",
    });
  });
});
