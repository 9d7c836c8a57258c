/** Finding a field or method by name, through embedded fields and pointers. */
import { DeclaredType } from "./declared.js";
import { type FuncObject, type VarObject } from "./object.js";
import { substitute, type Substitution, substitution, substituteSignature } from "./substitute.js";
import { type Interface, type Named, type Type, underlying } from "./type.js";

/** What was found. */
export interface Found {
  readonly object: VarObject | FuncObject;
  readonly path: readonly VarObject[];
  readonly type: Type;
}

interface Candidate {
  readonly type: Type;
  readonly path: readonly VarObject[];
}

// Embedding deeper than this is not looked through.
const maxLevels = 12;

/** The field or method of a type with this name. */
export function lookup(type: Type, name: string): Found | null {
  let level: Candidate[] = [{ type, path: [] }];
  const seen = new Set<Type | object>();
  for (let depth = 0; depth < maxLevels && level.length > 0; depth++) {
    const next: Candidate[] = [];
    for (const candidate of level) {
      const found = inCandidate(candidate, name, seen, next);
      if (found !== null) {
        return found;
      }
    }
    level = next;
  }
  return null;
}

function withoutPointer(type: Type): Type {
  if (type.kind === "Pointer") {
    return type.element;
  }
  // A declared pointer type has fields, but no methods; that it would have them makes no difference to sound programs.
  if (type.kind === "Named") {
    const under = type.underlying;
    return under.kind === "Pointer" ? under.element : type;
  }
  return type;
}

function inCandidate(
  candidate: Candidate,
  name: string,
  seen: Set<Type | object>,
  next: Candidate[],
): Found | null {
  const type = withoutPointer(candidate.type);
  const mark = type.kind === "Named" && type.args.length === 0 ? type.object : type;
  if (seen.has(mark)) {
    return null;
  }
  seen.add(mark);
  if (type.kind === "Named") {
    const method = type.object.methods.get(name);
    if (method !== undefined) {
      const map = ofInstance(type);
      return { object: method, path: candidate.path, type: substituteSignature(method.type, map) };
    }
  }
  const under = underlying(type);
  if (under.kind === "Struct") {
    for (const field of under.fields) {
      if (field.name === name) {
        return { object: field, path: candidate.path, type: field.type };
      }
    }
    for (const field of under.fields) {
      if (field.embedded) {
        next.push({ type: field.type, path: [...candidate.path, field] });
      }
    }
    return null;
  }
  const map = type.kind === "Named" ? ofInstance(type) : new Map<never, Type>();
  if (under.kind === "Interface") {
    return inInterface(under, name, candidate.path, map);
  }
  if (under.kind === "TypeParam") {
    next.push({ type: under.constraint, path: candidate.path });
    const only = oneTerm(under.constraint);
    if (only !== null) {
      next.push({ type: only, path: candidate.path });
    }
  }
  return null;
}

/** `interface{ *T; M() }`: the one type that such a constraint allows. */
function oneTerm(constraint: Type): Type | null {
  const under = underlying(constraint);
  const union = under.kind === "Interface" ? under.unions[0] : undefined;
  return union?.length === 1 ? (union[0] ?? null) : null;
}

/** The type arguments of an instance, as a substitution. */
export function ofInstance(type: Named): Substitution {
  return type.args.length === 0 || !(type.object instanceof DeclaredType)
    ? new Map()
    : substitution(type.object.typeParams, type.args);
}

function inInterface(
  type: Interface,
  name: string,
  path: readonly VarObject[],
  map: Substitution,
  depth = 0,
): Found | null {
  for (const method of type.methods) {
    if (method.name === name) {
      return { object: method, path, type: substituteSignature(method.type, map) };
    }
  }
  if (depth >= maxLevels) {
    return null;
  }
  for (const embedded of [
    ...type.embedded,
    ...type.unions.flatMap((union) => (union.length === 1 ? union : [])),
  ]) {
    const inner = underlying(embedded);
    if (inner.kind === "Interface") {
      const innerMap = embedded.kind === "Named" ? ofInstance(embedded) : map;
      const found = inInterface(inner, name, path, innerMap, depth + 1);
      if (found !== null) {
        return { ...found, type: substitute(found.type, map) };
      }
    }
  }
  return null;
}

/** The names of all methods of an interface. */
export function interfaceMethods(type: Type, depth = 0): string[] {
  const under = underlying(type);
  if (under.kind !== "Interface" || depth > maxLevels) {
    return [];
  }
  return [
    ...under.methods.map((method) => method.name),
    ...under.embedded.flatMap((embedded) => interfaceMethods(embedded, depth + 1)),
  ];
}
