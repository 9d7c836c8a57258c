/**
 * Shows values of a program in Go's syntax, as far as there is one. The type of what is shown is known to the reader, so it is
 * left out: `{ID: 7, Name: "x"}`. An interface says the type of what is in it: `main.Order({ID: 7})`.
 *
 * Pointers are shown with what they point to, to a set depth; cycles end there. Everything is bounded: the bytes may be anything.
 */
import type { ShownValue } from "../maps/decoded.js";
import type { Address, Memory } from "../memory.js";
import type { ProgramSymbols } from "../program-symbols.js";
import type { GoType } from "./go-type.js";
import { floatText, quoted } from "./literals.js";
import type { TypeReader } from "./reader.js";
import { ValueText } from "./value-text.js";
import { hexAddress, readView, readWord, viewOf, wordAt } from "./words.js";

/** How much of a value is shown. */
export interface ValueLimits {
  /** Of the whole text, in characters. */
  readonly text: number;
  /** Of one string, in bytes. */
  readonly string: number;
  /** Of one slice or array, in elements. */
  readonly elements: number;
  /** How deep structs, slices, arrays and interfaces in each other are shown. */
  readonly depth: number;
  /** How many pointers are followed one after another. */
  readonly pointers: number;
}

/** What fits on a line or two. */
export const usualLimits: ValueLimits = { text: 200, string: 80, elements: 16, depth: 6, pointers: 1 };

/** A value's pieces are no more than this for each character of its text; empty ones cost time too. */
const stepsForCharacter = 4;

/** The largest value that is shown inline, in bytes; of a larger one behind a pointer only so much is read. */
const largestInline = 1 << 16;

/** Where the walk through a value is. */
interface Walk {
  readonly out: ValueText;
  readonly depth: number;
  readonly pointers: number;
}

/** Shows values of one program. */
export class ValuePrinter {
  readonly #types: TypeReader;
  readonly #memory: Memory;
  readonly #symbols: Pick<ProgramSymbols, "functionAt"> | undefined;
  readonly #limits: ValueLimits;

  /** @param symbols for the names of functions; undefined where there are none */
  constructor(
    memory: Memory,
    types: TypeReader,
    symbols: Pick<ProgramSymbols, "functionAt"> | undefined,
    limits: Partial<ValueLimits> = {},
  ) {
    this.#memory = memory;
    this.#types = types;
    this.#symbols = symbols;
    this.#limits = { ...usualLimits, ...limits };
  }

  /** Shows the value that some bytes are. They are those of its type's size, or fewer where not all were read. */
  show(type: GoType, bytes: Uint8Array): ShownValue {
    const out = new ValueText(this.#limits.text, this.#limits.text * stepsForCharacter);
    const { depth, pointers } = this.#limits;
    this.#write(type, viewOf(bytes), { out, depth, pointers });
    return { text: out.text, unreadable: out.unreadable };
  }

  /** Shows the value at an address. */
  showAt(type: GoType, address: Address): ShownValue {
    const bytes = type.size <= largestInline ? this.#memory.read(address, type.size) : undefined;
    return bytes === undefined
      ? { text: `(unreadable at ${hexAddress(address)})`, unreadable: true }
      : this.show(type, bytes);
  }

  #write(type: GoType, view: DataView, walk: Walk): void {
    const { out } = walk;
    if (out.full) {
      return;
    }
    if (view.byteLength < type.size) {
      out.addUnreadable("cut");
      return;
    }
    switch (type.kind) {
      case "string":
        this.#string(view, out);
        return;
      case "array":
        this.#array(type, view, walk);
        return;
      case "slice":
        this.#slice(type, view, walk);
        return;
      case "struct":
        this.#struct(type, view, walk);
        return;
      case "interface":
        this.#interface(type.methods, view, walk);
        return;
      case "ptr":
        this.#pointer(type, view, walk);
        return;
      case "map":
      case "chan":
        this.#reference(type.kind, view, out);
        return;
      case "func":
        this.#func(view, out);
        return;
      default:
        out.add(plainText(type.kind, view));
    }
  }

