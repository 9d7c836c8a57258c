import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type RangeSource, readCompact, readEvent } from "../../../src/evidence/ring/compact.js";
import { KeyTable } from "../../../src/evidence/ring/key-table.js";
import { readEventFile } from "../../../src/evidence/ring/read.js";
import { RecordingAnalysis } from "../../../src/analysis/recording/recording-analysis.js";
import { type EventDescription, encodeEventFile } from "../../support/event-file.js";
import { MaptrapError } from "../../../src/base/errors.js";

function sourceOf(bytes: Uint8Array): RangeSource {
  return {
    size: bytes.length,
    read: async (offset, length) => Promise.resolve(bytes.slice(offset, offset + length)),
  };
}

/** The same, read piece by piece into one memory, as the page reads from its server. */
function piecesOf(bytes: Uint8Array): RangeSource {
  return {
    ...sourceOf(bytes),
    async *pieces(offset, length, pieceLength) {
      const memory = new Uint8Array(pieceLength);
      const end = Math.min(bytes.length, offset + length);
      for (let at = offset; at < end; at += pieceLength) {
        const piece = bytes.subarray(at, Math.min(end, at + pieceLength));
        memory.fill(0xff);
        memory.set(piece);
        yield await Promise.resolve(memory.subarray(0, piece.length));
      }
    },
  };
}

const someEvent: fc.Arbitrary<Partial<EventDescription>> = fc.record({
  clock: fc.integer({ min: 0, max: 60 }),
  goroutine: fc.integer({ min: 0, max: 5 }),
  map: fc.constantFrom(0, 0xc000012345, 0xc000012380),
  life: fc.integer({ min: 0, max: 2 }),
  kind: fc.constantFrom(1, 1, 1, 2, 3, 10, 13, 30, 40, 50, 51, 300),
  stack: fc.integer({ min: 0, max: 3 }),
  site: fc.integer({ min: 0, max: 3 }),
  a: fc.integer({ min: 0, max: 8 }),
  finished: fc.boolean(),
});

const someRings = fc.array(
  fc.record({
    events: fc.array(someEvent, { maxLength: 24 }),
    capacity: fc.constantFrom(8, 32),
    firstNumber: fc.integer({ min: 0, max: 20 }),
  }),
  { minLength: 1, maxLength: 4 },
);

describe("a recording in few bytes", () => {
  it("has the events that the reader of whole files has, in its order", async () => {
    await fc.assert(
      fc.asyncProperty(
        someRings,
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        async (rings, pieceEvents, inPieces) => {
          const bytes = encodeEventFile({ header: { mode: "record" }, rings });
          const whole = readEventFile(bytes, "x").recording!.events;
          const source = inPieces ? piecesOf(bytes) : sourceOf(bytes);
          const compact = await readCompact(source, { fileName: "x", pieceEvents });
          const { events } = compact;
          expect([...events.clock]).toEqual([...whole.clock]);
          expect([...events.goroutine].map((number) => compact.goroutines[number])).toEqual([
            ...whole.goroutine,
          ]);
          expect([...events.kind]).toEqual([...whole.kind].map((kind) => Math.min(kind, 255)));
          expect([...events.detail]).toEqual([...whole.a]);
          expect(
            [...events.place].map((place) => [compact.places.stack(place), compact.places.site(place)]),
          ).toEqual([...whole.stack].map((stack, row) => [stack, whole.site[row]]));
          expect([...events.map].map((map) => compact.maps[map]?.address)).toEqual([...whole.map]);
          for (let row = 0; row < events.length; row++) {
            const one = await readEvent(source, compact, events.slot[row]!);
            expect([one.clock[0], one.a[0], one.life[0]]).toEqual([
              whole.clock[row],
              whole.a[row],
              whole.life[row],
            ]);
          }
        },
      ),
    );
  });

  it("tells maps apart as the analysis does", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(someEvent, { maxLength: 40 }), async (events) => {
        // At each address one life or none, as it is unless maps die.
        const alike = events.map((event) => ({
          ...event,
          life: event.life === 0 ? 0 : event.map! & 0xff,
          finished: true,
        }));
        const bytes = encodeEventFile({ header: { mode: "record" }, rings: [{ events: alike }] });
        const analysis = new RecordingAnalysis();
        analysis.accept(readEventFile(bytes, "x").recording!.events);
        const used = new Set<string>();
        const compact = await readCompact(sourceOf(bytes), { fileName: "x" });
        compact.events.map.forEach((map, row) => {
          if (compact.events.kind[row] === 1 || compact.events.kind[row] === 3) {
            used.add(`${compact.maps[map]?.address}`);
          }
        });
        const told = analysis.summary().maps.filter(({ accesses }) => accesses > 0);
        expect(told.map(({ address }) => `${address}`).toSorted()).toEqual([...used].toSorted());
      }),
    );
  });

  it("gives an event without a life to the map before it, or else the one after it", async () => {
    const lives = [0, 5, 0, 7, 0];
    const bytes = encodeEventFile({
      header: { mode: "record" },
      rings: [{ events: lives.map((life, clock) => ({ clock, life })) }],
    });
    const { events, maps } = await readCompact(sourceOf(bytes), { fileName: "x" });
    expect([...events.map].map((map) => maps[map]?.life)).toEqual([5, 5, 5, 7, 7]);
  });

  it("leaves out the oldest where there are too many, and says how many", async () => {
    const bytes = encodeEventFile({
      header: { mode: "record" },
      rings: [{ events: Array.from({ length: 64 }, (_, clock) => ({ clock })) }],
    });
    const { events, leftOut } = await readCompact(sourceOf(bytes), { fileName: "x", mostEvents: 16 });
    expect([events.length, events.clock[0], leftOut]).toEqual([16, 48, 48]);
  });

  it("has nothing worse to say to any bytes than an error with a sentence", async () => {
    const good = encodeEventFile({
      header: { mode: "record" },
      rings: [{ events: [{}, {}, {}] }, { events: [{}] }],
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(4400), fc.nat(255)), { maxLength: 6 }),
        fc.nat(good.length),
        async (changes, length) => {
          const bytes = good.slice(0, Math.max(24, length));
          for (const [at, value] of changes) {
            bytes[at] = value;
          }
          await readCompact(sourceOf(bytes), { fileName: "x" }).catch((error: unknown) => {
            expect(error).toBeInstanceOf(MaptrapError);
          });
        },
      ),
    );
  });
});

describe("numbers for keys", () => {
  it("gives each key one number, up to a bound", () => {
    const table = new KeyTable(5000);
    const all = (): number[] =>
      Array.from({ length: 5000 }, (_, index) => table.indexOf(index * 7, index % 3, index >>> 4));
    const first = all();
    expect(first).toEqual(Array.from({ length: 5000 }, (_, index) => index));
    expect(all()).toEqual(first);
    expect([table.word(3, 0), table.word(2, 1), table.word(33, 2), table.wide(2)]).toEqual([
      21,
      2,
      2,
      2 * 2 ** 32 + 14,
    ]);
    expect(table.indexOf(1, 1, 1)).toBe(table.others);
  });
});
