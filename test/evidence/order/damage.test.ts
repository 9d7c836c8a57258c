import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MaptrapError } from "../../../src/base/errors.js";
import { orderKinds } from "../../../src/evidence/order/events.js";
import { chunkHeadSize, segmentKind, stackKind } from "../../../src/evidence/order/format.js";
import { writeOrderFile, type WrittenOrderEvent, type WrittenOrderFile } from "../../support/order-events.js";
import { expectBeginnings } from "./orders.js";
import { program } from "./programs.js";
import { readAll, type GivenEvents } from "./read-all.js";

const { acquire, release, access, start, end } = orderKinds;
const lock = 0xc0_0000_0040;

const file = fc
  .tuple(fc.oneof(program(4, 120), program(4, 120, 80)), fc.constantFrom(128, 256, 1024, 4096))
  .map(([events, chunkSize]) => ({ events, file: writeOrderFile(events, { chunkSize }) }));

/** A number far above all sizes, of which the rest is taken. */
const anywhere = fc.nat({ max: 2 ** 30 });

/** Either everything is there, or it is said that something is not. */
function expectHonest(events: readonly WrittenOrderEvent[], { coverage }: GivenEvents): void {
  expect(coverage.events + coverage.notPlaced).toBeLessThanOrEqual(events.length);
  if (coverage.events < events.length) {
    expect(coverage.notPlaced + coverage.damage.length).toBeGreaterThan(0);
  }
}

/** Offsets of all events behind the segments' own, by chunk. */
function placesOf({ bytes, firstChunk, chunkSize, chunks }: WrittenOrderFile): number[][] {
  const view = new DataView(bytes.buffer);
  return Array.from({ length: chunks }, (_, chunk) => {
    const places: number[] = [];
    const chunkEnd = firstChunk + (chunk + 1) * chunkSize;
    for (let at = firstChunk + chunk * chunkSize + chunkHeadSize; at < chunkEnd; at += 16) {
      const kind = view.getUint8(at + 7);
      if (kind === stackKind) {
        at += 16 * Math.ceil(view.getUint32(at, true) / 2);
      } else if (kind !== 0) {
        places.push(at);
      }
    }
    return places;
  });
}