  /** Takes a type by its descriptor's address; says so when it is none. */
  #type(address: Address, out: ValueText): GoType | undefined {
    const type = this.#types.at(address);
    if (type === undefined) {
      out.addUnreadable(`no type at ${hexAddress(address)}`);
    }
    return type;
  }

  #string(view: DataView, out: ValueText): void {
    const length = wordAt(view, 8);
    const address = wordAt(view, 0);
    const shown = Math.min(length, this.#limits.string);
    const bytes = length === 0 ? new Uint8Array(0) : this.#memory.read(address, shown);
    if (bytes === undefined) {
      out.addUnreadable(`string of ${length} bytes at ${hexAddress(address)}, unreadable`);
      return;
    }
    out.add(shown < length ? `${quoted(bytes)}… (${length} bytes)` : quoted(bytes));
  }

  #array(type: Extract<GoType, { kind: "array" }>, view: DataView, walk: Walk): void {
    const element = this.#type(type.element, walk.out);
    if (element !== undefined) {
      this.#elements(element, type.length, view, walk);
    }
  }

  #slice(type: Extract<GoType, { kind: "slice" }>, view: DataView, walk: Walk): void {
    const { out } = walk;
    const address = wordAt(view, 0);
    const length = wordAt(view, 8);
    if (address === 0 && length === 0) {
      out.add("nil");
      return;
    }
    const element = this.#type(type.element, out);
    if (element === undefined) {
      return;
    }
    const shown = Math.min(length, this.#limits.elements) * element.size;
    const bytes =
      shown === 0 ? new Uint8Array(0) : shown <= largestInline && this.#memory.read(address, shown);
    if (bytes === undefined || bytes === false) {
      out.addUnreadable(`${length} elements at ${hexAddress(address)}, unreadable`);
      return;
    }
    this.#elements(element, length, viewOf(bytes), walk);
  }

  #elements(element: GoType, length: number, view: DataView, walk: Walk): void {
    const { out } = walk;
    const next = { ...walk, depth: walk.depth - 1 };
    out.add("{");
    const shown = next.depth < 0 ? 0 : Math.min(length, this.#limits.elements);
    for (let index = 0; index < shown && !out.full; index++) {
      if (index > 0) {
        out.add(", ");
      }
      this.#write(element, part(view, index * element.size, element.size), next);
    }
    if (shown < length) {
      out.add(`${shown > 0 ? ", " : ""}… ${length - shown} more`);
    }
    out.add("}");
  }

  #struct(type: Extract<GoType, { kind: "struct" }>, view: DataView, walk: Walk): void {
    const { out } = walk;
    const next = { ...walk, depth: walk.depth - 1 };
    out.add("{");
    const fields = next.depth < 0 ? [] : type.fields;
    for (const [index, field] of fields.entries()) {
      if (out.full) {
        return;
      }
      out.add(`${index > 0 ? ", " : ""}${field.name}: `);
      const fieldType = this.#type(field.type, out);
      if (fieldType !== undefined) {
        this.#write(fieldType, part(view, field.offset, fieldType.size), next);
      }
    }
    out.add(fields.length < type.fields.length ? "…}" : "}");
  }

  #interface(methods: number, view: DataView, walk: Walk): void {
    const { out } = walk;
    const word = wordAt(view, 0);
    if (word === 0) {
      out.add("nil");
      return;
    }
    // With methods, the word is the address of an itab, whose second word is the type.
    const address = methods === 0 ? word : readWord(this.#memory, word + 8);
    if (address === undefined) {
      out.addUnreadable(`interface, no type at ${hexAddress(word)}`);
      return;
    }
    const type = this.#type(address, out);
    if (type === undefined) {
      return;
    }
    out.add(`${type.name}(`);
    if (walk.depth <= 0) {
      out.add("…");
    } else {
      this.#dynamic(type, view, { ...walk, depth: walk.depth - 1 });
    }
    out.add(")");
  }

  /** What is in an interface: its second word is the value, or points to it. */
  #dynamic(type: GoType, view: DataView, walk: Walk): void {
    if (type.direct) {
      this.#write(type, part(view, 8, 8), walk);
      return;
    }
    const address = wordAt(view, 8);
    const inner = this.#readValue(type, address);
    if (inner === undefined) {
      walk.out.addUnreadable(`unreadable at ${hexAddress(address)}`);
    } else {
      this.#write(type, inner, walk);
    }
  }

  #pointer(type: Extract<GoType, { kind: "ptr" }>, view: DataView, walk: Walk): void {
    const { out } = walk;
    const address = wordAt(view, 0);
    if (address === 0) {
      out.add("nil");
      return;
    }
    out.add(hexAddress(view.getBigUint64(0, true)));
    const target = walk.pointers > 0 && walk.depth > 0 ? this.#types.at(type.element) : undefined;
    const bytes = target === undefined || target.size === 0 ? undefined : this.#readValue(target, address);
    if (target !== undefined && bytes !== undefined) {
      out.add(" → ");
      this.#write(target, bytes, { out, depth: walk.depth - 1, pointers: walk.pointers - 1 });
    }
  }

  #readValue(type: GoType, address: Address): DataView | undefined {
    return type.size > largestInline ? undefined : readView(this.#memory, address, type.size);
  }

  /** A map with its number of elements, a channel with how full it is; both begin with that number. */
  #reference(kind: "map" | "chan", view: DataView, out: ValueText): void {
    const address = wordAt(view, 0);
    if (address === 0) {
      out.add("nil");
      return;
    }
    const header = readView(this.#memory, address, 16);
    const text = hexAddress(view.getBigUint64(0, true));
    if (header === undefined) {
      out.addUnreadable(`${kind} at ${text}, unreadable`);
      return;
    }
    const count = header.getBigUint64(0, true);
    out.add(
      kind === "map"
        ? `${text} (map of ${count})`
        : `${text} (chan, ${count} of ${header.getBigUint64(8, true)})`,
    );
  }

  /** A function value points to a word that is the address of its code. */
  #func(view: DataView, out: ValueText): void {
    const address = wordAt(view, 0);
    if (address === 0) {
      out.add("nil");
      return;
    }
    const code = readWord(this.#memory, address);
    if (code === undefined) {
      out.addUnreadable(`func at ${hexAddress(address)}, unreadable`);
      return;
    }
    out.add(this.#symbols?.functionAt(code)?.name ?? `func at ${hexAddress(code)}`);
  }
}

