/** Names what a call calls outside the source, as library.ts spells it. */
import { type Call, type Expr, unparen } from "../ast.js";
import { type Program } from "../program.js";
import { type Callee, type FuncObject, type VarObject } from "../types/object.js";
import { type Type, underlying } from "../types/type.js";
import { namedType, qualifiedName } from "./kinds.js";

/** A call of something outside the source. */
export interface LibraryCall {
  /** `sync.Once.Do`, `net/http.HandleFunc`; empty where the package is not known. */
  readonly name: string;
  /** The method's own name. */
  readonly method: string;
  /** The expression before the dot, when it is a method. */
  readonly receiver: Expr | null;
  /** The embedded fields that lead to the method. */
  readonly path: readonly VarObject[];
}

/** The name of a function outside the source. */
export function functionName(object: FuncObject): string {
  const known = names.get(object);
  if (known !== undefined) {
    return known;
  }
  const owner =
    object.receiverType === null ? `${object.package.path}.` : `${qualifiedName(object.receiverType)}.`;
  names.set(object, owner + object.name);
  return owner + object.name;
}

const names = new WeakMap<FuncObject, string>();

/** What a call calls, when it is nothing below the root. */
export function libraryCall(program: Program, call: Call): LibraryCall | null {
  return libraryCallOf(program, calledExpr(program, call), program.calleeOf(call));
}

/** The same, of an expression that is called and what is known of it. */
export function libraryCallOf(program: Program, fun: Expr, callee: Callee): LibraryCall | null {
  if (fun.kind === "Selector") {
    const selection = program.selectionOf(fun);
    if (selection !== null && selection.object.kind === "Func" && !selection.ofType) {
      const { object } = selection;
      const name =
        object.receiverType === null
          ? methodName(object, lastHolder(program.typeOf(fun.x), selection.path))
          : functionName(object);
      return { name, method: object.name, receiver: fun.x, path: selection.path };
    }
    if (selection === null) {
      return unknownSelector(program, fun, callee);
    }
  }
  if (callee.kind === "function") {
    return { name: functionName(callee.object), method: callee.object.name, receiver: null, path: [] };
  }
  if (callee.kind === "unknown" && callee.name !== null) {
    const name = callee.package === null ? callee.name : `${callee.package}.${callee.name}`;
    return { name, method: callee.name, receiver: null, path: [] };
  }
  return null;
}

/** A method of an interface belongs to the type that it is called on. */
function methodName(object: FuncObject, holder: Type): string {
  const owner = namedType(holder);
  return owner === null ? object.name : `${qualifiedName(owner)}.${object.name}`;
}

function lastHolder(type: Type, path: readonly VarObject[]): Type {
  return path.at(-1)?.type ?? type;
}

/** A selector of which nothing is known: a method of a type of a package that cannot be read, or of one embedded. */
function unknownSelector(
  program: Program,
  fun: Extract<Expr, { kind: "Selector" }>,
  callee: Callee,
): LibraryCall | null {
  if (callee.kind === "unknown" && callee.package !== null && callee.name !== null) {
    return { name: `${callee.package}.${callee.name}`, method: callee.name, receiver: null, path: [] };
  }
  const object = program.objectOf(fun.sel);
  if (object?.kind === "Func") {
    return { name: functionName(object), method: object.name, receiver: null, path: [] };
  }
  const type = program.typeOf(fun.x);
  const path = embeddedStranger(type);
  const owner = namedType(path.at(-1)?.type ?? type);
  const method = fun.sel.name;
  return {
    name: owner === null ? method : `${qualifiedName(owner)}.${method}`,
    method,
    receiver: fun.x,
    path,
  };
}

/** The way to the only embedded type of which nothing is known, when there is just one. */
function embeddedStranger(type: Type): VarObject[] {
  const pointed = underlying(type);
  const struct = pointed.kind === "Pointer" ? underlying(pointed.element) : pointed;
  if (struct.kind !== "Struct") {
    return [];
  }
  const strangers = struct.fields.filter(
    (field) => field.embedded && underlying(field.type).kind === "Unknown",
  );
  return strangers.length === 1 ? strangers : [];
}

/** The expression that is called, without type arguments. */
export function calledExpr(program: Program, call: Call): Expr {
  const fun = unparen(call.fun);
  const instance = fun.kind === "Index" && underlying(program.typeOf(fun.x)).kind === "Signature";
  return instance ? unparen(fun.x) : fun;
}
