/** Binds the names in expressions and types. */
import {
  type CompositeLit,
  type Expr,
  type Field,
  type FuncLit,
  type FuncType,
  type StructType,
} from "../ast.js";
import { Parameter, TypeParamName, Variable } from "../types/declared.js";
import { type VarObject } from "../types/object.js";
import { sliceOf } from "../types/basic.js";
import { type TypeParam } from "../types/type.js";
import { type BindContext, define, use } from "./context.js";
import { Scope } from "./scope.js";

/** Binds an expression. */
export function bindExpr(b: BindContext, expr: Expr, scope: Scope): void {
  switch (expr.kind) {
    case "Ident":
      use(b, expr, scope);
      return;
    case "Selector":
      bindSelector(b, expr, scope);
      return;
    case "Call":
      bindExpr(b, expr.fun, scope);
      bindAll(b, expr.args, scope);
      return;
    case "Index":
      bindExpr(b, expr.x, scope);
      bindAll(b, expr.indices, scope);
      return;
    case "Binary":
      bindExpr(b, expr.x, scope);
      bindExpr(b, expr.y, scope);
      return;
    case "Paren":
    case "Star":
    case "Unary":
      bindExpr(b, expr.x, scope);
      return;
    case "CompositeLit":
      bindLiteral(b, expr, scope);
      return;
    case "KeyValue":
      bindExpr(b, expr.key, scope);
      bindExpr(b, expr.value, scope);
      return;
    case "FuncLit":
      bindFuncLit(b, expr, scope);
      return;
    case "SliceExpr":
      bindExpr(b, expr.x, scope);
      bindAll(b, expr.bounds, scope);
      return;
    case "TypeAssert":
      bindExpr(b, expr.x, scope);
      bindExpr(b, expr.type, scope);
      return;
    case "BasicLit":
    case "BadExpr":
      return;
    default:
      bindType(b, expr, scope, null);
  }
}

type TypeNode = Extract<
  Expr,
  { kind: "ArrayType" | "MapType" | "ChanType" | "StructType" | "InterfaceType" | "FuncType" }
>;

function bindType(b: BindContext, expr: TypeNode, scope: Scope, owner: string | null): void {
  switch (expr.kind) {
    case "ArrayType":
      if (expr.length !== null) {
        bindExpr(b, expr.length, scope);
      }
      bindOwned(b, expr.element, scope, owner);
      return;
    case "MapType":
      bindExpr(b, expr.key, scope);
      bindOwned(b, expr.value, scope, owner);
      return;
    case "ChanType":
      bindOwned(b, expr.value, scope, owner);
      return;
    case "StructType":
      bindStruct(b, expr, scope, owner);
      return;
    case "InterfaceType":
      b.bindings.fileOf.set(expr, b.file);
      for (const method of expr.methods) {
        bindSignature(b, method.type, new Scope(scope));
      }
      for (const terms of expr.embedded) {
        bindAll(b, terms, scope);
      }
      return;
    case "FuncType":
      bindSignature(b, expr, new Scope(scope));
      return;
    default:
      expr satisfies never;
  }
}

/** Binds a type; structs without a name inside it are called after `owner`. */
export function bindOwned(b: BindContext, expr: Expr, scope: Scope, owner: string | null): void {
  switch (expr.kind) {
    case "ArrayType":
    case "MapType":
    case "ChanType":
    case "StructType":
      bindType(b, expr, scope, owner);
      return;
    case "Star":
    case "Paren":
      bindOwned(b, expr.x, scope, owner);
      return;
    default:
      bindExpr(b, expr, scope);
  }
}

function bindStruct(b: BindContext, expr: StructType, scope: Scope, owner: string | null): void {
  b.bindings.fileOf.set(expr, b.file);
  if (owner !== null) {
    b.bindings.owners.set(expr, { name: owner });
  }
  for (const field of expr.fields) {
    const name = field.names[0]?.name;
    bindOwned(b, field.type, scope, owner === null || name === undefined ? null : `${owner}.${name}`);
  }
}

/** Binds several expressions. */
export function bindAll(b: BindContext, exprs: readonly Expr[], scope: Scope): void {
  for (const expr of exprs) {
    bindExpr(b, expr, scope);
  }
}

function bindSelector(b: BindContext, expr: Extract<Expr, { kind: "Selector" }>, scope: Scope): void {
  if (expr.x.kind !== "Ident") {
    bindExpr(b, expr.x, scope);
    return;
  }
  const object = use(b, expr.x, scope);
  if (object?.kind === "Package") {
    const member = object.package.scope.get(expr.sel.name);
    if (member !== undefined) {
      b.bindings.objects.set(expr.sel, member);
    }
  }
}

function bindLiteral(b: BindContext, literal: CompositeLit, scope: Scope): void {
  if (literal.type !== null) {
    bindExpr(b, literal.type, scope);
  }
  for (const [index, element] of literal.elements.entries()) {
    if (element.kind === "KeyValue") {
      noteOuter(b, element.key, literal, index, true);
      noteOuter(b, element.value, literal, index, false);
    } else {
      noteOuter(b, element, literal, index, false);
    }
    bindExpr(b, element, scope);
  }
}

function noteOuter(b: BindContext, inner: Expr, literal: CompositeLit, index: number, key: boolean): void {
  if (inner.kind === "CompositeLit" && inner.type === null) {
    b.bindings.outer.set(inner, { literal, key, index });
  }
}

function bindFuncLit(b: BindContext, literal: FuncLit, scope: Scope): void {
  const outer = b.function;
  b.function = b.functions?.addLiteral(literal, outer, b.file, b.package) ?? null;
  b.body(b, literal.type, literal.body, new Scope(scope));
  b.function = outer;
}

/** Binds the parameters and results of a function in its scope. */
export function bindSignature(b: BindContext, type: FuncType, scope: Scope): void {
  bindTypeParams(b, type.typeParams, scope);
  // All types are bound before any parameter is declared: `func f(string string, b string)`.
  for (const field of [...type.params, ...type.results]) {
    bindExpr(b, field.type, scope);
  }
  declareFields(b, type.params, "parameter", scope);
  declareFields(b, type.results, "result", scope);
}

/** Declares the names of parameters, results, or a receiver. */
export function declareFields(
  b: BindContext,
  fields: readonly Field[],
  role: "parameter" | "result" | "receiver",
  scope: Scope,
): void {
  for (const field of fields) {
    for (const ident of field.names) {
      const object = parameterObject(b, field, ident, role);
      define(b, ident, object, scope);
    }
  }
}

function parameterObject(
  b: BindContext,
  field: Field,
  ident: Field["names"][number],
  role: "parameter" | "result" | "receiver",
): VarObject {
  const types = b.types;
  return new Variable(
    { name: ident.name, role, ident, file: b.file, package: b.package, function: b.function },
    () => (field.variadic ? sliceOf(types.typeOf(field.type)) : types.typeOf(field.type)),
  );
}

/** Declares type parameters and binds their constraints. */
export function bindTypeParams(b: BindContext, fields: readonly Field[], scope: Scope): TypeParam[] {
  const params: TypeParam[] = [];
  const types = b.types;
  for (const field of fields) {
    for (const ident of field.names) {
      const param = new Parameter(ident.name, params.length, () => types.typeOf(field.type));
      params.push(param);
      define(b, ident, new TypeParamName(ident.name, ident, param), scope);
    }
  }
  for (const field of fields) {
    bindExpr(b, field.type, scope);
  }
  return params;
}
