import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orderKinds } from "../../../src/evidence/order/events.js";
import {
  EventFileDamagedError,
  EventFileTruncatedError,
  EventFileVersionError,
  NotAnEventFileError,
} from "../../../src/evidence/ring/errors.js";
import type { EventFile } from "../../../src/evidence/ring/format.js";
import { readEventFile } from "../../../src/evidence/ring/read.js";
import {
  encodeEventFile,
  plainConflict,
  plainDetails,
  plainHeader,
  plainPair,
  plainRecordedConflict,
} from "../../support/event-file.js";
import { writeOrderFile } from "../../support/order-events.js";
import { conflict, header, pair } from "./arbitrary.js";

const name = "4711-1.maptrap";

/** Offset of the first conflict record. */
const firstConflict = 4096;

function changed(bytes: Uint8Array, change: (view: DataView) => void): Uint8Array {
  const copy = bytes.slice();
  change(new DataView(copy.buffer));
  return copy;
}

/** Reads, and lets only the four errors pass that a reader may throw. */
function readOrRefuse(bytes: Uint8Array): EventFile | undefined {
  try {
    return readEventFile(bytes, name);
  } catch (error) {
    const typed =
      error instanceof NotAnEventFileError ||
      error instanceof EventFileVersionError ||
      error instanceof EventFileTruncatedError ||
      error instanceof EventFileDamagedError;
    if (!typed) {
      throw error;
    }
    return undefined;
  }
}

