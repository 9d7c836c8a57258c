import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CaseVersionError, NotACaseFileError } from "../../src/case/errors.js";
import { decodeCase, encodeCase } from "../../src/case/file.js";
import { maptrapVersion } from "../../src/case/version.js";
import { shopCase } from "../support/incidents.js";

describe("case file", () => {
  it("is read as it was written", () => {
    const incident = shopCase();
    expect(incident.findings).toHaveLength(1);
    expect(decodeCase(encodeCase(incident), "a.json")).toEqual(incident);
  });

  it("names the found and the supported version", () => {
    const newer = encodeCase(shopCase()).replace('"version": 5', '"version": 9');
    expect(() => decodeCase(newer, "a.json")).toThrow(CaseVersionError);
    expect(() => decodeCase(newer, "a.json")).toThrow(
      "a.json is a case file of version 9; this maptrap reads version 5",
    );
  });

  it("reads version 2, which had no recordings", () => {
    const incident = shopCase();
    const older = JSON.parse(encodeCase(incident)) as {
      version: number;
      evidence: object[];
      observations: object[];
      findings: object[];
      summary: object;
    };
    older.version = 2;
    older.evidence = older.evidence.map((one) => ({ ...one, mode: undefined }));
    older.observations = older.observations.map((one) => ({ ...one, found: undefined }));
    older.summary = { ...older.summary, recorded: undefined, ordered: undefined };
    older.findings = withoutOrder(older.findings);
    older.evidence = withoutOrder(older.evidence);
    expect(JSON.stringify(older)).not.toMatch(/"(?:mode|found|recorded|order|ordered)"/);
    expect(decodeCase(JSON.stringify(older), "a.json")).toEqual(incident);
    expect(() => decodeCase(JSON.stringify({ ...older, version: 1 }), "a.json")).toThrow(CaseVersionError);
  });

  it("reads version 3, which had no order", () => {
    const incident = shopCase();
    const { summary, findings, evidence, ...rest } = JSON.parse(encodeCase(incident)) as {
      summary: object;
      findings: object[];
      evidence: object[];
    };
    const older = JSON.stringify({
      ...rest,
      version: 3,
      summary: { ...summary, ordered: undefined },
      findings: withoutOrder(findings),
      evidence: withoutOrder(evidence),
    });
    expect(older).not.toMatch(/"(?:order|ordered)"/);
    expect(decodeCase(older, "a.json")).toEqual(incident);
  });

  it("reads version 4, which had no programs that stand still", () => {
    const incident = shopCase();
    const older = encodeCase(incident).replace('"version": 5', '"version": 4');
    expect(older).not.toMatch(/"kind": "(?:gdb-session|stopped)"/);
    expect(decodeCase(older, "a.json")).toEqual(incident);
  });

  it.each([
    ["text", "fatal error", "it is not JSON"],
    ["other JSON", '{"version": 1}', 'the field "format" is not "maptrap-case"'],
    ["null", "null", 'the field "format" is not "maptrap-case"'],
    ["a case without findings", '{"format":"maptrap-case","version":2,"maptrap":"x"}', "created: "],
  ])("refuses %s", (_, text, reason) => {
    expect(() => decodeCase(text, "a.json")).toThrow(NotACaseFileError);
    expect(() => decodeCase(text, "a.json")).toThrow(`a.json is not a case file of maptrap: ${reason}`);
  });

  it("takes any text without another exception", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(() => decodeCase(text, "a.json")).toThrow(NotACaseFileError);
      }),
    );
  });

  it("holds nothing that could act on a terminal, and gives it back as it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const incident = { ...shopCase(), workingDirectory: `\u009b\u202e\x1b[2J\u{e0041}${text}` };
        const encoded = encodeCase(incident);
        expect(encoded).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(decodeCase(encoded, "a.json")).toEqual(incident);
      }),
    );
  });
});

describe("maptrapVersion", () => {
  it("is the package's", () => {
    const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
    expect(JSON.parse(text)).toMatchObject({ version: maptrapVersion });
  });
});

/** Parts of a case as version 3 had them. */
function withoutOrder(parts: object[]): object[] {
  return JSON.parse(
    JSON.stringify(parts, (key, value: unknown) => (key === "order" ? undefined : value)),
  ) as object[];
}
