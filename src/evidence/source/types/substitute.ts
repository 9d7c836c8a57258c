/** Putting type arguments in the place of type parameters. */
import { DeclaredType, NamedType, Variable } from "./declared.js";
import { type VarObject } from "./object.js";
import {
  type Interface,
  type Signature,
  type Struct,
  type Type,
  type TypeParam,
  underlying,
} from "./type.js";

/** What stands for each type parameter. */
export type Substitution = ReadonlyMap<TypeParam, Type>;

const maxDepth = 40;

/** The substitution of a list of type parameters by a list of types. */
export function substitution(params: readonly TypeParam[], args: readonly Type[]): Substitution {
  const map = new Map<TypeParam, Type>();
  for (const [i, param] of params.entries()) {
    const arg = args[i];
    if (arg !== undefined && arg !== param) {
      map.set(param, arg);
    }
  }
  return map;
}

/** An instance of a generic type. */
export function instantiate(object: DeclaredType, args: readonly Type[]): Type {
  const map = substitution(object.typeParams, args);
  if (object.alias) {
    return substitute(object.right.get(), map);
  }
  if (map.size === 0) {
    return object.type;
  }
  // By way of the generic type's own underlying type, which ends where a type is declared as itself.
  return new NamedType(object, args, () => substitute(underlying(object.type), map));
}

/** A type with type arguments put in. */
export function substitute(type: Type, map: Substitution, depth = 0): Type {
  if (map.size === 0 || depth > maxDepth) {
    return type;
  }
  const next = (t: Type): Type => substitute(t, map, depth + 1);
  switch (type.kind) {
    case "TypeParam":
      return map.get(type) ?? type;
    case "Named": {
      if (type.args.length === 0 || !(type.object instanceof DeclaredType)) {
        return type;
      }
      const args = type.args.map(next);
      return args.every((arg, i) => arg === type.args[i]) ? type : instantiate(type.object, args);
    }
    case "Pointer":
    case "Slice":
    case "Array":
    case "Chan": {
      const element = next(type.element);
      return element === type.element ? type : { kind: type.kind, element };
    }
    case "Map": {
      const key = next(type.key);
      const element = next(type.element);
      return key === type.key && element === type.element ? type : { kind: "Map", key, element };
    }
    case "Tuple":
      return { kind: "Tuple", elements: type.elements.map(next) };
    case "Struct":
      return substituteStruct(type, map, depth);
    case "Signature":
      return substituteSignature(type, map, depth);
    case "Interface":
      return substituteInterface(type, map, depth);
    case "Basic":
    case "Unknown":
      return type;
    default:
      return type satisfies never;
  }
}

function variable(object: VarObject, map: Substitution, depth: number): VarObject {
  return new Variable(
    {
      name: object.name,
      role: object.role,
      ident: object.ident,
      file: object.file,
      package: object.package,
      function: object.function,
      embedded: object.embedded,
      owner: object.owner,
      origin: object.origin,
    },
    () => substitute(object.type, map, depth + 1),
  );
}

function substituteStruct(type: Struct, map: Substitution, depth: number): Struct {
  return { kind: "Struct", fields: type.fields.map((field) => variable(field, map, depth)) };
}

/** A signature with type arguments put in; its own type parameters that are replaced are gone. */
export function substituteSignature(type: Signature, map: Substitution, depth = 0): Signature {
  if (map.size === 0) {
    return type;
  }
  return {
    kind: "Signature",
    typeParams: type.typeParams.filter((param) => !map.has(param)),
    params: type.params.map((param) => variable(param, map, depth)),
    results: type.results.map((result) => variable(result, map, depth)),
    variadic: type.variadic,
  };
}

function substituteInterface(type: Interface, map: Substitution, depth: number): Interface {
  return {
    kind: "Interface",
    // The methods' signatures keep the type parameters; a selection puts the arguments in.
    methods: type.methods,
    embedded: type.embedded.map((embedded) => substitute(embedded, map, depth + 1)),
    unions: type.unions.map((union) => union.map((term) => substitute(term, map, depth + 1))),
  };
}
