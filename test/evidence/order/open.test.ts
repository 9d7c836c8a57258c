import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NoOrderEventsError, OrderReadError } from "../../../src/evidence/order/errors.js";
import { orderKinds } from "../../../src/evidence/order/events.js";
import { openOrderEvents } from "../../../src/evidence/order/open.js";
import { orderSourceOf, type OrderSource } from "../../../src/evidence/order/source.js";
import {
  EventFileDamagedError,
  EventFileTruncatedError,
  NotAnEventFileError,
} from "../../../src/evidence/ring/errors.js";
import { orderFields } from "../../../src/evidence/ring/header.js";
import { encodeEventFile } from "../../support/event-file.js";
import { writeOrderFile } from "../../support/order-events.js";
import { name } from "./read-all.js";

const events = Array.from({ length: 20 }, (_, index) => ({
  goroutine: 1 + (index % 2),
  writer: 1 + (index % 2),
  kind: orderKinds.access + 1,
  value: 8 * index,
}));

/** A file with fields of its header changed. */
function withFields(fields: Partial<Record<keyof typeof orderFields, number>>): Uint8Array {
  const { bytes } = writeOrderFile(events);
  const view = new DataView(bytes.buffer);
  for (const [field, value] of Object.entries(fields)) {
    view.setUint32(orderFields[field as keyof typeof orderFields], value, true);
  }
  return bytes;
}

/** A source that knows whether it is open. */
function watched(bytes: Uint8Array): OrderSource & { open: boolean } {
  return {
    ...orderSourceOf(bytes, name),
    open: true,
    close() {
      this.open = false;
    },
  };
}

describe("openOrderEvents", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "maptrap-order-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("reads a file on disk", () => {
    const file = path.join(folder, name);
    writeFileSync(file, writeOrderFile(events).bytes);
    const read = openOrderEvents(file);
    expect(Array.from(read.batches(), ({ count }) => count)).toEqual([20]);
    expect(read.coverage()).toMatchObject({ events: 20, notPlaced: 0, damage: [] });
    read.close();
  });

  it.each([
    ["another file", new TextEncoder().encode("notes"), NotAnEventFileError],
    ["an event file of the trap", encodeEventFile({ conflicts: [{}] }), NoOrderEventsError],
    ["one of the recorder", encodeEventFile({ header: { mode: "record" }, rings: [] }), NoOrderEventsError],
    ["one of version 2", encodeEventFile({ header: { version: 2 } }), NoOrderEventsError],
    [
      "a file that ends before the chunks",
      writeOrderFile(events).bytes.subarray(0, 5000),
      EventFileTruncatedError,
    ],
    ["a file without a header", writeOrderFile(events).bytes.subarray(0, 20), EventFileTruncatedError],
    ["chunks of no size", withFields({ chunkSize: 0 }), EventFileDamagedError],
    ["chunks without room for events", withFields({ chunkSize: 64 }), EventFileDamagedError],
    ["chunks of an odd size", withFields({ chunkSize: 768 }), EventFileDamagedError],
    ["enormous chunks", withFields({ chunkSize: 0x8000_0000 }), EventFileDamagedError],
    ["chunks within the header", withFields({ firstChunk: 64 }), EventFileDamagedError],
  ])("refuses %s, and lets go of it", (_, bytes, type) => {
    const source = watched(bytes);
    expect(() => openOrderEvents(source)).toThrow(type);
    expect(source.open).toBe(false);
  });

  it("refuses what is not there or no file", () => {
    expect(() => openOrderEvents(path.join(folder, "nothing"))).toThrow(OrderReadError);
    expect(() => openOrderEvents(folder)).toThrow("is not a file");
  });

  it("takes the number of chunks for what it is", () => {
    const read = openOrderEvents(
      orderSourceOf(withFields({ chunksBegun: 0xffff_ffff, mostChunks: 0xffff_ffff }), name),
    );
    expect(Array.from(read.batches(), ({ count }) => count)).toEqual([20]);
    expect(read.coverage().damage).toEqual([
      `chunks outside the file: ${0xffff_ffff - read.coverage().chunks}`,
    ]);

    // More were wanted than there may be.
    const full = openOrderEvents(orderSourceOf(withFields({ chunksBegun: 99, mostChunks: 2 }), name));
    expect([...full.batches()]).toHaveLength(1);
    expect(full.coverage()).toMatchObject({ chunks: 2, damage: [] });
  });

  it("does not look through a huge file in which nothing was written", () => {
    const file = path.join(folder, name);
    writeFileSync(file, withFields({ chunksBegun: 0xffff_ffff, mostChunks: 0xffff_ffff }));
    truncateSync(file, 2 ** 41);
    const read = openOrderEvents(file);
    expect(Array.from(read.batches(), ({ count }) => count)).toEqual([20]);
    const { chunks, damage } = read.coverage();
    expect(chunks).toBeLessThan(10);
    expect(damage).toHaveLength(2);
    expect(damage[1]).toMatch(/^chunks not looked at, behind 4096 that were never begun: 42\d+$/u);
  });

  it("says that a file became shorter while it was read", () => {
    const file = path.join(folder, name);
    const many = Array.from({ length: 20_000 }, (_, index) => ({ goroutine: 1, kind: 33, value: index }));
    const { bytes, firstChunk } = writeOrderFile(many, { chunkSize: 2 ** 20 });
    writeFileSync(file, bytes);
    const batches = openOrderEvents(file).batches()[Symbol.iterator]();
    expect(batches.next().done).toBe(false);
    truncateSync(file, firstChunk + 100);
    expect(() => [batches.next(), batches.next(), batches.next(), batches.next()]).toThrow(
      `${file} became shorter while it was read`,
    );
  });

  it("closes the file when all was given, when no more is wanted, and when it is told to", () => {
    const bytes = writeOrderFile(events).bytes;
    const whole = watched(bytes);
    expect([...openOrderEvents(whole).batches()]).toHaveLength(1);
    expect(whole.open).toBe(false);

    const first = watched(bytes);
    for (const batch of openOrderEvents(first).batches()) {
      expect([batch.count, first.open]).toEqual([20, true]);
      break;
    }
    expect(first.open).toBe(false);

    const told = watched(bytes);
    openOrderEvents(told).close();
    expect(told.open).toBe(false);
  });

  it("gives its batches once", () => {
    const read = openOrderEvents(orderSourceOf(writeOrderFile(events).bytes, name));
    read.batches();
    expect(() => read.batches()).toThrow("once");
  });
});
