import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { GoroutineStack, Registers } from "../../../src/golang/runtime/goroutine.js";
import { PcTable } from "../../../src/golang/runtime/pc-facts.js";
import { type StackOwner, walkStack } from "../../../src/golang/runtime/unwind.js";
import { MadeMemory, MadeSymbols } from "../../support/stopped/made-program.js";

const symbols = new MadeSymbols([
  { name: "main.inner", delta: 0x18 },
  { name: "main.outer", delta: 0x28 },
  { name: "main.leaves", delta: 0, flags: 6 },
  { name: "runtime.goexit", delta: 0, flags: 1 },
  { name: "runtime.work", delta: 0x38 },
  { name: "runtime.systemstack", delta: 8 },
  { name: "runtime.mcall", delta: 0, flags: 3 },
  { name: "runtime.gogo", delta: 0, flags: 2 },
  { name: "runtime.morestack", delta: 0 },
  { name: "runtime.sighandler", delta: 0x50 },
  { name: "runtime.sigtramp", delta: 0x68, flags: 1 },
  { name: "runtime.asyncPreempt", delta: 0x100 },
  { name: "runtime.unknown", delta: undefined },
]);

const goroutine = { low: 0x10_0000, high: 0x10_8000 };
const system = { low: 0x20_0000, high: 0x20_8000 };
const signal = { low: 0x30_0000, high: 0x30_8000 };
const nowhere = { pc: 0, sp: 0 };

/** The goroutine's stack from `main.outer` on, which calls what is at `sp`. */
function base(memory: MadeMemory, sp: number): void {
  memory.put(sp - 8, symbols.in("main.outer"));
  memory.put(sp + 0x28, symbols.in("runtime.goexit"));
  memory.put(goroutine.high - 8, 0);
}

function walk(
  memory: MadeMemory,
  start: { pc: number; sp: number },
  more: Partial<StackOwner> = {},
  thread = true,
): GoroutineStack {
  const owner = {
    goroutine,
    system,
    signal,
    sched: nowhere,
    systemCall: undefined,
    vdso: undefined,
    ...more,
  };
  const registers: Registers = { rip: start.pc, rsp: start.sp, rbp: 0, values: { rax: 7n }, fsBase: 5n };
  return walkStack({ memory, pcs: new PcTable(symbols), owner }, start, thread ? registers : undefined);
}

/** Functions with the stack that they are on, `!` for those at an instruction. */
function shown({ frames }: GoroutineStack): readonly string[] {
  return frames.map(
    ({ stack, atInstruction, frames: [inner] }) =>
      `${stack[0] ?? "?"}${stack[1] === "i" ? "i" : ""} ${inner?.function ?? "?"}${atInstruction ? "!" : ""}`,
  );
}

/** `main.inner`, called by `main.outer`, with its stack pointer here. */
const innerSp = 0x10_7000;
const inner = { pc: symbols.in("main.inner"), sp: innerSp };

function goroutineMemory(): MadeMemory {
  const memory = new MadeMemory();
  memory.put(innerSp + 0x18, symbols.in("main.outer"));
  base(memory, innerSp + 0x20);
  return memory;
}

