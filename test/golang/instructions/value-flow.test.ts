import { describe, expect, it } from "vitest";
import { codeGraph, nothingKnown } from "../../../src/golang/instructions/control-flow.js";
import { loadInstructionDecoder } from "../../../src/golang/instructions/decoder.js";
import { type Moment, ValueFlow, type ValuePlace } from "../../../src/golang/instructions/value-flow.js";
import { machineCode, madeFunction, writer, writerProgram } from "../../support/made-code.js";

const decoder = await loadInstructionDecoder();

/** What is known of a function of these bytes at 0x1000. */
function flowOf(listing: string, names: Readonly<Record<number, string>> = {}): ValueFlow {
  const instructions = decoder.decode(machineCode(listing), 0x1000);
  const known = { ...nothingKnown, nameAt: (address: number) => names[address] };
  return new ValueFlow(codeGraph(instructions, known), known);
}

function text(places: readonly ValuePlace[]): string[] {
  return places
    .map(
      (place) =>
        `${place.kind === "register" ? place.register : `[${place.offset}]`}${place.difference === 0 ? "" : `+${place.difference}`}`,
    )
    .toSorted();
}

function before(pc: number): Moment {
  return { kind: "before", pc };
}

describe("the map in a writer", () => {
  const places = async (moment: Moment): Promise<string[]> => {
    const code = await madeFunction(writerProgram(), "runtime.mapassign_fast64");
    return text(code.values().placesOfArgument("rbx", moment));
  };

  it("is in its register on entry, also after the stack has grown", async () => {
    expect(await places(before(writer.start))).toEqual(["rbx"]);
    expect(await places(before(writer.restart))).toEqual(["[16]", "rbx"]);
  });

  it("is in the slot where it was spilled and in the register", async () => {
    expect(await places(before(writer.test))).toEqual(["[16]", "rbx"]);
    expect(await places(before(writer.loop + 3))).toEqual(["[16]", "rbx", "rsi"]);
  });

  it("is only in the slot while a call is under way", async () => {
    expect(await places({ kind: "in call", returnAddress: writer.fatalCall + 5 })).toEqual(["[16]"]);
  });

  it("is in other places when the register holds something else", async () => {
    expect(await places(before(writer.resultInRbx))).toEqual(["[16]", "rsi"]);
  });

  it("is nowhere where no instruction begins", async () => {
    expect(await places(before(writer.test + 1))).toEqual([]);
    expect(await places({ kind: "in call", returnAddress: writer.test })).toEqual([]);
  });

  it("is at the stack depth that the code makes", async () => {
    const code = await madeFunction(writerProgram(), "runtime.mapassign_fast64");
    const depths = [writer.start, writer.test, writer.restart].map((pc) =>
      code.values().stackDepth(before(pc)),
    );
    expect(depths).toEqual([0, 0x28, 0]);
  });
});

