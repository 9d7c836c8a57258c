/** Order events in columns, written one after another. */
import type { OrderBatch } from "../../src/evidence/order/events.js";
import { orderKinds as kinds } from "../../src/evidence/order/events.js";

const events = 1 << 21;
const batchRows = 1 << 14;

/** Columns that a program writes to. */
export class Tape {
  readonly kind = new Uint8Array(events + 64);
  readonly goroutine = new Float64Array(events + 64);
  readonly value = new Float64Array(events + 64);
  readonly number = new Uint32Array(events + 64);
  readonly stack = new Uint32Array(events + 64);
  count = 0;
  #random = 1;

  get isFull(): boolean {
    return this.count >= events;
  }

  below(limit: number): number {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#random / 2 ** 32) * limit);
  }

  write(kind: number, goroutine: number, value: number, stack: number): void {
    const row = this.count++;
    this.kind[row] = kind;
    this.goroutine[row] = goroutine;
    this.value[row] = value;
    this.number[row] = kind === kinds.holds ? 0 : 1;
    this.stack[row] = stack;
  }

  *batches(): Generator<OrderBatch> {
    for (let from = 0; from < this.count; from += batchRows) {
      const to = Math.min(this.count, from + batchRows);
      yield {
        count: to - from,
        kind: this.kind.subarray(from, to),
        goroutine: this.goroutine.subarray(from, to),
        value: this.value.subarray(from, to),
        number: this.number.subarray(from, to),
        stack: this.stack.subarray(from, to),
      };
    }
  }
}
