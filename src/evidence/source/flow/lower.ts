/** Turns a function into its body, and what it says about values into edges of the value graph. */
import {
  type Call,
  type CompositeLit,
  type Expr,
  type FuncLit,
  type GoFile,
  type Stmt,
  unparen,
} from "../ast.js";
import { type VarObject } from "../types/object.js";
import { type Type, underlying } from "../types/type.js";
import { BodyBuilder } from "./body.js";
import { CallLowering } from "./lower-calls.js";
import {
  type SimpleStmt,
  type StatementHost,
  StatementLowering,
  type TriedLock,
} from "./lower-statements.js";
import { type Model, type Site } from "./model.js";
import { Ownership } from "./ownership.js";
import { fieldRule } from "./library.js";
import { isCopied, qualifiedName } from "./kinds.js";
import { ValueReader } from "./values.js";

/** What an expression's value is used for: only looked into, or taken. */
export type Use = "base" | "value";

const deepest = 120;

/** Makes the body of one function, or follows the values of one package-level declaration. */
export class FunctionLowering implements StatementHost {
  readonly builder = new BodyBuilder();
  readonly loops: string[][] = [];
  readonly values: ValueReader;
  readonly ownership: Ownership;
  readonly #calls: CallLowering;
  readonly #tried = new Map<VarObject, TriedLock>();
  /** The operand of a range loop: its access is made by each step. */
  #rangeOperand: Expr | null = null;
  #depth = 0;

  /** @param self the function; null for the initialisation of a package */
  constructor(
    readonly model: Model,
    readonly file: GoFile,
    readonly self: number | null,
  ) {
    this.#calls = new CallLowering(this);
    this.values = new ValueReader(model, file, (call) => this.#calls.siteOf(call));
    this.ownership = new Ownership(this);
  }

  /** Lowers a function's statements and keeps the body. */
  run(list: readonly Stmt[]): void {
    this.ownership.begin();
    new StatementLowering(this).list(list);
    if (this.self !== null) {
      this.model.bodies[this.self] = this.builder.finish(this.self);
    }
  }

  /** An expression that is evaluated here. */
  readonly expression = (expr: Expr): void => {
    this.evaluate(expr, "base");
  };

  /** Evaluates an expression: what it calls, accesses and gives away. */
  evaluate(start: Expr, use: Use): void {
    this.#depth += 1;
    if (this.#depth < deepest) {
      this.#evaluate(unparen(start), use);
    }
    this.#depth -= 1;
  }

  #evaluate(expr: Expr, use: Use): void {
    switch (expr.kind) {
      case "Ident":
        if (use === "value") {
          this.ownership.give(expr);
        }
        return;
      case "Selector":
        this.evaluate(expr.x, "base");
        if (use === "value") {
          this.ownership.give(expr);
        }
        break;
      case "Index":
        this.evaluate(expr.x, "base");
        for (const index of expr.indices) {
          this.evaluate(index, "value");
        }
        break;
      case "Star":
      case "TypeAssert":
        this.evaluate(expr.x, use);
        break;
      case "SliceExpr":
        this.evaluate(expr.x, use);
        for (const bound of expr.bounds) {
          this.evaluate(bound, "base");
        }
        break;
      case "Unary":
        this.evaluate(expr.x, expr.op === "&" ? use : "base");
        if (expr.op === "<-") {
          this.#calls.received(expr.x);
        }
        break;
      case "Binary":
        this.evaluate(expr.x, "base");
        this.evaluate(expr.y, "base");
        break;
      case "Call":
        this.#calls.call(expr);
        break;
      case "CompositeLit":
        this.#literal(expr);
        break;
      case "FuncLit":
        this.ownership.capture(expr, false);
        break;
      default:
        return;
    }
    this.accesses(expr);
  }

  /** The accesses that an expression makes when it is evaluated. */
  accesses(expr: Expr): void {
    if ((expr.kind === "Index" || expr.kind === "Call") && expr !== this.#rangeOperand) {
      this.#accesses(expr);
    }
  }