describe("a damaged file of order events", () => {
  it("gives what is before the damage when it is cut anywhere", () => {
    fc.assert(
      fc.property(file, anywhere, ({ events, file: { bytes, firstChunk } }, cut) => {
        const given = readAll(bytes.subarray(0, firstChunk + (cut % (bytes.length - firstChunk + 1))));
        expectBeginnings(events, given);
        expectHonest(events, given);
      }),
      { numRuns: 150 },
    );
  });

  it("gives what does not depend on chunks that are missing", () => {
    fc.assert(
      fc.property(file, fc.array(fc.nat(), { maxLength: 3 }), ({ events, file: written }, missing) => {
        const { bytes, firstChunk, chunkSize, chunks } = written;
        for (const number of chunks === 0 ? [] : missing) {
          const at = firstChunk + (number % chunks) * chunkSize;
          bytes.fill(0, at, at + chunkSize);
        }
        const given = readAll(bytes);
        expectBeginnings(events, given);
        expectHonest(events, given);
      }),
      { numRuns: 150 },
    );
  });

  it("gives what does not depend on an event that cannot be read", () => {
    const changes = fc.constantFrom("unknown kind", "number too high", "zero");
    fc.assert(
      fc.property(file, fc.nat(), fc.nat(), changes, ({ events, file: written }, chunk, index, change) => {
        const places = placesOf(written)[chunk % Math.max(1, written.chunks)] ?? [];
        // A zero as the last one of a chunk is its end, and nothing tells that an event stood there.
        const able = change === "zero" ? places.slice(0, -1) : places;
        const at = able[index % Math.max(1, able.length)];
        const view = new DataView(written.bytes.buffer);
        if (at === undefined) {
          return;
        }
        const changed = {
          "unknown kind": () => {
            view.setUint8(at + 7, 99);
          },
          "number too high": () => {
            view.setUint8(at + 6, 0x20);
          },
          zero: () => {
            view.setBigUint64(at, 0n, true);
          },
        };
        changed[change]();
        const given = readAll(written.bytes);
        expectBeginnings(events, given);
        expectHonest(events, given);
        expect(given.coverage.damage).not.toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it("gives all but the last events when the process was killed", () => {
    fc.assert(
      fc.property(program(4, 120), fc.constantFrom(128, 1024), fc.boolean(), (events, chunkSize, half) => {
        const written = writeOrderFile(events, { chunkSize });
        const view = new DataView(written.bytes.buffer);
        // Each writer may have been at an event, the last one of its goroutine, that it did not finish.
        const lastOfGoroutine = new Map(events.map((event, index) => [event.goroutine, index]));
        const lastOfWriter = new Map(events.map((event, index) => [event.writer, index]));
        const places = placesOf(written);
        const lastPlaces = new Map<number, number>();
        places.forEach((inChunk, chunk) => {
          const writer = view.getUint32(written.firstChunk + chunk * chunkSize + 4, true);
          lastPlaces.set(writer, inChunk.at(-1) ?? 0);
        });
        let lost = 0;
        for (const [writer, index] of lastOfWriter) {
          if (lastOfGoroutine.get(events[index]!.goroutine) === index) {
            const at = lastPlaces.get(writer ?? 1)!;
            view.setBigUint64(at, 0n, true);
            view.setBigUint64(at + 8, half ? view.getBigUint64(at + 8, true) : 0n, true);
            lost++;
          }
        }
        const given = readAll(written.bytes);
        expectBeginnings(events, given);
        expect(given.coverage).toMatchObject({ damage: [] });
        expect(given.coverage.events + given.coverage.notPlaced).toBe(events.length - lost);
      }),
      { numRuns: 150 },
    );
  });

  it("is read to its end whatever bytes are changed", () => {
    fc.assert(
      fc.property(
        file,
        fc.array(fc.tuple(anywhere, fc.integer({ min: 0, max: 255 }), fc.boolean()), {
          minLength: 1,
          maxLength: 20,
        }),
        ({ file: { bytes, firstChunk } }, flips) => {
          for (const [place, value, inHeader] of flips) {
            const at = inHeader ? 8 + (place % 248) : firstChunk + (place % (bytes.length - firstChunk + 1));
            if (at < bytes.length) {
              bytes[at] = value;
            }
          }
          try {
            const { coverage, events } = readAll(bytes);
            expect(coverage.events).toBe(events.length);
            expect(coverage.events + coverage.notPlaced).toBeLessThanOrEqual(bytes.length / 16);
            expect(coverage.damage.length).toBeLessThanOrEqual(16);
          } catch (error) {
            expect(error).toBeInstanceOf(MaptrapError);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("is read to its end when everything is random", () => {
    const word = fc.oneof(
      fc.nat(40),
      fc.nat(0xffff_ffff),
      fc.constantFrom(0x0100_0000, 0x0200_0000, 0x0800_0000),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 400 }), (words) => {
        const { bytes, firstChunk } = writeOrderFile(
          Array.from({ length: 60 }, () => ({ goroutine: 1, kind: 33 })),
        );
        const view = new DataView(bytes.buffer);
        words.forEach((value, index) => {
          const at = firstChunk + 4 * index;
          if (at < bytes.length && at % 256 >= chunkHeadSize) {
            view.setUint32(at, value, true);
          }
        });
        expect(readAll(bytes).coverage.chunks).toBe(6);
      }),
      { numRuns: 150 },
    );
  });

  it("leaves a goroutine in the segment in which something is missing, and all that comes after it", () => {
    const by = (goroutine: number, writer: number, kind: number, value = lock): WrittenOrderEvent => ({
      goroutine,
      writer,
      kind,
      value,
    });
    const written = writeOrderFile([
      by(1, 1, start, 2),
      by(1, 1, access + 2),
      by(1, 1, release),
      by(2, 2, acquire),
      by(2, 2, access + 1),
      by(1, 3, access + 1),
    ]);
    const release1 = placesOf(written)[0]?.[3] ?? 0;
    written.bytes[release1 + 7] = 77;
    const given = readAll(written.bytes);
    expect(given.events.map(({ goroutine, kind }) => [goroutine, kind])).toEqual([
      [1, start],
      [1, access + 2],
    ]);
    expect(given.coverage).toMatchObject({ notPlaced: 3, damage: ["events that cannot be: 1"] });
  });

  it("names what is wrong with chunks", () => {
    const events = Array.from({ length: 30 }, (_, index) => ({
      goroutine: 1,
      kind: access + 1,
      value: index,
    }));
    const damageOf = (
      change: (view: DataView, written: WrittenOrderFile) => void,
      cut = 0,
    ): readonly string[] => {
      const written = writeOrderFile(events, { chunkSize: 128 });
      change(new DataView(written.bytes.buffer), written);
      return readAll(written.bytes.subarray(0, written.bytes.length - cut)).coverage.damage;
    };
    expect(damageOf(() => undefined)).toEqual([]);
    expect(damageOf(() => undefined, 100)).toEqual(["the last chunk is cut short"]);
    expect(damageOf(() => undefined, 256)).toEqual(["chunks outside the file: 2"]);
    expect(
      damageOf((view, { firstChunk }) => {
        view.setUint32(firstChunk + 128, 0, true);
      }),
    ).toEqual(["chunks that were never begun: 1", "chunks missing between others: 1"]);
    expect(
      damageOf((view, { firstChunk }) => {
        view.setUint32(firstChunk + 128 + 8, 0, true);
      }),
    ).toEqual(["chunks that stand twice or out of their order: 1", "chunks missing between others: 1"]);
    expect(
      damageOf((view, { firstChunk }) => {
        view.setUint32(firstChunk + 128, 7, true);
      }),
    ).toEqual(["chunks without a head: 1", "chunks missing between others: 1"]);
    expect(
      damageOf((view, { firstChunk }) => {
        view.setUint8(firstChunk + chunkHeadSize + 7, access + 1);
      }),
    ).toEqual(["events without a goroutine: 1"]);
    expect(
      damageOf((view, { firstChunk }) => {
        view.setUint8(firstChunk + chunkHeadSize + 16 + 7, segmentKind);
      }),
    ).toEqual([]);
  });

  it("is read as far as it goes when it names more writers than there can be", () => {
    const events = Array.from({ length: 9000 }, (_, index) => ({
      goroutine: 1 + index,
      writer: 1 + index * 4_000,
      kind: access + 1,
      value: index,
    }));
    const { events: given, coverage } = readAll(writeOrderFile(events, { chunkSize: 128 }).bytes);
    expect(given.map(({ value }) => value)).toEqual(events.slice(0, 8192).map(({ value }) => value));
    expect(coverage).toMatchObject({ chunks: 8192, damage: ["chunks of more writers than 8192: 808"] });
  });

  it("is read as far as it goes when its goroutines wait for one another", () => {
    const by = (goroutine: number, writer: number, kind: number, value = 0): WrittenOrderEvent => ({
      goroutine,
      writer,
      kind,
      value,
    });
    // Each is started by the other one.
    const events = [by(1, 1, access + 1), by(2, 2, start, 3), by(3, 3, start, 2), by(1, 1, end)];
    expect(readAll(writeOrderFile(events, { roots: [1] }).bytes)).toMatchObject({
      events: [{ kind: access + 1 }, { kind: end }],
      coverage: { notPlaced: 2, damage: [] },
    });
  });

  it("does not give what a goroutine does after its end, nor twice the same segment or go statement", () => {
    const after = readAll(
      writeOrderFile([
        { goroutine: 1, kind: end },
        { goroutine: 1, kind: access + 1 },
      ]).bytes,
    );
    expect(after.events.map(({ kind }) => kind)).toEqual([end]);
    expect(after.coverage).toMatchObject({ notPlaced: 1, damage: ["events without a goroutine: 1"] });

    const twice = writeOrderFile([
      { goroutine: 1, kind: access + 1 },
      { goroutine: 2, kind: access + 1 },
    ]);
    twice.bytes[twice.firstChunk + chunkHeadSize + 32] = 1;
    expect(readAll(twice.bytes)).toMatchObject({
      events: [{ goroutine: 1 }],
      coverage: { notPlaced: 1, damage: ["segments that stand twice: 1"] },
    });

    const sameTicket = writeOrderFile([
      { goroutine: 1, kind: release, value: lock },
      { goroutine: 1, kind: access + 1 },
      { goroutine: 1, kind: acquire, value: lock },
    ]);
    sameTicket.bytes[sameTicket.firstChunk + chunkHeadSize + 48 + 12] = 1;
    expect(readAll(sameTicket.bytes)).toMatchObject({
      events: [{ kind: release }, { kind: access + 1 }],
      coverage: { notPlaced: 1, damage: ["tickets that stand twice: 1"] },
    });

    const started = readAll(
      writeOrderFile([
        { goroutine: 1, kind: start, value: 2 },
        { goroutine: 1, kind: start, value: 2 },
        { goroutine: 2, kind: access + 1 },
      ]).bytes,
    );
    expect(started.events.map(({ kind }) => kind)).toEqual([start]);
    expect(started.coverage).toMatchObject({ notPlaced: 2, damage: ["go statements that cannot be: 1"] });
  });
});
