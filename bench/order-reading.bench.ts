/**
 * Reading order events and putting them into one order, beside reading the same bytes and doing nothing.
 *
 * A made-up program runs on so many processors, whose events alternate as they please: goroutines that lock a shared mutex or
 * one of their own, send to each other, read and write maps, are moved to another processor, start others and end. Times are CPU
 * time, which suffers less from what else the machine does.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { orderKinds } from "../src/evidence/order/events.js";
import { openOrderEvents } from "../src/evidence/order/open.js";
import { openOrderSource } from "../src/evidence/order/source.js";
import { writeOrderFile, type WrittenOrderEvent } from "../test/support/order-events.js";
import { fastest } from "./turns/fastest.js";

const events = 6_000_000;
const rounds = 3;
const chunkSize = 0x1_0000;

/** A generator of random numbers that gives the same ones each time. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b_3c6d) + 0x9e37_79b9) | 0;
    return ((state >>> 8) * below) >>> 24;
  };
}

interface Processor {
  readonly writer: number;
  goroutine: number;
  /** Steps until another goroutine takes over. */
  left: number;
}

/** The events of a program, in the order of time. */
function* programOf(processors: number): Generator<WrittenOrderEvent> {
  const random = randomNumbers(processors);
  const runnable: number[] = [];
  let goroutines = processors;
  const running: Processor[] = Array.from({ length: processors }, (_, index) => ({
    writer: index + 1,
    goroutine: index + 1,
    left: 10,
  }));
  for (let count = 0; count < events;) {
    const processor = running[random(processors)] ?? { writer: 1, goroutine: 1, left: 0 };
    const { writer, goroutine } = processor;
    const event = (kind: number, value: number, number = 0): WrittenOrderEvent => {
      count++;
      return { goroutine, writer, kind, value, number, stack: 1 + random(500) };
    };
    const own = 0xc0_0000_0000 + goroutine * 64;
    const choice = random(16);
    if (choice < 5) {
      const lock = choice === 0 ? 0xc0_1000_0000 + random(8) * 64 : own;
      yield event(orderKinds.acquire, lock);
      yield event(orderKinds.holds, lock);
      yield event(orderKinds.access + 2, lock + 8, goroutine);
      yield event(orderKinds.merge, lock);
    } else if (choice < 8) {
      yield event(orderKinds.releaseAcquire, 0xc0_2000_0000 + random(256) * 96);
    } else {
      yield event(orderKinds.access + 1, own + random(4) * 8, goroutine);
    }
    if (processor.left-- > 0) {
      continue;
    }
    processor.left = 2 + random(16);
    if (random(8) === 0) {
      yield event(orderKinds.start, ++goroutines);
      runnable.push(goroutines);
    }
    if (runnable.length > 2 * processors && goroutine > processors) {
      yield event(orderKinds.end, 0);
    } else {
      runnable.push(goroutine);
    }
    processor.goroutine = runnable.shift() ?? goroutine;
  }
}

function readBytes(file: string): void {
  const source = openOrderSource(file);
  const block = new Uint8Array(chunkSize);
  for (let offset = 0; offset < source.size; offset += block.length) {
    source.read(block, offset);
  }
  source.close();
}

function readEvents(file: string, expected: number): void {
  const read = openOrderEvents(file);
  let count = 0;
  for (const batch of read.batches()) {
    count += batch.count;
  }
  const { notPlaced, damage } = read.coverage();
  if (count !== expected || notPlaced !== 0 || damage.length > 0) {
    throw new Error(`${count} of ${expected} events were read, ${notPlaced} were left: ${damage.join(", ")}`);
  }
}

function counted(
  program: Iterable<WrittenOrderEvent>,
  count: (events: number) => void,
): Iterable<WrittenOrderEvent> {
  let given = 0;
  return (function* () {
    for (const event of program) {
      given++;
      yield event;
    }
    count(given);
  })();
}

const folder = mkdtempSync(path.join(tmpdir(), "maptrap-bench-"));
try {
  for (const processors of [2, 16, 256]) {
    const file = path.join(folder, "order.maptrap");
    let written = 0;
    const { bytes } = writeOrderFile(
      counted(programOf(processors), (count) => {
        written = count;
      }),
      { chunkSize },
    );
    writeFileSync(file, bytes);
    const plain = fastest(rounds, () => {
      readBytes(file);
    });
    const replayed = fastest(rounds, () => {
      readEvents(file, written);
    });
    console.log(
      `reading the order events of ${processors} processors: ${(written / replayed / 1e6).toFixed(1)} million events a second of one processor's time, ` +
        `${(replayed / plain).toFixed(1)} times the time that reading the bytes takes`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
