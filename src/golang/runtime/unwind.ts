/**
 * Walks a stack exactly, by Go's own table of how large the stack is at each instruction (pcsp), and over the places where
 * a thread goes on on another stack:
 *
 * ```text
 *   signal stack    sighandler ← sigtramp          a signal hit: the interrupted registers lie above sigtramp's frame
 *        │
 *   system stack    gcStart.func2 ← systemstack    or mcall, morestack, asmcgocall: the goroutine is in g.sched
 *        │
 *   goroutine       mallocgc ← main.work ← main.main ← runtime.main ← goexit
 * ```
 *
 * Source: Go's src/runtime/traceback.go and src/runtime/asm_amd64.s, 1.19 to 1.27.
 */
import type { Address, Memory } from "../memory.js";
import { hexAddress, readWord } from "../types/words.js";
import type { GoroutineStack, Registers, StackFrame, StackKind } from "./goroutine.js";
import type { PcFacts, PcTable } from "./pc-facts.js";
import { interruptedRegisters, isReturnFromSignal } from "./signal-frame.js";

/** Where some code stands. */
export interface Position {
  readonly pc: Address;
  readonly sp: Address;
}

/** A piece of memory that is a stack. */
export interface StackBounds {
  readonly low: Address;
  readonly high: Address;
}

/** What is known of whom the stack belongs to. */
export interface StackOwner {
  readonly goroutine: StackBounds;
  /** Where the goroutine goes on once the runtime lets it: `g.sched`. */
  readonly sched: Position;
  /** Where it entered a system call or C code; undefined when it is in none. */
  readonly systemCall: Position | undefined;
  /** The caller of the kernel's vDSO, as the thread has noted it; undefined when it is not in it. */
  readonly vdso: Position | undefined;
  readonly system: StackBounds | undefined;
  readonly signal: StackBounds | undefined;
}

/** Deepest stack that is followed: as Go's dumps, the outermost frames are what is left out. */
export const maxFrames = 10_000;

/** A thread goes from one stack to another only a few times: signal, system, goroutine. */
const maxSwitches = 16;

function holds(bounds: StackBounds | undefined, sp: Address): boolean {
  return bounds !== undefined && sp >= bounds.low && sp <= bounds.high;
}

/** How a step ends: there is a caller, there is none, or why none can be found. */
type Outcome = "more" | "bottom" | { readonly reason: string };

/** Opcode ff with 2 in the middle of the byte after it, perhaps behind a prefix. */
function isIndirectCall(bytes: Uint8Array, at: number): boolean {
  const start = ((bytes[at] ?? 0) & 0xf0) === 0x40 ? at + 1 : at;
  return bytes[start] === 0xff && ((bytes[start + 1] ?? 0) & 0x38) === 0x10;
}

/** One walk. */
class Walk {
  readonly #memory: Memory;
  readonly #pcs: PcTable;
  readonly #owner: StackOwner;
  readonly #fsBase: bigint | undefined;
  readonly #limit: number;
  readonly #frames: StackFrame[] = [];
  #pc: Address;
  #sp: Address;
  /** Whether the PC is an instruction that is to run, and no return address. */
  #atInstruction: boolean;
  #registers: Registers | undefined;
  #switches = 0;
  /** Whether it went on at what the runtime has saved of the goroutine, which it does once. */
  #usedSaved: boolean;
  readonly #notes: string[] = [];

  constructor(
    from: {
      readonly memory: Memory;
      readonly pcs: PcTable;
      readonly owner: StackOwner;
      readonly limit: number;
    },
    start: Position,
    registers: Registers | undefined,
  ) {
    this.#memory = from.memory;
    this.#pcs = from.pcs;
    this.#owner = from.owner;
    this.#limit = from.limit;
    this.#pc = start.pc;
    this.#sp = start.sp;
    this.#registers = registers;
    this.#fsBase = registers?.fsBase;
    this.#atInstruction = registers !== undefined;
    this.#usedSaved = registers === undefined;
  }

