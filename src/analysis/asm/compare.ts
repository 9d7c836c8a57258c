/** Two functions side by side: which instruction of one stands for which of the other. */
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
  const [a, b] = [left.instructions, right.instructions];
  if (a.length * b.length > maxPairs) {
    const length = Math.max(a.length, b.length);
    const rows = Array.from({ length }, (_, index): AlignedRow => {
      const [one, other] = [a[index], b[index]];
      return {
        left: one === undefined ? undefined : index,
        right: other === undefined ? undefined : index,
        same: one !== undefined && other !== undefined && shape(one) === shape(other),
      };
    });
    return { left, right, rows, aligned: false };
  }
  return { left, right, rows: align(a, b), aligned: true };
}

/** The alignment of the most equal instructions in order (Needleman and Wunsch, without a price for gaps). */
function align(a: readonly InstructionView[], b: readonly InstructionView[]): AlignedRow[] {
  const width = b.length + 1;
  const scores = new Uint16Array((a.length + 1) * width);
  const [shapes, names] = [new Numbering(), new Numbering()];
  const [shapesA, shapesB] = [a, b].map((all) => Uint32Array.from(all, (one) => shapes.of(shape(one))));
  const [namesA, namesB] = [a, b].map((all) =>
    Uint32Array.from(all, ({ instruction }) => names.of(instruction.mnemonic)),
  );
  const worth = (i: number, j: number): number =>
    shapesA?.[i] === shapesB?.[j] ? equalScore : namesA?.[i] === namesB?.[j] ? likeScore : 0;
  const score = (i: number, j: number): number => scores[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const together = worth(i, j);
      scores[i * width + j] = Math.max(
        score(i + 1, j),
        score(i, j + 1),
        together === 0 ? 0 : together + score(i + 1, j + 1),
      );
    }
  }
  const rows: AlignedRow[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const together = i < a.length && j < b.length ? worth(i, j) : 0;
    if (together > 0 && score(i, j) === together + score(i + 1, j + 1)) {
      rows.push({ left: i++, right: j++, same: together === equalScore });
    } else if (i < a.length && (j >= b.length || score(i + 1, j) >= score(i, j + 1))) {
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
