/** Random programs as rows of order events, and batches of them. */
import fc from "fast-check";
import { type OrderBatch, type OrderEvents, orderKinds } from "../../../src/evidence/order/events.js";

/** One event, as docs/order-events.md has it. */
export interface Row {
  readonly kind: number;
  readonly goroutine: number;
  readonly value: number;
  readonly number: number;
  readonly stack: number;
}

/** What a random program may do. */
export interface ProgramShape {
  readonly steps: number;
  readonly addresses: number;
  readonly maps: number;
  /** How often each thing is done, against all others. */
  readonly weights: {
    readonly access: number;
    readonly acquire: number;
    readonly release: number;
    readonly merge: number;
    readonly releaseAcquire: number;
    readonly update: number;
    readonly start: number;
    readonly orphan: number;
    readonly end: number;
    readonly reseed: number;
  };
  /** Of a hundred accesses. */
  readonly changes: number;
  /** Every access at its own place; otherwise one of three places for each map and operation. */
  readonly ownPlaces: boolean;
}

/** Addresses are those of a real process. */
export const addressAt = (index: number): number => 0xc0_0001_0000 + index * 8;
/** And so are maps. */
export const mapAt = (index: number): number => 0xc0_0100_0000 + index * 48;

const readOperations = [1, 4, 7];
const changeOperations = [2, 3, 6];

/** Makes the program that a stream of numbers from 0 to 1 chooses. */
export function makeProgram(shape: ProgramShape, random: () => number): Row[] {
  const rows: Row[] = [];
  const alive = [1];
  let last = 1;
  const lives = Array.from({ length: shape.maps }, () => 1);
  const below = (limit: number): number => Math.min(limit - 1, Math.floor(random() * limit));
  const names = Object.keys(shape.weights) as (keyof ProgramShape["weights"])[];
  const total = names.reduce((sum, name) => sum + shape.weights[name], 0);
  const choose = (): keyof ProgramShape["weights"] => {
    let rest = random() * total;
    return names.find((name) => (rest -= shape.weights[name]) < 0) ?? "access";
  };
  for (let step = 0; step < shape.steps; step++) {
    const what = choose();
    const index = below(alive.length);
    const goroutine = alive[index]!;
    const base = { goroutine, number: 0, stack: 100_000 + step };
    if (what === "access") {
      const map = below(shape.maps);
      const isChange = random() * 100 < shape.changes;
      const operation = (isChange ? changeOperations : readOperations)[below(3)]!;
      const stack = shape.ownPlaces ? 1000 + step : 1000 * (map + 1) + operation * 10 + below(3);
      // Another goroutine may know the map by its life before.
      const life = lives[map]! - (lives[map]! > 1 ? below(2) : 0);
      rows.push({ kind: orderKinds.access + operation, goroutine, value: mapAt(map), number: life, stack });
    } else if (what === "start") {
      alive.push(++last);
      rows.push({ ...base, kind: orderKinds.start, value: last, number: 7 });
    } else if (what === "orphan") {
      alive.push(++last);
    } else if (what === "end") {
      if (alive.length > 1) {
        alive.splice(index, 1);
        rows.push({ ...base, kind: orderKinds.end, value: 0 });
      }
    } else if (what === "reseed") {
      const map = below(shape.maps);
      lives[map]!++;
      rows.push({
        kind: orderKinds.reseeded,
        goroutine,
        value: mapAt(map),
        number: lives[map]!,
        stack: lives[map]! - 1,
      });
    } else {
      rows.push({ ...base, kind: orderKinds[what], value: addressAt(below(shape.addresses)) });
    }
  }
  return rows;
}

/** Random programs; shrinking makes them shorter and their choices smaller. */
export function programs(shape: ProgramShape): fc.Arbitrary<Row[]> {
  return fc
    .tuple(fc.integer({ min: 1, max: shape.steps }), fc.integer({ min: 1, max: 2 ** 31 - 1 }))
    .map(([steps, seed]) => {
      let state = seed;
      const random = (): number => {
        state = Math.imul(state ^ (state >>> 15), 0x2c1b_3c6d) + 0x6d2b_79f5;
        const mixed = Math.imul(state ^ (state >>> 12), 0x297a_2d39);
        return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
      };
      return makeProgram({ ...shape, steps }, random);
    });
}

/** Batches of at most so many rows, in columns that are used again. */
export function* batchesOf(rows: readonly Row[], size: number): Generator<OrderBatch> {
  const batch: OrderBatch = {
    count: 0,
    kind: new Uint8Array(size),
    goroutine: new Float64Array(size),
    value: new Float64Array(size),
    number: new Uint32Array(size),
    stack: new Uint32Array(size),
  };
  for (let from = 0; from < rows.length; from += size) {
    const part = rows.slice(from, from + size);
    part.forEach((row, index) => {
      batch.kind[index] = row.kind;
      batch.goroutine[index] = row.goroutine;
      batch.value[index] = row.value;
      batch.number[index] = row.number;
      batch.stack[index] = row.stack;
    });
    batch.count = part.length;
    yield batch;
  }
}

/** The events of a program as a reader gives them. The innermost PC of a stack is its id. */
export function eventsOf(rows: readonly Row[], size = 64): OrderEvents {
  return {
    batches: () => batchesOf(rows, size),
    stack: (id) => [id],
    mapType: () => null,
    coverage: () => ({
      events: rows.length,
      chunks: 1,
      bytes: rows.length * 16,
      cutShort: null,
      cutShortAt: null,
      notPlaced: 0,
      damage: [],
    }),
  };
}
