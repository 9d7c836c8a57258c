/** Two functions side by side: which instruction of one stands for which of the other. */
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
  const [shapesA, shapesB] = [a.map(shape), b.map(shape)];
  const worth = (i: number, j: number): number =>
    shapesA[i] === shapesB[j]
      ? equalScore
      : a[i]?.instruction.mnemonic === b[j]?.instruction.mnemonic
        ? likeScore
        : 0;
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

/** What an instruction is apart from addresses: those of jumps and of data differ between any two builds. */
function shape({ instruction, call }: InstructionView): string {
  if (call?.callee !== undefined) {
    return `call ${call.callee}`;
  }
  const operands = instruction.operands.map((operand) => {
    switch (operand.kind) {
      case "register":
        return `${operand.register}/${operand.size}`;
      case "immediate":
        return String(operand.value);
      case "memory": {
        const { base, index, scale, displacement, size } = operand.memory;
        const place = base === undefined && index === undefined ? "data" : String(displacement);
        return `${size}[${base ?? ""}+${index ?? ""}*${scale}+${place}]`;
      }
      case "target":
      case "other":
        return operand.kind;
      default:
        return operand satisfies never;
    }
  });
  return `${instruction.locked ? "lock " : ""}${instruction.mnemonic} ${operands.join()}`;
}
