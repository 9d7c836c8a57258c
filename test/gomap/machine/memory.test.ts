import { describe, expect, it } from "vitest";
import { heapBase, MapMemory, ModelMemoryError } from "../../../src/gomap/machine/memory.js";

describe("the model's memory", () => {
  it("gives objects of zeros at aligned addresses, with nobody's bytes between them", () => {
    const memory = new MapMemory();
    const a = memory.allocate(24);
    const b = memory.allocate(8);
    expect(a).toBeGreaterThanOrEqual(heapBase);
    expect(a % 16).toBe(0);
    expect(b % 16).toBe(0);
    expect(memory.read(a, 24)).toEqual(new Uint8Array(24));
    expect(memory.has(a + 16)).toBe(true);
    expect(memory.has(a + 24)).toBe(false);
    expect(memory.read(a, 25)).toBeUndefined();
    expect(memory.objectAt(a)).not.toBe(memory.objectAt(b));
  });

  it("holds numbers as Go does, little-endian", () => {
    const memory = new MapMemory();
    const at = memory.allocate(16);
    memory.writeWord(at, 0xc0_0001_2340);
    expect([...(memory.read(at, 8) ?? [])]).toEqual([0x40, 0x23, 0x01, 0x00, 0xc0, 0, 0, 0]);
    expect(memory.readWord(at)).toBe(0xc0_0001_2340);
    memory.writeWord(at, -1);
    expect(memory.read(at, 8)).toEqual(new Uint8Array(8).fill(255));
    expect(memory.readWord(at)).toBe(-1);
    memory.write16(at + 2, 0x1_2345);
    expect(memory.read16(at + 2)).toBe(0x2345);
    memory.write32(at + 4, -2);
    expect(memory.read32(at + 4)).toBe(0xffff_fffe);
  });

  it("never throws for an address or a length", () => {
    const memory = new MapMemory();
    memory.allocate(64);
    const odd = [0, 1, -1, heapBase - 8, heapBase, 2 ** 47, 2 ** 53, Number.NaN, Infinity, 0.5];
    for (const address of odd) {
      for (const length of odd) {
        expect(memory.read(address, length)?.length ?? 0).toBeLessThan(65);
      }
      expect(memory.has(address)).toBe(false);
      expect(memory.objectAt(address)).toBe(0);
    }
  });

  it("grows by itself and keeps what it holds", () => {
    const memory = new MapMemory({ arenaBytes: 4096 });
    const first = memory.allocate(8);
    memory.writeWord(first, 42);
    const large = memory.allocate(1_000_000);
    memory.write8(large + 999_999, 7);
    expect(memory.readWord(first)).toBe(42);
    expect(memory.read8(large + 999_999)).toBe(7);
  });

  it("addresses of one goroutine's objects do not depend on what others allocate", () => {
    const shape = { arenas: 3, arenaBytes: 8192 };
    const one = new MapMemory(shape);
    const other = new MapMemory(shape);
    const wanted = [one.allocate(40, 1), one.allocate(100, 1)];
    other.allocate(500, 2);
    const first = other.allocate(40, 1);
    other.allocate(300, 0);
    expect([first, other.allocate(100, 1)]).toEqual(wanted);
    expect(() => one.allocate(9000, 2)).toThrow(ModelMemoryError);
  });

  it("becomes again what it was when it was marked, and empty", () => {
    const memory = new MapMemory({ arenas: 2, arenaBytes: 8192 });
    const kept = memory.allocate(16, 1);
    memory.writeWord(kept, 5);
    const mark = memory.mark();
    memory.writeWord(kept, 6);
    const later = memory.allocate(16, 1);
    memory.writeWord(later, 7);
    const other = memory.allocate(16, 0);
    memory.restore(mark);
    expect(memory.readWord(kept)).toBe(5);
    expect(memory.has(later)).toBe(false);
    expect(memory.has(other)).toBe(false);
    expect(memory.allocate(16, 1)).toBe(later);
    expect(memory.readWord(later)).toBe(0);
    memory.reset();
    expect(memory.has(kept)).toBe(false);
    expect(memory.allocate(16, 1)).toBe(kept);
    expect(memory.readWord(kept)).toBe(0);
  });
});
