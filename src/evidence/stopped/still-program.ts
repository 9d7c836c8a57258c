/** A process or a core as a {@link StoppedProgram}: its goroutines, their stacks, its maps and its code. */
import type { ProgramFunctions } from "../../golang/instructions/functions.js";
import { ProgramMaps } from "../../golang/maps/program-maps.js";
import type { Memory } from "../../golang/memory.js";
import type { ProgramSymbols } from "../../golang/program-symbols.js";
import type { GoroutineStack, Thread } from "../../golang/runtime/goroutine.js";
import { readGoroutines } from "../../golang/runtime/goroutines.js";
import { codeFacts } from "./code-facts.js";
import type { StoppedProgram } from "./stopped-program.js";

/** What it is made of. */
export interface StillParts {
  readonly symbols: ProgramSymbols;
  readonly functions: ProgramFunctions;
  readonly memory: Memory;
  readonly threads: readonly Thread[];
  /** How many slots of a map are kept; {@link usualSlots} where it is not said. */
  readonly keptSlots?: number;
}

/** How many slots of a map are kept with their keys and elements, and bytes of its memory. All are checked. */
const usualSlots = 4096;
const keptBytes = 1 << 19;

/** Reads who there is; stacks and maps are read when they are asked for. */
export function stillProgram(parts: StillParts): StoppedProgram {
  const { symbols, functions, memory, threads, keptSlots = usualSlots } = parts;
  const reader = readGoroutines(memory, symbols, threads);
  const maps = new ProgramMaps(memory, symbols);
  const stacks = new Map<number, GoroutineStack>();
  return {
    symbols,
    code: codeFacts(functions, symbols),
    memory,
    threads,
    goroutines: reader.goroutines,
    problems: reader.problems,
    stackOf(goroutine) {
      const known = stacks.get(goroutine.address);
      const stack = known ?? reader.stackOf(goroutine);
      stacks.set(goroutine.address, stack);
      return stack;
    },
    decodeMap: (address, type) =>
      maps.decode(address, type !== undefined && maps.types.mapAt(type) !== undefined ? type : undefined, {
        slots: keptSlots,
        tables: keptSlots / 8,
        kept: keptBytes,
      }),
  };
}
