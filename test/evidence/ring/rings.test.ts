import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EventFile } from "../../../src/evidence/ring/format.js";
import { readEventFile } from "../../../src/evidence/ring/read.js";
import { eventKinds, type Recording } from "../../../src/evidence/ring/recording.js";
import { encodeEventFile, type EventDescription, type RingDescription } from "../../support/event-file.js";
import { anyEvent, inOrder, rowOf, rowsOf } from "./events.js";

const name = "4711-1.maptrap";

/** Where the first ring's head lies in a file with no conflicts and no pairs, and room for none. */
const firstHead = 4096;

function encode(rings: readonly RingDescription[], more = {}): Uint8Array {
  return encodeEventFile({
    header: { mode: "record", limit: 200_000 },
    conflictCapacity: 0,
    pairCapacity: 0,
    rings,
    ...more,
  });
}

function read(bytes: Uint8Array): { readonly file: EventFile; readonly recording: Recording } {
  const file = readEventFile(bytes, name);
  expect(file.recording).not.toBeNull();
  return { file, recording: file.recording! };
}

function changed(bytes: Uint8Array, change: (view: DataView) => void): Uint8Array {
  const copy = bytes.slice();
  change(new DataView(copy.buffer));
  return copy;
}

describe("the rings of a recording", () => {
  it("come out as they were written, merged by clock", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(anyEvent, { maxLength: 80 }), { maxLength: 7 }),
        fc.maxSafeNat().map((n) => Math.floor(n / 2)),
        (rings, firstNumber) => {
          const bytes = encode(rings.map((events) => ({ events, firstNumber })));
          const { file, recording } = read(bytes);
          expect(rowsOf(recording.events)).toEqual(inOrder(rings));
          expect(file.unreadable).toEqual([]);
          expect(recording.limit).toBe(200_000);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("come out in order when thousands of clocks of one ring are in no order", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 1_000_000 }), { minLength: 2000, maxLength: 5000, size: "max" }),
        fc.integer({ min: 1, max: 1_000_000 }),
        (clocks, spread) => {
          const events = clocks.map((clock, index) => ({
            clock: index * 1000 + (clock % spread),
            a: index,
          }));
          const { recording } = read(encode([{ events }]));
          expect(Array.from(recording.events.a)).toEqual(
            events.toSorted((one, other) => one.clock - other.clock).map(({ a }) => a),
          );
        },
      ),
      { numRuns: 20 },
    );
  });

  it("keep the last events when they went round, and count the others", () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent, { minLength: 1, maxLength: 70 }),
        fc.constantFrom(1, 2, 8, 32),
        fc.nat({ max: 1000 }),
        (events, capacity, firstNumber) => {
          const { recording } = read(encode([{ events, capacity, firstNumber: firstNumber + capacity }]));
          const kept = events.slice(-capacity);
          const begun = firstNumber + capacity + events.length;
          expect(rowsOf(recording.events)).toEqual(inOrder([kept]));
          expect(recording.rings[0]).toMatchObject({
            capacity,
            begun,
            kept: kept.length,
            overwritten: begun - capacity,
            // What lay there before the first one was never written in this file.
            unfinished: capacity - kept.length,
          });
        },
      ),
    );
  });

  it("say what each ring is for, and how much it kept", () => {
    const { recording } = read(
      encode([
        { ringClass: "accesses", processor: 0, events: [{ clock: 9 }, { clock: 5 }], overLimit: 12 },
        { ringClass: "growth", processor: 1, events: [], capacity: 64 },
        { ringClass: "process", processor: 2, events: [{ finished: false }, { clock: 7 }] },
      ]),
    );
    const zero = { overwritten: 0, unfinished: 0, damaged: 0, overLimit: 0 };
    expect(recording.rings).toEqual([
      {
        ...zero,
        ringClass: "accesses",
        processor: 0,
        capacity: 2,
        begun: 2,
        kept: 2,
        oldestClock: 5,
        overLimit: 12,
      },
      { ...zero, ringClass: "growth", processor: 1, capacity: 64, begun: 0, kept: 0, oldestClock: null },
      {
        ...zero,
        ringClass: "process",
        processor: 2,
        capacity: 2,
        begun: 2,
        kept: 1,
        oldestClock: 7,
        unfinished: 1,
      },
    ]);
    expect(Array.from(recording.events.clock)).toEqual([5, 7, 9]);
  });

  it("keep events of unknown kinds, and count those with numbers that cannot be", () => {
    const { file, recording } = read(
      encode([
        {
          events: [
            { kind: 999, a: 1 },
            { a: 2n ** 53n },
            { b: 2n ** 64n - 1n },
            { a: 2n ** 53n - 1n, kind: eventKinds.clear },
          ],
        },
      ]),
    );
    expect(rowsOf(recording.events)).toEqual([
      rowOf({ kind: 999, a: 1 }),
      rowOf({ a: Number.MAX_SAFE_INTEGER, kind: eventKinds.clear }),
    ]);
    expect(recording.rings[0]).toMatchObject({ kept: 2, damaged: 2, unfinished: 0 });
    expect(file.unreadable).toEqual([
      { region: "rings", index: 0, reason: "2 of its events have numbers of 2^53 or more" },
    ]);
  });

  it("never give an event that was being written, nor the one that lay there before", () => {
    // Number 9 was begun in the place of number 1, which is still there.
    const bytes = changed(
      encode([{ capacity: 8, events: Array.from({ length: 9 }, (_, a) => ({ a })) }]),
      (view) => {
        view.setBigUint64(firstHead, 10n, true);
      },
    );
    const { recording } = read(bytes);
    expect(Array.from(recording.events.a)).toEqual([2, 3, 4, 5, 6, 7, 8]);
    expect(recording.rings[0]).toMatchObject({ begun: 10, kept: 7, overwritten: 2, unfinished: 1 });
  });

  it.each([
    ["of an unknown class", 12, 9, "9 is not a class of rings"],
    ["with a capacity that is no power of two", 8, 6, "its capacity of 6 is not a power of two"],
    ["with no capacity", 8, 0, "its capacity of 0 is not a power of two"],
    [
      "with more events than the file",
      8,
      0x8000_0000,
      "its 2147483648 events from offset 4224 do not lie within the file",
    ],
    ["beyond the file", 16, 0xffff_ff00, "its 4 events from offset 4294967040 do not lie within the file"],
    ["within the header", 16, 64, "its 4 events from offset 64 do not lie within the file"],
    ["over another one", 16, 4224 + 64, "its events lie in another ring"],
  ])("leave out a ring %s, and give the others", (_, field, value, reason) => {
    const rings = [{ events: [{ a: 1 }, { a: 2 }, { a: 3 }, {}] }, { events: [{ a: 4 }, { a: 5 }, {}, {}] }];
    const ring = reason.includes("another") ? 1 : 0;
    const bytes = changed(encode(rings), (view) => {
      view.setUint32(firstHead + ring * 64 + field, value, true);
    });
    const { file, recording } = read(bytes);
    expect(file.unreadable).toEqual([{ region: "rings", index: ring, reason }]);
    expect(rowsOf(recording.events)).toEqual(rings[1 - ring]!.events.map(rowOf));
  });

  it("name a ring whose number of events cannot be", () => {
    const count = (value: bigint): EventFile =>
      readEventFile(
        changed(encode([{ events: [{}, {}] }]), (view) => {
          view.setBigUint64(firstHead, value, true);
        }),
        name,
      );
    expect(count(2n ** 53n).unreadable).toEqual([
      { region: "rings", index: 0, reason: `the number ${2n ** 53n} at offset 0 is larger than expected` },
    ]);
    expect(count(2n ** 40n).unreadable).toEqual([
      {
        region: "rings",
        index: 0,
        reason: "it says that 1099511627776 events were begun, and none of the last 2 is there",
      },
    ]);
  });

  it("leave out heads that were never used, and name those that are not there", () => {
    const { file, recording } = read(
      changed(encode([{ events: [{ a: 7 }] }, { events: [] }]), (view) => {
        new Uint8Array(view.buffer).fill(0, firstHead + 64, firstHead + 128);
        view.setUint32(176 + 12, 5, true);
      }),
    );
    expect(recording.rings).toHaveLength(1);
    expect(file.unreadable).toEqual([
      { region: "rings", index: null, reason: "the heads of 3 of 5 rings are not there" },
    ]);
  });

  it("are looked for in a bounded number of heads", () => {
    const whole = encode([{ events: [{ a: 7 }] }], { pairCapacity: 10_000 });
    const { file, recording } = read(
      changed(whole, (view) => {
        new Uint8Array(view.buffer).fill(0xaa, 4096, 4096 + 640_000);
        [4096, 64, 1_000_000, 1_000_000].forEach((value, index) => {
          view.setUint32(176 + index * 4, value, true);
        });
      }),
    );
    expect(recording.rings).toEqual([]);
    expect(file.unreadable).toHaveLength(4097);
  });

  it("are read wherever the file lies in memory, and wherever its rings lie", () => {
    const rings = [{ events: [{ a: 1, clock: 4 }] }, { events: [{ a: 2, clock: 3 }, {}] }];
    const bytes = encode(rings);
    const rows = inOrder(rings.map(({ events }) => events));
    for (const shift of [1, 2, 3, 4]) {
      const larger = new Uint8Array(bytes.length + 9);
      larger.set(bytes, shift);
      expect(rowsOf(read(larger.subarray(shift, shift + bytes.length)).recording.events)).toEqual(rows);
    }
    const moved = new Uint8Array(bytes.length + 1);
    moved.set(bytes);
    moved.copyWithin(bytes.length - 127, bytes.length - 128);
    const view = new DataView(moved.buffer);
    view.setBigUint64(16, BigInt(moved.length), true);
    view.setUint32(firstHead + 64 + 16, bytes.length - 127, true);
    expect(rowsOf(read(moved).recording.events)).toEqual(rows);
  });
});

