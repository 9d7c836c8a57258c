/**
 * The types of expressions and type expressions, worked out when they are asked for and kept.
 *
 * Names are bound already; this part only reads what they are bound to.
 */
import {
  type Call,
  type CompositeLit,
  type Expr,
  type FuncDecl,
  type Ident,
  type Selector,
  unparen,
} from "../ast.js";
import { type Bindings } from "../bind/bindings.js";
import {
  boolType,
  byteType,
  complex128Type,
  defaultType,
  float64Type,
  intType,
  pointerTo,
  runeType,
  sliceOf,
  unsafePointer,
  untypedBool,
  untypedComplex,
  untypedFloat,
  untypedInt,
  untypedNil,
  untypedRune,
  untypedString,
} from "./basic.js";
import { DeclaredType } from "./declared.js";
import { infer } from "./infer.js";
import { lookup } from "./lookup.js";
import { type Callee, type GoObject, type Package, type Selection, type VarObject } from "./object.js";
import { TypeExpressions, unnamed } from "./type-expressions.js";
import { instantiate, substituteSignature } from "./substitute.js";
import {
  coreType,
  dereferenced,
  type Signature,
  type Tuple,
  type Type,
  type TypeParam,
  underlying,
  unknown,
} from "./type.js";

// A question that leads to this many others in a row is given up; it keeps hostile files from overflowing the stack.
const maxDepth = 400;

/** Answers for the types of all expressions. */
export class TypeResolver {
  readonly #bindings: Bindings;
  readonly #types = new Map<Expr, Type>();
  readonly #selections = new Map<Selector, Selection | null>();
  readonly #typeExpressions: TypeExpressions;
  #depth = 0;

  constructor(bindings: Bindings) {
    this.#bindings = bindings;
    this.#typeExpressions = new TypeExpressions(bindings, this.typeOf);
  }

  /** The type of an expression; of a type expression, that type. */
  readonly typeOf = (expr: Expr): Type => {
    if (expr.kind === "Ident") {
      return this.#ofIdent(expr);
    }
    const known = this.#types.get(expr);
    if (known !== undefined) {
      return known;
    }
    if (this.#depth >= maxDepth) {
      return unknown;
    }
    this.#depth++;
    // Whoever asks for the same expression while it is being worked out gets no answer.
    this.#types.set(expr, unknown);
    const type = this.#compute(expr);
    this.#depth--;
    this.#types.set(expr, type);
    return type;
  };

  /** What an identifier declares or means. */
  readonly objectOf = (ident: Ident): GoObject | null => this.#bindings.objects.get(ident) ?? null;

  /** Whether an expression denotes a type. */
  readonly isType = (expr: Expr): boolean => {
    const x = unparen(expr);
    switch (x.kind) {
      case "Ident":
        return this.objectOf(x)?.kind === "Type";
      case "Selector":
        return this.objectOf(x.sel)?.kind === "Type" && this.#packageOf(x) !== null;
      case "Index":
      case "Star":
        return this.isType(x.x);
      case "ArrayType":
      case "MapType":
      case "ChanType":
      case "StructType":
      case "InterfaceType":
      case "FuncType":
        return true;
      default:
        return false;
    }
  };

  /** The n-th of the values of an expression that gives `count` values. */
  readonly valueOf = (expr: Expr, index: number, count: number): Type => {
    const type = this.typeOf(expr);
    if (type.kind === "Tuple") {
      return defaultType(type.elements[index] ?? unknown);
    }
    // `v, ok := m[k]`, `v, ok := x.(T)`, `v, ok := <-c`.
    return index === 0 ? defaultType(type) : count === 2 ? boolType : unknown;
  };

  /** What a range statement over an expression gives. */
  readonly rangeOf = (expr: Expr, index: 0 | 1): Type => {
    const given = this.typeOf(expr);
    const type = coreType(given);
    switch (type.kind) {
      case "Map":
        return index === 0 ? type.key : type.element;
      case "Slice":
      case "Array":
        return index === 0 ? intType : type.element;
      case "Pointer": {
        const element = underlying(type.element);
        return index === 0 ? intType : element.kind === "Array" ? element.element : unknown;
      }
      case "Chan":
        return index === 0 ? type.element : unknown;
      case "Signature": {
        const yielded = type.params[0] === undefined ? unknown : coreType(type.params[0].type);
        return yielded.kind === "Signature" ? (yielded.params[index]?.type ?? unknown) : unknown;
      }
      case "Basic":
        if (type.name.endsWith("string")) {
          return index === 0 ? intType : runeType;
        }
        return index === 0 ? defaultType(given) : unknown;
      default:
        return unknown;
    }
  };