describe("readEventFile", () => {
  it("reads what was written", () => {
    fc.assert(
      fc.property(
        header,
        fc.array(conflict, { maxLength: 3 }),
        fc.array(pair, { maxLength: 5 }),
        (someHeader, conflicts, pairs) => {
          const numbered = {
            conflicts: conflicts.map((record, index) => ({ ...record, index })),
            pairs: pairs.map((record, index) => ({ ...record, index })),
          };
          const file = readEventFile(encodeEventFile({ header: someHeader, ...numbered }), name);
          expect(file).toEqual({
            fileName: name,
            header: someHeader,
            ...numbered,
            conflictsNotKept: 0,
            pairsNotKept: 0,
            recording: null,
            unreadable: [],
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  it("reads version 1, which knows the trap only", () => {
    const report = "x".repeat(5710);
    const file = readEventFile(
      encodeEventFile({ header: { version: 1 }, conflicts: [{ report }], pairs: [{}] }),
      name,
    );
    expect(file).toEqual({
      fileName: name,
      header: { ...plainHeader, version: 1 },
      conflicts: [{ ...plainConflict, report }],
      pairs: [plainPair],
      conflictsNotKept: 0,
      pairsNotKept: 0,
      recording: null,
      unreadable: [],
    });
  });

  it("takes no notice of what version 1 did not have", () => {
    const bytes = changed(encodeEventFile({ header: { version: 1 }, conflicts: [{}] }), (view) => {
      new Uint8Array(view.buffer).fill(0xff, 176, 256);
      new Uint8Array(view.buffer).fill(0xff, firstConflict + 8128, firstConflict + 8192);
    });
    const file = readEventFile(bytes, name);
    expect(file.conflicts).toEqual([plainConflict]);
    expect(file).toMatchObject({ recording: null, unreadable: [], header: { mode: "trap", limit: null } });
  });

  it.each([
    [2, 1, "trap", []],
    [2, 2, "record", []],
    [2, 3, "record", ["mode: 3 is neither 1 nor 2"]],
    [2, 7, "record", ["mode: 7 is neither 1 nor 2"]],
    [3, 1, "trap", []],
    [3, 2, "record", []],
    [3, 3, "order", []],
    [3, 7, "record", ["mode: 7 is not one of 1, 2 and 3"]],
  ] as const)("reads in version %i the mode %i", (version, mode, read, reasons) => {
    const bytes = changed(encodeEventFile({ header: { version }, rings: [{ events: [{}] }] }), (view) => {
      view.setUint32(224, mode, true);
    });
    const file = readEventFile(bytes, name);
    expect(file.header.mode).toBe(read);
    expect(file.recording?.events.length).toBe(read === "record" ? 1 : undefined);
    expect(file.unreadable.map(({ reason }) => reason)).toEqual(reasons);
  });

  it("reads the part before the chunks of a file of order events, alone or with them", () => {
    const events = [{ goroutine: 1, kind: orderKinds.end }];
    const cut = { cutShort: "size" as const, cutShortAt: 1500 };
    const { bytes, firstChunk } = writeOrderFile(events, {
      conflicts: [{}],
      pairs: [{}],
      mostChunks: 9,
      ...cut,
    });
    const order = { firstChunk, chunkSize: 256, chunksBegun: 1, mostChunks: 9, ...cut };
    const fixed = readEventFile(bytes.subarray(0, firstChunk), name);
    expect(fixed).toEqual({
      fileName: name,
      header: { ...plainHeader, mode: "order", order },
      conflicts: [plainConflict],
      pairs: [plainPair],
      conflictsNotKept: 0,
      pairsNotKept: 0,
      recording: null,
      unreadable: [],
    });
    expect(readEventFile(bytes, name)).toEqual(fixed);
  });

  it("takes a file with chunks of which the mode is damaged for one of order events", () => {
    const { bytes } = writeOrderFile([{ goroutine: 1, kind: orderKinds.end }]);
    new DataView(bytes.buffer).setUint32(224, 9, true);
    expect(readEventFile(bytes, name).header.mode).toBe("order");
  });

  it("reads a conflict that Go's check found, with the other side known or not", () => {
    const unknown = { ...plainDetails, otherSide: "unknown" as const };
    const file = readEventFile(
      encodeEventFile({
        conflicts: [plainRecordedConflict, { ...plainRecordedConflict, first: null, details: unknown }],
      }),
      name,
    );
    expect(file.unreadable).toEqual([]);
    expect(file.conflicts.map(({ first, details }) => [first?.goroutine, details])).toEqual([
      [7, plainDetails],
      [undefined, unknown],
    ]);
  });

  it("reads a file that lies within a larger buffer", () => {
    const bytes = encodeEventFile({ conflicts: [{}] });
    const larger = new Uint8Array(bytes.length + 7);
    larger.set(bytes, 3);
    expect(readEventFile(larger.subarray(3, 3 + bytes.length), name).conflicts).toEqual([plainConflict]);
  });

  it("says how much of a truncated file is there, wherever it is cut", () => {
    const bytes = encodeEventFile({
      header: { mode: "record" },
      conflicts: [{}],
      pairs: [{}],
      rings: [{ events: [{}, {}, {}] }],
      stacks: [{ pcs: [1, 2], logical: true }],
    });
    fc.assert(
      fc.property(fc.integer({ min: 8, max: bytes.length - 1 }), (length) => {
        let thrown: unknown;
        try {
          readEventFile(bytes.subarray(0, length), name);
        } catch (error) {
          thrown = error;
        }
        expect(thrown).toBeInstanceOf(EventFileTruncatedError);
        expect(thrown).toMatchObject({ found: length, fileName: name, exitStatus: 2 });
      }),
    );
    expect(() => readEventFile(bytes.subarray(0, 5000), name)).toThrow(
      `${name} is cut short: 5000 of ${bytes.length} bytes are there`,
    );
  });

  it.each([
    new Uint8Array(0),
    new Uint8Array(8192),
    new TextEncoder().encode("MAPTRA"),
    new TextEncoder().encode("{}"),
  ])("refuses what is not an event file (%#)", (bytes) => {
    expect(() => readEventFile(bytes, "notes.txt")).toThrow(NotAnEventFileError);
  });

  it("names the found and the supported version", () => {
    const bytes = changed(encodeEventFile(), (view) => {
      view.setUint32(8, 7, true);
    });
    expect(() => readEventFile(bytes, name)).toThrow(
      `${name} is an event file of version 7; this maptrap reads versions 1, 2 and 3`,
    );
  });

  it.each([
    ["another header size", 12, 128],
    ["a file size below the header's", 16, 100],
  ])("refuses a header with %s", (_, offset, value) => {
    const bytes = changed(encodeEventFile(), (view) => {
      view.setUint32(offset, value, true);
    });
    expect(() => readEventFile(bytes, name)).toThrow(EventFileDamagedError);
  });

  it.each([
    ["unfinished", 0, 0, "it was not finished when the process ended"],
    ["with too many PCs", 304 + 36, 129, "a stack of 129 PCs does not fit into 128"],
    ["with an unknown operation", 304 + 32, 99, "99 is not an operation"],
    ["with a text over its field", 48, 300, "a text of 300 bytes does not fit into its field of 254"],
    ["of one goroutine with itself", 1392, 8, "both its sides are goroutine 8"],
    ["without a change", 1392 + 32, 1, "neither of its sides changes the map"],
    ["found in an unknown way", 8128, 2, "2 is not a way to find a conflict"],
    ["with an unknown message", 8128 + 4, 6, "6 is not a message of Go"],
    ["in an unknown GC phase", 8128 + 52, 3, "3 is not a phase of the GC"],
    ["of a map that grows in an unknown way", 8128 + 28, 3, "3 is not a kind of growth"],
  ])("marks a conflict %s as unreadable and keeps the next", (_, offset, value, reason) => {
    const bytes = changed(encodeEventFile({ conflicts: [{}, { at: 9 }] }), (view) => {
      view.setUint32(firstConflict + offset, value, true);
    });
    const file = readEventFile(bytes, name);
    expect(file.unreadable).toEqual([{ region: "conflicts", index: 0, reason }]);
    expect(file.conflicts).toEqual([{ ...plainConflict, index: 1, at: 9 }]);
  });

  it.each([
    ["whose other side reads", 304 + 32, 1, "the side whose mark Go's check found does not change the map"],
    ["of one goroutine with itself", 1392, 7, "both its sides are goroutine 7"],
    ["with an other side known in an unknown way", 8128 + 24, 3, "3 is not a way to know the other side"],
  ])("marks a conflict of Go's check %s as unreadable", (_, offset, value, reason) => {
    const bytes = changed(encodeEventFile({ conflicts: [plainRecordedConflict] }), (view) => {
      view.setUint32(firstConflict + offset, value, true);
    });
    expect(readEventFile(bytes, name)).toMatchObject({
      conflicts: [],
      unreadable: [{ region: "conflicts", index: 0, reason }],
    });
  });

  it("marks a damaged header field and keeps the records", () => {
    const bytes = changed(encodeEventFile({ conflicts: [{}] }), (view) => {
      view.setUint16(256, 63, true);
      view.setUint32(136 + 4, 0xffff_ffff, true);
    });
    const file = readEventFile(bytes, name);
    expect(file.header).toEqual({ ...plainHeader, goVersion: "", delays: 0 });
    expect(file.unreadable.map(({ region, reason }) => `${region} ${reason.split(":")[0] ?? ""}`)).toEqual([
      "header delays",
      "header Go version",
    ]);
    expect(file.conflicts).toEqual([plainConflict]);
  });

  it("reads the records that lie within the file when the header says more", () => {
    const bytes = changed(encodeEventFile({ pairs: [{}, {}] }), (view) => {
      view.setUint32(96, 1000, true);
    });
    const file = readEventFile(bytes, name);
    expect(file.pairs).toEqual([plainPair, { ...plainPair, index: 1 }]);
    expect(file.unreadable).toEqual([
      { region: "pairs", index: null, reason: "room for 996 of 1000 records lies outside the file" },
    ]);
  });

  it("finds pairs wherever they lie in their region", () => {
    const bytes = changed(encodeEventFile({ pairs: [{}, {}, {}], pairCapacity: 40 }), (view) => {
      const region = view.getUint32(88, true);
      new Uint8Array(view.buffer).copyWithin(region + 33 * 64, region + 64, region + 128);
      new Uint8Array(view.buffer).fill(0, region + 64, region + 128);
    });
    const file = readEventFile(bytes, name);
    expect(file.pairs.map(({ index }) => index)).toEqual([0, 2, 33]);
    expect(file.unreadable).toEqual([]);
  });

  it("refuses a region with impossible records and keeps the other", () => {
    const bytes = changed(encodeEventFile({ conflicts: [{}], pairs: [{}] }), (view) => {
      view.setUint32(76, 0, true);
    });
    const file = readEventFile(bytes, name);
    expect(file.conflicts).toEqual([]);
    expect(file.pairs).toEqual([plainPair]);
    expect(file.unreadable).toEqual([
      { region: "conflicts", index: null, reason: "records of 0 bytes from offset 4096 cannot be" },
    ]);
  });

  it("names a bounded number of records that it cannot read", () => {
    const pairs = Array.from({ length: 1500 }, () => ({}));
    const bytes = changed(encodeEventFile({ pairs }), (view) => {
      const region = view.getUint32(88, true);
      for (let index = 100; index < 1500; index++) {
        view.setUint32(region + index * 64 + 16, 77, true);
      }
    });
    const file = readEventFile(bytes, name);
    expect(file.pairs).toHaveLength(100);
    expect(file.unreadable).toHaveLength(1001);
    expect(file.unreadable.at(-1)?.reason).toBe("400 more records say what cannot be");
  });

  it("counts what did not fit", () => {
    const file = readEventFile(
      encodeEventFile({
        conflicts: [{}],
        conflictCapacity: 1,
        conflictsBegun: 5,
        pairCapacity: 0,
        pairsFound: 3,
      }),
      name,
    );
    expect(file).toMatchObject({ conflictsNotKept: 4, pairsNotKept: 3, unreadable: [] });
    expect(file.conflicts).toHaveLength(1);
  });

  it("takes any bytes without another exception", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 9000 }), fc.boolean(), (bytes, withMagic) => {
        if (withMagic) {
          bytes.set(encodeEventFile().subarray(0, Math.min(bytes.length, 16)));
        }
        readOrRefuse(bytes);
      }),
    );
  });

  it("takes flipped bytes without another exception, and never shows a record that cannot be", () => {
    const whole = encodeEventFile({ conflicts: [{}, {}], pairs: [{}, {}, {}] });
    const anywhere = fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: firstConflict, max: firstConflict + 450 }),
      fc.integer({ min: 0, max: whole.length - 1 }),
    );
    let read = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anywhere, fc.integer({ min: 0, max: 255 })), { maxLength: 12 }),
        (flips) => {
          const bytes = whole.slice();
          for (const [at, value] of flips) {
            bytes[at] = value;
          }
          const file = readOrRefuse(bytes);
          for (const record of file?.conflicts ?? []) {
            read++;
            expect(record.first?.goroutine).not.toBe(record.second.goroutine);
          }
        },
      ),
      { numRuns: 1000 },
    );
    expect(read).toBeGreaterThan(100);
  });
});
