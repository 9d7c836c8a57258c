import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadInstructionDecoder } from "../../../src/golang/instructions/decoder.js";
import type { Instruction } from "../../../src/golang/instructions/instruction.js";
import { machineCode } from "../../support/made-code.js";

const decoder = await loadInstructionDecoder();

function one(hex: string, address = 0x401000): Instruction {
  const [instruction] = decoder.decode(machineCode(hex), address);
  return instruction!;
}

describe("what is said of an instruction", () => {
  it("names registers in full, and says what is read and written", () => {
    expect(one("01d8")).toMatchObject({
      text: "add %ebx,%eax",
      registersRead: ["rax", "rbx"],
      registersWritten: ["rax"],
    });
    expect(one("31c0")).toMatchObject({ mnemonic: "xor", registersRead: [], registersWritten: ["rax"] });
    expect(one("440f11bc2420010000").registersRead).toEqual(["rsp", "xmm15"]);
  });

  it("says where memory is touched, and how much of it", () => {
    expect(one("884b08").memory).toEqual([
      {
        base: "rbx",
        index: undefined,
        scale: 1,
        displacement: 8n,
        segment: undefined,
        size: 1,
        reads: false,
        writes: true,
      },
    ]);
    expect(one("488b05f9ffffff").memory[0]).toMatchObject({
      base: undefined,
      displacement: 0x401000n,
      size: 8,
    });
    expect(one("64488b0c25f8ffffff").memory[0]).toMatchObject({ segment: "fs", displacement: -8n });
    expect(one("55").memory[0]).toMatchObject({ base: "rsp", displacement: -8n, writes: true });
  });

  it("does not take an address that is only computed for an access", () => {
    const lea = one("488d4c2450");
    expect(lea.memory).toEqual([]);
    expect(lea.operands[1]).toMatchObject({
      kind: "memory",
      memory: { base: "rsp", displacement: 0x50n, size: 0 },
    });
    expect(one("660f1f840000000000")).toMatchObject({ mnemonic: "nop", registersRead: [], memory: [] });
  });

  it("says how it goes on", () => {
    const flows = ["e800000000", "ffd1", "eb00", "7400", "ffe0", "c3", "0f0b", "0f05", "cc"].map(
      (hex) => one(hex).flow,
    );
    expect(flows).toEqual([
      "call",
      "indirect call",
      "branch",
      "conditional branch",
      "indirect branch",
      "return",
      "stop",
      "next",
      "next",
    ]);
    expect(one("e8fbffffff").target).toBe(0x401000);
  });

  it("knows what locks: a prefix, and xchg with memory", () => {
    expect(["f00fb10b", "48870b", "f0804b0803", "4887d8", "83730804"].map((hex) => one(hex).locked)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(one("83730804").immediate).toBe(4n);
  });

  it("writes Intel's syntax, too", () => {
    expect(decoder.decodeIntel(machineCode("884b08"), 0)[0]?.text).toBe("mov [rbx+0x8],cl");
  });
});

describe("bytes of any kind", () => {
  it("are decoded without a gap from the first to the last", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const instructions = decoder.decode(bytes, 0x1000);
        let at = 0x1000;
        for (const { address, length } of instructions) {
          expect(address).toBe(at);
          expect(length).toBeGreaterThan(0);
          at += length;
        }
        expect(at).toBe(0x1000 + bytes.length);
      }),
    );
  });

  it("that are no instruction are bad, and end the way", () => {
    expect(one("06")).toMatchObject({ mnemonic: "(bad)", flow: "stop", length: 1 });
    expect(decoder.decode(machineCode("0690"), 0).map(({ mnemonic }) => mnemonic)).toEqual(["(bad)", "nop"]);
  });

  it("at an address that is none give nothing", () => {
    expect(decoder.decode(Uint8Array.of(0x90), -1)).toEqual([]);
    expect(decoder.decode(Uint8Array.of(0x90), Number.NaN)).toEqual([]);
  });
});

it("gives back all memory that it takes", async () => {
  const code = machineCode("48895c2438 f00fb10b f348ab e800000000 06".replaceAll(" ", ""));
  const library = (await import("iced-x86")) as unknown as {
    readonly default: Readonly<Record<string, { readonly memory: { readonly buffer: ArrayBuffer } }>>;
  };
  const { memory } = library.default["__wasm"]!;
  const decodeMany = (): number => {
    for (let round = 0; round < 800; round++) {
      decoder.decode(code, 0);
    }
    return memory.buffer.byteLength;
  };
  const before = decodeMany();
  expect(decodeMany()).toBe(before);
});