  run(): GoroutineStack {
    let end: Outcome = "more";
    while (end === "more") {
      end =
        this.#frames.length >= this.#limit
          ? { reason: `only its innermost ${this.#limit} frames were read` }
          : this.#step();
    }
    const notes = end === "bottom" ? this.#notes : [...this.#notes, end.reason];
    return { frames: this.#frames, cut: notes.length === 0 ? undefined : notes.join("; ") };
  }

  /** One frame: "bottom" when it is the outermost one, "more" when there is a caller, and otherwise why there is none. */
  #step(): Outcome {
    if (this.#pc === 0 && this.#frames.length === 0) {
      // A nil function was called: its caller is where the call would have returned to.
      this.#pushForeign();
      return this.#return(this.#sp + 8, false);
    }
    const facts = this.#pcs.at(this.#pc);
    if (facts === undefined) {
      return this.#foreign();
    }
    if (facts.kind === "system stack" && this.#kind() === "system" && this.#hasSched()) {
      // What is on the goroutine's stack below is the caller of systemstack.
      this.#sp = this.#owner.sched.sp;
      this.#switches++;
    }
    if (facts.kind === "grow stack" && this.#kind() === "system" && this.#hasSched()) {
      this.#push(facts, this.#sp);
      return this.#switchTo(this.#owner.sched);
    }
    if (facts.delta === undefined) {
      this.#push(facts, this.#sp);
      return this.#elsewhere(`it is not known how large the frame of ${facts.name} is`);
    }
    const callerSp = this.#sp + facts.delta + 8;
    this.#push(facts, callerSp);
    return this.#leave(facts, callerSp);
  }

