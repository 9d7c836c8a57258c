import { describe, expect, it } from "vitest";
import { fatalCallsIn, possibleCallers } from "../../../src/golang/instructions/call-sites.js";
import { loadInstructionDecoder } from "../../../src/golang/instructions/decoder.js";
import { ProgramFunctions } from "../../../src/golang/instructions/functions.js";
import {
  iteratorRegister,
  mapArguments,
  mapRegister,
} from "../../../src/golang/instructions/map-arguments.js";
import { markLayouts, markUse } from "../../../src/golang/instructions/map-mark.js";
import { markWindows } from "../../../src/golang/instructions/mark-window.js";
import { machineCode, madeFunction, madeProgram, writer, writerProgram } from "../../support/made-code.js";

describe("the mark in a writer of a classic map", () => {
  it("is tested, set, tested and cleared", async () => {
    const code = await madeFunction(writerProgram(), "runtime.mapassign_fast64");
    const fatal = new Set(
      [writer.fatalCall, 0x107b].map((pc) => code.graph.blockOf(code.graph.indexAt(pc)!)),
    );
    const use = markUse(code, markLayouts.classic, (block) => fatal.has(block));
    expect(
      use.accesses
        .filter(({ kind }) => kind !== "load")
        .map(({ address, kind, fatalWhen }) => [address, kind, fatalWhen]),
    ).toEqual([
      [writer.test, "test", "marked"],
      [writer.set, "set", undefined],
      [writer.secondTest, "test", "not marked"],
      [writer.clear, "clear", undefined],
    ]);
    const phase = (pc: number): unknown => use.phases[code.graph.indexAt(pc)!];
    expect([writer.set, writer.loop, writer.clear, writer.resultInRbx].map(phase)).toEqual([
      "before",
      "set",
      "set",
      "cleared",
    ]);
  });

  it("is set for a number of instructions", async () => {
    const code = await madeFunction(writerProgram(), "runtime.mapassign_fast64");
    const use = markUse(code, markLayouts.classic);
    const calls = new Set([writer.fatalCall, 0x107b].map((pc) => code.graph.indexAt(pc)));
    const [window] = markWindows(code.graph, use, (index) => calls.has(index));
    // xor, the loop's four once, the reload, load, test, branch, load and change.
    expect(window?.shortest).toEqual({ instructions: 11, bytes: writer.clear - 0x1041, calls: 0 });
    expect(window?.longest).toEqual(window?.shortest);
  });
});

describe("the mark in other functions", () => {
  const accesses = async (
    name: string,
    listing: string,
    implementation: "classic" | "swiss",
  ): Promise<string[]> => {
    const symbols = madeProgram([{ name, start: 0x1000, bytes: machineCode(listing) }], implementation);
    const code = await madeFunction(symbols, name);
    return markUse(code, markLayouts[implementation]).accesses.map(({ kind }) => kind);
  };

  it("is changed in memory or in a register, by xor, or and bit instructions", async () => {
    const writes = `
      80730804      xorb $0x4,0x8(%rbx)
      806308fb      andb $0xfb,0x8(%rbx)
      804b0804      orb $0x4,0x8(%rbx)
      8b4b08        mov 0x8(%rbx),%ecx
      c6430800      movb $0x0,0x8(%rbx)
      c3            ret`;
    expect(await accesses("runtime.mapassign", writes, "classic")).toEqual(["set", "clear", "set", "clear"]);
  });

  it("of a swiss map is a byte of its own", async () => {
    const writes = `
      807b2200      cmpb $0x0,0x22(%rbx)
      0fb64b22      movzbl 0x22(%rbx),%ecx
      83f101        xor $0x1,%ecx
      884b22        mov %cl,0x22(%rbx)
      0fb64b22      movzbl 0x22(%rbx),%ecx
      83f101        xor $0x1,%ecx
      884b22        mov %cl,0x22(%rbx)
      c3            ret`;
    expect(await accesses("runtime.mapassign", writes, "swiss")).toEqual([
      "test",
      "load",
      "set",
      "load",
      "clear",
    ]);
  });

  it("of an iterator's map is found through the iterator", async () => {
    const next = `
      488b4818      mov 0x18(%rax),%rcx
      0fb65108      movzbl 0x8(%rcx),%edx
      f6c204        test $0x4,%dl
      c3            ret`;
    expect(await accesses("runtime.mapiternext", next, "classic")).toEqual(["load", "test"]);
  });

  it("is not what lies elsewhere, and not what other bits are", async () => {
    const other = `
      80730904      xorb $0x4,0x9(%rbx)
      80700804      xorb $0x4,0x8(%rax)
      f6430802      testb $0x2,0x8(%rbx)
      80630bfb      andb $0xfb,0xb(%rbx)
      c3            ret`;
    expect(await accesses("runtime.mapassign", other, "classic")).toEqual(["load"]);
    expect(await accesses("main.f", other, "classic")).toEqual([]);
  });
});

describe("calls that end the process", () => {
  it("are found with their texts", async () => {
    const symbols = writerProgram();
    const functions = new ProgramFunctions(symbols, await loadInstructionDecoder());
    const [caller, ...others] = possibleCallers(symbols, new Set([writer.fatal]));
    expect([caller?.name, others.length]).toEqual(["runtime.mapassign_fast64", 0]);
    expect(fatalCallsIn(functions.of(caller!)!, functions, symbols)).toMatchObject([
      { address: writer.fatalCall, message: "concurrent map writes", runStart: 0x1021 },
      { address: 0x107b, message: undefined },
    ]);
  });
});

describe("arguments of map functions", () => {
  it("are told by the function's name", () => {
    expect(
      mapArguments("runtime.mapassign_faststr")?.map(({ register, role }) => `${register} ${role}`),
    ).toEqual(["rax map type", "rbx map", "rcx string key's address", "rdi string key's length"]);
    expect(
      [
        "runtime.hashGrow",
        "internal/runtime/maps.(*Map).Delete",
        "internal/runtime/maps.(*table).grow",
        "maps.clone",
        "main.f",
      ].map(mapRegister),
    ).toEqual(["rbx", "rax", "rcx", "rbx", undefined]);
    expect(iteratorRegister("internal/runtime/maps.(*Iter).Next")).toBe("rax");
  });
});
