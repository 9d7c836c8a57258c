/** Binds the names in statements. */
import {
  type AssignStmt,
  type Block,
  type Expr,
  type FuncType,
  type GenDecl,
  type Ident,
  type RangeStmt,
  type Stmt,
  type TypeSpec,
  type TypeSwitchStmt,
  type ValueSpec,
} from "../ast.js";
import { Constant, DeclaredType, Variable } from "../types/declared.js";
import { unknown } from "../types/type.js";
import { bindAll, bindExpr, bindOwned, bindSignature, bindTypeParams } from "./bind-expr.js";
import { type BindContext, define } from "./context.js";
import { Scope } from "./scope.js";

/** Binds a function: its parameters, then its body. */
export function bindBody(b: BindContext, type: FuncType, body: Block, scope: Scope): void {
  bindSignature(b, type, scope);
  bindList(b, body.list, scope);
}

/** Binds statements in a block that is there already. */
export function bindList(b: BindContext, list: readonly Stmt[], scope: Scope): void {
  for (const stmt of list) {
    bindStmt(b, stmt, scope);
  }
}

function optional(b: BindContext, stmt: Stmt | null, scope: Scope): void {
  if (stmt !== null) {
    bindStmt(b, stmt, scope);
  }
}

function optionalExpr(b: BindContext, expr: Expr | null, scope: Scope): void {
  if (expr !== null) {
    bindExpr(b, expr, scope);
  }
}

function bindStmt(b: BindContext, stmt: Stmt, scope: Scope): void {
  switch (stmt.kind) {
    case "Block":
      bindList(b, stmt.list, new Scope(scope));
      return;
    case "ExprStmt":
    case "IncDec":
      bindExpr(b, stmt.x, scope);
      return;
    case "Send":
      bindExpr(b, stmt.channel, scope);
      bindExpr(b, stmt.value, scope);
      return;
    case "Assign":
      bindAssign(b, stmt, scope);
      return;
    case "Go":
    case "Defer":
      bindExpr(b, stmt.call, scope);
      return;
    case "Return":
      bindAll(b, stmt.results, scope);
      return;
    case "DeclStmt":
      bindDecls(b, stmt.decls, scope);
      return;
    case "Branch":
    case "Empty":
      return;
    default:
      bindCompound(b, stmt, scope);
  }
}

type CompoundStmt = Extract<
  Stmt,
  { kind: "If" | "Switch" | "TypeSwitch" | "Select" | "For" | "Range" | "Labeled" }
>;

function bindCompound(b: BindContext, stmt: CompoundStmt, outer: Scope): void {
  const scope = new Scope(outer);
  switch (stmt.kind) {
    case "If":
      optional(b, stmt.init, scope);
      bindExpr(b, stmt.cond, scope);
      bindList(b, stmt.body.list, new Scope(scope));
      optional(b, stmt.otherwise, scope);
      return;
    case "Switch":
      optional(b, stmt.init, scope);
      optionalExpr(b, stmt.tag, scope);
      for (const clause of stmt.cases) {
        bindAll(b, clause.exprs ?? [], scope);
        bindList(b, clause.body, new Scope(scope));
      }
      return;
    case "TypeSwitch":
      bindTypeSwitch(b, stmt, scope);
      return;
    case "Select":
      for (const clause of stmt.cases) {
        const inner = new Scope(scope);
        optional(b, clause.comm, inner);
        bindList(b, clause.body, inner);
      }
      return;
    case "For":
      optional(b, stmt.init, scope);
      optionalExpr(b, stmt.cond, scope);
      optional(b, stmt.post, scope);
      bindList(b, stmt.body.list, new Scope(scope));
      return;
    case "Range":
      bindRange(b, stmt, scope);
      return;
    case "Labeled":
      // A label opens no block.
      bindStmt(b, stmt.stmt, outer);
      return;
    default:
      stmt satisfies never;
  }
}

function local(b: BindContext, ident: Ident, type: Variable["type"] | (() => Variable["type"])): Variable {
  return new Variable(
    { name: ident.name, role: "local", ident, file: b.file, package: b.package, function: b.function },
    typeof type === "function" ? type : () => type,
  );
}

function bindAssign(b: BindContext, stmt: AssignStmt, scope: Scope): void {
  bindAll(b, stmt.rhs, scope);
  if (stmt.op !== ":=") {
    bindAll(b, stmt.lhs, scope);
    return;
  }
  const { types } = b;
  const count = stmt.lhs.length;
  const [first] = stmt.rhs;
  for (const [i, left] of stmt.lhs.entries()) {
    if (left.kind !== "Ident") {
      bindExpr(b, left, scope);
      continue;
    }
    const existing = scope.own(left.name);
    if (existing !== undefined) {
      b.bindings.objects.set(left, existing);
      continue;
    }
    const one = stmt.rhs.length === count ? stmt.rhs[i] : undefined;
    const variable = local(b, left, () => {
      if (one !== undefined) {
        return types.valueOf(one, 0, 1);
      }
      return first === undefined ? unknown : types.valueOf(first, i, count);
    });
    define(b, left, variable, scope);
    if (one !== undefined) {
      b.bindings.initial.set(variable, one);
    }
  }
}

