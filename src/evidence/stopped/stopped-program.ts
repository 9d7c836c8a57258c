/**
 * A program that stands still: what the analysis of a stop is given, whether it is a process under GDB or a core.
 *
 * The questions of code (where does a function's argument live at this instruction? is the map's mark set here?) are asked
 * through {@link CodeFacts}, so that a recorded stop can be analysed without the executable.
 */
import type { DecodedMap } from "../../golang/maps/decoded.js";
import type { Address, Memory } from "../../golang/memory.js";
import type { CodeRange } from "../../golang/program-symbols.js";
import type { Frame } from "../../golang/pclntab/symbolizer.js";
import type { Goroutine, GoroutineStack, Thread } from "../../golang/runtime/goroutine.js";
import type { StoppedPhase } from "../../case/case.js";

/** Where a value lies. */
export type Place =
  | { readonly kind: "register"; readonly name: string }
  /** On the stack, counted from the address just above the frame's return address; negative within the frame. */
  | { readonly kind: "stack"; readonly offset: number };

/** Whether a frame stands at an instruction, or in a call that returns to the address. */
export type Moment = "at" | "in call";

/** A way to a value: from a place, or an address, by loads. With loads it is what is there now. */
export interface ArgumentRoute {
  readonly from: Place | { readonly kind: "address"; readonly address: Address };
  /** Each is added before a word is loaded. */
  readonly loads: readonly number[];
  /** What is added at the end. */
  readonly difference: number;
}

/** What the code of a function says of one place in it. */
export interface CodeFacts {
  /** Places that surely hold what a register held when the function was entered. In a call there are no registers among them. */
  places(range: CodeRange, pc: Address, moment: Moment, register: string): readonly Place[];
  /**
   * How to find what a call that is under way was given in a register, from the frame of the caller; undefined where nothing there
   * leads to it.
   */
  callArgument(caller: CodeRange, returnAddress: Address, register: string): ArgumentRoute | undefined;
  /** Where a map function stands with regard to the map's mark. */
  phase(range: CodeRange, pc: Address, moment: Moment): StoppedPhase;
  /** Whether nothing of the function but its first instructions (stack check, frame, spills) has run. */
  hasJustBegun(range: CodeRange, pc: Address, moment: Moment): boolean;
  /**
   * Whether control can have come from one call to another place since: `loop` when it can also go back to the call from there, `no`
   * when there is no way.
   */
  wayFrom(range: CodeRange, returnAddress: Address, to: Address): "loop" | "once" | "no";
  /** Calls of map functions in a function of the program's. */
  mapCalls(range: CodeRange): readonly MapCall[];
}

/** A call of a map function. */
export interface MapCall {
  /** Where it returns to. */
  readonly returnAddress: Address;
  /** The function that is called. */
  readonly target: string;
  /** The constant that is handed over as the map's type; undefined where it is none. */
  readonly mapType: Address | undefined;
}

/** What the analysis needs of the executable's symbols. */
export interface StoppedSymbols {
  functionAt(pc: Address): CodeRange | undefined;
  framesAt(pc: Address): readonly Frame[];
  framesBefore(returnAddress: Address): readonly Frame[];
}

/** A program that stands still. */
export interface StoppedProgram {
  readonly symbols: StoppedSymbols;
  readonly code: CodeFacts;
  readonly memory: Memory;
  readonly threads: readonly Thread[];
  readonly goroutines: readonly Goroutine[];
  /** What could not be read of the goroutines, one sentence each. */
  readonly problems: readonly string[];
  /** The stack of a goroutine, read when it is asked for. */
  stackOf(goroutine: Goroutine): GoroutineStack;
  /** Decodes a map. */
  decodeMap(address: Address, type: Address | undefined): DecodedMap | undefined;
}

/** How the program came to stand still. */
export interface StopReason {
  readonly at: "check" | "fatal" | "panic" | "somewhere";
  /** The thread that stopped it; undefined when it was stopped from outside. */
  readonly thread: number | undefined;
  /** What the runtime is about to say. */
  readonly message: string | undefined;
}