  /** The signature of a declared function. */
  readonly signatureOf = (decl: FuncDecl): Signature => this.#typeExpressions.signature(decl.type);

  /** What a selector selects; null for a member of a package and for what is not known. */
  readonly selectionOf = (selector: Selector): Selection | null => {
    const known = this.#selections.get(selector);
    if (known !== undefined) {
      return known;
    }
    this.#selections.set(selector, null);
    const selection = this.#select(selector);
    this.#selections.set(selector, selection);
    if (selection !== null) {
      this.#bindings.objects.set(selector.sel, selection.object);
    }
    return selection;
  };

  #select(selector: Selector): Selection | null {
    if (this.#packageOf(selector) !== null) {
      return null;
    }
    const found = lookup(this.typeOf(selector.x), selector.sel.name);
    if (found === null) {
      return null;
    }
    const ofType = this.isType(selector.x);
    return {
      kind: found.object.kind === "Var" ? "field" : "method",
      object: found.object,
      path: found.path,
      type:
        ofType && found.type.kind === "Signature" ? this.#methodExpression(selector, found.type) : found.type,
      ofType,
    };
  }

  #methodExpression(selector: Selector, type: Signature): Signature {
    const receiver = unnamed(this.typeOf(selector.x), "parameter");
    return { ...type, params: [receiver, ...type.params] };
  }

  /** The package that a selector takes a member of, or null. */
  #packageOf(selector: Selector): Package | null {
    if (selector.x.kind !== "Ident") {
      return null;
    }
    const object = this.objectOf(selector.x);
    return object?.kind === "Package" ? object.package : null;
  }

  /** What a call calls. */
  readonly calleeOf = (call: Call): Callee => {
    if (this.isType(call.fun)) {
      return { kind: "conversion", type: this.typeOf(call.fun) };
    }
    let fun = unparen(call.fun);
    if (fun.kind === "Index") {
      const inner = unparen(fun.x);
      if (this.#isGenericFunction(inner)) {
        fun = inner;
      }
    }
    if (fun.kind === "FuncLit") {
      return { kind: "value", type: this.typeOf(fun) };
    }
    if (fun.kind === "Ident") {
      return this.#calleeOfIdent(fun);
    }
    if (fun.kind === "Selector") {
      return this.#calleeOfSelector(fun);
    }
    return { kind: "value", type: this.typeOf(fun) };
  };

  #isGenericFunction(expr: Expr): boolean {
    const object =
      expr.kind === "Ident"
        ? this.objectOf(expr)
        : expr.kind === "Selector"
          ? (this.selectionOf(expr)?.object ?? this.objectOf(expr.sel))
          : null;
    return object?.kind === "Func";
  }

  #calleeOfIdent(ident: Ident): Callee {
    const object = this.objectOf(ident);
    switch (object?.kind) {
      case "Builtin":
        return { kind: "builtin", name: object.name };
      case "Func":
        return { kind: "function", object, receiver: null };
      case "Var":
        return { kind: "value", type: object.type };
      default:
        return { kind: "unknown", package: null, name: ident.name };
    }
  }

  #calleeOfSelector(selector: Selector): Callee {
    const from = this.#packageOf(selector);
    if (from !== null) {
      const member = this.objectOf(selector.sel);
      if (member?.kind === "Func") {
        return { kind: "function", object: member, receiver: null };
      }
      return member?.kind === "Var"
        ? { kind: "value", type: member.type }
        : { kind: "unknown", package: from.path, name: selector.sel.name };
    }
    const selection = this.selectionOf(selector);
    if (selection?.object.kind === "Func") {
      return {
        kind: "function",
        object: selection.object,
        receiver: selection.ofType ? null : selector.x,
      };
    }
    return selection === null
      ? { kind: "unknown", package: null, name: selector.sel.name }
      : { kind: "value", type: selection.type };
  }

  /** The fields that the elements of a struct literal set. */
  readonly literalFields = (literal: CompositeLit): readonly (VarObject | null)[] => {
    const type = underlying(dereferenced(this.typeOf(literal)));
    if (type.kind !== "Struct") {
      return literal.elements.map(() => null);
    }
    return literal.elements.map((element, i) => {
      if (element.kind !== "KeyValue") {
        return type.fields[i] ?? null;
      }
      const key = element.key;
      return key.kind === "Ident" ? (type.fields.find((field) => field.name === key.name) ?? null) : null;
    });
  };

  // ---- expressions

  #compute(expr: Expr): Type {
    switch (expr.kind) {
      case "Ident":
        return this.#ofIdent(expr);
      case "Paren":
        return this.typeOf(expr.x);
      case "Selector":
        return this.#selector(expr);
      case "Call":
        return this.#call(expr);
      case "Index":
        return this.#index(expr);
      case "Star": {
        const type = this.typeOf(expr.x);
        if (this.isType(expr.x)) {
          return pointerTo(type);
        }
        const under = coreType(type);
        return under.kind === "Pointer" ? under.element : unknown;
      }
      case "Unary":
        return this.#unary(expr.op, expr.x);
      case "Binary":
        return this.#binary(expr);
      case "BasicLit":
        return literalTypes[expr.literal];
      case "CompositeLit":
        return this.#literal(expr);
      case "FuncLit":
        return this.#typeExpressions.signature(expr.type);
      case "SliceExpr":
        return this.#slice(expr.x);
      case "TypeAssert":
        return this.typeOf(expr.type);
      case "KeyValue":
        return this.typeOf(expr.value);
      case "BadExpr":
        return unknown;
      default:
        return this.#typeExpressions.typeOf(expr);
    }
  }

  /** Objects keep their types themselves. */
  #ofIdent(ident: Ident): Type {
    if (this.#depth >= maxDepth) {
      return unknown;
    }
    this.#depth++;
    const type = this.#ofObject(ident.object);
    this.#depth--;
    return type;
  }

  #ofObject(object: GoObject | null): Type {
    switch (object?.kind) {
      case "Var":
      case "Const":
      case "Type":
      case "Func":
        return object.type;
      case "Builtin":
        return object.name === "nil" ? untypedNil : unknown;
      default:
        return unknown;
    }
  }

  #selector(expr: Selector): Type {
    const from = this.#packageOf(expr);
    if (from !== null) {
      return from.path === "unsafe" && expr.sel.name === "Pointer"
        ? unsafePointer
        : this.#ofObject(this.objectOf(expr.sel));
    }
    return this.selectionOf(expr)?.type ?? unknown;
  }

  #unary(op: string, x: Expr): Type {
    const type = this.typeOf(x);
    if (op === "&") {
      return pointerTo(type);
    }
    if (op === "<-") {
      const under = coreType(type);
      return under.kind === "Chan" ? under.element : unknown;
    }
    return op === "!" && type.kind === "Unknown" ? untypedBool : type;
  }

  #binary(expr: Extract<Expr, { kind: "Binary" }>): Type {
    switch (expr.op) {
      case "==":
      case "!=":
      case "<":
      case "<=":
      case ">":
      case ">=":
        return untypedBool;
      case "<<":
      case ">>":
        return this.typeOf(expr.x);
      default: {
        const x = this.typeOf(expr.x);
        if (x.kind === "Unknown" || (x.kind === "Basic" && x.untyped)) {
          const y = this.typeOf(expr.y);
          return y.kind === "Unknown" ? x : y;
        }
        return x;
      }
    }
  }

  #literal(expr: CompositeLit): Type {
    if (expr.type !== null) {
      return this.typeOf(expr.type);
    }
    const outer = this.#bindings.outer.get(expr);
    if (outer === undefined) {
      return unknown;
    }
    let container = this.typeOf(outer.literal);
    if (outer.literal.type === null) {
      container = dereferenced(container);
    }
    const under = coreType(container);
    switch (under.kind) {
      case "Map":
        return outer.key ? under.key : under.element;
      case "Slice":
      case "Array":
        return under.element;
      default:
        return unknown;
    }
  }

  #slice(x: Expr): Type {
    const type = this.typeOf(x);
    const under = coreType(type);
    if (under.kind === "Array") {
      return sliceOf(under.element);
    }
    if (under.kind === "Pointer") {
      const array = underlying(under.element);
      return array.kind === "Array" ? sliceOf(array.element) : unknown;
    }
    return defaultType(type);
  }

  #index(expr: Extract<Expr, { kind: "Index" }>): Type {
    if (this.isType(expr.x)) {
      return this.#instance(expr);
    }
    const type = this.typeOf(expr.x);
    const under = coreType(type);
    switch (under.kind) {
      case "Map":
      case "Slice":
      case "Array":
        return under.element;
      case "Pointer": {
        const array = underlying(under.element);
        return array.kind === "Array" ? array.element : unknown;
      }
      case "Basic":
        return under.name.endsWith("string") ? byteType : unknown;
      case "Signature": {
        const found = infer(
          under,
          expr.indices.map((index) => this.typeOf(index)),
          [],
        );
        return substituteSignature(under, found);
      }
      default:
        return unknown;
    }
  }

  #instance(expr: Extract<Expr, { kind: "Index" }>): Type {
    const args = expr.indices.map((index) => this.typeOf(index));
    const base = unparen(expr.x);
    const name = base.kind === "Selector" ? base.sel : base;
    const object = name.kind === "Ident" ? this.objectOf(name) : null;
    return object instanceof DeclaredType ? instantiate(object, args) : this.typeOf(expr.x);
  }

  #call(call: Call): Type {
    if (this.isType(call.fun)) {
      return this.typeOf(call.fun);
    }
    const fun = unparen(call.fun);
    if (fun.kind === "Ident") {
      const object = this.objectOf(fun);
      if (object?.kind === "Builtin") {
        return this.#builtin(object.name, call);
      }
    }
    const type = coreType(this.typeOf(call.fun));
    if (type.kind !== "Signature") {
      return unknown;
    }
    return results(type.typeParams.length === 0 ? type : this.#inferred(type, call));
  }

  #inferred(type: Signature, call: Call): Signature {
    const args = call.args.map((arg) => this.typeOf(arg));
    const [only] = args;
    const spread = args.length === 1 && only?.kind === "Tuple" ? only.elements : args;
    const found = infer(type, [], spread);
    const complete = new Map<TypeParam, Type>(found);
    for (const param of type.typeParams) {
      if (!complete.has(param)) {
        complete.set(param, unknown);
      }
    }
    return substituteSignature(type, complete);
  }

  #builtin(name: string, call: Call): Type {
    const [first, second] = call.args;
    switch (name) {
      case "make":
        return first === undefined ? unknown : this.typeOf(first);
      case "new":
        return first === undefined ? unknown : pointerTo(defaultType(this.typeOf(first)));
      case "append":
        return first === undefined ? unknown : this.typeOf(first);
      case "len":
      case "cap":
      case "copy":
        return intType;
      case "min":
      case "max": {
        const a = first === undefined ? unknown : this.typeOf(first);
        const b = second === undefined ? a : this.typeOf(second);
        return a.kind === "Basic" && a.untyped ? b : a;
      }
      case "complex":
        return complex128Type;
      case "real":
      case "imag":
        return float64Type;
      case "recover":
        return this.#emptyInterface();
      default:
        return { kind: "Tuple", elements: [] };
    }
  }

  #emptyInterface(): Type {
    return { kind: "Interface", methods: [], embedded: [], unions: [] };
  }
}

const literalTypes = {
  int: untypedInt,
  float: untypedFloat,
  imaginary: untypedComplex,
  rune: untypedRune,
  string: untypedString,
} as const;

function results(signature: Signature): Type {
  const [only] = signature.results;
  if (signature.results.length === 1 && only !== undefined) {
    return only.type;
  }
  const tuple: Tuple = { kind: "Tuple", elements: signature.results.map((result) => result.type) };
  return tuple;
}