  #accesses(expr: Expr): void {
    for (const access of this.model.accessesAt.get(expr) ?? []) {
      const found = this.model.accesses[access];
      if (found !== undefined) {
        const place = this.model.places.of(found.map, this.file);
        this.builder.add({ kind: "access", access, path: place?.path ?? null });
        this.#calledMap(access, found.map);
      }
    }
  }

  /** A map that comes straight out of a call: what the call takes it from is known better here. */
  #calledMap(access: number, map: Expr): void {
    let expr = unparen(map);
    while (expr.kind === "TypeAssert" || expr.kind === "Star") {
      expr = unparen(expr.x);
    }
    const [source] = expr.kind === "Call" ? this.values.sources(expr) : [];
    if (source !== undefined) {
      this.model.accessSources.set(access, source.node);
    }
  }

  #literal(literal: CompositeLit): void {
    const { program, graph } = this.model;
    const type = underlying(program.typeOf(literal));
    const struct = type.kind === "Pointer" ? underlying(type.element) : type;
    if (struct.kind === "Struct") {
      this.#structLiteral(literal);
      return;
    }
    const element =
      struct.kind === "Map" || struct.kind === "Slice" || struct.kind === "Array" ? struct.element : null;
    const holds = element !== null && this.model.kinds.holds(element);
    for (const entry of literal.elements) {
      const value = entry.kind === "KeyValue" ? entry.value : entry;
      if (entry.kind === "KeyValue") {
        this.evaluate(entry.key, "value");
      }
      this.evaluate(value, "value");
      if (holds) {
        for (const { node } of this.values.sources(literal)) {
          this.store(graph.elementOf(node), element, value, "store");
        }
      }
    }
  }

  #structLiteral(literal: CompositeLit): void {
    const fields = this.model.program.literalFields(literal);
    for (const [i, entry] of literal.elements.entries()) {
      const value = entry.kind === "KeyValue" ? entry.value : entry;
      this.evaluate(value, "value");
      const field = fields[i];
      if (field !== null && field !== undefined) {
        this.assignVariable(field, value, "store");
      }
    }
    const named = this.model.program.typeOf(literal);
    if (named.kind === "Named" && named.object.package?.origin !== "root") {
      this.#givenToLibrary(literal, qualifiedName(named.object));
    }
  }

  /** Functions and handlers in the fields of a library's struct are called by the library. */
  #givenToLibrary(literal: CompositeLit, owner: string): void {
    for (const entry of literal.elements) {
      if (entry.kind === "KeyValue" && entry.key.kind === "Ident") {
        this.#calls.given(entry.value, fieldRule(owner, entry.key.name), owner);
      }
    }
  }

  /** A value goes into a variable or field: value graph and synonyms. */
  assignVariable(variable: VarObject, value: Expr, how: "assign" | "store", index = 0): void {
    this.values.relate(variable, variable.type, value);
    if (underlying(variable.type).kind === "Chan") {
      this.#calls.channelMade(this.model.program.keyOf(variable.origin), value);
    }
    if (this.model.kinds.holds(variable.type)) {
      this.store(this.model.graph.ofVariable(variable), variable.type, value, how, index);
    }
  }

  /** A value goes to a node of the value graph. */
  store(node: number, type: Type, value: Expr, how: "assign" | "store" | "send" | "result", index = 0): void {
    this.values.into(node, value, { how, pos: value.pos, index });
    if (index === 0) {
      this.values.convert(node, type, value);
    }
  }

  readonly simple = (stmt: SimpleStmt): void => {
    switch (stmt.kind) {
      case "ExprStmt":
        this.evaluate(stmt.x, "base");
        break;
      case "Send":
        this.#send(stmt.channel, stmt.value);
        break;
      case "IncDec":
        this.evaluate(stmt.x, "base");
        break;
      case "Assign":
        this.#assign(stmt);
        break;
      case "Go":
        this.#calls.started(stmt.call, "go");
        break;
      case "Defer":
        this.#calls.started(stmt.call, "defer");
        break;
      case "Return":
        this.#return(stmt.results);
        break;
      case "DeclStmt":
        for (const decl of stmt.decls) {
          if (decl.kind === "Value" && !decl.constant) {
            this.declare(decl.names, decl.values);
          }
        }
        break;
    }
  };

  #send(channel: Expr, value: Expr): void {
    this.evaluate(channel, "base");
    this.evaluate(value, "value");
    const type = underlying(this.model.program.typeOf(channel));
    if (type.kind === "Chan" && this.model.kinds.holds(type.element)) {
      for (const target of this.values.targets(channel)) {
        this.store(this.model.graph.elementOf(target), type.element, value, "send");
      }
    }
    this.#calls.sent(channel);
  }

  /** `var a, b = x, y`, also at the top of a file. */
  declare(names: readonly Expr[], values: readonly Expr[]): void {
    this.#define(names, values);
    if (values.length === 0) {
      for (const name of names) {
        this.ownership.declared(name);
      }
    }
  }

  #assign(stmt: Extract<Stmt, { kind: "Assign" }>): void {
    if (stmt.op === ":=") {
      this.#define(stmt.lhs, stmt.rhs);
      return;
    }
    for (const target of stmt.lhs) {
      this.#evaluateTarget(target);
    }
    for (const value of stmt.rhs) {
      this.evaluate(value, stmt.op === "=" ? "value" : "base");
    }
    for (const [i, target] of stmt.lhs.entries()) {
      this.accesses(unparen(target));
      const value = stmt.rhs[stmt.rhs.length === stmt.lhs.length ? i : 0];
      if (stmt.op === "=" && value !== undefined) {
        this.#assigned(target, value, stmt.rhs.length === stmt.lhs.length ? 0 : i);
      }
    }
  }

  /** What is evaluated of the left side before anything is assigned: `f()` and `i` of `f()[i] = x`. */
  #evaluateTarget(target: Expr): void {
    const expr = unparen(target);
    switch (expr.kind) {
      case "Index":
        this.evaluate(expr.x, "base");
        for (const index of expr.indices) {
          this.evaluate(index, "value");
        }
        break;
      case "Selector":
      case "Star":
        this.evaluate(expr.x, "base");
        break;
      default:
        break;
    }
  }

  #assigned(target: Expr, value: Expr, index: number): void {
    const { program, kinds, places } = this.model;
    const expr = unparen(target);
    if (expr.kind === "Ident") {
      const object = program.objectOf(expr);
      if (object?.kind === "Var") {
        places.unalias(object);
        this.#tried.delete(object);
        this.assignVariable(object, value, "assign", index);
        this.ownership.assigned(expr, value);
      }
      return;
    }
    const type = program.typeOf(expr);
    this.values.relate(expr, type, value);
    if (underlying(type).kind === "Chan") {
      this.#calls.channelMade(places.of(expr, this.file)?.key ?? null, value);
    }
    if (kinds.holds(type)) {
      for (const node of this.values.targets(expr)) {
        this.store(node, type, value, expr.kind === "Star" ? "assign" : "store", index);
      }
    }
    const place = expr.kind === "Selector" ? places.of(expr, this.file) : null;
    if (place !== null) {
      this.ownership.takenOut(places.replaced(place), value);
    }
    if (expr.kind === "Selector") {
      this.#fieldOfLibrary(expr, value);
    }
    this.ownership.assigned(expr, value);
  }

  #fieldOfLibrary(expr: Extract<Expr, { kind: "Selector" }>, value: Expr): void {
    const type = this.model.program.typeOf(expr.x);
    const under = underlying(type);
    const named = under.kind === "Pointer" ? under.element : type;
    if (named.kind === "Named" && named.object.package !== null && named.object.package.origin !== "root") {
      const owner = qualifiedName(named.object);
      this.#calls.given(value, fieldRule(owner, expr.sel.name), owner);
    }
  }

  #define(names: readonly Expr[], values: readonly Expr[]): void {
    for (const value of values) {
      this.evaluate(value, "value");
    }
    for (const [i, name] of names.entries()) {
      const single = values.length === names.length;
      const value = values[single ? i : 0];
      const object = name.kind === "Ident" ? this.model.program.objectOf(name) : null;
      if (value === undefined || object?.kind !== "Var") {
        continue;
      }
      if (single && object.role === "local") {
        this.model.places.alias(object, value, this.file);
        const tried = this.#calls.triedCall(value);
        if (tried !== null) {
          this.#tried.set(object, tried);
        }
      }
      this.assignVariable(object, value, "assign", single ? 0 : i);
      this.ownership.assigned(name, value);
    }
  }

  readonly siteOf = (call: Call): Site | null => this.#calls.siteOf(call);

  #return(results: readonly Expr[]): void {
    const { infos, graph, kinds } = this.model;
    const [first] = this.self === null ? [] : (infos[this.self]?.results ?? []);
    for (const [i, value] of results.entries()) {
      this.evaluate(value, "base");
      const own = this.self === null ? undefined : infos[this.self]?.results;
      const wanted = own?.[i];
      if (this.self === null || own === undefined || wanted === undefined) {
        continue;
      }
      if (results.length === own.length) {
        this.#returned(i, wanted, value, 0);
      } else {
        for (const [index, result] of own.entries()) {
          this.#returned(index, result, value, index);
        }
      }
    }
    if (first !== undefined) {
      this.ownership.returned(results[0] ?? null, first);
    }
    if (results.length === 0 && this.self !== null) {
      for (const [i, result] of (infos[this.self]?.results ?? []).entries()) {
        if (kinds.holds(result.type) && result.name !== "") {
          const place = this.model.place(this.file, this.model.program.functions[this.self]?.node.pos ?? 0);
          graph.flow(graph.ofVariable(result), graph.ofResult(this.self, i), "result", place);
        }
      }
    }
  }

  #returned(result: number, variable: VarObject, value: Expr, index: number): void {
    if (this.self !== null && this.model.kinds.holds(variable.type)) {
      this.store(this.model.graph.ofResult(this.self, result), variable.type, value, "result", index);
    }
  }

  readonly rangeStep = (stmt: Extract<Stmt, { kind: "Range" }>): void => {
    this.#accesses(unparen(stmt.x));
    const { program, places, graph, kinds } = this.model;
    const type = underlying(program.typeOf(stmt.x));
    const pointed = type.kind === "Pointer" ? underlying(type.element) : type;
    const element =
      pointed.kind === "Map" ||
      pointed.kind === "Slice" ||
      pointed.kind === "Array" ||
      pointed.kind === "Chan"
        ? pointed.element
        : null;
    const target = pointed.kind === "Chan" ? stmt.key : stmt.value;
    const object = target?.kind === "Ident" ? program.objectOf(target) : null;
    if (object?.kind === "Var" && isCopied(object.type)) {
      places.copy(object);
    }
    if (target !== null && element !== null && kinds.holds(element)) {
      for (const source of this.values.sources(stmt.x)) {
        for (const node of this.values.targets(target)) {
          const place = this.model.place(this.file, stmt.pos);
          graph.flow(graph.elementOf(source.node), node, "range", place);
        }
      }
    }
    if (target !== null) {
      this.ownership.overwritten(target);
    }
    if (type.kind === "Signature") {
      this.#calls.iterated(stmt);
    }
  };

  readonly rangeEnd = (stmt: Extract<Stmt, { kind: "Range" }>): void => {
    if (underlying(this.model.program.typeOf(stmt.x)).kind === "Chan") {
      this.#calls.drained(stmt.x);
    }
  };

  /** The operand of a range loop, before its first step. */
  readonly rangeOperand = (expr: Expr): void => {
    this.#rangeOperand = unparen(expr);
    this.evaluate(expr, "base");
    this.#rangeOperand = null;
  };

  readonly typeSwitch = (stmt: Extract<Stmt, { kind: "TypeSwitch" }>): void => {
    if (stmt.bind === null) {
      return;
    }
    for (const { body } of stmt.cases) {
      const variable = this.#clauseVariable(body, stmt.bind.name);
      if (variable !== null && this.model.kinds.holds(variable.type)) {
        this.values.into(this.model.graph.ofVariable(variable), stmt.x, { how: "convert", pos: stmt.x.pos });
      }
    }
  };

  /** The variable of a clause is known by its first use inside it. */
  #clauseVariable(body: readonly Stmt[], name: string): VarObject | null {
    const ident = this.ownership.firstUse(body, name);
    const object = ident === null ? null : this.model.program.objectOf(ident);
    return object?.kind === "Var" ? object : null;
  }

  readonly triedLock = (cond: Expr): { lock: TriedLock; when: boolean } | null => {
    const expr = unparen(cond);
    if (expr.kind === "Unary" && expr.op === "!") {
      const inner = this.triedLock(expr.x);
      return inner === null ? null : { lock: inner.lock, when: !inner.when };
    }
    if (expr.kind === "Ident") {
      const object = this.model.program.objectOf(expr);
      const lock = object?.kind === "Var" ? this.#tried.get(object) : undefined;
      return lock === undefined ? null : { lock, when: true };
    }
    if (expr.kind === "Binary" && expr.op === "&&") {
      const found = this.triedLock(expr.x) ?? this.triedLock(expr.y);
      return found?.when === true ? found : null;
    }
    const lock = this.#calls.triedCall(expr);
    return lock === null ? null : { lock, when: true };
  };

  /** Functions within an expression that is evaluated by the caller's goroutine before it goes on. */
  called(literal: FuncLit): void {
    this.ownership.capture(literal, true);
  }
}
