/** Memory of a Go program, made by hand: types, module data, and room for maps. */
import type { Address, Memory } from "../../src/golang/memory.js";
import type { MapSymbols } from "../../src/golang/maps/program-maps.js";
import { kinds, type Kind } from "../../src/golang/types/go-type.js";
import { typeLayout } from "../../src/golang/types/layout.js";

const base = 0x10_0000;

/** How values of a kind are made up: size and alignment. */
const sizes: Partial<Record<Kind, readonly [number, number]>> = {
  bool: [1, 1],
  int: [8, 8],
  int8: [1, 1],
  uint64: [8, 8],
  uint8: [1, 1],
  float64: [8, 8],
  float32: [4, 4],
  string: [16, 8],
  "unsafe.Pointer": [8, 8],
};

/** Memory that is filled piece by piece. */
export class ProgramMemory implements Memory {
  readonly bytes: Uint8Array;
  readonly symbols: MapSymbols;
  readonly #view: DataView;
  readonly #typesStart: Address;
  readonly #typesEnd: Address;
  #nextType: Address;
  #next: Address;

  constructor(
    readonly goVersion: string,
    readonly implementation: "classic" | "swiss",
    size = 1 << 18,
  ) {
    this.bytes = new Uint8Array(size);
    this.#view = new DataView(this.bytes.buffer);
    const { module } = typeLayout(goVersion, implementation);
    this.#typesStart = base;
    this.#typesEnd = base + 0x1_0000;
    this.#nextType = base + 8;
    this.#next = this.#typesEnd;
    const moduleData = this.room(module.size);
    this.word(moduleData + module.types, this.#typesStart);
    this.word(moduleData + module.typesEnd, this.#typesEnd);
    this.symbols = {
      goVersion,
      mapImplementation: implementation,
      variable: (name) => (name === "runtime.firstmoduledata" ? moduleData : undefined),
      functionAt: () => undefined,
      functionsNamed: () => [],
      code: () => undefined,
    };
  }

  read(address: Address, length: number): Uint8Array | undefined {
    const offset = address - base;
    const within =
      Number.isInteger(offset) && offset >= 0 && length >= 0 && offset + length <= this.bytes.length;
    return within ? this.bytes.subarray(offset, offset + length) : undefined;
  }

  /** Room for so many bytes, all zero. */
  room(size: number): Address {
    const address = this.#next;
    this.#next += Math.ceil(Math.max(size, 8) / 8) * 8;
    return address;
  }

  byte(address: Address, value: number): void {
    this.#view.setUint8(address - base, value);
  }

  half(address: Address, value: number): void {
    this.#view.setUint16(address - base, value, true);
  }

  int32(address: Address, value: number): void {
    this.#view.setInt32(address - base, value, true);
  }

  word(address: Address, value: number | bigint): void {
    this.#view.setBigUint64(address - base, BigInt.asUintN(64, BigInt(value)), true);
  }

  /** Writes text, and a string's two words for it. */
  string(at: Address, text: string): void {
    const bytes = new TextEncoder().encode(text);
    const address = this.room(bytes.length);
    this.bytes.set(bytes, address - base);
    this.word(at, address);
    this.word(at + 8, bytes.length);
  }

  /** A type without parts. */
  plainType(kind: Kind, name: string = kind): Address {
    const [size, align] = sizes[kind] ?? [8, 8];
    return this.descriptor(kind, { name, size, align }, 48);
  }

  structType(
    name: string,
    size: number,
    fields: readonly { readonly name: string; readonly type: Address; readonly offset: number }[],
  ): Address {
    const list = this.#typeRoom(fields.length * 24);
    for (const [index, field] of fields.entries()) {
      this.word(list + index * 24, this.#name(field.name));
      this.word(list + index * 24 + 8, field.type);
      this.word(list + index * 24 + 16, field.offset);
    }
    const address = this.descriptor("struct", { name, size, align: 8 }, 80);
    this.word(address + 56, list);
    this.word(address + 64, fields.length);
    return address;
  }

  /** Types with one element: pointers, slices, arrays, channels. */
  typeOf(
    kind: "ptr" | "slice" | "array" | "chan",
    name: string,
    element: Address,
    length = 0,
    size?: number,
  ): Address {
    const usual = { ptr: 8, slice: 24, array: 8, chan: 8 }[kind];
    const address = this.descriptor(kind, { name, size: size ?? usual, align: 8 }, 72);
    this.word(address + 48, element);
    this.word(address + 64, length);
    return address;
  }

  interfaceType(name: string, methods: number): Address {
    const address = this.descriptor("interface", { name, size: 16, align: 8 }, 80);
    this.word(address + 64, methods);
    return address;
  }

  /** A type of maps; sizes are those of what lies in the slots. */
  mapType(
    name: string,
    key: { readonly type: Address; readonly slot: number },
    element: { readonly type: Address; readonly slot: number },
    indirect: { readonly key?: boolean; readonly element?: boolean } = {},
  ): Address {
    const address = this.descriptor("map", { name, size: 8, align: 8 }, 136);
    const slot = Math.ceil((Math.ceil(key.slot / 8) * 8 + element.slot) / 8) * 8;
    const elementOffset = Math.ceil(key.slot / 8) * 8;
    this.word(address + 48, key.type);
    this.word(address + 56, element.type);
    const flags = (indirect.key === true ? 1 : 0) + (indirect.element === true ? 2 : 0);
    switch (typeLayout(this.goVersion, this.implementation).mapType) {
      case "classic":
        this.byte(address + 80, key.slot);
        this.byte(address + 81, element.slot);
        this.half(address + 82, 16 + 8 * (key.slot + element.slot));
        this.int32(address + 84, flags);
        break;
      case "swiss slots":
        this.word(address + 80, 8 + 8 * slot);
        this.word(address + 88, slot);
        this.word(address + 96, elementOffset);
        this.int32(address + 104, flags * 4);
        break;
      case "swiss strides":
        this.word(address + 80, 8 + 8 * slot);
        this.word(address + 88, 8);
        this.word(address + 96, slot);
        this.word(address + 104, 8 + elementOffset);
        this.word(address + 112, slot);
        this.int32(address + 128, flags * 4);
        break;
    }
    return address;
  }

  descriptor(
    kind: Kind,
    type: { readonly name: string; readonly size: number; readonly align: number; readonly direct?: boolean },
    length: number,
  ): Address {
    const name = this.#name(type.name);
    const address = this.#typeRoom(length);
    const direct = type.direct ?? (kind === "ptr" || kind === "map" || kind === "chan" || kind === "func");
    const byFlag = typeLayout(this.goVersion, this.implementation).directMark === "flags";
    this.word(address, type.size);
    this.word(address + 8, direct ? 8 : 0);
    this.byte(address + 20, direct && byFlag ? 32 : 0);
    this.byte(address + 21, type.align);
    this.byte(address + 22, type.align);
    this.byte(address + 23, kinds.indexOf(kind) + 1 + (direct && !byFlag ? 32 : 0));
    this.int32(address + 40, name - this.#typesStart);
    return address;
  }

  #typeRoom(size: number): Address {
    const address = this.#nextType;
    this.#nextType += Math.ceil(size / 8) * 8;
    if (this.#nextType > this.#typesEnd) {
      throw new Error("there is no more room for types");
    }
    return address;
  }

  #name(text: string): Address {
    const bytes = new TextEncoder().encode(text);
    const address = this.#typeRoom(bytes.length + 2);
    this.byte(address + 1, bytes.length);
    this.bytes.set(bytes, address + 2 - base);
    return address;
  }
}
