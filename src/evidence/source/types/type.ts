/**
 * Types of Go, as far as the questions need them.
 *
 * Identity is structural ({@link "./identical.js"}); only type parameters and declared types are compared by the object that
 * declares them. `Unknown` stands for all that could not be found out: a package that is not below the root, a damaged
 * file, a construct that is not handled. It never leads to an access.
 */
import { type FuncObject, type TypeObject, type VarObject } from "./object.js";

export interface Basic {
  readonly kind: "Basic";
  /** `int`, `string`, `untyped nil`, `untyped float`, `unsafe.Pointer` … */
  readonly name: string;
  readonly untyped: boolean;
}

/** A declared type, possibly an instance of a generic one. */
export interface Named {
  readonly kind: "Named";
  readonly object: TypeObject;
  /** The type arguments; empty for a type that is not generic. */
  readonly args: readonly Type[];
  /** What it is below its name; with the type arguments put in. */
  readonly underlying: Type;
}

export interface Pointer {
  readonly kind: "Pointer";
  readonly element: Type;
}

export interface Slice {
  readonly kind: "Slice";
  readonly element: Type;
}

export interface ArrayT {
  readonly kind: "Array";
  readonly element: Type;
}

export interface MapT {
  readonly kind: "Map";
  readonly key: Type;
  readonly element: Type;
}

export interface Chan {
  readonly kind: "Chan";
  readonly element: Type;
}

export interface Struct {
  readonly kind: "Struct";
  readonly fields: readonly VarObject[];
}

/** Several values: what a call returns. */
export interface Tuple {
  readonly kind: "Tuple";
  readonly elements: readonly Type[];
}

export interface Signature {
  readonly kind: "Signature";
  readonly typeParams: readonly TypeParam[];
  readonly params: readonly VarObject[];
  readonly results: readonly VarObject[];
  /** The last parameter is `...T`; its type here is `[]T`. */
  readonly variadic: boolean;
}

export interface Interface {
  readonly kind: "Interface";
  /** Its own methods; those of embedded interfaces are in `embedded`. */
  readonly methods: readonly FuncObject[];
  readonly embedded: readonly Type[];
  /** For a constraint: each union that it has, with the terms' types. */
  readonly unions: readonly (readonly Type[])[];
}

/** A type parameter; the same object wherever it is meant. */
export interface TypeParam {
  readonly kind: "TypeParam";
  readonly name: string;
  readonly index: number;
  readonly constraint: Type;
}

export interface Unknown {
  readonly kind: "Unknown";
}

export type Type =
  | Basic
  | Named
  | Pointer
  | Slice
  | ArrayT
  | MapT
  | Chan
  | Struct
  | Tuple
  | Signature
  | Interface
  | TypeParam
  | Unknown;

/** What is not known. */
export const unknown: Unknown = { kind: "Unknown" };

/** A type without its name: the underlying one; a type parameter stays as it is. */
export function underlying(type: Type): Type {
  let current = type;
  // An alias chain of names cannot be long in a sound program; a damaged one must not loop.
  for (let step = 0; step < 50 && current.kind === "Named"; step++) {
    current = current.underlying;
  }
  return current.kind === "Named" ? unknown : current;
}

/**
 * The underlying type that decides what can be done with a value: for a type parameter the one that all types of its
 * constraint share (its core type), or Unknown.
 */
export function coreType(type: Type): Type {
  const under = underlying(type);
  return under.kind === "TypeParam" ? coreOfConstraint(under.constraint, 0) : under;
}

function coreOfConstraint(constraint: Type, depth: number): Type {
  const under = underlying(constraint);
  if (depth > 10) {
    return unknown;
  }
  if (under.kind === "TypeParam") {
    return coreOfConstraint(under.constraint, depth + 1);
  }
  if (under.kind !== "Interface") {
    return under.kind === "Unknown" ? unknown : under;
  }
  for (const union of under.unions) {
    const cores = union.map((term) => coreOfConstraint(term, depth + 1));
    const first = cores[0];
    if (first !== undefined && cores.every((core) => core.kind === first.kind)) {
      return first;
    }
  }
  for (const embedded of under.embedded) {
    const core = coreOfConstraint(embedded, depth + 1);
    if (core.kind !== "Unknown" && core.kind !== "Interface") {
      return core;
    }
  }
  return unknown;
}

/** The type that a pointer points to, or the type itself. */
export function dereferenced(type: Type): Type {
  const under = underlying(type);
  return under.kind === "Pointer" ? under.element : type;
}
