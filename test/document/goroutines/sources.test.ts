import { describe, expect, it } from "vitest";
import { goroutineSources, sourceOf as handleOfSource } from "../../../src/document/goroutines/sources.js";
import type { StudioDocument } from "../../../src/document/document.js";
import { crashDocument, documentOf, stoppedDocument } from "../../studio/support/cases.js";
import { recordedCase } from "../../support/recordings.js";
import { oneSidedText, raceText, shopFacts, wholeText } from "../../support/shop-crash.js";

const sourceOf = (document: StudioDocument, index = 0) => {
  const entry = goroutineSources(document)[index];
  if (entry === undefined) {
    throw new Error("no such source");
  }
  return entry.make();
};

/** `A of m0`, by goroutine. */
const sidesOf = (document: StudioDocument, index = 0): Record<string, string[]> =>
  Object.fromEntries(
    [...sourceOf(document, index).marks].map(([id, marks]) => [
      `g${id}`,
      marks.map(({ side, finding, text }) => (side === null ? text : `${side} of ${finding ?? "?"}`)),
    ]),
  );

describe("what tells of goroutines", () => {
  it("is a dump: the one that noticed is a side, others may be the other one", async () => {
    const document = await crashDocument(wholeText, await shopFacts());
    expect(goroutineSources(document).map(({ handle }) => handle)).toEqual(["o0"]);
    expect(sidesOf(document)).toMatchObject({ g18: ["B of m0"] });
    expect(sidesOf(document)["g17"]?.[0]).toMatch(/^may be the other side: /);
  });

  it("is a dump without a finding too", async () => {
    expect(sidesOf(await crashDocument(oneSidedText))).toEqual({ g6: ["A of ?"] });
  });

  it("is the same from the groups of a case file, which says what is missing there", async () => {
    const document = await crashDocument(wholeText);
    const { list } = sourceOf({ ...document, goroutines: [] });
    expect(Array.from(list.ids).toSorted((one, other) => one - other)).toEqual([1, 17, 18, 19]);
    expect(list.notListed).toEqual([]);
    const crash = document.case?.observations[0];
    if (document.case === null || crash?.kind !== "crash") {
      throw new Error("no crash");
    }
    const less = { ...crash, groups: crash.groups.slice(0, 1), goroutines: 4 };
    expect(
      sourceOf({ ...document, goroutines: [], case: { ...document.case, observations: [less] } }).list
        .notListed,
    ).toEqual(["3 more groups with 3 goroutines not in the case file; open the text itself to see all."]);
  });

  it("is a stop: both sides, and what is known of each", () => {
    const document = stoppedDocument("read-write-1.27");
    const sides = sidesOf(document);
    expect(Object.values(sides).map(([first]) => first)).toEqual(
      expect.arrayContaining(["A of m0", "B of m0"]),
    );
    expect(sourceOf(document).list.stateOf(0)).toBe("running");
  });

  it("is a report of the race detector", async () => {
    const document = await crashDocument(raceText, await shopFacts());
    expect(sidesOf(document)).toEqual({ g7: ["A of m0"], g8: ["B of m0"] });
    expect(sourceOf(document).list.stack(0)).toMatchObject({ state: "write", count: 1 });
  });

  it("is a recording: who used the map, and how much", () => {
    const document = documentOf(recordedCase());
    expect(goroutineSources(document).map(({ handle }) => handle)).toEqual(["o1", "findings"]);
    expect(sidesOf(document)).toEqual({
      g7: ["A of m0", "0 reads and 3 changes of the map 0xc000012345 recorded"],
      g8: ["B of m0", "2 reads and 0 changes of the map 0xc000012345 recorded"],
      g9: ["1 read and 0 changes of the map 0xc000012345 recorded"],
    });
    expect(sidesOf(document, 1)).toEqual({ g7: ["A of m0"], g8: ["B of m0"] });
  });

  it("is a recording of several maps: each goroutine once, marked where it used the map of the conflict", () => {
    const incident = recordedCase();
    const observations = incident.observations.map((one) => {
      const [map] = one.kind === "recording" ? one.maps : [];
      return one.kind !== "recording" || map === undefined
        ? one
        : {
            ...one,
            maps: [
              { ...map, conflicts: ["o0"] },
              {
                ...map,
                address: "0xc000099999",
                conflicts: [],
                goroutines: [...map.goroutines, { ...map.goroutines[0]!, id: 77 }],
              },
            ],
          };
    });
    const { list, marks } = sourceOf(documentOf({ ...incident, observations }));
    expect(Array.from(list.ids).toSorted((one, other) => one - other)).toEqual([7, 8, 9, 77]);
    expect([...marks.keys()].toSorted((one, other) => one - other)).toEqual([7, 8, 9]);
    expect(list.stateOf(0)).toBe("used 2 shared maps");
    expect(list.stateOf(list.stackCount - 1)).toBe("used a shared map");
  });

  it("is the findings of each process apart: a goroutine's number means something in its own only", () => {
    const incident = recordedCase();
    const [conflict] = incident.observations.filter(({ kind }) => kind === "conflict");
    const [finding] = incident.findings;
    const [evidence] = incident.evidence;
    if (conflict === undefined || finding === undefined || evidence?.kind !== "event-file") {
      throw new Error("no finding");
    }
    const document = documentOf({
      ...incident,
      evidence: [
        { ...evidence, run: 1 },
        { ...evidence, handle: "e9", run: 2, processId: 99 },
      ],
      observations: [conflict, { ...conflict, handle: "o9", evidence: "e9" }],
      findings: [finding, { ...finding, handle: "m1", observations: ["o9"] }],
    });
    expect(goroutineSources(document).map(({ handle, title }) => [handle, title])).toEqual([
      ["findings-e0", expect.stringMatching(/^goroutines of the findings, run 1, process \d+, shop$/)],
      ["findings-e9", "goroutines of the findings, run 2, process 99, shop"],
    ]);
    expect(sidesOf(document)).toEqual({ g7: ["A of m0"], g8: ["B of m0"] });
    expect(sidesOf(document, 1)).toEqual({ g7: ["A of m1"], g8: ["B of m1"] });
    expect(handleOfSource("o9", document.case!)).toBe("findings-e9");
  });

  it("is nothing where there is no case", () => {
    expect(goroutineSources({ case: null, goroutines: [] })).toEqual([]);
  });
});
