/**
 * Reading a recording: bytes to events of all rings, merged by clock, in columns. Compared with a plain pass over the same
 * bytes in the same run (a sum of all 32-bit numbers).
 *
 * Goal: at least 10 million events a second on one core. Processor time is measured, of all threads of this process, so that
 * the figure is the same on a busy machine.
 */
import { columnBytes } from "../src/evidence/ring/columns.js";
import { readEventFile } from "../src/evidence/ring/read.js";
import { encodeEventFile, plainEvent, writeEvent } from "../test/support/event-file.js";

const goal = 10_000_000;
const rounds = 21;
const capacity = 1 << 18;
/** Rings of as many processors, as they are when all of them are busy. */
const processors = [1, 4, 16];

/** A file with full rings. Each ring is nearly in order: every 50th event has the clock of one a little later. */
function makeFile(rings: number): Uint8Array {
  const perRing = capacity / rings;
  const begun = perRing * 3 + 17;
  const bytes = encodeEventFile({
    header: { mode: "record" },
    rings: Array.from({ length: rings }, (_, processor) => ({
      processor,
      capacity: perRing,
      firstNumber: begun,
      events: [],
    })),
  });
  const view = new DataView(bytes.buffer);
  let random = 1;
  for (let ring = 0; ring < rings; ring++) {
    const events = view.getUint32(view.getUint32(176, true) + ring * 64 + 16, true);
    let clock = 5_000_000_000 + ring;
    for (let number = begun - perRing; number < begun; number++) {
      random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
      clock += (random >>> 16) % 400;
      writeEvent(view, events + (number % perRing) * 64, number, {
        ...plainEvent,
        clock: number % 50 === 0 ? clock + 700 : clock,
        goroutine: 1 + ((random >>> 8) % 1000),
        processor: ring,
        stack: 1 + ((random >>> 4) % 4000),
      });
    }
  }
  return bytes;
}

/** Processor seconds. */
function seconds(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >>> 1] ?? 0;
}

function sumOf(bytes: Uint8Array): number {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >>> 2);
  let sum = 0;
  for (let index = 0; index < words.length; index++) {
    sum = (sum + (words[index] ?? 0)) >>> 0;
  }
  return sum;
}

/** Rows that are not in order, or not there: nothing was measured then. */
function check(clock: Float64Array): void {
  for (let row = 1; row < clock.length; row++) {
    if ((clock[row] ?? 0) < (clock[row - 1] ?? 0)) {
      throw new Error(`row ${row} is out of order`);
    }
  }
  if (clock.length !== capacity) {
    throw new Error(`${clock.length} of ${capacity} events were read`);
  }
}

for (const rings of processors) {
  const bytes = makeFile(rings);
  const plain: number[] = [];
  const reading: number[] = [];
  let sum = 0;
  for (let round = 0; round < rounds; round++) {
    plain.push(seconds(() => (sum += sumOf(bytes))));
    let clock: Float64Array = new Float64Array(0);
    reading.push(
      seconds(() => {
        clock = readEventFile(bytes, "bench").recording?.events.clock ?? clock;
      }),
    );
    check(clock);
  }
  if (sum === 0) {
    throw new Error("the plain pass saw nothing");
  }
  const [pass, read] = [median(plain), median(reading)];
  console.log(
    `recording: ${rings} rings, ${capacity} events: ${(capacity / read / 1e6).toFixed(1)} million events/s of ` +
      `processor time (goal ${goal / 1e6}), ${(read / pass).toFixed(1)} times a plain pass over the bytes; ` +
      `${columnBytes} bytes an event kept, at most 28 more while reading; median of ${rounds}`,
  );
}
