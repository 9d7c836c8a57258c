/** Which methods a call of an interface's method may reach. */
import { identical } from "./identical.js";
import { interfaceMethods, lookup } from "./lookup.js";
import { type FuncObject, type Package, type TypeObject } from "./object.js";
import { type Signature, type Type, underlying } from "./type.js";

const maxFound = 50;

/** Answers which methods of the given packages implement a method of an interface. */
export function implementationsOf(
  packages: readonly Package[],
): (method: FuncObject, receiverType: Type) => readonly FuncObject[] {
  let byMethod: Map<string, TypeObject[]> | undefined;
  const known = new Map<FuncObject, Map<string, readonly FuncObject[]>>();
  return (method, receiverType) => {
    byMethod ??= typesByMethod(packages);
    const names = interfaceMethods(receiverType);
    const key = names.join(",");
    let answers = known.get(method);
    if (answers === undefined) {
      answers = new Map();
      known.set(method, answers);
    }
    let found = answers.get(key);
    if (found === undefined) {
      found = find(byMethod.get(method.name) ?? [], method, names);
      answers.set(key, found);
    }
    return found;
  };
}

function find(types: readonly TypeObject[], method: FuncObject, names: readonly string[]): FuncObject[] {
  const found = new Set<FuncObject>();
  for (const type of types) {
    if (found.size >= maxFound) {
      break;
    }
    if (names.every((name) => lookup(type.type, name)?.object.kind === "Func")) {
      const own = lookup(type.type, method.name)?.object;
      if (own?.kind === "Func" && !own.interfaceMethod && similar(own.type, method.type)) {
        found.add(own);
      }
    }
  }
  return [...found];
}

/** Whether two signatures may be the same; where type parameters or unknown types are in play, they may. */
function similar(a: Signature, b: Signature): boolean {
  const list = (vars: Signature["params"], others: Signature["params"]): boolean =>
    vars.length === others.length &&
    vars.every((v, i) => {
      const other = others[i];
      return other !== undefined && (open(v.type) || open(other.type) || identical(v.type, other.type));
    });
  return list(a.params, b.params) && list(a.results, b.results);
}

function open(type: Type, depth = 0): boolean {
  if (depth > 4) {
    return true;
  }
  switch (type.kind) {
    case "Unknown":
    case "TypeParam":
      return true;
    case "Pointer":
    case "Slice":
    case "Array":
    case "Chan":
      return open(type.element, depth + 1);
    case "Map":
      return open(type.key, depth + 1) || open(type.element, depth + 1);
    case "Named":
      return type.args.length > 0;
    case "Signature":
      return true;
    default:
      return false;
  }
}

/** The declared types by the names of the methods that they have, also through embedding. */
function typesByMethod(packages: readonly Package[]): Map<string, TypeObject[]> {
  const byMethod = new Map<string, TypeObject[]>();
  for (const object of packages.flatMap((from) => [...from.scope.values()])) {
    if (object.kind !== "Type" || object.alias || underlying(object.type).kind === "Interface") {
      continue;
    }
    for (const name of methodNames(object.type, 0)) {
      const list = byMethod.get(name);
      if (list === undefined) {
        byMethod.set(name, [object]);
      } else {
        list.push(object);
      }
    }
  }
  return byMethod;
}

function methodNames(type: Type, depth: number): Set<string> {
  const names = new Set<string>();
  const named = type.kind === "Pointer" ? type.element : type;
  if (named.kind === "Named") {
    for (const name of named.object.methods.keys()) {
      names.add(name);
    }
  }
  const under = underlying(named);
  if (under.kind === "Struct" && depth < 6) {
    for (const field of under.fields) {
      if (field.embedded) {
        for (const name of methodNames(field.type, depth + 1)) {
          names.add(name);
        }
        for (const name of interfaceMethods(field.type)) {
          names.add(name);
        }
      }
    }
  }
  return names;
}
