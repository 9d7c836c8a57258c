/**
 * Who has what: a map or struct that a function made is its own until it gives it away.
 *
 * Given away is what is assigned, passed, sent, stored or captured by a function that may run later. What a function does with
 * its own parameters is remembered as well, so that a caller knows whether it still owns what it passed.
 */
import {
  type Call,
  type CompositeLit,
  type Expr,
  type FuncLit,
  type GoFile,
  type Ident,
  type Stmt,
  unparen,
} from "../ast.js";
import { type VarObject } from "../types/object.js";
import { type Type, underlying } from "../types/type.js";
import { type BodyBuilder, type Path, type ReturnedValue, type VariableUse } from "./body.js";
import { libraryCall } from "./library-calls.js";
import { type Model, type Site } from "./model.js";
import { identsBelow, identsOf } from "./walk.js";

/** The function that is being lowered. */
export interface OwnershipHost {
  readonly model: Model;
  readonly file: GoFile;
  readonly self: number | null;
  readonly builder: BodyBuilder;
  /** The site of a call that was lowered already. */
  readonly siteOf: (call: Call) => Site | null;
}

/** Struct literals in struct literals in …: deeper ones are not looked into. */
const deepest = 8;
/** Selectors of selectors of …: longer ones are not followed. */
const deepestExpr = 40;

/** Follows what a function owns, and emits the events about it. */
export class Ownership {
  readonly #host: OwnershipHost;
  /** Roots of paths that are owned somewhere in this function. */
  readonly #candidates = new Set<number>();

  constructor(host: OwnershipHost) {
    this.#host = host;
  }

  /** Named results begin as nil. */
  begin(): void {
    const { self, model } = this.#host;
    const info = self === null ? undefined : model.infos[self];
    for (const variable of info === undefined ? [] : [info.receiver, ...info.params]) {
      if (variable !== null && !this.#isPlain(variable.type)) {
        this.#candidates.add(model.places.root(variable.origin));
      }
    }
    for (const result of self === null ? [] : (model.infos[self]?.results ?? [])) {
      if (result.name !== "" && result.name !== "_" && !this.#isPlain(result.type)) {
        this.#own(model.places.root(result.origin), []);
      }
    }
  }

  /** `var m map[string]int`: nil, and nobody else's. */
  declared(name: Expr): void {
    const variable = this.#variable(name);
    if (variable !== null && this.#isLocal(variable) && !this.#isPlain(variable.type)) {
      this.#own(this.#host.model.places.root(variable.origin), []);
    }
  }

  /** Something was assigned to a variable or to a field of it. */
  assigned(target: Expr, value: Expr): void {
    const named = this.#rootVariable(target);
    if (named === null || !this.#isLocal(named) || this.#isPlain(named.type)) {
      return;
    }
    const place = this.#host.model.places.of(target, this.#host.file);
    const root = place?.path.root ?? null;
    const variable = root === null ? undefined : this.#host.model.places.variable(root);
    if (place === null || root === null || variable === undefined || !this.#isLocal(variable)) {
      return;
    }
    const fresh = this.#fresh(value, place.path.id, 0);
    const site = fresh === null && place.path.fields.length === 0 ? this.#calledSite(value) : null;
    if (site !== null) {
      this.#candidates.add(root);
      this.#host.builder.add({ kind: "receive", root, site: site.id });
      return;
    }
    if (fresh === null) {
      this.#replaced(target, root, place.path);
      return;
    }
    if (place.path.fields.length === 0) {
      this.#own(root, fresh);
    } else if (this.#candidates.has(root)) {
      this.#emitOwn(fresh);
    }
  }

