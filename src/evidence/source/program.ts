/**
 * The resolved program: what the facts are made from.
 *
 * Syntax trees, what each name means, and what type each expression has. Names are bound when the program is made; types
 * are worked out when they are asked for, and kept.
 */
import {
  type Call,
  type CompositeLit,
  type Expr,
  type FuncDecl,
  type FuncLit,
  type GoFile,
  type Ident,
  type Selector,
} from "./ast.js";
import { type Manner } from "./accesses/reach.js";
import { type MapVariable, type SourceFunction, type SourceModule } from "./facts.js";
import {
  type Callee,
  type FuncObject,
  type GoObject,
  type Package,
  type Selection,
  type VarObject,
} from "./types/object.js";
import { type Type } from "./types/type.js";
import { type Operation } from "../../case/case.js";

/** A function, method or function literal with a body. Its index is its place in {@link Program.functions}. */
export interface ProgramFunction extends SourceFunction {
  readonly index: number;
  readonly node: FuncDecl | FuncLit;
  readonly sourceFile: GoFile;
  readonly sourcePackage: Package;
  /** The declared function's object; null for a function literal. */
  readonly object: FuncObject | null;
}

/** An access that was found, with its place in the tree. */
export interface FoundAccess {
  readonly operation: Operation;
  readonly function: number;
  readonly file: GoFile;
  /** The map expression: `c.items` of `c.items[k]`. */
  readonly map: Expr;
  /** The whole expression that accesses: the index expression, the call, the range statement's operand. */
  readonly at: Expr;
  readonly variable: number;
  readonly through: string | null;
  readonly base: string | null;
  /** How a library goes through the value that it is given; null for accesses by the language itself. */
  readonly manner: Manner | null;
}

/** Everything that holds a map, each once. */
export interface MapVariables {
  readonly list: readonly MapVariable[];
  /** The variable that an expression of map type (or a pointer to a map) denotes; its index in the list. */
  readonly ofExpr: (expr: Expr, file: GoFile) => number;
  /** The variable for a declared variable, parameter, result or field. */
  readonly ofObject: (object: VarObject) => number;
  /** The variable for the n-th result of a function, named or not. */
  readonly ofResult: (object: FuncObject | number, index: number) => number;
  /** The variable for the elements of what a variable holds: `element of x`. */
  readonly elementOf: (container: number) => number;
  /** Something that holds maps and is no variable, such as what contexts hold under a key. */
  readonly ofHolder: (key: string, name: string) => number;
}

/** A resolved program. */
export interface Program {
  readonly root: string;
  readonly modules: readonly SourceModule[];
  /** The packages below the root, in the order of their paths. */
  readonly packages: readonly Package[];
  readonly functions: readonly ProgramFunction[];
  /** All functions of a file, in the order in which they begin (for lookups by line, take the innermost). */
  readonly functionsOfFile: (file: GoFile) => readonly ProgramFunction[];
  readonly functionOf: (node: FuncDecl | FuncLit) => number | undefined;
  /**
   * The type of an expression; of a type expression, that type. A call with several results is a Tuple. Constants have
   * untyped types. Never throws; Unknown when not known.
   */
  readonly typeOf: (expr: Expr) => Type;
  /** Whether an expression denotes a type. */
  readonly isType: (expr: Expr) => boolean;
  /** What an identifier declares or means, also the `sel` of a selector. null for `_` and for what is not known. */
  readonly objectOf: (ident: Ident) => GoObject | null;
  /** What a selector selects; null for `package.Name` (ask {@link objectOf} for its `sel`) and for what is not known. */
  readonly selectionOf: (selector: Selector) => Selection | null;
  readonly calleeOf: (call: Call) => Callee;
  /** The field that each element of a struct literal sets, in the order of the elements; null where it is not known. */
  readonly literalFields: (literal: CompositeLit) => readonly (VarObject | null)[];
  /** The methods below the root that a call of an interface's method may reach, found by type. At most 50. */
  readonly implementations: (method: FuncObject, receiverType: Type) => readonly FuncObject[];
  /** `field example.com/shop.Cache.mu`, `global …`, `local FILE:LINE:COL name`: equal for the same variable everywhere. */
  readonly keyOf: (object: VarObject) => string;
  /**
   * The variable at the root of an expression, to tell instances apart: `c` of `c.items`, `s` of `s.a.b[i].m`. Its key, or
   * null when there is none (a call).
   */
  readonly baseOf: (expr: Expr) => string | null;
  readonly variables: MapVariables;
}
