/**
 * Walks the bodies of functions and finds every expression that accesses a map by the language itself: `m[k]`, assignments
 * to it, `delete`, `clear`, `range`.
 */
import { type Block, type Call, type Expr, type GenDecl, type Index, type Stmt, unparen } from "../ast.js";
import { coreType, type Type } from "../types/type.js";
import { type Operation } from "../../../case/case.js";

/** What the walk asks and tells. */
export interface WalkWorld {
  readonly typeOf: (expr: Expr) => Type;
  readonly isType: (expr: Expr) => boolean;
  /** The name of the built-in function that a call calls, or null. */
  readonly builtinOf: (call: Call) => string | null;
  /** Called for each access. */
  readonly access: (operation: Operation, map: Expr, at: Expr) => void;
  /** Called for each call of something that is not built in. */
  readonly call: (call: Call) => void;
}

/** Whether an expression is a map. */
export function isMap(world: WalkWorld, expr: Expr): boolean {
  return coreType(world.typeOf(expr)).kind === "Map";
}

/** Walks a block; function literals inside it are left alone: they are functions of their own. */
export function walkBlock(world: WalkWorld, block: Block): void {
  walkList(world, block.list);
}

function walkList(world: WalkWorld, list: readonly Stmt[]): void {
  for (const stmt of list) {
    walkStmt(world, stmt);
  }
}

function walkOptional(world: WalkWorld, stmt: Stmt | null): void {
  if (stmt !== null) {
    walkStmt(world, stmt);
  }
}

function walkStmt(world: WalkWorld, stmt: Stmt): void {
  switch (stmt.kind) {
    case "Block":
      walkList(world, stmt.list);
      return;
    case "ExprStmt":
      walkExpr(world, stmt.x);
      return;
    case "IncDec":
      walkTarget(world, stmt.x);
      return;
    case "Assign":
      walkAssign(world, stmt);
      return;
    case "Send":
      walkExpr(world, stmt.channel);
      walkExpr(world, stmt.value);
      return;
    case "Go":
    case "Defer":
      walkExpr(world, stmt.call);
      return;
    case "Return":
      walkAll(world, stmt.results);
      return;
    case "DeclStmt":
      walkDecls(world, stmt.decls);
      return;
    case "Labeled":
      walkStmt(world, stmt.stmt);
      return;
    case "Branch":
    case "Empty":
      return;
    default:
      walkCompound(world, stmt);
  }
}

function walkDecls(world: WalkWorld, decls: readonly GenDecl[]): void {
  for (const decl of decls) {
    if (decl.kind === "Value") {
      walkAll(world, decl.values);
    }
  }
}

type CompoundStmt = Extract<Stmt, { kind: "If" | "Switch" | "TypeSwitch" | "Select" | "For" | "Range" }>;

function walkCompound(world: WalkWorld, stmt: CompoundStmt): void {
  switch (stmt.kind) {
    case "If":
      walkOptional(world, stmt.init);
      walkExpr(world, stmt.cond);
      walkList(world, stmt.body.list);
      walkOptional(world, stmt.otherwise);
      return;
    case "Switch":
    case "TypeSwitch":
      walkOptional(world, stmt.init);
      if (stmt.kind === "TypeSwitch") {
        walkExpr(world, stmt.x);
      } else if (stmt.tag !== null) {
        walkExpr(world, stmt.tag);
      }
      for (const clause of stmt.cases) {
        walkAll(world, clause.exprs ?? []);
        walkList(world, clause.body);
      }
      return;
    case "Select":
      for (const clause of stmt.cases) {
        walkOptional(world, clause.comm);
        walkList(world, clause.body);
      }
      return;
    case "For":
      walkOptional(world, stmt.init);
      if (stmt.cond !== null) {
        walkExpr(world, stmt.cond);
      }
      walkOptional(world, stmt.post);
      walkList(world, stmt.body.list);
      return;
    case "Range":
      if (isMap(world, stmt.x)) {
        world.access("iterate", stmt.x, stmt.x);
      }
      walkExpr(world, stmt.x);
      for (const target of [stmt.key, stmt.value]) {
        if (target !== null && !stmt.define) {
          walkTarget(world, target);
        }
      }
      walkList(world, stmt.body.list);
      return;
    default:
      stmt satisfies never;
  }
}

