/** What each instruction does with each register, for the columns beside the listing. */
import type { FunctionView } from "../../../src/analysis/asm/function-view.js";

/** Bits of a cell. */
export const cellBits = {
  reads: 1,
  writes: 2,
  /** What is in the register before the instruction is still read later, by it or after it. */
  wantedBefore: 4,
  wantedAfter: 8,
} as const;

/** The cells of a function. */
export interface RegisterCells {
  readonly registers: readonly string[];
  /** One for each instruction and register: `index * registers.length + column`. */
  readonly cells: Uint8Array;
}

/** After these nothing of the function follows in the order of the code. */
const ends: ReadonlySet<string> = new Set(["branch", "indirect branch", "return", "stop"]);

/** More instructions than this have no columns: 64 MB for 32 registers. */
export const mostInstructions = 2_000_000;

/** Makes the cells. */
export function registerCells(view: FunctionView): RegisterCells {
  const registers = view.registers.map(({ register }) => register);
  const width = registers.length;
  const count = Math.min(view.instructions.length, mostInstructions);
  const cells = new Uint8Array(count * width);
  const columns = new Map(registers.map((register, column) => [register, column]));
  for (let index = 0; index < count; index++) {
    const instruction = view.instructions[index]?.instruction;
    const goesOn = instruction !== undefined && !ends.has(instruction.flow);
    view.registers.forEach(({ live }, column) => {
      const wanted = live[index] === 1 ? cellBits.wantedBefore : 0;
      cells[index * width + column] = wanted | (goesOn && live[index + 1] === 1 ? cellBits.wantedAfter : 0);
    });
    const mark = (names: readonly string[], bit: number): void => {
      for (const name of names) {
        const column = columns.get(name);
        if (column !== undefined) {
          const at = index * width + column;
          cells[at] = (cells[at] ?? 0) | bit;
        }
      }
    };
    mark(instruction?.registersRead ?? [], cellBits.reads);
    mark(instruction?.registersWritten ?? [], cellBits.writes);
  }
  return { registers, cells };
}
