/**
 * The syntax tree of a Go file, as compact as the questions to it allow.
 *
 * It follows the language's own grammar. Types are expressions, because the syntax alone cannot always tell them apart:
 * `f(x)` may be a call or a conversion, `*x` a pointer type or a dereference, `a[b]` an index or an instantiation.
 *
 * `pos` and `end` are offsets into the text of the file (UTF-16 units); {@link GoFile.position} turns one into a line and a
 * column. Nodes are compared by identity: tables about them are keyed by the node.
 */

import { type GoObject } from "./types/object.js";

/** Where a node stands. */
export interface Range {
  readonly pos: number;
  readonly end: number;
}

/** A line and a column, both from 1; the column counts bytes, as Go does. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A file that was parsed. */
export interface GoFile {
  /** Relative to the root, with slashes. */
  readonly path: string;
  /** The name after `package`, or "" when there is none. */
  readonly packageName: string;
  readonly imports: readonly ImportSpec[];
  readonly decls: readonly Decl[];
  readonly text: string;
  readonly lines: number;
  /** Marked `Code generated … DO NOT EDIT.` */
  readonly generated: boolean;
  /** Lines at which something could not be parsed; at most a few. */
  readonly syntaxErrors: readonly number[];
  readonly position: (offset: number) => Position;
}

export interface ImportSpec extends Range {
  readonly kind: "Import";
  /** `_`, `.`, a name, or null. */
  readonly name: Ident | null;
  readonly path: string;
}

// ---- expressions and types

export interface Ident extends Range {
  readonly kind: "Ident";
  readonly name: string;
  /** What it declares or means, once names are bound. A table beside the tree would be the largest of all. */
  object: GoObject | null;
}

export interface BasicLit extends Range {
  readonly kind: "BasicLit";
  readonly literal: "int" | "float" | "imaginary" | "rune" | "string";
}

export interface FuncLit extends Range {
  readonly kind: "FuncLit";
  readonly type: FuncType;
  readonly body: Block;
}

export interface CompositeLit extends Range {
  readonly kind: "CompositeLit";
  /** null where it is left out inside another literal. */
  readonly type: Expr | null;
  readonly elements: readonly Expr[];
}

export interface KeyValue extends Range {
  readonly kind: "KeyValue";
  readonly key: Expr;
  readonly value: Expr;
}

export interface Paren extends Range {
  readonly kind: "Paren";
  readonly x: Expr;
}

export interface Selector extends Range {
  readonly kind: "Selector";
  readonly x: Expr;
  readonly sel: Ident;
}

/** `x[i]`, `x[T1, T2]`. */
export interface Index extends Range {
  readonly kind: "Index";
  readonly x: Expr;
  readonly indices: readonly Expr[];
}

export interface SliceExpr extends Range {
  readonly kind: "SliceExpr";
  readonly x: Expr;
  readonly bounds: readonly Expr[];
}

/** `x.(T)`. */
export interface TypeAssert extends Range {
  readonly kind: "TypeAssert";
  readonly x: Expr;
  readonly type: Expr;
}

/** A call or a conversion. */
export interface Call extends Range {
  readonly kind: "Call";
  readonly fun: Expr;
  readonly args: readonly Expr[];
  /** The last argument is followed by `...`. */
  readonly spread: boolean;
}

/** `*x`: a pointer type or a dereference. */
export interface Star extends Range {
  readonly kind: "Star";
  readonly x: Expr;
}

export interface Unary extends Range {
  readonly kind: "Unary";
  /** `+ - ! ^ & <- ~`. */
  readonly op: string;
  readonly x: Expr;
}

export interface Binary extends Range {
  readonly kind: "Binary";
  readonly op: string;
  readonly x: Expr;
  readonly y: Expr;
}

/** `[]T`, `[N]T`, `[...]T`. */
export interface ArrayType extends Range {
  readonly kind: "ArrayType";
  readonly slice: boolean;
  /** null for a slice and for `[...]`. */
  readonly length: Expr | null;
  readonly element: Expr;
}

export interface MapType extends Range {
  readonly kind: "MapType";
  readonly key: Expr;
  readonly value: Expr;
}

export interface ChanType extends Range {
  readonly kind: "ChanType";
  readonly value: Expr;
}

export interface Field extends Range {
  /** Empty for an embedded field and for a parameter without a name. */
  readonly names: readonly Ident[];
  readonly type: Expr;
  readonly variadic: boolean;
}

export interface StructType extends Range {
  readonly kind: "StructType";
  readonly fields: readonly Field[];
}

export interface InterfaceMethod extends Range {
  readonly name: Ident;
  readonly type: FuncType;
}

export interface InterfaceType extends Range {
  readonly kind: "InterfaceType";
  readonly methods: readonly InterfaceMethod[];
  /** Embedded interfaces and unions: one entry a line, the terms of a union together. */
  readonly embedded: readonly (readonly Expr[])[];
}

export interface FuncType extends Range {
  readonly kind: "FuncType";
  readonly typeParams: readonly Field[];
  readonly params: readonly Field[];
  readonly results: readonly Field[];
}

/** What could not be parsed. */
export interface BadExpr extends Range {
  readonly kind: "BadExpr";
}

