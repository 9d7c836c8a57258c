/** Inferring type arguments from the types of arguments. */
import { defaultType } from "./basic.js";
import { type Signature, type Type, type TypeParam, underlying } from "./type.js";

const maxDepth = 20;

/**
 * The type arguments of a call. What cannot be inferred is left out.
 *
 * @param signature the generic function's signature
 * @param given the type arguments that are written
 * @param args the types of the arguments
 */
export function infer(
  signature: Signature,
  given: readonly Type[],
  args: readonly Type[],
): Map<TypeParam, Type> {
  const found = new Map<TypeParam, Type>();
  const wanted = new Set(signature.typeParams);
  for (const [i, type] of given.entries()) {
    const param = signature.typeParams[i];
    if (param !== undefined) {
      found.set(param, type);
    }
  }
  const last = signature.params.length - 1;
  const untyped: [Type, Type][] = [];
  for (const [i, arg] of args.entries()) {
    const param = signature.params[Math.min(i, last)];
    if (param === undefined) {
      continue;
    }
    let type = param.type;
    if (
      signature.variadic &&
      i >= last &&
      type.kind === "Slice" &&
      !(i === last && arg.kind === "Slice" && args.length === last + 1)
    ) {
      type = type.element;
    }
    if (arg.kind === "Basic" && arg.untyped) {
      untyped.push([type, arg]);
    } else {
      unify(type, arg, wanted, found, 0);
    }
  }
  fromConstraints(signature, wanted, found);
  for (const [type, arg] of untyped) {
    if (arg.kind === "Basic" && arg.name !== "untyped nil") {
      unify(type, defaultType(arg), wanted, found, 0);
    }
  }
  fromConstraints(signature, wanted, found);
  return found;
}

/** `M ~map[K]V`: what M is tells K and V, and the other way round. */
function fromConstraints(
  signature: Signature,
  wanted: ReadonlySet<TypeParam>,
  found: Map<TypeParam, Type>,
): void {
  for (const param of signature.typeParams) {
    const core = constraintCore(param.constraint);
    const arg = found.get(param);
    if (core === null) {
      continue;
    }
    if (arg !== undefined) {
      unify(core, underlying(arg), wanted, found, 0);
    }
  }
}

/** The type of the one term of a constraint. */
function constraintCore(constraint: Type): Type | null {
  const under = underlying(constraint);
  if (under.kind !== "Interface") {
    return under.kind === "Unknown" || under.kind === "TypeParam" ? null : under;
  }
  for (const union of under.unions) {
    if (union.length === 1) {
      return union[0] ?? null;
    }
  }
  return null;
}

function unify(
  param: Type,
  arg: Type,
  wanted: ReadonlySet<TypeParam>,
  found: Map<TypeParam, Type>,
  depth: number,
): void {
  if (depth > maxDepth || arg.kind === "Unknown") {
    return;
  }
  if (param.kind === "TypeParam") {
    if (wanted.has(param) && !found.has(param)) {
      found.set(param, arg);
    }
    return;
  }
  if (param.kind === "Named") {
    if (arg.kind === "Named" && arg.object === param.object) {
      pairwise(param.args, arg.args, wanted, found, depth);
    } else {
      unifyUnderlying(param, arg, wanted, found, depth);
    }
    return;
  }
  const value = arg.kind === "Named" ? underlying(arg) : arg;
  switch (param.kind) {
    case "Pointer":
    case "Slice":
    case "Array":
    case "Chan":
      if (value.kind === param.kind) {
        unify(param.element, value.element, wanted, found, depth + 1);
      }
      return;
    case "Map":
      if (value.kind === "Map") {
        unify(param.key, value.key, wanted, found, depth + 1);
        unify(param.element, value.element, wanted, found, depth + 1);
      }
      return;
    case "Signature":
      if (value.kind === "Signature") {
        const types = (vars: Signature["params"]): Type[] => vars.map((v) => v.type);
        pairwise(types(param.params), types(value.params), wanted, found, depth);
        pairwise(types(param.results), types(value.results), wanted, found, depth);
      }
      return;
    default:
  }
}

function pairwise(
  params: readonly Type[],
  args: readonly Type[],
  wanted: ReadonlySet<TypeParam>,
  found: Map<TypeParam, Type>,
  depth: number,
): void {
  for (const [i, param] of params.entries()) {
    const arg = args[i];
    if (arg !== undefined) {
      unify(param, arg, wanted, found, depth + 1);
    }
  }
}

/** A function type with a name (`iter.Seq[V]`) takes a function without one: its signature tells. */
function unifyUnderlying(
  param: Extract<Type, { kind: "Named" }>,
  arg: Type,
  wanted: ReadonlySet<TypeParam>,
  found: Map<TypeParam, Type>,
  depth: number,
): void {
  const under = underlying(param);
  if (under.kind !== "Interface" && under.kind !== "Named") {
    unify(under, underlying(arg), wanted, found, depth + 1);
  }
}
