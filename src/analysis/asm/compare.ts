/** Two functions side by side: which instruction of one stands for which of the other. */
import { type Pieces, toEnd } from "../../base/pieces.js";
import type { Instruction } from "../../golang/instructions/instruction.js";
import type { FunctionView, InstructionView } from "./function-view.js";

/** A row of the aligned listing: indexes of instructions; undefined on the side that has none for it. */
export interface AlignedRow {
  readonly left: number | undefined;
  readonly right: number | undefined;
  /** Whether the two do the same with the same registers, apart from where jumps and data lie. */
  readonly same: boolean;
}

/** A comparison. */
export interface FunctionComparison {
  readonly left: FunctionView;
  readonly right: FunctionView;
  readonly rows: readonly AlignedRow[];
  /** Whether the rows were aligned by what the instructions are; for two very long functions they are by their numbers. */
  readonly aligned: boolean;
}

/** What equal instructions, and those of one name, are worth. */
const equalScore = 3;
const likeScore = 1;

/** For more pairs of instructions than this no alignment is looked for: 16 MB. */
const maxPairs = 8_000_000;

/** Compares two functions. */
export function compareFunctions(left: FunctionView, right: FunctionView): FunctionComparison {
  return toEnd(comparing(left, right));
}

/** Instructions that are looked at in one piece, and pairs of them. */
const pieceSize = { instructions: 1000, pairs: 500_000 } as const;

/** Compares two functions, in pieces. */
export function* comparing(left: FunctionView, right: FunctionView): Pieces<FunctionComparison> {
  const shapes = new Numbering();
  const a = yield* coded(left.instructions, shapes);
  const b = yield* coded(right.instructions, shapes);
  if (a.length * b.length > maxPairs) {
    const length = Math.max(a.length, b.length);
    const rows = Array.from({ length }, (_, index): AlignedRow => ({
      left: index < a.length ? index : undefined,
      right: index < b.length ? index : undefined,
      same: index < a.length && index < b.length && a[index] === b[index],
    }));
    return { left, right, rows, aligned: false };
  }
  const names = new Numbering();
  const [namesA, namesB] = [left, right].map(({ instructions }) =>
    Uint32Array.from(instructions, ({ instruction }) => names.of(instruction.mnemonic)),
  );
  const worth = (i: number, j: number): number =>
    a[i] === b[j] ? equalScore : namesA?.[i] === namesB?.[j] ? likeScore : 0;
  return { left, right, rows: yield* align([a.length, b.length], worth), aligned: true };
}

/** The shapes of instructions as numbers. */
function* coded(instructions: readonly InstructionView[], shapes: Numbering): Pieces<Uint32Array> {
  const found = new Uint32Array(instructions.length);
  for (const [index, one] of instructions.entries()) {
    found[index] = shapes.of(shape(one));
    if (index % pieceSize.instructions === 0) {
      yield;
    }
  }
  return found;
}

/** The alignment of the most equal instructions in order (Needleman and Wunsch, without a price for gaps). */
function* align(
  [countA, countB]: readonly [number, number],
  worth: (i: number, j: number) => number,
): Pieces<AlignedRow[]> {
  const width = countB + 1;
  const scores = new Uint16Array((countA + 1) * width);
  const score = (i: number, j: number): number => scores[i * width + j] ?? 0;
  for (let i = countA - 1; i >= 0; i--) {
    for (let j = countB - 1; j >= 0; j--) {
      const together = worth(i, j);
      scores[i * width + j] = Math.max(
        score(i + 1, j),
        score(i, j + 1),
        together === 0 ? 0 : together + score(i + 1, j + 1),
      );
    }
    if (i % Math.ceil(pieceSize.pairs / width) === 0) {
      yield;
    }
  }
  const rows: AlignedRow[] = [];
  let [i, j] = [0, 0];
  while (i < countA || j < countB) {
    const together = i < countA && j < countB ? worth(i, j) : 0;
    if (together > 0 && score(i, j) === together + score(i + 1, j + 1)) {
      rows.push({ left: i++, right: j++, same: together === equalScore });
    } else if (i < countA && (j >= countB || score(i + 1, j) >= score(i, j + 1))) {
      rows.push({ left: i++, right: undefined, same: false });
    } else {
      rows.push({ left: undefined, right: j++, same: false });
    }
  }
  return rows;
}

/** Numbers for texts: millions of pairs are compared. */
class Numbering {
  readonly #known = new Map<string, number>();

  of(text: string): number {
    const number = this.#known.get(text) ?? this.#known.size;
    this.#known.set(text, number);
    return number;
  }
}

/**
 * What an instruction is apart from addresses: those of jumps and of data differ between any two builds. It is made of the text, so
 * that functions that were read from JSON are compared in the same way.
 */
function shape({ instruction, call }: InstructionView): string {
  if (call?.callee !== undefined) {
    return `call ${call.callee}`;
  }
  const { text, target, mnemonic } = instruction;
  if (mnemonic === "nop") {
    // `xchg %ax,%ax` is one, and the size of nothing does not count.
    return text.startsWith("nop") ? text.replace(/^nop[wl]/, mnemonic) : mnemonic;
  }
  return target === undefined ? withoutAddresses(instruction) : text.replace(/ 0x[0-9a-f]+$/, " target");
}

/** In Intel's syntax the address of data stands alone in brackets, in GNU's it is a number alone; other numbers begin with `$` there. */
function withoutAddresses({ text, memory }: Pick<Instruction, "text" | "memory">): string {
  if (text.includes("[")) {
    return text.replace(/(?<!:)\[0x[0-9a-f]+\]/g, "[data]");
  }
  const isGnu =
    /[%$]/.test(text) || memory.some(({ base, index }) => base === undefined && index === undefined);
  return isGnu ? text.replace(/(?<=[ ,*])0x[0-9a-f]+(?=$|,)/g, "data") : text;
}
