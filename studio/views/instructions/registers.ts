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
  /** The cell of an instruction and a register, both as indexes. Only those in view are ever asked for. */
  readonly cell: (index: number, column: number) => number;
}

/** After these nothing of the function follows in the order of the code. */
const ends: ReadonlySet<string> = new Set(["branch", "indirect branch", "return", "stop"]);

/** Tells the cells. */
export function registerCells({ registers, instructions }: FunctionView): RegisterCells {
  const cell = (index: number, column: number): number => {
    const register = registers[column];
    const instruction = instructions[index]?.instruction;
    if (register === undefined || instruction === undefined) {
      return 0;
    }
    const goesOn = !ends.has(instruction.flow);
    return (
      (instruction.registersRead.includes(register.register) ? cellBits.reads : 0) |
      (instruction.registersWritten.includes(register.register) ? cellBits.writes : 0) |
      (register.live[index] === 1 ? cellBits.wantedBefore : 0) |
      (goesOn && register.live[index + 1] === 1 ? cellBits.wantedAfter : 0)
    );
  };
  return { registers: registers.map(({ register }) => register), cell };
}