describe("values in general", () => {
  it("are followed through additions", () => {
    const flow = flowOf(`
      488d4b08    lea 0x8(%rbx),%rcx
      48ffc1      inc %rcx
      4883e901    sub $0x1,%rcx
      31db        xor %ebx,%ebx
      c3          ret`);
    expect(text(flow.placesOfArgument("rbx", before(0x100d)))).toEqual(["rcx+-8"]);
  });

  it("are forgotten where ways bring different ones, and kept where all bring the same", () => {
    const flow = flowOf(`
      4889d9      mov %rbx,%rcx
      4889da      mov %rbx,%rdx
      4885c0      test %rax,%rax
      7403        je +3
      4889c1      mov %rax,%rcx
      4889cf      mov %rcx,%rdi
      c3          ret`);
    expect(text(flow.placesOfArgument("rbx", before(0x1011)))).toEqual(["rbx", "rdx"]);
    const joined = flow.valueOf("rcx", before(0x1011));
    expect(text(flow.placesOf(joined!, before(0x1011)))).toEqual(["rcx", "rdi"]);
    expect(flow.describe(joined!).base.kind).toBe("joined");
  });

  it("that a loop makes anew are not taken for those of the round before", () => {
    const flow = flowOf(`
      48895c2410  mov %rbx,0x10(%rsp)
      488b03      mov (%rbx),%rax
      4889442408  mov %rax,0x8(%rsp)
      488b18      mov (%rax),%rbx
      4885db      test %rbx,%rbx
      75f0        jne -16
      c3          ret`);
    const loaded = flow.valueOf("rax", before(0x1008))!;
    expect(text(flow.placesOf(loaded, before(0x1008)))).toEqual(["rax"]);
    expect(text(flow.placesOf(loaded, before(0x100d)))).toEqual(["[8]", "rax"]);
    expect(text(flow.placesOf(loaded, before(0x1005)))).toEqual([]);
  });

  it("in slots are lost when a callee may write there", () => {
    const listing = (lea: string): string => `
      4883ec28    sub $0x28,%rsp
      48895c2410  mov %rbx,0x10(%rsp)
      48894c2420  mov %rcx,0x20(%rsp)
      ${lea}
      e800000000  call next
      c3          ret`;
    const inCall: Moment = { kind: "in call", returnAddress: 0x1018 };
    expect(text(flowOf(listing("488d442410")).placesOfArgument("rbx", inCall))).toEqual([]);
    const above = flowOf(listing("488d442418"));
    expect(text(above.placesOfArgument("rbx", inCall))).toEqual(["[-24]"]);
    expect(text(above.placesOfArgument("rcx", inCall))).toEqual([]);
  });

  it("in slots are lost when something is stored through one of several addresses", () => {
    const flow = flowOf(`
      4883ec28    sub $0x28,%rsp
      48895c2410  mov %rbx,0x10(%rsp)
      4885c0      test %rax,%rax
      7405        je +5
      488d442410  lea 0x10(%rsp),%rax
      488908      mov %rcx,(%rax)
      c3          ret`);
    expect(text(flow.placesOfArgument("rbx", before(0x1013)))).toEqual(["[-24]", "rbx"]);
    expect(text(flow.placesOfArgument("rbx", before(0x1016)))).toEqual(["rbx"]);
  });

  it("that are arguments of a call in memory may be changed by it", () => {
    const flow = flowOf(`
      4883ec28    sub $0x28,%rsp
      48891c24    mov %rbx,(%rsp)
      48894c2418  mov %rcx,0x18(%rsp)
      e800000000  call next
      c3          ret`);
    const inCall: Moment = { kind: "in call", returnAddress: 0x1012 };
    expect(text(flow.placesOfArgument("rbx", inCall))).toEqual([]);
    expect(text(flow.placesOfArgument("rcx", inCall))).toEqual(["[-16]"]);
  });

  it("stay in registers over the write barrier", () => {
    const flow = flowOf("e800010000\nc3", { 0x1105: "runtime.gcWriteBarrier2" });
    expect(text(flow.placesOfArgument("rbx", before(0x1005)))).toEqual(["rbx"]);
    expect(text(flow.placesOfArgument("r11", before(0x1005)))).toEqual([]);
  });

  it("are lost in a register of which a part is written", () => {
    const flow = flowOf("b301  mov $0x1,%bl\nc3  ret");
    expect(text(flow.placesOfArgument("rbx", before(0x1002)))).toEqual([]);
  });
});

describe("a value that no place holds", () => {
  it("is found by the loads that brought it", () => {
    const flow = flowOf(`
      4889442408      mov %rax,0x8(%rsp)
      488b4810        mov 0x10(%rax),%rcx
      488b5918        mov 0x18(%rcx),%rbx
      e800000000      call next
      c3              ret`);
    const map = flow.valueOf("rbx", before(0x100d))!;
    const inCall: Moment = { kind: "in call", returnAddress: 0x1012 };
    expect(text(flow.placesOf(map, inCall))).toEqual([]);
    expect(flow.routeTo(map, inCall)).toEqual({
      from: { kind: "slot", offset: 8, difference: 16 },
      loads: [0, 24],
      difference: 0,
    });
  });

  it("is found from an address of the program's data", () => {
    const flow = flowOf("488b1df9ffffff  mov 0x1000,%rbx\ne800000000  call next\nc3");
    const map = flow.valueOf("rbx", before(0x1007))!;
    expect(flow.routeTo(map, { kind: "in call", returnAddress: 0x100c })).toEqual({
      from: { kind: "address", address: 0x1000 },
      loads: [0],
      difference: 0,
    });
  });

  it("is not found when what it was loaded from is gone, too", () => {
    const flow = flowOf("488b5810  mov 0x10(%rax),%rbx\ne800000000  call next\nc3");
    const map = flow.valueOf("rbx", before(0x1004))!;
    expect(flow.routeTo(map, { kind: "in call", returnAddress: 0x1009 })).toBeUndefined();
  });
});