function walkAssign(world: WalkWorld, stmt: Extract<Stmt, { kind: "Assign" }>): void {
  if (stmt.op !== ":=") {
    for (const target of stmt.lhs) {
      walkTarget(world, target);
    }
  }
  // `m[k] = append(m[k], v)` is compiled to one write.
  const [left] = stmt.lhs;
  const [right] = stmt.rhs;
  if (
    stmt.lhs.length === 1 &&
    left?.kind === "Index" &&
    right?.kind === "Call" &&
    appendsTo(world, right, left)
  ) {
    walkAll(world, right.args.slice(1));
    return;
  }
  walkAll(world, stmt.rhs);
}

function appendsTo(world: WalkWorld, call: Call, target: Index): boolean {
  const [first] = call.args;
  return (
    world.builtinOf(call) === "append" &&
    first?.kind === "Index" &&
    isMap(world, target.x) &&
    sameName(first.x, target.x, 0) &&
    first.indices[0] !== undefined &&
    target.indices[0] !== undefined &&
    sameName(first.indices[0], target.indices[0], 0)
  );
}

/** Whether two expressions are written alike and call nothing. */
function sameName(a: Expr, b: Expr, depth: number): boolean {
  if (depth > 20) {
    return false;
  }
  switch (a.kind) {
    case "Ident":
      return b.kind === "Ident" && a.name === b.name;
    case "Selector":
      return b.kind === "Selector" && a.sel.name === b.sel.name && sameName(a.x, b.x, depth + 1);
    case "Star":
    case "Paren":
      return b.kind === a.kind && sameName(a.x, b.x, depth + 1);
    case "BasicLit":
      return false;
    default:
      return false;
  }
}

/** The left side of an assignment. */
function walkTarget(world: WalkWorld, target: Expr): void {
  const x = unparen(target);
  if (x.kind === "Index") {
    walkIndex(world, x, "write");
  } else {
    walkExpr(world, x);
  }
}

function walkIndex(world: WalkWorld, expr: Index, operation: Operation): void {
  if (isMap(world, expr.x) && !world.isType(expr.x)) {
    world.access(operation, expr.x, expr);
  }
  walkExpr(world, expr.x);
  walkAll(world, expr.indices);
}

function walkAll(world: WalkWorld, exprs: readonly Expr[]): void {
  for (const expr of exprs) {
    walkExpr(world, expr);
  }
}

/** Walks an expression whose value is used. */
export function walkExpr(world: WalkWorld, expr: Expr): void {
  switch (expr.kind) {
    case "Index":
      walkIndex(world, expr, "read");
      return;
    case "Call":
      walkCall(world, expr);
      return;
    case "Paren":
    case "Star":
    case "Unary":
    case "Selector":
    case "TypeAssert":
      walkExpr(world, expr.x);
      return;
    case "Binary":
      walkExpr(world, expr.x);
      walkExpr(world, expr.y);
      return;
    case "SliceExpr":
      walkExpr(world, expr.x);
      walkAll(world, expr.bounds);
      return;
    case "CompositeLit":
      walkAll(world, expr.elements);
      return;
    case "KeyValue":
      walkExpr(world, expr.key);
      walkExpr(world, expr.value);
      return;
    default:
  }
}

function walkCall(world: WalkWorld, call: Call): void {
  const builtin = world.builtinOf(call);
  const [first] = call.args;
  if (builtin !== null) {
    if ((builtin === "delete" || builtin === "clear") && first !== undefined && isMap(world, first)) {
      world.access(builtin, first, call);
    }
  } else if (!world.isType(call.fun)) {
    world.call(call);
    walkExpr(world, call.fun);
  }
  walkAll(world, call.args);
}
