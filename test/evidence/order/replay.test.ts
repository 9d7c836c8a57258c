import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orderKinds } from "../../../src/evidence/order/events.js";
import { writeOrderFile, type WrittenOrderEvent } from "../../support/order-events.js";
import { expectAll } from "./orders.js";
import { program, programOf } from "./programs.js";
import { readAll } from "./read-all.js";

const { acquire, release, access, start, end, holds } = orderKinds;
const lock = 0xc0_0000_0040;

/** Goroutine and kind of each event. */
function inShort(events: readonly WrittenOrderEvent[], chunkSize = 256): string[] {
  return readAll(writeOrderFile(events, { chunkSize }).bytes).events.map(
    ({ goroutine, kind }) => `${goroutine}: ${kind}`,
  );
}

describe("order events", () => {
  it("are given each once, in the order of their goroutines and of their tickets", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }).chain((writers) => program(writers)),
        fc.constantFrom(128, 256, 1024, 0x1_0000),
        fc.constantFrom(0, 4096),
        (events, chunkSize, spare) => {
          const { bytes, chunks } = writeOrderFile(events, { chunkSize, spare });
          const given = readAll(bytes);
          expectAll(events, given);
          expect(given.coverage).toMatchObject({ chunks, bytes: chunks * chunkSize });
        },
      ),
      { numRuns: 200 },
    );
  });

  it("are given in more batches than one, and from chunks that are larger than a window", () => {
    let state = 1;
    const random = (): number => (state = (state * 48_271) % 0x7fff_ffff);
    const steps = Array.from({ length: 9_000 }, () => ({
      who: random(),
      what: random() % 21,
      where: random() % 51,
      writer: random(),
      moves: random() % 2 === 0,
    }));
    const events = programOf(steps, 3);
    expect(events).toHaveLength(9_000);
    expectAll(events, readAll(writeOrderFile(events, { chunkSize: 2 ** 20 }).bytes));
    expectAll(events, readAll(writeOrderFile(events, { chunkSize: 2 ** 12 }).bytes));
  });

  it("come in the order in which a lock was taken, whoever wrote it down first", () => {
    const turn = (goroutine: number, writer: number): WrittenOrderEvent[] =>
      [acquire, holds, access + 2, release].map((kind) => ({ goroutine, writer, kind, value: lock }));
    const events = [turn(7, 2), turn(3, 1), turn(7, 2), turn(3, 1)].flat();
    expect(inShort(events)).toEqual(events.map(({ goroutine, kind }) => `${goroutine}: ${kind}`));
  });

  it("come after the go statement, and before the goroutine's next ones on another writer", () => {
    const at = (goroutine: number, writer: number, kind: number, value = 0): WrittenOrderEvent => ({
      goroutine,
      writer,
      kind,
      value,
    });
    // Each writer has to wait for one that comes behind it in the file or before it.
    const events = [
      at(1, 9, access + 1),
      at(1, 9, start, 2),
      at(2, 8, access + 2),
      at(2, 7, access + 6),
      at(2, 9, start, 5),
      at(5, 8, access + 3),
      at(5, 6, start, 8),
      at(8, 7, end),
    ];
    const order = events.map(({ goroutine, kind }) => `${goroutine}: ${kind}`);
    expect(inShort(events)).toEqual(order);
    // The same chunks, written down the other way round.
    const { bytes, firstChunk, chunks, chunkSize } = writeOrderFile(events);
    expect(chunks).toBe(4);
    const reversed = bytes.slice();
    for (let chunk = 0; chunk < chunks; chunk++) {
      const from = firstChunk + chunk * chunkSize;
      reversed.set(bytes.subarray(from, from + chunkSize), firstChunk + (chunks - 1 - chunk) * chunkSize);
    }
    expect(readAll(reversed).events.map(({ goroutine, kind }) => `${goroutine}: ${kind}`)).toEqual(order);
  });

  it("stay near to the order of time where nothing else orders them", () => {
    // Each chunk of 128 bytes has room for three events behind its segment.
    const events = Array.from({ length: 60 }, (_, index) => {
      const writer = 1 + (Math.floor(index / 3) % 2);
      return { goroutine: writer, writer, kind: access + 1, value: index };
    });
    const { bytes, chunks } = writeOrderFile(events, { chunkSize: 128 });
    expect(chunks).toBe(20);
    expect(readAll(bytes).events.map(({ value }) => value)).toEqual(events.map(({ value }) => value));
  });

  it("have their numbers as they stand in the file", () => {
    const event = {
      goroutine: 2 ** 53 - 1,
      kind: access + 8,
      value: 2 ** 53 - 1,
      number: 2 ** 32 - 1,
      stack: 2 ** 32 - 1,
    };
    expect(readAll(writeOrderFile([event]).bytes).events).toEqual([event]);
  });

  it("tell why recording ended early", () => {
    const { bytes } = writeOrderFile([{ goroutine: 1, kind: end }], {
      cutShort: "no-room",
      cutShortAt: 1234,
    });
    expect(readAll(bytes).coverage).toMatchObject({ cutShort: "no-room", cutShortAt: 1234 });
  });

  it("may be none", () => {
    expect(readAll(writeOrderFile([]).bytes)).toMatchObject({
      events: [],
      coverage: { events: 0, chunks: 0, bytes: 0, notPlaced: 0, damage: [] },
    });
  });
});