/** Some bytes of a value; fewer, or none, where they are not all in it. */
function part(view: DataView, offset: number, length: number): DataView {
  const from = Math.min(Math.max(offset, 0), view.byteLength);
  const size = Math.min(length, view.byteLength - from);
  return new DataView(view.buffer, view.byteOffset + from, size);
}

/** A value whose type has no parts. */
function plainText(
  kind: Exclude<
    GoType["kind"],
    "string" | "array" | "slice" | "struct" | "interface" | "ptr" | "map" | "chan" | "func"
  >,
  view: DataView,
): string {
  switch (kind) {
    case "bool": {
      const byte = view.getUint8(0);
      // Another value than 0 and 1 is a sign of damage.
      return byte <= 1 ? String(byte === 1) : `bool(${byte})`;
    }
    case "int":
    case "int64":
      return String(view.getBigInt64(0, true));
    case "int32":
      return String(view.getInt32(0, true));
    case "int16":
      return String(view.getInt16(0, true));
    case "int8":
      return String(view.getInt8(0));
    case "uint":
    case "uint64":
      return String(view.getBigUint64(0, true));
    case "uint32":
      return String(view.getUint32(0, true));
    case "uint16":
      return String(view.getUint16(0, true));
    case "uint8":
      return String(view.getUint8(0));
    case "uintptr":
    case "unsafe.Pointer":
      return hexAddress(view.getBigUint64(0, true));
    case "float32":
      return floatText(view.getFloat32(0, true), 32);
    case "float64":
      return floatText(view.getFloat64(0, true), 64);
    case "complex64":
      return complexText(view.getFloat32(0, true), view.getFloat32(4, true), 32);
    default:
      return complexText(view.getFloat64(0, true), view.getFloat64(8, true), 64);
  }
}

function complexText(real: number, imaginary: number, bits: 32 | 64): string {
  const second = floatText(imaginary, bits);
  return `(${floatText(real, bits)}${/^[+-]/.test(second) ? "" : "+"}${second}i)`;
}
