import { describe, expect, it } from "vitest";
import { typeLayout } from "../../../src/golang/types/layout.js";
import { TypeReader } from "../../../src/golang/types/reader.js";
import { type ValueLimits, ValuePrinter } from "../../../src/golang/types/values.js";
import type { Address } from "../../../src/golang/memory.js";
import { ProgramMemory } from "../../support/program-memory.js";

/** Shows what is at an address. */
function shown(memory: ProgramMemory, type: Address, at: Address, limits: Partial<ValueLimits> = {}) {
  const layout = typeLayout(memory.goVersion, memory.implementation);
  const types = new TypeReader(memory, layout, memory.symbols.variable("runtime.firstmoduledata"));
  const found = types.at(type);
  if (found === undefined) {
    throw new Error("there is no such type");
  }
  return new ValuePrinter(memory, types, memory.symbols, limits).showAt(found, at);
}

describe.each([
  ["go1.19", "classic"],
  ["go1.23.5", "classic"],
  ["go1.24.4", "swiss"],
  ["go1.27.3", "swiss"],
] as const)("values of %s", (version, implementation) => {
  it("shows structs, arrays, slices, pointers and interfaces", () => {
    const memory = new ProgramMemory(version, implementation);
    const int = memory.plainType("int");
    const string = memory.plainType("string");
    const order = memory.structType("main.order", 24, [
      { name: "ID", type: int, offset: 0 },
      { name: "Name", type: string, offset: 8 },
    ]);
    const pointer = memory.typeOf("ptr", "*main.order", order);
    const slice = memory.typeOf("slice", "[]main.order", order);
    const array = memory.typeOf("array", "[2]int", int, 2, 16);
    const any = memory.interfaceType("interface {}", 0);
    const shape = memory.interfaceType("main.shape", 1);

    const value = memory.room(24);
    memory.word(value, 7);
    memory.string(value + 8, "x\n");
    expect(shown(memory, order, value).text).toBe(String.raw`{ID: 7, Name: "x\n"}`);

    const at = memory.room(24);
    memory.word(at, value);
    expect(shown(memory, pointer, at).text).toBe(`0x${value.toString(16)} → {ID: 7, Name: "x\\n"}`);
    memory.word(at + 8, 1);
    memory.word(at + 16, 1);
    expect(shown(memory, slice, at).text).toBe(String.raw`{{ID: 7, Name: "x\n"}}`);
    expect(shown(memory, array, at + 8).text).toBe("{1, 1}");

    const face = memory.room(16);
    expect(shown(memory, any, face)).toEqual({ text: "nil", unreadable: false });
    memory.word(face, order);
    memory.word(face + 8, value);
    expect(shown(memory, any, face).text).toBe(String.raw`main.order({ID: 7, Name: "x\n"})`);
    // A pointer lies in the interface itself, on all versions.
    memory.word(face, pointer);
    expect(shown(memory, any, face).text).toBe(
      `*main.order(0x${value.toString(16)} → {ID: 7, Name: "x\\n"})`,
    );
    const itab = memory.room(16);
    memory.word(itab + 8, int);
    memory.word(face, itab);
    expect(shown(memory, shape, face).text).toBe("int(7)");
  });

  it("ends where pointers go round in a circle", () => {
    const memory = new ProgramMemory(version, implementation);
    const node = memory.structType("main.node", 8, [{ name: "Next", type: 0, offset: 0 }]);
    const pointer = memory.typeOf("ptr", "*main.node", node);
    const at = memory.room(8);
    memory.word(at, at);
    // The field's type is known only now.
    const circular = memory.structType("main.circle", 8, [{ name: "Next", type: pointer, offset: 0 }]);
    memory.word(pointer + 48, circular);
    const { text } = shown(memory, circular, at, { pointers: 1000, depth: 1000, text: 120 });
    expect(text.length).toBeLessThanOrEqual(121);
    expect(text).toMatch(/^\{Next: 0x[0-9a-f]+ → \{Next: 0x/);
  });

  it("says what cannot be read, and shows the rest", () => {
    const memory = new ProgramMemory(version, implementation);
    const string = memory.plainType("string");
    const int = memory.plainType("int");
    const pair = memory.structType("main.pair", 40, [
      { name: "A", type: string, offset: 0 },
      { name: "B", type: int, offset: 16 },
      { name: "C", type: 12345, offset: 24 },
    ]);
    const at = memory.room(40);
    memory.word(at, 0x5000);
    memory.word(at + 8, 3);
    memory.word(at + 16, -5);
    expect(shown(memory, pair, at)).toEqual({
      text: "{A: (string of 3 bytes at 0x5000, unreadable), B: -5, C: (no type at 0x3039)}",
      unreadable: true,
    });
  });

  it("cuts what is long, and says so", () => {
    const memory = new ProgramMemory(version, implementation);
    const string = memory.plainType("string");
    const at = memory.room(16);
    memory.string(at, "a".repeat(1000));
    expect(shown(memory, string, at, { string: 3 }).text).toBe('"aaa"… (1000 bytes)');
    expect(shown(memory, string, at, { string: 900, text: 10 }).text).toBe('"aaaaaaaaa…');
    const bool = memory.plainType("bool");
    memory.byte(at, 2);
    expect(shown(memory, bool, at).text).toBe("bool(2)");
  });
});
