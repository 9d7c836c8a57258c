/** An event file of the recorder with millions of events, written piece by piece. */
import { open } from "node:fs/promises";
import { eventKinds, type RingClass } from "../../src/evidence/ring/recording.js";
import { regionPlaces } from "../../src/evidence/ring/region.js";
import { encodeEventFile, plainRecordedConflict } from "../../test/support/event-file.js";

/** What is in a recording. */
export interface RecordingShape {
  /** Events of each ring, a power of two. */
  readonly capacity: number;
  readonly classes: readonly RingClass[];
  readonly goroutines: number;
  readonly maps: number;
}

const processors = 8;
const stacks = 400;
const firstMap = 0xc0_0001_0000;
/** Clock of the first event, and how far events of one ring lie apart on average. */
const begin = 5_000_000_000;
const wordsOfEvent = 16;
const piece = 1 << 16;

/** What is in the file. */
export interface LargeRecording {
  readonly events: number;
  readonly bytes: number;
  readonly conflictClock: number;
}

/** Ten rings of a million events each: a service on eight processors. */
export const usualShape: RecordingShape = {
  capacity: 1 << 20,
  classes: [...Array.from({ length: processors }, () => "accesses" as const), "growth", "process"],
  goroutines: 2000,
  maps: 50,
};

/** Writes it. */
export async function writeLargeRecording(path: string, shape = usualShape): Promise<LargeRecording> {
  const { capacity, classes } = shape;
  const conflictClock = begin + capacity * 5_900;
  const whole = encodeEventFile({
    header: { mode: "record", startMonotonic: 1 },
    conflicts: [{ ...plainRecordedConflict, at: conflictClock, map: firstMap }],
    rings: classes.map((ringClass, index) => ({
      ringClass,
      processor: index % processors,
      capacity,
      // All places are taken; the first event is number 0.
      firstNumber: capacity,
      events: [],
    })),
    stacks: Array.from({ length: stacks }, (_, index) => ({
      pcs: [0x401000 + index * 16],
      logical: false,
    })),
  });
  const view = new DataView(whole.buffer);
  const heads = view.getUint32(regionPlaces.rings, true);
  const firstEvents = view.getUint32(heads + 16, true);
  const file = await open(path, "w");
  try {
    await file.write(whole.subarray(0, firstEvents), 0, firstEvents, 0);
    for (const [ring, ringClass] of classes.entries()) {
      const offset = view.getUint32(heads + ring * 64 + 16, true);
      const random = { state: ring + 1 };
      let clock = begin + ring * 100;
      for (let first = 0; first < capacity; first += piece) {
        const words = new Uint32Array(piece * wordsOfEvent);
        for (let index = 0; index < piece; index++) {
          const number = first + index;
          clock += 1_000 + (next(random) % 10_000);
          fill(words.subarray(index * wordsOfEvent, (index + 1) * wordsOfEvent), {
            number,
            ringClass,
            ring,
            random,
            clock,
            shape,
          });
        }
        await file.write(new Uint8Array(words.buffer), 0, words.byteLength, offset + first * 64);
      }
    }
  } finally {
    await file.close();
  }
  return { events: classes.length * capacity, bytes: whole.length, conflictClock };
}

/** A linear congruential generator: the same file each time. */
function next(random: { state: number }): number {
  random.state = (Math.imul(random.state, 1_103_515_245) + 12_345) >>> 0;
  return random.state >>> 8;
}

interface Event {
  readonly number: number;
  readonly ringClass: RingClass;
  readonly ring: number;
  readonly random: { state: number };
  readonly clock: number;
  readonly shape: RecordingShape;
}

function fill(words: Uint32Array, { number, ringClass, ring, random, clock, shape }: Event): void {
  const { goroutines, maps } = shape;
  // Rings are nearly in order: every 50th event has the clock of a later one.
  const late = number % 50 === 0 ? clock + 7_000 : clock;
  const [kind, a, b] = kindOf(ringClass, number, random);
  const map = ringClass === "process" ? 0 : firstMap + (skewed(random, maps) << 6);
  words[0] = number + 1;
  words[2] = late >>> 0;
  words[3] = Math.floor(late / 0x1_0000_0000);
  words[4] = 1 + skewed(random, goroutines);
  words[6] = map >>> 0;
  words[7] = Math.floor(map / 0x1_0000_0000);
  words[8] = kind | (ring << 16);
  const stack = 1 + skewed(random, stacks);
  words[9] = kind === eventKinds.access ? stack : 0;
  words[10] = a;
  words[12] = b;
  words[14] = 0x100 + (stack >>> 1);
  words[15] = map === 0 ? 0 : 0x5eed;
}

/** Some of them are much more frequent than others. */
function skewed(random: { state: number }, count: number): number {
  return Math.floor(((next(random) % 65_536) / 65_536) ** 3 * count);
}

function kindOf(
  ringClass: RingClass,
  number: number,
  random: { state: number },
): readonly [number, number, number] {
  switch (ringClass) {
    case "accesses": {
      const operation = [1, 1, 1, 1, 2, 2, 3, 4][next(random) % 8] ?? 1;
      return [eventKinds.access, 0x100 + operation, 0];
    }
    case "growth":
      return [
        [eventKinds.growthBegins, eventKinds.evacuation, eventKinds.evacuation, eventKinds.growthComplete][
          number % 4
        ] ?? 10,
        number % 4,
        4,
      ];
    case "process": {
      const step = number % 4096;
      const cycle = Math.floor(number / 4096) + 1;
      return step === 0
        ? [eventKinds.gcPhase, 1, cycle]
        : step === 1
          ? [eventKinds.writeBarrier, 1, cycle]
          : step === 700
            ? [eventKinds.gcPhase, 2, cycle]
            : step === 720
              ? [eventKinds.gcPhase, 0, cycle]
              : step === 721
                ? [eventKinds.writeBarrier, 0, cycle]
                : [number % 2 === 0 ? eventKinds.goroutineStarts : eventKinds.goroutineEnds, 1, 0];
    }
    default:
      return ringClass satisfies never;
  }
}
