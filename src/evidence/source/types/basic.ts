/** The basic types, one object each. */
import { type Basic, type Pointer, type Slice, type Type } from "./type.js";

function basic(name: string): Basic {
  return { kind: "Basic", name, untyped: name.startsWith("untyped ") };
}

/** The basic types that have a name in every program. */
export const basicTypes: ReadonlyMap<string, Basic> = new Map(
  [
    "bool",
    "string",
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
  ].map((name) => [name, basic(name)]),
);

function predeclared(name: string): Basic {
  return basicTypes.get(name) ?? basic(name);
}

export const boolType = predeclared("bool");
export const stringType = predeclared("string");
export const intType = predeclared("int");
export const byteType = predeclared("uint8");
export const runeType = predeclared("int32");
export const float64Type = predeclared("float64");
export const complex128Type = predeclared("complex128");
export const unsafePointer = basic("unsafe.Pointer");

export const untypedBool = basic("untyped bool");
export const untypedInt = basic("untyped int");
export const untypedRune = basic("untyped rune");
export const untypedFloat = basic("untyped float");
export const untypedComplex = basic("untyped complex");
export const untypedString = basic("untyped string");
export const untypedNil = basic("untyped nil");

const defaults = new Map<Type, Type>([
  [untypedBool, boolType],
  [untypedInt, intType],
  [untypedRune, runeType],
  [untypedFloat, float64Type],
  [untypedComplex, complex128Type],
  [untypedString, stringType],
]);

/** The type that a variable gets from a value: the default type of an untyped constant, else the type itself. */
export function defaultType(type: Type): Type {
  return defaults.get(type) ?? type;
}

/** A pointer to a type. */
export function pointerTo(element: Type): Pointer {
  return { kind: "Pointer", element };
}

/** A slice of a type. */
export function sliceOf(element: Type): Slice {
  return { kind: "Slice", element };
}
