import { describe, expect, it } from "vitest";
import {
  type CodeGraph,
  codeGraph,
  neverReturns,
  nothingKnown,
} from "../../../src/golang/instructions/control-flow.js";
import { loadInstructionDecoder } from "../../../src/golang/instructions/decoder.js";
import { withoutPadding } from "../../../src/golang/instructions/functions.js";
import {
  preparedRegisters,
  registerUse,
  wantedOnEntry,
} from "../../../src/golang/instructions/register-use.js";
import { liveness } from "../../../src/golang/instructions/liveness.js";
import { machineCode } from "../../support/made-code.js";

const decoder = await loadInstructionDecoder();

function graphOf(listing: string, more: Partial<typeof nothingKnown> = {}): CodeGraph {
  return codeGraph(decoder.decode(machineCode(listing), 0x1000), { ...nothingKnown, ...more });
}

function ways({ blocks }: CodeGraph): (readonly number[])[] {
  return blocks.map(({ successors }) => successors);
}

describe("blocks", () => {
  it("end at jumps and begin where jumps go", () => {
    const graph = graphOf("4885c0 test\n7401 je +1\n90 nop\nc3 ret".replaceAll(" ", " "));
    expect(graph.blocks.map(({ first, end }) => [first, end])).toEqual([
      [0, 2],
      [2, 3],
      [3, 4],
    ]);
    expect(ways(graph)).toEqual([[1, 2], [2], []]);
  });

  it("do not go on after a call that never comes back", () => {
    const listing = "e8fb0f0000\n90\nc3";
    expect(ways(graphOf(listing))).toEqual([[]]);
    expect(graphOf(listing).blocks).toHaveLength(1);
    expect(ways(graphOf(listing, { nameAt: () => "runtime.gopanic" }))).toEqual([[], []]);
    expect(neverReturns("runtime.panicIndex")).toBe(true);
    expect(neverReturns("runtime.printpanics")).toBe(false);
  });

  it("follow a jump table that can be read", () => {
    // lea 0x2000,%rdx; jmp *(%rdx,%rcx,8); nop; ret; ret
    const listing = "488d15f90f0000\nff24ca\n90\nc3\nc3";
    const table = new Map([
      [0x2000, 0x100a],
      [0x2008, 0x100c],
      [0x2010, 0x5000],
    ]);
    const graph = graphOf(listing, { word: (address) => table.get(address) });
    expect(graph.jumpsAnywhere).toBe(false);
    expect(
      graph.blocks[0]?.successors.map((block) => graph.instructions[graph.blocks[block]!.first]?.address),
    ).toEqual([0x100a, 0x100c]);
  });

  it("may follow on everything where the table cannot be read", () => {
    const graph = graphOf("ff24ca\n90\nc3");
    expect(graph.jumpsAnywhere).toBe(true);
    expect(ways(graph)[0]).toEqual([0, 1, 2]);
  });

  it("of no code are none", () => {
    expect(codeGraph([]).blocks).toEqual([]);
  });
});

it("padding is no part of a function", () => {
  const decoded = decoder.decode(machineCode("90\ncc\nc3\ncc\ncc"), 0);
  expect(withoutPadding(decoded).map(({ mnemonic }) => mnemonic)).toEqual(["nop", "int3", "ret"]);
});

describe("registers", () => {
  const listing = `
    4889d9      mov %rbx,%rcx
    4801c1      add %rax,%rcx
    e8f50f0000  call 0x2000
    4889c3      mov %rax,%rbx
    c3          ret`;

  it("are counted by instructions that read and write them", () => {
    const uses = registerUse(graphOf(listing), { call: () => ["rax", "rcx"], result: () => ["rax"] });
    const counted = uses.map(({ register, reads, writes, first, last }) => [
      register,
      reads,
      writes,
      first,
      last,
    ]);
    expect(counted).toEqual([
      ["rbx", 1, 2 - 1, 0, 3],
      ["rcx", 1, 2, 0, 1],
      ["rax", 2, 0, 1, 3],
      ["rsp", 2, 2, 2, 4],
    ]);
  });

  it("are wanted from where they are made to where they are read last", () => {
    const uses = registerUse(graphOf(listing), { call: () => ["rax", "rcx"], result: () => ["rbx"] });
    const live = new Map(uses.map(({ register, live: wanted }) => [register, [...wanted]]));
    expect(live.get("rbx")).toEqual([1, 0, 0, 0, 1]);
    expect(live.get("rcx")).toEqual([0, 1, 1, 0, 0]);
    // The call hands it over, and gives another one back.
    expect(live.get("rax")).toEqual([1, 1, 1, 1, 0]);
  });

  it("may be more than a number has bits", () => {
    const others = Array.from({ length: 40 }, (_, number) => `other${number}`);
    const handed = { call: () => ["rax", "rcx", "other39"], result: () => ["rbx"] };
    const names = ["rbx", ...others, "rcx", "rax"];
    const live = new Map(
      liveness(graphOf(listing), names, handed).map((wanted, column) => [names[column], [...wanted]]),
    );
    expect(live.size).toBe(43);
    expect(live.get("rbx")).toEqual([1, 0, 0, 0, 1]);
    expect(live.get("rcx")).toEqual([0, 1, 1, 0, 0]);
    expect(live.get("rax")).toEqual([1, 1, 1, 1, 0]);
    expect(live.get("other38")).toEqual([0, 0, 0, 0, 0]);
    expect(live.get("other39")).toEqual([1, 1, 1, 0, 0]);
  });

  it("that a function wants are those that it reads first", () => {
    expect(wantedOnEntry(graphOf(listing))).toEqual(["rax", "rbx"]);
    expect(preparedRegisters(graphOf("31c0\n31db\n31ff\ne800000000"), 3)).toEqual(["rax", "rbx"]);
  });
});