function bindRange(b: BindContext, stmt: RangeStmt, scope: Scope): void {
  bindExpr(b, stmt.x, scope);
  const { types } = b;
  for (const [index, expr] of [stmt.key, stmt.value].entries()) {
    if (expr === null) {
      continue;
    }
    if (stmt.define && expr.kind === "Ident") {
      define(
        b,
        expr,
        local(b, expr, () => types.rangeOf(stmt.x, index === 0 ? 0 : 1)),
        scope,
      );
    } else {
      bindExpr(b, expr, scope);
    }
  }
  bindList(b, stmt.body.list, new Scope(scope));
}

function bindTypeSwitch(b: BindContext, stmt: TypeSwitchStmt, scope: Scope): void {
  optional(b, stmt.init, scope);
  bindExpr(b, stmt.x, scope);
  const { types } = b;
  for (const clause of stmt.cases) {
    bindAll(b, clause.exprs ?? [], scope);
    const inner = new Scope(scope);
    if (stmt.bind !== null) {
      const [only, ...more] = clause.exprs ?? [];
      const single = only !== undefined && more.length === 0 && !isNil(only) ? only : stmt.x;
      // One variable a clause; all stand at the one place where the name is.
      inner.declare(
        stmt.bind.name,
        local(b, stmt.bind, () => types.typeOf(single)),
      );
    }
    bindList(b, clause.body, inner);
  }
}

function isNil(expr: Expr): boolean {
  return expr.kind === "Ident" && expr.name === "nil";
}

function bindDecls(b: BindContext, decls: readonly GenDecl[], scope: Scope): void {
  let last: ValueSpec | null = null;
  for (const decl of decls) {
    if (decl.kind === "Type") {
      bindLocalType(b, decl, scope);
    } else if (decl.constant) {
      last = decl.values.length > 0 || decl.type !== null ? decl : last;
      bindLocalConst(b, decl, last ?? decl, scope);
    } else {
      bindLocalVar(b, decl, scope);
    }
  }
}

function bindLocalConst(b: BindContext, spec: ValueSpec, from: ValueSpec, scope: Scope): void {
  optionalExpr(b, spec.type, scope);
  bindAll(b, spec.values, scope);
  for (const [i, ident] of spec.names.entries()) {
    define(b, ident, constant(b, ident, from, i), scope);
  }
}

/** The object of a constant; `from` is the line that gives its type and value. */
export function constant(b: BindContext, ident: Ident, from: ValueSpec, index: number): Constant {
  const { types } = b;
  return new Constant(ident.name, ident, b.package, () => {
    const value = from.values[index];
    if (from.type !== null) {
      return types.typeOf(from.type);
    }
    return value === undefined ? unknown : types.typeOf(value);
  });
}

function bindLocalVar(b: BindContext, spec: ValueSpec, scope: Scope): void {
  optionalExpr(b, spec.type, scope);
  bindAll(b, spec.values, scope);
  for (const [i, ident] of spec.names.entries()) {
    const variable = local(b, ident, () => valueType(b, spec, i));
    define(b, ident, variable, scope);
    const value = spec.values.length === spec.names.length ? spec.values[i] : undefined;
    if (value !== undefined) {
      b.bindings.initial.set(variable, value);
    }
  }
}

/** The type of the n-th variable of a `var` line. */
export function valueType(b: BindContext, spec: ValueSpec, index: number): Variable["type"] {
  const [first] = spec.values;
  if (spec.type !== null) {
    return b.types.typeOf(spec.type);
  }
  const one = spec.values.length === spec.names.length ? spec.values[index] : undefined;
  if (one !== undefined) {
    return b.types.valueOf(one, 0, 1);
  }
  return first === undefined ? unknown : b.types.valueOf(first, index, spec.names.length);
}

function bindLocalType(b: BindContext, spec: TypeSpec, scope: Scope): void {
  const { types } = b;
  const object = new DeclaredType(
    {
      name: spec.name.name,
      ident: spec.name,
      file: b.file,
      package: b.package,
      spec,
      alias: spec.alias,
      function: b.function,
    },
    () => types.typeOf(spec.type),
  );
  define(b, spec.name, object, scope);
  bindTypeSpec(b, spec, object, scope);
}

/** Binds what a type declaration says about its type. */
export function bindTypeSpec(b: BindContext, spec: TypeSpec, object: DeclaredType, scope: Scope): void {
  const inner = new Scope(scope);
  object.typeParams = bindTypeParams(b, spec.typeParams, inner);
  bindOwned(b, spec.type, inner, object.function === null ? spec.name.name : null);
}
