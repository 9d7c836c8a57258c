import { describe, expect, it } from "vitest";
import { excerptsOf } from "../../src/document/excerpts.js";
import { placeInSource } from "../../src/report/text/finding.js";
import { shopCase } from "../support/incidents.js";

const incident = shopCase();
const text = Array.from({ length: 500 }, (_, at) => `line ${at + 1}`).join("\n");

describe("excerptsOf", () => {
  it("begins with the places of both sides, by which a view finds them", () => {
    const places = incident.findings.flatMap(({ sides }) => sides.map(placeInSource));
    const excerpts = excerptsOf(incident, () => text);
    expect(places.length).toBeGreaterThan(1);
    for (const place of places) {
      const excerpt = excerpts.find(({ file, line }) => file === place?.file && line === place.line);
      expect(excerpt?.lines.find(({ marked }) => marked)?.text).toBe(`line ${place?.line}`);
    }
    expect(excerpts[0]).toMatchObject({ file: places[0]?.file, line: places[0]?.line });
  });

  it("has each place once, reads each file once, and nothing but Go files of the program", () => {
    const asked: string[] = [];
    const excerpts = excerptsOf(incident, (file) => {
      asked.push(file);
      return text;
    });
    const keys = excerpts.map(({ file, line }) => `${file}:${line}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(asked).size).toBe(asked.length);
    const bad = JSON.stringify(incident).replaceAll(/\.go"/g, '.key"');
    asked.length = 0;
    expect(
      excerptsOf(JSON.parse(bad) as typeof incident, (file) => {
        asked.push(file);
        return text;
      }),
    ).toEqual([]);
    expect(asked).toEqual([]);
  });

  it("leaves out what is not there, and lines that a file does not have", () => {
    expect(excerptsOf(incident, () => undefined)).toEqual([]);
    expect(excerptsOf(incident, () => "one line")).toEqual([]);
  });

  it("is bounded", () => {
    const frames = Array.from({ length: 5000 }, (_, at) => ({
      function: "main.f",
      file: "a.go",
      line: at + 1,
    }));
    const many = { findings: [], observations: [{ frames }] } as unknown as typeof incident;
    expect(excerptsOf(many, () => "x\n".repeat(5000))).toHaveLength(400);
  });
});