export type Expr =
  | Ident
  | BasicLit
  | FuncLit
  | CompositeLit
  | KeyValue
  | Paren
  | Selector
  | Index
  | SliceExpr
  | TypeAssert
  | Call
  | Star
  | Unary
  | Binary
  | ArrayType
  | MapType
  | ChanType
  | StructType
  | InterfaceType
  | FuncType
  | BadExpr;

// ---- statements

export interface Block extends Range {
  readonly kind: "Block";
  readonly list: readonly Stmt[];
}

export interface ExprStmt extends Range {
  readonly kind: "ExprStmt";
  readonly x: Expr;
}

export interface SendStmt extends Range {
  readonly kind: "Send";
  readonly channel: Expr;
  readonly value: Expr;
}

export interface IncDecStmt extends Range {
  readonly kind: "IncDec";
  readonly x: Expr;
  readonly op: "++" | "--";
}

/** `a, b = c, d`, `a := b`, `a += b`. */
export interface AssignStmt extends Range {
  readonly kind: "Assign";
  readonly lhs: readonly Expr[];
  readonly rhs: readonly Expr[];
  /** `=`, `:=`, `+=` … */
  readonly op: string;
}

export interface GoStmt extends Range {
  readonly kind: "Go";
  readonly call: Expr;
}

export interface DeferStmt extends Range {
  readonly kind: "Defer";
  readonly call: Expr;
}

export interface ReturnStmt extends Range {
  readonly kind: "Return";
  readonly results: readonly Expr[];
}

export interface BranchStmt extends Range {
  readonly kind: "Branch";
  readonly what: "break" | "continue" | "goto" | "fallthrough";
  readonly label: string | null;
}

export interface IfStmt extends Range {
  readonly kind: "If";
  readonly init: Stmt | null;
  readonly cond: Expr;
  readonly body: Block;
  readonly otherwise: Block | IfStmt | null;
}

export interface CaseClause extends Range {
  readonly kind: "Case";
  /** Expressions or types; null for `default`. */
  readonly exprs: readonly Expr[] | null;
  readonly body: readonly Stmt[];
}

export interface SwitchStmt extends Range {
  readonly kind: "Switch";
  readonly init: Stmt | null;
  readonly tag: Expr | null;
  readonly cases: readonly CaseClause[];
}

/** `switch x := y.(type)`. */
export interface TypeSwitchStmt extends Range {
  readonly kind: "TypeSwitch";
  readonly init: Stmt | null;
  readonly bind: Ident | null;
  readonly x: Expr;
  readonly cases: readonly CaseClause[];
}

export interface CommClause extends Range {
  readonly kind: "Comm";
  /** A send, a receive (an assignment or an expression), or null for `default`. */
  readonly comm: Stmt | null;
  readonly body: readonly Stmt[];
}

export interface SelectStmt extends Range {
  readonly kind: "Select";
  readonly cases: readonly CommClause[];
}

export interface ForStmt extends Range {
  readonly kind: "For";
  readonly init: Stmt | null;
  readonly cond: Expr | null;
  readonly post: Stmt | null;
  readonly body: Block;
}

export interface RangeStmt extends Range {
  readonly kind: "Range";
  readonly key: Expr | null;
  readonly value: Expr | null;
  /** `:=` instead of `=`. */
  readonly define: boolean;
  readonly x: Expr;
  readonly body: Block;
}

export interface LabeledStmt extends Range {
  readonly kind: "Labeled";
  readonly label: string;
  readonly stmt: Stmt;
}

export interface DeclStmt extends Range {
  readonly kind: "DeclStmt";
  readonly decls: readonly GenDecl[];
}

/** An empty statement, or what could not be parsed. */
export interface EmptyStmt extends Range {
  readonly kind: "Empty";
}

export type Stmt =
  | Block
  | ExprStmt
  | SendStmt
  | IncDecStmt
  | AssignStmt
  | GoStmt
  | DeferStmt
  | ReturnStmt
  | BranchStmt
  | IfStmt
  | SwitchStmt
  | TypeSwitchStmt
  | SelectStmt
  | ForStmt
  | RangeStmt
  | LabeledStmt
  | DeclStmt
  | EmptyStmt;

// ---- declarations

/** One line of `var` or `const`. */
export interface ValueSpec extends Range {
  readonly kind: "Value";
  readonly constant: boolean;
  readonly names: readonly Ident[];
  readonly type: Expr | null;
  readonly values: readonly Expr[];
}

export interface TypeSpec extends Range {
  readonly kind: "Type";
  readonly name: Ident;
  readonly typeParams: readonly Field[];
  readonly alias: boolean;
  readonly type: Expr;
}

export interface FuncDecl extends Range {
  readonly kind: "Func";
  readonly name: Ident;
  readonly receiver: Field | null;
  readonly type: FuncType;
  readonly body: Block | null;
}

export type GenDecl = ValueSpec | TypeSpec;
export type Decl = GenDecl | FuncDecl;

/** Takes parentheses away. */
export function unparen(expr: Expr): Expr {
  let x = expr;
  while (x.kind === "Paren") {
    x = x.x;
  }
  return x;
}
