/** What the parts of the binder share. */
import { type Block, type Expr, type FuncType, type GoFile, type Ident } from "../ast.js";
import { type GoObject, type Package } from "../types/object.js";
import { type Type } from "../types/type.js";
import { type Bindings } from "./bindings.js";
import { type FunctionTable } from "./functions.js";
import { type Scope } from "./scope.js";

/** What the binder asks the types for. */
export interface TypeQuestions {
  /** The type of an expression or of a type expression. */
  readonly typeOf: (expr: Expr) => Type;
  /** The n-th of the values of an expression; with `count` 2, the forms `v, ok` count too. */
  readonly valueOf: (expr: Expr, index: number, count: number) => Type;
  /** What a range statement over an expression gives: its key or its value. */
  readonly rangeOf: (expr: Expr, index: 0 | 1) => Type;
}

/** The state of binding one file. */
export interface BindContext {
  readonly bindings: Bindings;
  readonly types: TypeQuestions;
  readonly file: GoFile;
  readonly package: Package;
  /** null for packages of which only the declarations are of interest. */
  readonly functions: FunctionTable | null;
  /** Where a name is looked for when no block inside the function has it. */
  readonly outside: (name: string) => GoObject | undefined;
  /** The function that is being bound. */
  function: number | null;
  /** Binds a function's body in a new function scope; set by the statements' part. */
  readonly body: (b: BindContext, type: FuncType, body: Block, scope: Scope) => void;
}

/** Binds an identifier that is used. */
export function use(b: BindContext, ident: Ident, scope: Scope): GoObject | undefined {
  if (ident.name === "_") {
    return undefined;
  }
  const object = scope.find(ident.name) ?? b.outside(ident.name);
  if (object !== undefined) {
    b.bindings.objects.set(ident, object);
  }
  return object;
}

/** Declares an identifier. */
export function define(b: BindContext, ident: Ident, object: GoObject, scope: Scope): void {
  b.bindings.objects.set(ident, object);
  scope.declare(ident.name, object);
}