describe("a stack", () => {
  it("of a parked goroutine goes down to its start", () => {
    const stack = walk(goroutineMemory(), inner, {}, false);
    expect(shown(stack)).toEqual(["g main.inner", "g main.outer", "g runtime.goexit"]);
    expect(stack.cut).toBeUndefined();
    expect(stack.frames[0]).toMatchObject({ sp: innerSp, callerSp: innerSp + 0x20, registers: undefined });
    expect(stack.frames[1]).toMatchObject({ sp: innerSp + 0x20, callerSp: innerSp + 0x50 });
  });

  it("of a thread begins at an instruction, with its registers", () => {
    const { frames } = walk(goroutineMemory(), inner);
    expect(frames[0]).toMatchObject({
      atInstruction: true,
      registers: { rip: inner.pc, values: { rax: 7n } },
    });
    expect(frames[0]?.frames[0]?.file).toBe("at");
    expect(frames[1]).toMatchObject({ atInstruction: false, registers: undefined });
    expect(frames[1]?.frames[0]?.file).toBe("after");
  });

  it("goes on behind a function that was called on the system stack", () => {
    const memory = goroutineMemory();
    memory.put(0x20_7000 + 0x38, symbols.in("runtime.systemstack"));
    // systemstack has 8 bytes, then the return address into main.inner.
    memory.put(innerSp - 8, symbols.in("main.inner"));
    const sched = { pc: symbols.in("runtime.systemstack", 0), sp: innerSp - 16 };
    const stack = walk(memory, { pc: symbols.in("runtime.work"), sp: 0x20_7000 }, { sched });
    expect(shown(stack)).toEqual([
      "s runtime.work!",
      "g runtime.systemstack",
      "g main.inner",
      "g main.outer",
      "g runtime.goexit",
    ]);
    expect(stack.cut).toBeUndefined();
  });

  it.each(["runtime.mcall", "runtime.morestack"])("goes on behind %s on the system stack", (name) => {
    const memory = goroutineMemory();
    memory.put(0x20_7000 + 0x38, symbols.in(name));
    const stack = walk(memory, { pc: symbols.in("runtime.work"), sp: 0x20_7000 }, { sched: inner });
    expect(shown(stack)).toEqual([
      "s runtime.work!",
      `s ${name}`,
      "g main.inner",
      "g main.outer",
      "g runtime.goexit",
    ]);
    expect(stack.cut).toBeUndefined();
  });

  it("of a thread that is about to leave or has just entered a goroutine's stack is that goroutine's", () => {
    const memory = goroutineMemory();
    memory.put(innerSp - 8, symbols.in("main.inner"));
    const leaving = walk(memory, { pc: symbols.in("runtime.mcall", 0), sp: innerSp - 8 });
    expect(shown(leaving)).toEqual(["g runtime.mcall!", "g main.inner", "g main.outer", "g runtime.goexit"]);
    const entering = walk(
      memory,
      { pc: symbols.in("runtime.gogo"), sp: innerSp },
      { sched: { ...inner, sp: 0 } },
    );
    expect(shown(entering)).toEqual(["g runtime.gogo!", "g main.inner", "g main.outer", "g runtime.goexit"]);
  });

  it("of a thread in a signal handler holds the interrupted registers", () => {
    const memory = goroutineMemory();
    const [handler, trampoline] = [0x30_5000, 0x30_5000 + 0x58];
    const ucontext = trampoline + 0x70;
    memory.put(handler + 0x50, symbols.in("runtime.sigtramp"));
    memory.put(ucontext - 8, 0x7f00_0000_1234);
    const order = "r8 r9 r10 r11 r12 r13 r14 r15 rdi rsi rbp rbx rdx rax rcx rsp rip eflags".split(" ");
    memory.put(ucontext + 40, ...order.map((_, index) => index + 1));
    memory.put(ucontext + 40 + 15 * 8, inner.sp, inner.pc);
    const stack = walk(memory, { pc: symbols.in("runtime.sighandler"), sp: handler });
    expect(shown(stack)).toEqual([
      "si runtime.sighandler!",
      "si runtime.sigtramp",
      "g main.inner!",
      "g main.outer",
      "g runtime.goexit",
    ]);
    const { registers } = stack.frames[2] ?? {};
    expect(registers).toMatchObject({ rip: inner.pc, rsp: inner.sp, rbp: 11, fsBase: 5n });
    expect(registers?.values).toMatchObject({ r8: 1n, rbx: 12n, rcx: 15n, rsp: BigInt(inner.sp) });
  });

  it("stands at an instruction where the runtime made it call something", () => {
    const memory = goroutineMemory();
    const sp = innerSp - 0x108;
    memory.put(sp + 0x100, symbols.in("main.inner"));
    const stack = walk(memory, { pc: symbols.in("runtime.asyncPreempt"), sp }, {}, false);
    expect(shown(stack)).toEqual([
      "g runtime.asyncPreempt",
      "g main.inner!",
      "g main.outer",
      "g runtime.goexit",
    ]);
  });

  it("of a thread in C code or in the vDSO goes on where the runtime has noted it", () => {
    const memory = goroutineMemory();
    const foreign = { pc: 0x7f00_0000_0000, sp: 0x20_7000 };
    for (const owner of [{ systemCall: inner }, { vdso: inner }, { sched: inner }]) {
      const stack = walk(memory, foreign, owner);
      expect(shown(stack)).toEqual(["s ?!", "g main.inner", "g main.outer", "g runtime.goexit"]);
      expect(stack.frames[0]?.frames).toEqual([]);
    }
    expect(walk(memory, foreign)).toMatchObject({
      cut: expect.stringContaining("that is not Go's") as string,
    });
  });

  it("is found by the frame pointer only where nothing else leads on, and says so", () => {
    const memory = goroutineMemory();
    memory.put(innerSp - 16, 0, symbols.in("main.inner"));
    const registers: Registers = {
      rip: 0x7f00_0000_0000,
      rsp: innerSp - 0x100,
      rbp: innerSp - 16,
      values: {},
      fsBase: 0n,
    };
    const owner = { goroutine, system, signal, sched: nowhere, systemCall: undefined, vdso: undefined };
    const start = { pc: registers.rip, sp: registers.rsp };
    const stack = walkStack({ memory, pcs: new PcTable(symbols), owner }, start, registers);
    expect(shown(stack)).toEqual(["g ?!", "g main.inner", "g main.outer", "g runtime.goexit"]);
    expect(stack.cut).toMatch(/was found by the frame pointer$/);
  });

  it("of a call of nil begins with the caller", () => {
    const memory = goroutineMemory();
    memory.put(innerSp - 8, symbols.in("main.inner"));
    expect(shown(walk(memory, { pc: 0, sp: innerSp - 8 }))).toEqual([
      "g ?!",
      "g main.inner",
      "g main.outer",
      "g runtime.goexit",
    ]);
  });

  it.each([
    ["to no function", 0x1234, /to which it returns, is in no Go function/],
    [
      "to a function of unknown size",
      symbols.in("runtime.unknown"),
      /how large the frame of runtime.unknown is/,
    ],
    ["to a function that moves the stack", symbols.in("main.leaves"), /main.leaves sets the stack pointer/],
  ])("says where it ends when the return address leads %s", (_, address, cut) => {
    const memory = goroutineMemory();
    memory.put(innerSp + 0x18, address);
    for (const thread of [true, false]) {
      const stack = walk(memory, inner, { sched: inner }, thread);
      expect(stack.cut).toMatch(cut);
      expect(stack.frames.length).toBeLessThanOrEqual(2);
    }
  });

  it("says where it ends when memory is missing or the frame leaves the stack", () => {
    expect(walk(new MadeMemory(), inner).cut).toMatch(/cannot be read/);
    const memory = new MadeMemory();
    memory.put(goroutine.high - 8, 1, 2, 3, 4);
    expect(walk(memory, { ...inner, sp: goroutine.high - 8 }).cut).toMatch(/does not lie on its stack/);
  });

  it("is cut where it is too deep", () => {
    const memory = new MadeMemory();
    const frames = 100;
    for (let index = 0; index < frames; index++) {
      memory.put(goroutine.low + index * 0x20 + 0x18, symbols.in("main.inner"));
    }
    const owner = { goroutine, system, signal, sched: nowhere, systemCall: undefined, vdso: undefined };
    const from = { memory, pcs: new PcTable(symbols), owner, limit: 50 };
    const stack = walkStack(from, { pc: inner.pc, sp: goroutine.low }, undefined);
    expect(stack.frames).toHaveLength(50);
    expect(stack.cut).toBe("only its innermost 50 frames were read");
  });

  it("ends for any memory and any registers", () => {
    const address = fc.oneof(
      fc.integer({ min: goroutine.low, max: goroutine.low + 0x800 }),
      fc.integer({ min: system.low, max: system.low + 0x800 }),
      fc.integer({ min: signal.low, max: signal.low + 0x800 }),
      fc.constantFrom(0, 2 ** 47, 2 ** 53 - 1),
    );
    const pc = fc.integer({ min: symbols.textStart - 0x10, max: symbols.textEnd + 0x10 });
    const position = fc.record({ pc, sp: address });
    const words = fc.array(fc.oneof(pc, address), { minLength: 768, maxLength: 768 });
    fc.assert(
      fc.property(position, position, position, words, (start, sched, saved, all) => {
        const memory = new MadeMemory();
        [goroutine, system, signal].forEach(({ low }, index) => {
          memory.put(low, ...all.slice(index * 256, index * 256 + 256));
        });
        const owner = { sched, systemCall: saved, vdso: saved };
        const stack = walk(memory, start, owner);
        expect(stack.frames.length).toBeLessThanOrEqual(10_000);
      }),
      { numRuns: 200 },
    );
  });
});
