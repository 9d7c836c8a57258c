import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Case } from "../../src/case/case.js";
import { decodeCase } from "../../src/case/file.js";
import { renderJson } from "../../src/report/json/render.js";
import { renderText } from "../../src/report/text/render.js";
import { shopCase, shopFile, shopSource } from "../support/incidents.js";
import {
  event,
  get,
  ofMap,
  put,
  recordedCase,
  recordedConflict,
  recordedShop,
  shopRings,
  sharedMap,
} from "../support/recordings.js";

const readSource = (file: string): string | undefined => shopSource[file];

/** What no line of a report may hold: controls, and characters that hide or reorder text. */
const unsafe = /(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

function widest(text: string): number {
  return Math.max(...text.split("\n").map((line) => line.length));
}

/** The first timeline of a report. */
function timelineOf(text: string): string {
  const begin = text.indexOf("  The last ");
  expect(begin).toBeGreaterThan(0);
  return text.slice(begin, text.indexOf("\n\n", begin));
}

/** The report with its lines joined. */
function unwrapped(incident: Case): string {
  return renderText(incident).replace(/\s+/g, " ");
}

describe("renderText of a recording", () => {
  it("shows the conflict, the map's life and the last events", async () => {
    const text = renderText(recordedCase(), { readSource });
    await expect(text).toMatchFileSnapshot("golden/recording-conflict.txt");
    expect(text).not.toContain("\x1b");
  });

  it("shows the busiest maps when there is no conflict, and says what was lost", async () => {
    const [accesses, growth, process] = shopRings;
    const other = { map: sharedMap + 96, life: 9, goroutine: 12 };
    const text = renderText(
      recordedCase([
        {
          ...recordedShop,
          header: { ...recordedShop.header, state: "exited", exitStatus: 0, sharedMaps: 2 },
          conflicts: [],
          stacksMet: 5,
          rings: [
            {
              ...accesses,
              events: [
                ...accesses.events.slice(0, -1),
                get(7_700_000, other),
                put(7_800_000, { ...other, goroutine: 13 }),
              ],
              firstNumber: 4_000,
              overLimit: 77,
            },
            growth,
            { ...process, events: [...process.events, { ...event("gcEnds", 7_999_000), finished: false }] },
          ],
        },
      ]),
      { readSource },
    );
    await expect(text).toMatchFileSnapshot("golden/recording-quiet.txt");
    expect(widest(timelineOf(text))).toBeLessThanOrEqual(100);
  });

  it("names nobody when the other side is not known", async () => {
    const details = { ...recordedConflict.details, otherSide: "unknown" as const, age: null, repeats: null };
    const incident = recordedCase([
      { ...recordedShop, conflicts: [{ ...recordedConflict, first: null, details }] },
    ]);
    expect(incident.findings).toEqual([]);
    await expect(renderText(incident, { readSource })).toMatchFileSnapshot("golden/recording-one-sided.txt");
  });

  it("shows many goroutines in few lanes, and both goroutines that noticed", async () => {
    const [accesses, , process] = shopRings;
    const many = Array.from({ length: 90 }, (_, index) =>
      (index % 3 === 0 ? put : get)(7_980_000 + index * 100, { goroutine: 20 + (index % 7) }),
    );
    const second = {
      ...recordedConflict,
      index: 1,
      at: 8_000_900,
      second: { ...recordedConflict.second, goroutine: 22 },
    };
    const incident = recordedCase([
      {
        ...recordedShop,
        conflicts: [recordedConflict, second],
        rings: [
          {
            ...accesses,
            events: [...many, ofMap("conflict", 8_000_300, 0, 2, 8), ofMap("conflict", 8_001_000, 1, 2, 22)],
          },
          process,
        ],
      },
    ]);
    expect(incident.findings).toHaveLength(2);
    const text = renderText(incident, { readSource });
    await expect(text).toMatchFileSnapshot("golden/recording-many.txt");
    expect(widest(timelineOf(text))).toBeLessThanOrEqual(100);
  });

  it("keeps line numbers where names of files are too long for a lane", () => {
    const incident = recordedCase();
    for (const one of incident.observations) {
      const events = one.kind === "recording" ? (one.timeline?.events ?? []) : [];
      for (const of of events.filter(({ site }) => site !== null)) {
        of.operation = "iterate";
        of.site = { ...of.site!, file: "/home/ada/shop/a_very_long_name_of_a_file.go", line: 12_345 };
      }
    }
    expect(timelineOf(renderText(incident))).toContain("  range a_ve…:12345");
  });

  it("shows more with --last and --maps", () => {
    const short = renderText(recordedCase([recordedShop], { last: 30_000 }));
    expect(short).toContain("The last 30µs before the conflict");
    expect(short).not.toContain("read cache.go:7 ");
    const quiet = {
      ...recordedShop,
      conflicts: [],
      rings: [
        {
          ringClass: "accesses" as const,
          events: [1, 2, 3, 4, 5].map((index) => get(1000 * index, { map: sharedMap + 64 * index })),
        },
      ],
    };
    expect(renderText(recordedCase([quiet])).match(/^ {2}The map /gm)).toHaveLength(3);
    expect(renderText(recordedCase([quiet]))).toContain("… and 2 more shared maps (--maps shows more)");
    expect(renderText(recordedCase([quiet]), { maps: 9 }).match(/^ {2}The map /gm)).toHaveLength(5);
  });

  it("compares conflicts of many processes with what chance gives", () => {
    const whileMarking = (count: number, of: number) =>
      recordedCase(
        Array.from({ length: of }, (_, index) => ({
          ...recordedShop,
          conflicts: [
            {
              ...recordedConflict,
              details: {
                ...recordedConflict.details,
                gcPhase: index < count ? ("mark" as const) : ("off" as const),
              },
            },
          ],
        })),
      );
    const often = whileMarking(30, 40);
    expect(often.findings).toHaveLength(1);
    expect(often.findings[0]?.seen).toBe(40);
    expect(often.summary?.recorded?.inMarking).toMatchObject({ cases: 40, hits: 30, verdict: "more" });
    expect(renderText(often)).toContain(
      "Of 40 conflicts 30 came while the garbage collector was marking (75.0 %)",
    );
    expect(unwrapped(whileMarking(1, 40))).toContain(
      "That is what chance gives: these events show no connection",
    );
    expect(unwrapped(whileMarking(1, 1))).toContain("That is too few to say");
  });

  it("shows the map of a conflict whose event is not among the rings", () => {
    const [accesses, growth, process] = shopRings;
    const other = Array.from({ length: 9 }, (_, index) =>
      put(7_500_000 + index, { map: sharedMap + 96, life: 9, goroutine: 12 + (index % 2) }),
    );
    const without = { ...accesses, events: [...accesses.events.slice(0, -1), ...other] };
    const incident = recordedCase([{ ...recordedShop, rings: [without, growth, process] }]);
    const recording = incident.observations.find((one) => one.kind === "recording");
    expect(recording).toMatchObject({
      maps: [{ address: "0xc000012345", conflicts: ["o0"] }, { conflicts: [] }],
      timeline: { conflict: "o0", zeroNanoseconds: 8_000_000 },
    });
  });

  it("says how sure it is when the rings tell the other side", () => {
    const details = { ...recordedConflict.details, otherSide: "rings" as const };
    const incident = recordedCase([{ ...recordedShop, conflicts: [{ ...recordedConflict, details }] }]);
    expect(incident.findings[0]).toMatchObject({ certainty: "inferred", score: null });
    expect(renderText(incident)).toContain("Its mark was not seen, so it may have been another one.");
  });

  it("says when the callers are older than the last change", () => {
    const reasons = (callersChangesBefore: number) => {
      const details = { ...recordedConflict.details, callersChangesBefore };
      const [finding] = recordedCase([
        { ...recordedShop, conflicts: [{ ...recordedConflict, details }] },
      ]).findings;
      return finding?.reasons.join(" ");
    };
    expect(reasons(0)).not.toContain("called");
    expect(reasons(1)).toContain("who called that place is as it was one change before.");
    expect(reasons(1234)).toContain("who called that place is as it was 1,234 changes before.");
  });

  it("makes names of a hostile binary safe", () => {
    const name = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("\x1b]0;x\x07", "a\r\nb\u202e/c", "\u009b2J", "x\n== fake ==\n", "é".repeat(9000)),
    );
    fc.assert(
      fc.property(name, name, (fn, file) => {
        const hostile = [{ function: fn, file, line: 7, inlined: false }];
        const binary = {
          goVersion: "",
          symbolize: () => hostile,
          symbolizeInnermost: () => hostile[0],
          symbolizeEntry: () => hostile[0],
        };
        const eventFile = shopFile(recordedShop);
        const text = renderText(shopCase({ processes: [{ eventFile, binary, run: null }] }), { maps: 9 });
        expect(unsafe.exec(text)).toBeNull();
        expect(widest(timelineOf(text))).toBeLessThanOrEqual(100);
      }),
      { numRuns: 40 },
    );
  });

  it("is a valid case, safe on a terminal and bounded, whatever was recorded", () => {
    const number = fc.oneof(fc.nat({ max: 40 }), fc.nat(), fc.constantFrom(2 ** 53 - 1, 2 ** 40));
    const anyEvent = fc.record({
      kind: fc.oneof(fc.nat({ max: 60 }), fc.nat({ max: 65_535 })),
      clock: fc.oneof(fc.nat({ max: 20_000_000 }), fc.constantFrom(0, 2 ** 53 - 1)),
      goroutine: fc.oneof(fc.nat({ max: 12 }), fc.constant(2 ** 53 - 1)),
      map: fc.constantFrom(0, sharedMap, sharedMap + 8, 2 ** 53 - 1),
      a: number,
      b: number,
      site: fc.constantFrom(0, 0x40, 0x50, 0xffff_ffff),
      stack: fc.nat({ max: 4 }),
      life: fc.constantFrom(0, 0x5eed, 3),
    });
    const name = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("\x1b]0;x\x07", "a\r\nb\u202e"));
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), name, fc.boolean(), (events, text, ends) => {
        const incident = recordedCase([
          {
            ...recordedShop,
            header: { ...recordedShop.header, goVersion: text },
            conflicts: ends ? [{ ...recordedConflict, mapType: text }] : [],
            rings: [{ ringClass: "accesses", events }],
          },
        ]);
        const json = renderJson(incident);
        expect(decodeCase(json, "a.json")).toEqual(incident);
        const drawn = renderText(incident, { readSource });
        expect(unsafe.exec(drawn)).toBeNull();
        expect(drawn.split("\n").length).toBeLessThan(400);
        expect(json).not.toMatch(unsafe);
      }),
      { numRuns: 40 },
    );
  });
});

describe("maps at one address", () => {
  it("are said to have it, for they may be one map whose seed has changed", () => {
    const [accesses, ...others] = shopRings;
    const later = { life: 9 };
    const recording = {
      ...recordedShop,
      rings: [
        {
          ...accesses,
          events: [...accesses.events, get(7_850_000, later), put(7_860_000, { ...later, goroutine: 13 })],
        },
        ...others,
      ],
    };
    const sentence = "the recorder met a map at this address another time, with another random seed";
    // Of a recording with a conflict the map of the conflict is shown; without one, both are.
    expect(unwrapped(recordedCase([recording])).split(sentence)).toHaveLength(2);
    expect(unwrapped(recordedCase([{ ...recording, conflicts: [] }])).split(sentence)).toHaveLength(3);
    expect(unwrapped(recordedCase())).not.toContain("at this address");
  });
});