describe("the stacks of a recording", () => {
  const stacks = [
    { pcs: [0x401105, 0x402005], logical: true },
    { pcs: [0x401205], logical: false },
  ];
  const at = (bytes: Uint8Array, place: number): number => new DataView(bytes.buffer).getUint32(place, true);

  it("are found by their ids", () => {
    const { file, recording } = read(encode([], { stacks, stacksMet: 5 }));
    expect([0, 1, 2, 3, -1, 1.5, NaN, 2 ** 32].map((id) => recording.stack(id))).toEqual([
      undefined,
      ...stacks,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(recording.stacksNotKept).toBe(3);
    expect(file.unreadable).toEqual([]);
  });

  it("do not keep the file's bytes", () => {
    const bytes = encode([], { stacks });
    const { recording } = read(bytes);
    bytes.fill(0xff);
    expect(recording.stack(1)).toEqual(stacks[0]);
  });

  it.each([
    ["outside their region", 8, 2, "1 of 2 stacks have PCs outside their region"],
    ["far outside their region", 8, 0xffff_ffff, "1 of 2 stacks have PCs outside their region"],
    ["too many", 12, 129, "1 of 2 stacks have more than 128 PCs"],
    ["in a state that cannot be", 16, 3, "1 of 2 stacks have a state that is not 0, 1 or 2"],
  ])("that have PCs %s are not given, and counted", (_, field, value, reason) => {
    const whole = encode([], { stacks });
    const bytes = changed(whole, (view) => {
      view.setUint32(at(whole, 192) + field, value, true);
    });
    const { file, recording } = read(bytes);
    expect(recording.stack(1)).toBeUndefined();
    expect(recording.stack(2)).toEqual(stacks[1]);
    expect(file.unreadable).toEqual([{ region: "stacks", index: null, reason }]);
  });

  it("that are being written are not given", () => {
    const whole = encode([], { stacks });
    const { file, recording } = read(
      changed(whole, (view) => {
        view.setUint32(at(whole, 192) + 16, 1, true);
      }),
    );
    expect(recording.stack(1)).toBeUndefined();
    expect(file.unreadable).toEqual([]);
  });

  it("with PCs of 2^53 or more are not given", () => {
    const whole = encode([], { stacks });
    const { recording } = read(
      changed(whole, (view) => {
        view.setUint32(at(whole, 208) + 4, 0xffff_ffff, true);
      }),
    );
    expect(recording.stack(1)).toBeUndefined();
    expect(recording.stack(2)).toEqual(stacks[1]);
  });
});

/** Many files are tried, on a machine that may be busy. */
const timeout = 240_000;

describe("a damaged recording", () => {
  const events = (count: number): Partial<EventDescription>[] =>
    Array.from({ length: count }, (_, index) => ({ clock: index * 10, a: index }));
  const whole = encode(
    [{ events: events(40) }, { events: events(10), ringClass: "growth" }, { events: [] }],
    {
      stacks: [{ pcs: [1, 2, 3], logical: true }],
    },
  );

  it(
    "gives no exception and no more events than the file has room for, whichever bytes are changed",
    () => {
      const anywhere = fc.oneof(
        fc.integer({ min: 176, max: 232 }),
        fc.integer({ min: firstHead, max: firstHead + 300 }),
        fc.integer({ min: 0, max: whole.length - 1 }),
      );
      let kept = 0;
      fc.assert(
        fc.property(
          fc.array(fc.tuple(anywhere, fc.integer({ min: 0, max: 255 })), { maxLength: 12 }),
          (flips) => {
            const bytes = changed(whole, (view) => {
              for (const [at, value] of flips) {
                // Magic, version and sizes have their own errors and their own test.
                view.setUint8(at < 24 ? at + 176 : at, value);
              }
            });
            const { recording } = readEventFile(bytes, name);
            if (recording === null) {
              return;
            }
            const { rings } = recording;
            expect(recording.events.length * 64).toBeLessThanOrEqual(bytes.length);
            expect(recording.events.length).toBe(rings.reduce((sum, ring) => sum + ring.kept, 0));
            for (const ring of rings) {
              expect(ring.kept + ring.unfinished + ring.damaged + ring.overwritten).toBe(ring.begun);
            }
            const { clock, stack } = recording.events;
            expect(clock.every((value, row) => row === 0 || value >= clock[row - 1]!)).toBe(true);
            for (const id of new Set([...stack, 1, 2])) {
              recording.stack(id);
            }
            kept += recording.events.length;
          },
        ),
        { numRuns: 2000 },
      );
      expect(kept).toBeGreaterThan(10_000);
    },
    timeout,
  );

  it("is shown event by event when one event is changed", () => {
    const { recording } = read(
      changed(whole, (view) => {
        // The number of the fourth event of the first ring.
        view.setUint8(view.getUint32(firstHead + 16, true) + 3 * 64, 77);
      }),
    );
    expect(recording.rings[0]).toMatchObject({ kept: 39, unfinished: 1 });
  });
});
