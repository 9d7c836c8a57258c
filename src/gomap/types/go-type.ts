/**
 * Types of keys and elements, as far as a map has to know them: size, alignment, and for keys what is hashed and compared.
 *
 * ```text
 *   struct { a int32; b string; c float64 }
 *            ├ memory 0..4 ┤ 4 bytes of padding ┤ string 8..24 ┤ float 24..32
 * ```
 *
 * The compiler makes the hash and equality functions of a struct in the same way: runs of plain memory without padding, strings and
 * floats, one after the other (cmd/compile/internal/reflectdata/alg.go).
 */
import { MaptrapError } from "../../base/errors.js";

/** A piece of a key that is hashed and compared in one way. */
export interface KeyPart {
  readonly kind: "memory" | "string" | "float32" | "float64";
  /** Bytes from the key's beginning. */
  readonly offset: number;
  /** In bytes; 16 for a string, its pointer and its length. */
  readonly size: number;
}

/** A type. */
export interface GoType {
  /** As in Go's source: `int64`, `struct { a int32; b string }`. */
  readonly name: string;
  readonly size: number;
  readonly align: number;
  /** Whether there are pointers in it: such keys are cleared when an entry is deleted. */
  readonly pointers: boolean;
  /** What of it is hashed and compared as a key, in this order. */
  readonly parts: readonly KeyPart[];
  /** Whether an assignment to a key that is there also stores the key anew: equal keys may differ in their bytes (±0, two strings). */
  readonly needKeyUpdate: boolean;
}

function memory(name: string, size: number, pointers = false): GoType {
  return {
    name,
    size,
    align: size,
    pointers,
    parts: [{ kind: "memory", offset: 0, size }],
    needKeyUpdate: false,
  };
}

function float(kind: "float32" | "float64", size: number): GoType {
  return {
    name: kind,
    size,
    align: size,
    pointers: false,
    parts: [{ kind, offset: 0, size }],
    needKeyUpdate: true,
  };
}

const basic = {
  bool: memory("bool", 1),
  int8: memory("int8", 1),
  uint8: memory("uint8", 1),
  int16: memory("int16", 2),
  uint16: memory("uint16", 2),
  int32: memory("int32", 4),
  uint32: memory("uint32", 4),
  int64: memory("int64", 8),
  uint64: memory("uint64", 8),
  int: memory("int", 8),
  uint: memory("uint", 8),
  uintptr: memory("uintptr", 8),
  pointer: memory("unsafe.Pointer", 8, true),
  float32: float("float32", 4),
  float64: float("float64", 8),
  string: {
    name: "string",
    size: 16,
    align: 8,
    pointers: true,
    parts: [{ kind: "string", offset: 0, size: 16 }],
    needKeyUpdate: true,
  },
} as const satisfies Readonly<Record<string, GoType>>;

/** A type without parts of its own. */
export type BasicName = keyof typeof basic;

/** `int32`, `string` … */
export function basicType(name: BasicName): GoType {
  return basic[name];
}

function alignUp(offset: number, align: number): number {
  return (offset + align - 1) & -align;
}

/** Puts a part behind others; plain memory that follows without a gap is one run with what it follows. */
function append(parts: KeyPart[], part: KeyPart): void {
  const last = parts.at(-1);
  if (last?.kind === "memory" && part.kind === "memory" && last.offset + last.size === part.offset) {
    parts[parts.length - 1] = { kind: "memory", offset: last.offset, size: last.size + part.size };
  } else {
    parts.push(part);
  }
}

/** `struct { … }`: fields one after the other, each aligned. */
export function structType(fields: readonly (readonly [name: string, type: GoType])[]): GoType {
  const parts: KeyPart[] = [];
  let offset = 0;
  let align = 1;
  let last: GoType | undefined;
  for (const [, type] of fields) {
    offset = alignUp(offset, type.align);
    for (const part of type.parts) {
      append(parts, { ...part, offset: offset + part.offset });
    }
    offset += type.size;
    align = Math.max(align, type.align);
    last = type;
  }
  if (last?.size === 0 && offset > 0) {
    // A pointer to an empty last field must not point behind the struct.
    offset += 1;
  }
  const inside = fields.map(([name, type]) => `${name} ${type.name}`).join("; ");
  return {
    name: fields.length === 0 ? "struct {}" : `struct { ${inside} }`,
    size: alignUp(offset, align),
    align,
    pointers: fields.some(([, type]) => type.pointers),
    parts,
    needKeyUpdate: fields.some(([, type]) => type.needKeyUpdate),
  };
}

/**
 * `[length]element`
 *
 * @throws MaptrapError when the length is not a whole number from 0 to 65536
 */
export function arrayType(length: number, element: GoType): GoType {
  if (!Number.isInteger(length) || length < 0 || length > 0x1_0000) {
    throw new MaptrapError(`an array of ${length} elements cannot be modelled`, {
      wayOut: "use a length from 0 to 65536",
    });
  }
  const parts: KeyPart[] = [];
  for (let index = 0; index < length; index++) {
    for (const part of element.parts) {
      append(parts, { ...part, offset: index * element.size + part.offset });
    }
  }
  return {
    name: `[${length}]${element.name}`,
    size: length * element.size,
    align: element.align,
    pointers: length > 0 && element.pointers,
    parts,
    needKeyUpdate: element.needKeyUpdate,
  };
}
