/** Measures the mixtures; order-analysis.bench.ts runs it when it is compiled. An argument chooses mixtures by a part of their name. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { OrderAnalysis } from "../../src/analysis/order/order-analysis.js";
import type { OrderBatch } from "../../src/evidence/order/events.js";
import { openOrderEvents } from "../../src/evidence/order/open.js";
import { writeOrderFile, type WrittenOrderEvent } from "../../test/support/order-events.js";
import { mixtures } from "./mixtures.js";
import { Tape } from "./tape.js";
import { fastest } from "../turns/fastest.js";

const goal = 20;
const rounds = 3;

function sumOf(tape: Tape): number {
  let sum = 0;
  for (let row = 0; row < tape.count; row++) {
    sum +=
      (tape.kind[row] ?? 0) +
      (tape.goroutine[row] ?? 0) +
      (tape.value[row] ?? 0) +
      (tape.number[row] ?? 0) +
      (tape.stack[row] ?? 0);
  }
  return sum;
}

function analyse(batches: Iterable<OrderBatch>, races: boolean): void {
  const analysis = new OrderAnalysis({ placeOf: (stack) => stack });
  for (const batch of batches) {
    analysis.add(batch);
  }
  const { pairs, accesses } = analysis.result();
  if (accesses === 0 || pairs.length > 0 !== races) {
    throw new Error(`${accesses} accesses were analysed, ${pairs.length} pairs were found`);
  }
}

/** The same events as a file of four processors. */
function writeFile(tape: Tape, file: string): void {
  function* written(): Generator<WrittenOrderEvent> {
    for (let row = 0; row < tape.count; row++) {
      const goroutine = tape.goroutine[row] ?? 0;
      yield {
        goroutine,
        writer: 1 + (goroutine & 3),
        kind: tape.kind[row] ?? 0,
        value: tape.value[row] ?? 0,
        number: tape.number[row] ?? 0,
        stack: tape.stack[row] ?? 0,
      };
    }
  }
  writeFileSync(file, writeOrderFile(written(), { chunkSize: 0x1_0000 }).bytes);
}

const only = process.argv[2] ?? "";
const folder = mkdtempSync(path.join(tmpdir(), "maptrap-bench-"));
try {
  for (const [name, write] of mixtures.filter(([each]) => each.includes(only))) {
    const tape = new Tape();
    write(tape);
    const races = name.includes("race");
    let sum = 0;
    const pass = fastest(rounds, () => (sum += sumOf(tape)));
    if (sum === 0) {
      throw new Error("the plain pass saw nothing");
    }
    const analysing = fastest(rounds, () => {
      analyse(tape.batches(), races);
    });
    const file = path.join(folder, "order.maptrap");
    writeFile(tape, file);
    const both = fastest(rounds, () => {
      analyse(openOrderEvents(file).batches(), races);
    });
    const rate = (seconds: number): string => (tape.count / seconds / 1e6).toFixed(1);
    console.log(
      `order analysis: ${name}: ${rate(analysing)} million events a second of one processor's time (goal ${goal}), ` +
        `${rate(both)} with reading (goal ${goal / 2}), ${(analysing / pass).toFixed(1)} times a plain pass over the columns`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
