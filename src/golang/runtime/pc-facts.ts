/**
 * What unwinding must know of the code at a PC, looked up once per PC: stacks repeat the same few over and over.
 */
import type { Address } from "../memory.js";
import type { Frame } from "../pclntab/symbolizer.js";
import type { ProgramSymbols } from "../program-symbols.js";

/**
 * Functions in which a stack goes on elsewhere than at the return address.
 *
 * - system stack: `systemstack` runs a function on g0; below it lies the goroutine's own stack, at `g.sched`;
 * - grow stack: `morestack` has left the goroutine in `g.sched`;
 * - signal: called by the kernel; the interrupted registers lie above its frame;
 * - injected: a signal handler made it look as if the interrupted code had called this: the caller stands at an instruction;
 * - switch: `mcall` has left the goroutine in `g.sched` and runs on g0, where nothing is below it;
 * - resume: `gogo` goes back to where `g.sched` says;
 * - outermost: nothing is below it;
 * - leaves: it sets the stack pointer in a way that no table describes.
 */
export type FunctionKind =
  | "plain"
  | "system stack"
  | "grow stack"
  | "signal"
  | "injected"
  | "switch"
  | "resume"
  | "outermost"
  | "leaves";

/** Source: Go's src/runtime/traceback.go and src/internal/abi/symtab.go, 1.19 to 1.27. */
const kinds: ReadonlyMap<string, FunctionKind> = new Map([
  ["runtime.systemstack", "system stack"],
  ["runtime.morestack", "grow stack"],
  ["runtime.sigtramp", "signal"],
  ["runtime.cgoSigtramp", "signal"],
  ["runtime.asyncPreempt", "injected"],
  ["runtime.sigpanic", "injected"],
  ["runtime.debugCallV2", "injected"],
  ["runtime.goexit", "outermost"],
  ["runtime.mstart", "outermost"],
  ["runtime.mcall", "switch"],
  ["runtime.gogo", "resume"],
  ["runtime.rt0_go", "outermost"],
  ["runtime.cgocallback", "plain"],
]);

/** Bits of {@link ProgramSymbols.functionFlags}. */
const topFrame = 1;
const writesStackPointer = 2;

/** What is at a PC. */
export interface PcFacts {
  readonly kind: FunctionKind;
  /** Name of the physical function. */
  readonly name: string;
  /** Bytes between stack pointer and return address; undefined where the table does not say. */
  readonly delta: number | undefined;
  readonly framesBefore: readonly Frame[];
  readonly framesAt: readonly Frame[];
}

/** How many PCs are remembered. */
const maxRemembered = 1 << 16;

/** Looks up and remembers. */
export class PcTable {
  readonly #symbols: ProgramSymbols;
  readonly #known = new Map<Address, PcFacts | undefined>();

  constructor(symbols: ProgramSymbols) {
    this.#symbols = symbols;
  }

  /** What is at a PC; undefined when no Go function is there. */
  at(pc: Address): PcFacts | undefined {
    const known = this.#known.get(pc);
    if (known !== undefined || this.#known.has(pc)) {
      return known;
    }
    if (this.#known.size >= maxRemembered) {
      this.#known.clear();
    }
    const facts = this.#look(pc);
    this.#known.set(pc, facts);
    return facts;
  }

  #look(pc: Address): PcFacts | undefined {
    const range = this.#symbols.functionAt(pc);
    if (range === undefined) {
      return undefined;
    }
    const flags = this.#symbols.functionFlags(pc);
    const byFlags =
      (flags & topFrame) !== 0 ? "outermost" : (flags & writesStackPointer) !== 0 ? "leaves" : "plain";
    return {
      kind: kinds.get(range.name) ?? byFlags,
      name: range.name,
      delta: this.#symbols.stackDelta(pc),
      framesBefore: this.#symbols.framesBefore(pc),
      framesAt: this.#symbols.framesAt(pc),
    };
  }
}
