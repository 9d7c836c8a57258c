/** Names what a call calls outside the source, as library.ts spells it. */
import { type Call, type Expr, unparen } from "../ast.js";
import { type Program } from "../program.js";
import { type FuncObject, type VarObject } from "../types/object.js";
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
  const owner =
    object.receiverType === null ? `${object.package.path}.` : `${qualifiedName(object.receiverType)}.`;
  return owner + object.name;
}

/** What a call calls, when it is nothing below the root. */
export function libraryCall(program: Program, call: Call): LibraryCall | null {
  const fun = calledExpr(call);
  if (fun.kind === "Selector") {
    const selection = program.selectionOf(fun);
    if (selection !== null && selection.object.kind === "Func" && !selection.ofType) {
      const { object } = selection;
      const holder = lastHolder(program.typeOf(fun.x), selection.path);
      const owner = object.receiverType ?? namedType(holder);
      const name = owner === null ? object.name : `${qualifiedName(owner)}.${object.name}`;
      return { name, method: object.name, receiver: fun.x, path: selection.path };
    }
    if (selection === null) {
      return unknownSelector(program, fun, call);
    }
  }
  const callee = program.calleeOf(call);
  if (callee.kind === "function") {
    return { name: functionName(callee.object), method: callee.object.name, receiver: null, path: [] };
  }
  if (callee.kind === "unknown" && callee.name !== null) {
    const name = callee.package === null ? callee.name : `${callee.package}.${callee.name}`;
    return { name, method: callee.name, receiver: null, path: [] };
  }
  return null;
}

function lastHolder(type: Type, path: readonly VarObject[]): Type {
  return path.at(-1)?.type ?? type;
}

/** A selector of which nothing is known: a method of a type of a package that cannot be read, or of one embedded. */
function unknownSelector(
  program: Program,
  fun: Extract<Expr, { kind: "Selector" }>,
  call: Call,
): LibraryCall | null {
  const callee = program.calleeOf(call);
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
export function calledExpr(call: Call): Expr {
  const fun = unparen(call.fun);
  return fun.kind === "Index" ? unparen(fun.x) : fun;
}
