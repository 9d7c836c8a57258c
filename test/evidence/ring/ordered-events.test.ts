import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildCase } from "../../../src/analysis/build-case.js";
import { writeBarrierOf } from "../../../src/analysis/gc/barrier.js";
import { MaptrapError } from "../../../src/base/errors.js";
import { partsBefore, partsOf, sequenceOf } from "../../../src/evidence/ring/event-sequence.js";
import { readEventFile, readLargeEventFile } from "../../../src/evidence/ring/read.js";
import type { EventColumns, Events } from "../../../src/evidence/ring/recording.js";
import type { EventFile } from "../../../src/evidence/ring/format.js";
import { type EventDescription, encodeEventFile } from "../../support/event-file.js";
import { recordedShop } from "../../support/recordings.js";

/** So little at a time that every border is met. */
const sizes = { pieceEvents: 5, blockShift: 2, partRows: 7, fewestBlocks: 2, mostBlocks: 3 };

async function large(bytes: Uint8Array, ordering = { sizes }): Promise<EventFile> {
  const read = (target: Uint8Array, offset: number): void => {
    expect(offset + target.length).toBeLessThanOrEqual(bytes.length);
    target.set(bytes.subarray(offset, offset + target.length));
  };
  return readLargeEventFile({ name: "a.maptrap", size: bytes.length, read }, ordering);
}

/** Rows as plain numbers. */
function rowsOf(events: EventColumns): number[][] {
  const { length, clock, goroutine, map, kind, processor, stack, a, b, site, life } = events;
  return Array.from({ length }, (_, row) =>
    [clock, goroutine, map, kind, processor, stack, a, b, site, life].map((column) => column[row] ?? NaN),
  );
}

/** A part is good until the next one only. */
function collected(events: Events): number[][] {
  const rows: number[][] = [];
  for (const part of partsOf(events)) {
    rows.push(...rowsOf(part));
  }
  return rows;
}

const someEvent: fc.Arbitrary<Partial<EventDescription>> = fc.record({
  clock: fc.integer({ min: 0, max: 60 }),
  goroutine: fc.integer({ min: 0, max: 5 }),
  map: fc.constantFrom(0, 0xc000012345, 0xc000012380),
  life: fc.integer({ min: 0, max: 2 }),
  kind: fc.constantFrom(1, 1, 1, 2, 3, 10, 12, 13, 30, 40, 41, 44, 50, 51, 300),
  stack: fc.integer({ min: 0, max: 3 }),
  site: fc.integer({ min: 0, max: 3 }),
  a: fc.integer({ min: 0, max: 8 }),
  b: fc.integer({ min: 0, max: 3 }),
  finished: fc.boolean(),
});

const someRings = fc.array(
  fc.record({
    events: fc.array(someEvent, { maxLength: 40 }),
    capacity: fc.constantFrom(1, 8, 32),
    firstNumber: fc.integer({ min: 0, max: 20 }),
    ringClass: fc.constantFrom("accesses" as const, "growth" as const, "process" as const),
  }),
  { minLength: 1, maxLength: 5 },
);

const frame = { command: [], workingDirectory: "", created: new Date(0) };

/** The case of one file, as it is written. */
function caseOf(eventFile: EventFile): string {
  return JSON.stringify(buildCase({ ...frame, processes: [{ eventFile, run: null }] }));
}

describe("a recording that is not read into memory", () => {
  it("has the events, the rings and the case of one that is", async () => {
    await fc.assert(
      fc.asyncProperty(someRings, async (rings) => {
        const bytes = encodeEventFile({ header: { mode: "record" }, rings });
        const whole = readEventFile(bytes, "a.maptrap");
        const read = await large(bytes);
        expect(collected(read.recording!.events)).toEqual(collected(whole.recording!.events));
        expect(read.recording?.rings).toEqual(whole.recording?.rings);
        expect(read.unreadable).toEqual(whole.unreadable);
        expect(caseOf(read)).toBe(caseOf(whole));
      }),
    );
  });

  it("has conflicts, stacks and names, too, in pieces of any size", async () => {
    const bytes = encodeEventFile(recordedShop);
    const whole = caseOf(readEventFile(bytes, "a.maptrap"));
    expect(whole).toContain('"conflict"');
    expect(caseOf(await large(bytes))).toBe(whole);
    expect(caseOf(await readLargeEventFileWithUsualSizes(bytes))).toBe(whole);
  });

  it("is gone back over from any row", async () => {
    const events = Array.from({ length: 30 }, (_, clock) => ({ clock }));
    const { recording } = await large(
      encodeEventFile({ header: { mode: "record" }, rings: [{ events, capacity: 32 }] }),
    );
    const sequence = sequenceOf(recording!.events);
    const clocks: number[] = [];
    for (const { part, from } of partsBefore(sequence, 23)) {
      expect(part.clock[0]).toBe(from);
      clocks.push(...Array.from(part.clock.subarray(0, part.length)).toReversed());
    }
    expect(clocks).toEqual(Array.from({ length: 23 }, (_, index) => 22 - index));
  });

  it("when it is damaged anywhere, says what the whole one says", async () => {
    const bytes = encodeEventFile(recordedShop);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 40 }),
        fc.nat(bytes.length),
        async (changes, length) => {
          const damaged = bytes.slice(0, length > 1000 ? bytes.length : length);
          changes.forEach(([at, value]) => (damaged[at % 4000] = value));
          const [one, other] = [
            await outcome(async () => large(damaged)),
            await outcome(async () => Promise.resolve(readEventFile(damaged, "a.maptrap"))),
          ];
          expect(one).toBe(other);
        },
      ),
    );
  });
});

async function readLargeEventFileWithUsualSizes(bytes: Uint8Array): Promise<EventFile> {
  const read = (target: Uint8Array, offset: number): void => {
    target.set(bytes.subarray(offset, offset + target.length));
  };
  return readLargeEventFile({ name: "a.maptrap", size: bytes.length, read });
}

/** The case, or why there is none. */
async function outcome(read: () => Promise<EventFile>): Promise<string> {
  try {
    return caseOf(await read());
  } catch (error) {
    if (!(error instanceof MaptrapError)) {
      throw error;
    }
    return error.message;
  }
}

describe("the write barrier", () => {
  it("is followed over parts as over the whole", async () => {
    await fc.assert(
      fc.asyncProperty(someRings, async (rings) => {
        const bytes = encodeEventFile({ header: { mode: "record" }, rings });
        const names = { handle: "o0", evidence: "e0" };
        const whole = writeBarrierOf(readEventFile(bytes, "a").recording!.events, names);
        expect(writeBarrierOf((await large(bytes)).recording!.events, names)).toEqual(whole);
      }),
    );
  });
});
