/** What programs of some kinds write, in runs of a few events of one goroutine. */
import { orderKinds as kinds } from "../../src/evidence/order/events.js";
import type { Tape } from "./tape.js";

const address = (index: number): number => 0xc0_0001_0000 + index * 24;
const map = (index: number): number => 0xc0_4000_0000 + index * 48;
const read = kinds.access + 1;
const assign = kinds.access + 2;

function startAll(tape: Tape, goroutines: number): void {
  for (let id = 2; id <= goroutines + 1; id++) {
    tape.write(kinds.start, 1, id, 9);
  }
}

/** Goroutines that lock one of some mutexes, use its maps and unlock it: so many at a time of all that there are. */
function mutexes(goroutines: number, locks: number, maps: number, active = goroutines): (tape: Tape) => void {
  return (tape) => {
    startAll(tape, goroutines);
    for (let turn = 0; !tape.isFull; turn++) {
      const id = 2 + (((turn >>> 4) + tape.below(active)) % goroutines);
      const lock = tape.below(locks);
      tape.write(kinds.acquire, id, address(lock), 20);
      tape.write(kinds.holds, id, address(lock), 20);
      tape.write(read, id, map(lock * maps + tape.below(maps)), 21);
      tape.write(assign, id, map(lock * maps + tape.below(maps)), 22);
      tape.write(kinds.holdsNone, id, 0, 0);
      tape.write(kinds.release, id, address(lock), 23);
    }
  };
}

/** Pipelines of goroutines with channels of four places between them; each uses a map of its own. */
function channels(pipelines: number, length: number): (tape: Tape) => void {
  return (tape) => {
    startAll(tape, pipelines * length);
    for (let turn = 0; !tape.isFull; turn++) {
      const pipeline = tape.below(pipelines);
      for (let stage = 0; stage < length; stage++) {
        const id = 2 + pipeline * length + stage;
        if (stage > 0) {
          tape.write(kinds.releaseAcquire, id, address((id - 1) * 4 + (turn & 3)), 30);
        }
        tape.write(assign, id, map(id), 31);
        if (stage < length - 1) {
          tape.write(kinds.releaseAcquire, id, address(id * 4 + (turn & 3)), 32);
        }
      }
    }
  };
}

/** Goroutines that count in shared atomics, and now and then read a map that all share. */
function atomics(goroutines: number, counters: number): (tape: Tape) => void {
  return (tape) => {
    startAll(tape, goroutines);
    while (!tape.isFull) {
      const id = 2 + tape.below(goroutines);
      tape.write(kinds.update, id, address(tape.below(counters)), 40);
      tape.write(kinds.acquire, id, address(counters + tape.below(counters)), 41);
      if (tape.below(2) === 0) {
        tape.write(read, id, map(0), 42);
      }
    }
  };
}

/** One short-lived goroutine for each request, with maps and a mutex of its own, and what all share. */
function requests(together: number): (tape: Tape) => void {
  return (tape) => {
    let next = 2;
    let maps = 1;
    const open: number[] = [];
    while (!tape.isFull) {
      if (open.length < together) {
        tape.write(kinds.start, 1, next, 50);
        open.push(next++);
        continue;
      }
      const at = tape.below(open.length);
      const id = open[at] ?? 0;
      open.splice(at, 1);
      for (let own = 0; own < 3; own++) {
        tape.write(assign, id, map(maps), 51);
        tape.write(read, id, map(maps), 52);
        tape.write(assign, id, map(maps++), 53);
      }
      tape.write(kinds.acquire, id, address(0), 54);
      tape.write(read, id, map(0), 55);
      tape.write(kinds.merge, id, address(1), 56);
      tape.write(kinds.acquire, id, address(10 + id), 57);
      tape.write(kinds.release, id, address(10 + id), 58);
      tape.write(kinds.end, id, 0, 0);
      tape.write(kinds.acquire, 1, address(1), 59);
    }
  };
}

/** Two goroutines of many that nothing orders change the same few maps. */
function racing(goroutines: number): (tape: Tape) => void {
  return (tape) => {
    startAll(tape, goroutines);
    while (!tape.isFull) {
      const id = 2 + tape.below(goroutines);
      tape.write(tape.below(4) === 0 ? assign : read, id, map(tape.below(4)), 60 + tape.below(6));
      tape.write(kinds.release, id, address(id), 70);
    }
  };
}

/** The mixtures by name. Pairs are found in those that race, and in no others. */
export const mixtures: readonly (readonly [string, (tape: Tape) => void])[] = [
  ["8 goroutines, 4 mutexes", mutexes(8, 4, 2)],
  ["200 goroutines, 50 mutexes", mutexes(200, 50, 4)],
  ["10,000 goroutines, 50 of them active, 100 mutexes", mutexes(10_000, 100, 4, 50)],
  ["100 goroutines, 200,000 mutexes", mutexes(100, 200_000, 1)],
  ["20 pipelines of 5 goroutines", channels(20, 5)],
  ["50 goroutines, 20 atomics", atomics(50, 20)],
  ["100 requests at a time, 3 maps each", requests(100)],
  ["20 goroutines race", racing(20)],
];