  /** Goes on after a frame that has been noted. */
  #leave({ kind, name }: PcFacts, callerSp: Address): Outcome {
    const onGoroutine = this.#kind() === "goroutine";
    switch (kind) {
      case "outermost":
        return onGoroutine ? "bottom" : this.#elsewhere();
      case "switch":
        // Before it has left the goroutine's stack it is an ordinary function.
        return onGoroutine ? this.#return(callerSp, false) : this.#elsewhere();
      case "resume":
        // It has taken the goroutine's stack already, and jumps to it next.
        return onGoroutine ? this.#switchTo({ pc: this.#owner.sched.pc, sp: this.#sp }) : this.#elsewhere();
      case "signal":
        return this.#interrupted(callerSp);
      case "leaves":
        return this.#leaving(name, callerSp);
      case "plain":
      case "injected":
      case "system stack":
      case "grow stack":
      default:
        return this.#return(callerSp, kind === "injected");
    }
  }

  /** A function that sets the stack pointer: on its first and last instructions it is where the table says. */
  #leaving(name: string, callerSp: Address): Outcome {
    const reason = `${name} sets the stack pointer in a way that is not known`;
    if (this.#kind() !== "goroutine" || !this.#atInstruction) {
      return this.#elsewhere(reason);
    }
    const returnAddress = readWord(this.#memory, callerSp - 8);
    return returnAddress !== undefined && this.#isAfterCall(returnAddress)
      ? this.#return(callerSp, false)
      : this.#elsewhere(reason);
  }

  /** Whether the instruction before an address in Go's code is a call: direct, or through a register or memory. */
  #isAfterCall(address: Address): boolean {
    const bytes = this.#pcs.at(address) === undefined ? undefined : this.#memory.read(address - 7, 7);
    return (
      bytes !== undefined &&
      (bytes[2] === 0xe8 || [2, 3, 4, 6, 7].some((length) => isIndirectCall(bytes, 7 - length)))
    );
  }

  /** Goes to the caller. */
  #return(callerSp: Address, injected: boolean): Outcome {
    const returnAddress = readWord(this.#memory, callerSp - 8);
    if (returnAddress === undefined) {
      return this.#elsewhere(`its memory at ${hexAddress(callerSp - 8)} cannot be read`);
    }
    if (callerSp <= this.#sp || (this.#kind() === "goroutine" && callerSp > this.#owner.goroutine.high)) {
      return this.#elsewhere(`the frame at ${hexAddress(this.#sp)} does not lie on its stack`);
    }
    this.#pc = returnAddress;
    this.#sp = callerSp;
    this.#atInstruction = injected;
    this.#registers = undefined;
    return "more";
  }

  /** Code that is not Go's. */
  #foreign(): Outcome {
    if (isReturnFromSignal(this.#memory, this.#pc)) {
      return this.#interrupted(this.#sp);
    }
    if (!this.#atInstruction) {
      return this.#elsewhere(`${hexAddress(this.#pc)}, to which it returns, is in no Go function`);
    }
    const registers = this.#registers;
    this.#pushForeign();
    const end = this.#elsewhere(`it is in code at ${hexAddress(this.#pc)} that is not Go's`);
    return typeof end === "string" || registers === undefined
      ? end
      : this.#byFramePointer(registers.rbp, end);
  }

  /** Where the stack goes on when this one has come to its end. */
  #elsewhere(reason?: string): Outcome {
    const otherwise: Outcome = reason === undefined ? "bottom" : { reason };
    const { systemCall, sched, vdso } = this.#owner;
    if (this.#usedSaved) {
      return otherwise;
    }
    if (vdso !== undefined && this.#frames.every(({ stack }) => stack !== "goroutine")) {
      return this.#switchToSaved(vdso);
    }
    if (systemCall !== undefined && this.#onGoroutine(systemCall) && this.#frames.length === 1) {
      return this.#switchToSaved(systemCall);
    }
    // What it has saved is of now only while it is not on its own stack.
    const reached = this.#frames.some(({ stack }) => stack === "goroutine");
    const saved = systemCall ?? sched;
    return reached || !this.#onGoroutine(saved) ? otherwise : this.#switchToSaved(saved);
  }

  #switchToSaved(position: Position): Outcome {
    this.#usedSaved = true;
    return this.#switchTo(position);
  }

  /** What a signal has interrupted. */
  #interrupted(ucontext: Address): Outcome {
    const registers = interruptedRegisters(this.#memory, ucontext, this.#fsBase);
    if (registers === undefined) {
      return { reason: "what the signal interrupted cannot be read" };
    }
    this.#registers = registers;
    this.#atInstruction = true;
    return this.#switchTo({ pc: registers.rip, sp: registers.rsp }, registers);
  }

  /** Last resort: the chain of frame pointers, as far as C code has kept it. */
  #byFramePointer(rbp: Address, otherwise: { readonly reason: string }): Outcome {
    const returnAddress = readWord(this.#memory, rbp + 8);
    const sensible =
      rbp > this.#sp &&
      rbp % 8 === 0 &&
      rbp - this.#sp < 1 << 20 &&
      returnAddress !== undefined &&
      this.#pcs.at(returnAddress) !== undefined;
    if (!sensible || returnAddress === undefined || ++this.#switches > maxSwitches) {
      return otherwise;
    }
    this.#notes.push(`${otherwise.reason}, and what called that was found by the frame pointer`);
    this.#pc = returnAddress;
    this.#sp = rbp + 16;
    this.#atInstruction = false;
    this.#registers = undefined;
    return "more";
  }

  #switchTo(position: Position, registers?: Registers): Outcome {
    if (++this.#switches > maxSwitches) {
      return { reason: "it goes from one stack to another without an end" };
    }
    this.#pc = position.pc;
    this.#sp = position.sp;
    this.#atInstruction = registers !== undefined;
    this.#registers = registers;
    return "more";
  }

  #push(facts: PcFacts, callerSp: Address): void {
    this.#frames.push({
      stack: this.#kind(),
      pc: this.#pc,
      sp: this.#sp,
      callerSp,
      atInstruction: this.#atInstruction,
      frames: this.#atInstruction ? facts.framesAt : facts.framesBefore,
      registers: this.#atInstruction ? this.#registers : undefined,
    });
  }

  #pushForeign(): void {
    const { pc, sp } = { pc: this.#pc, sp: this.#sp };
    const [stack, registers] = [this.#kind(), this.#registers];
    this.#frames.push({ stack, pc, sp, callerSp: sp, atInstruction: true, frames: [], registers });
  }

  #kind(): StackKind {
    if (holds(this.#owner.goroutine, this.#sp)) {
      return "goroutine";
    }
    return holds(this.#owner.signal, this.#sp) ? "signal" : "system";
  }

  #onGoroutine({ sp }: Position): boolean {
    return holds(this.#owner.goroutine, sp);
  }

  #hasSched(): boolean {
    return this.#onGoroutine(this.#owner.sched);
  }
}

/**
 * Walks a stack.
 *
 * @param from memory, what is known of PCs, whose stack it is, and how many frames at most
 * @param start where to begin: for a thread where its registers are, otherwise a return address with its stack pointer
 * @param registers of the thread, when it is one
 */
export function walkStack(
  from: {
    readonly memory: Memory;
    readonly pcs: PcTable;
    readonly owner: StackOwner;
    readonly limit?: number;
  },
  start: Position,
  registers: Registers | undefined,
): GoroutineStack {
  return new Walk({ limit: maxFrames, ...from }, start, registers).run();
}