  /** Something of somebody else's was assigned: what holds it stays as it is, what it holds there is not one's own. */
  #replaced(target: Expr, root: number, path: Path): void {
    const type = this.#host.model.program.typeOf(target);
    if (this.#isPlain(type)) {
      return;
    }
    if (path.fields.length > 0) {
      if (this.#candidates.has(root)) {
        this.#host.builder.add({ kind: "drop", path: path.id });
      }
    } else if (underlying(type).kind === "Struct") {
      // A copy of a struct: its fields are one's own to set, what they hold so far is not.
      this.#own(root, []);
    } else if (this.#candidates.has(root)) {
      this.#share(root, null);
    }
  }

  /** Where something new replaces what variables hold, they have it for themselves from now on. */
  takenOut(variables: readonly VarObject[], replacement: Expr): void {
    const isNew = this.#fresh(replacement, "", 0) !== null;
    for (const variable of isNew ? variables : []) {
      if (this.#isLocal(variable)) {
        this.#own(this.#host.model.places.root(variable.origin), []);
      }
    }
  }

  /** What a return statement gives back; `value` is null for a bare one. */
  returned(value: Expr | null, variable: VarObject): void {
    if (this.#isPlain(variable.type)) {
      return;
    }
    this.#host.builder.add({ kind: "return", value: this.#returnedValue(value, variable) });
  }

  #returnedValue(value: Expr | null, variable: VarObject): ReturnedValue {
    const { places } = this.#host.model;
    if (value === null) {
      return { root: places.root(variable.origin) };
    }
    const paths = this.#fresh(value, "", 0);
    if (paths !== null) {
      return { paths };
    }
    const site = this.#calledSite(value);
    if (site !== null) {
      return { site: site.id };
    }
    const expr = unparen(value);
    const named = this.#variable(expr.kind === "Unary" && expr.op === "&" ? expr.x : expr);
    const root = named !== null && this.#isLocal(named) ? places.root(named.origin) : null;
    return root !== null && this.#candidates.has(root) ? { root } : null;
  }

  /** The site of a call of a function below the root. */
  #calledSite(value: Expr): Site | null {
    const expr = unparen(value);
    const site = expr.kind === "Call" ? this.#host.siteOf(expr) : null;
    return site?.passes === true && site.targets.length === 1 ? site : null;
  }

  /** A loop puts something of somebody else's into a variable. */
  overwritten(target: Expr): void {
    const variable = this.#variable(target);
    const root = variable === null ? null : this.#host.model.places.root(variable.origin);
    if (root !== null && this.#candidates.has(root)) {
      this.#share(root, null);
    }
  }

  /** The value of a variable or field is taken. `to`: by this variable of another function only. */
  give(expr: Expr, to: VariableUse | null = null): void {
    if (expr.kind === "Selector" && this.#host.model.program.selectionOf(expr)?.object.kind === "Func") {
      // A method value has its receiver with it.
      this.give(unparen(expr.x));
      return;
    }
    const named = this.#rootVariable(expr);
    if (named === null || named.function === null || this.#isPlain(named.type)) {
      return;
    }
    if (this.#candidates.size === 0 && named.function === this.#host.self && named.role === "local") {
      return;
    }
    const root = this.#rootOf(expr);
    if (root === null || this.#isPlain(this.#host.model.program.typeOf(expr))) {
      return;
    }
    this.#giveRoot(root, to);
  }

  /** A function literal takes the variables that it uses along. `called`: it runs before the function goes on, or at its end. */
  capture(literal: FuncLit, called: boolean): void {
    const { model } = this.#host;
    const func = model.program.functionOf(literal);
    const seen = new Set<VarObject>();
    for (const ident of identsOf(literal)) {
      const object = model.program.objectOf(ident);
      if (
        object?.kind !== "Var" ||
        object.function === null ||
        object.function === func ||
        seen.has(object) ||
        this.#isPlain(object.type)
      ) {
        continue;
      }
      seen.add(object);
      const root = model.places.ofVariable(object).path.root;
      if (root !== null && ident.pos >= literal.pos) {
        this.#giveRoot(root, called && func !== undefined ? { root, function: func } : null);
      }
    }
  }

  /** The first use of a name among statements. */
  firstUse(list: readonly Stmt[], name: string): Ident | null {
    const uses = identsBelow(list).filter((ident) => ident.name === name);
    return uses.toSorted((one, other) => one.pos - other.pos)[0] ?? null;
  }

  /** No map can be reached from it, so who has it does not matter. */
  #isPlain(type: Type): boolean {
    return !this.#host.model.kinds.carriesMap(type);
  }

  #giveRoot(root: number, to: VariableUse | null): void {
    const { model, self } = this.#host;
    const variable = model.places.variable(root);
    if (this.#candidates.has(root) || variable?.function !== self) {
      this.#share(root, to);
    }
    if (
      self !== null &&
      variable !== undefined &&
      (variable.function !== self || variable.role !== "local")
    ) {
      model.leak({ root, function: self }, to);
    }
  }

  #own(root: number, paths: readonly string[]): void {
    if (this.#candidates.has(root)) {
      this.#share(root, null);
    }
    this.#candidates.add(root);
    this.#emitOwn([`${root}`, ...paths]);
  }

  #emitOwn(paths: readonly string[]): void {
    for (const path of paths) {
      this.#host.builder.add({ kind: "own", path });
    }
  }

  #share(root: number, through: VariableUse | null): void {
    this.#host.builder.add({ kind: "share", root, through });
  }

  /** The variable that an expression begins with, whatever it is another name for. */
  #rootVariable(expr: Expr): VarObject | null {
    let at = unparen(expr);
    for (let depth = 0; depth < deepestExpr; depth += 1) {
      switch (at.kind) {
        case "Ident":
          return this.#variable(at);
        case "Selector":
        case "Index":
        case "Star":
        case "TypeAssert":
        case "Unary":
          at = unparen(at.x);
          break;
        default:
          return null;
      }
    }
    return null;
  }

  #rootOf(expr: Expr): number | null {
    return this.#host.model.places.of(expr, this.#host.file)?.path.root ?? null;
  }

  #variable(name: Expr): VarObject | null {
    const expr = unparen(name);
    const object = expr.kind === "Ident" ? this.#host.model.program.objectOf(expr) : null;
    return object?.kind === "Var" ? object : null;
  }

  #isLocal(variable: VarObject): boolean {
    return variable.function === this.#host.self && (variable.role === "local" || variable.role === "result");
  }

  /** The paths that are new when `value` is put at `id`; null when it is not new itself. */
  #fresh(value: Expr, id: string, depth: number): string[] | null {
    const expr = unparen(value);
    if (expr.kind === "Unary" && expr.op === "&") {
      const literal = unparen(expr.x);
      return literal.kind === "CompositeLit" ? this.#freshLiteral(literal, id, depth) : null;
    }
    if (expr.kind === "CompositeLit") {
      return this.#freshLiteral(expr, id, depth);
    }
    if (expr.kind === "Ident") {
      return expr.name === "nil" && this.#host.model.program.objectOf(expr)?.kind !== "Var" ? [id] : null;
    }
    // What a library has made is new with all that is in it.
    if (expr.kind !== "Call" || !this.#isMade(expr)) {
      return null;
    }
    return this.#host.model.program.calleeOf(expr).kind === "builtin" ? [id] : [id, `${id}.*`];
  }

  #isMade(call: Extract<Expr, { kind: "Call" }>): boolean {
    const callee = this.#host.model.program.calleeOf(call);
    switch (callee.kind) {
      case "builtin":
        return callee.name === "make" || callee.name === "new";
      case "conversion": {
        const [value] = call.args;
        return value !== undefined && this.#fresh(value, "", deepest) !== null;
      }
      case "function":
      case "unknown": {
        const inRoot = callee.kind === "function" && callee.object.function !== null;
        const library = inRoot ? null : libraryCall(this.#host.model.program, call);
        return (
          library !== null && /(?:^|\.)(?:Clone|Collect|Query|New[A-Z]?\w*|Parse\w*)$/.test(library.name)
        );
      }
      default:
        return false;
    }
  }

  #freshLiteral(literal: CompositeLit, id: string, depth: number): string[] {
    const { program } = this.#host.model;
    const under = underlying(program.typeOf(literal));
    const type = under.kind === "Pointer" ? underlying(under.element) : under;
    const paths = [id];
    if (type.kind !== "Struct" || depth >= deepest) {
      return paths;
    }
    const fields = program.literalFields(literal);
    for (const [i, entry] of literal.elements.entries()) {
      const field = fields[i];
      const value = entry.kind === "KeyValue" ? entry.value : entry;
      if (field !== null && field !== undefined) {
        paths.push(...(this.#fresh(value, `${id}.${program.keyOf(field.origin)}`, depth + 1) ?? []));
      }
    }
    return paths;
  }
}
