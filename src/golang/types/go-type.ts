/** A type of the program, as its descriptor in memory says. */
import type { MapShape } from "../maps/shape.js";
import type { Address } from "../memory.js";

/** Kinds in the order of their numbers, from 1 on (`abi.Kind`). */
export const kinds = [
  "bool",
  "int",
  "int8",
  "int16",
  "int32",
  "int64",
  "uint",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "uintptr",
  "float32",
  "float64",
  "complex64",
  "complex128",
  "array",
  "chan",
  "func",
  "interface",
  "map",
  "ptr",
  "slice",
  "string",
  "struct",
  "unsafe.Pointer",
] as const;

/** A kind of types, by Go's own name. */
export type Kind = (typeof kinds)[number];

/** A kind whose descriptor says nothing beyond what all say. */
export type PlainKind = Exclude<Kind, "array" | "chan" | "interface" | "map" | "ptr" | "slice" | "struct">;

/** What all types have. */
interface TypeBase {
  /** Of the descriptor. */
  readonly address: Address;
  /** Of a value, in bytes. */
  readonly size: number;
  /** How it is written in messages: `map[string]main.Order`, package names without their paths. */
  readonly name: string;
  /** Whether it was declared with a name. */
  readonly named: boolean;
  /** Import path of the package that declares it; undefined for Go's own types and those without a name. */
  readonly packagePath: string | undefined;
  /** Whether an interface holds the value itself in its data word, not a pointer to it. */
  readonly direct: boolean;
  /** Whether two values are equal exactly when their bytes are, and hashed as bytes. */
  readonly regular: boolean;
}

/** A field of a struct. */
export interface GoField {
  readonly name: string;
  readonly type: Address;
  /** From the start of the struct, in bytes. */
  readonly offset: number;
}

/** A type. Other types are given by the addresses of their descriptors. */
export type GoType = TypeBase &
  (
    | { readonly kind: PlainKind }
    | { readonly kind: "array"; readonly element: Address; readonly length: number }
    | { readonly kind: "chan"; readonly element: Address }
    | { readonly kind: "ptr"; readonly element: Address }
    | { readonly kind: "slice"; readonly element: Address }
    | { readonly kind: "interface"; readonly methods: number }
    | { readonly kind: "map"; readonly key: Address; readonly element: Address; readonly shape: MapShape }
    | { readonly kind: "struct"; readonly fields: readonly GoField[] }
  );

/** A type of maps. */
export type GoMapType = Extract<GoType, { readonly kind: "map" }>;
