/** Finds the nodes of the value graph that an expression's value comes from. */
import { type Call, type CompositeLit, type Expr, type GoFile, unparen } from "../ast.js";
import { type MapFlow } from "../facts.js";
import { type VarObject } from "../types/object.js";
import { type Type, underlying } from "../types/type.js";
import { isSyncHandle, isSyncType, namedType } from "./kinds.js";
import { keepRule, passesThrough } from "./library.js";
import { libraryCall } from "./library-calls.js";
import { type Model, type Site } from "./model.js";

/** A node that a value comes from, and how it gets out of it. */
export interface Source {
  readonly node: number;
  readonly how: MapFlow["how"];
  readonly site: number | null;
}

/** Expressions nested deeper than this are not followed. */
const deepest = 60;

/** Reads values out of expressions of one file. */
export class ValueReader {
  readonly #model: Model;
  readonly #file: GoFile;
  /** The sites of calls that were met, to know through which one a result comes. */
  readonly #siteOf: (call: Call) => Site | null;
  #depth = 0;

  constructor(model: Model, file: GoFile, siteOf: (call: Call) => Site | null) {
    this.#model = model;
    this.#file = file;
    this.#siteOf = siteOf;
  }

  /** Where the value of an expression comes from; of its `index`-th value, for a call with several. */
  sources(expr: Expr, index = 0): Source[] {
    if (this.#depth > deepest) {
      return [];
    }
    this.#depth += 1;
    try {
      return this.#sources(unparen(expr), index);
    } finally {
      this.#depth -= 1;
    }
  }

  #sources(expr: Expr, index: number): Source[] {
    const { graph, program } = this.#model;
    switch (expr.kind) {
      case "Ident":
        return this.#ofObject(expr);
      case "Selector":
        return this.#ofSelector(expr);
      case "Index":
        return underlying(program.typeOf(expr.x)).kind === "Signature"
          ? this.sources(expr.x)
          : this.#elements(expr.x);
      case "SliceExpr":
      case "Star":
        return this.sources(expr.x);
      case "TypeAssert":
        return index === 0 ? this.sources(expr.x).map((source) => ({ ...source, how: "convert" })) : [];
      case "Unary":
        return expr.op === "<-" ? this.#elements(expr.x) : expr.op === "&" ? this.sources(expr.x) : [];
      case "Call":
        return this.#ofCall(expr, index);
      case "FuncLit": {
        const func = program.functionOf(expr);
        return func === undefined ? [] : [this.#functionNode(func)];
      }
      case "CompositeLit":
        return this.#isStruct(expr)
          ? []
          : [{ node: graph.unnamed(`literal ${this.#id(expr)}`), how: "assign", site: null }];
      default:
        return [];
    }
  }

  #id(expr: Expr): string {
    return `${this.#model.fileNumber(this.#file)}:${expr.pos}`;
  }

  #isStruct(literal: CompositeLit): boolean {
    const type = underlying(this.#model.program.typeOf(literal));
    const pointed = type.kind === "Pointer" ? underlying(type.element) : type;
    return pointed.kind === "Struct" || pointed.kind === "Unknown";
  }

  #functionNode(func: number): Source {
    const { graph } = this.#model;
    const node = graph.unnamed(`function ${func}`);
    graph.put(node, { kind: "function", id: func, given: null });
    return { node, how: "assign", site: null };
  }

  #ofObject(ident: Extract<Expr, { kind: "Ident" }>): Source[] {
    const object = this.#model.program.objectOf(ident);
    if (object?.kind === "Var") {
      return [{ node: this.#model.graph.ofVariable(object), how: "assign", site: null }];
    }
    return object?.kind === "Func" && object.function !== null ? [this.#functionNode(object.function)] : [];
  }

  #ofSelector(expr: Extract<Expr, { kind: "Selector" }>): Source[] {
    const selection = this.#model.program.selectionOf(expr);
    if (selection === null) {
      return this.#ofObject(expr.sel);
    }
    if (selection.object.kind === "Var") {
      return [{ node: this.#model.graph.ofVariable(selection.object), how: "assign", site: null }];
    }
    const { object } = selection;
    if (object.function !== null) {
      this.#bindReceiver(object.function, expr.x);
      return [this.#functionNode(object.function)];
    }
    if (!object.interfaceMethod) {
      return [];
    }
    // The method value of an interface: whatever implements it.
    return this.#model.program
      .implementations(object, this.#model.program.typeOf(expr.x))
      .flatMap((method) => (method.function === null ? [] : [this.#functionNode(method.function)]));
  }

  #bindReceiver(func: number, receiver: Expr): void {
    const parameter = this.#model.infos[func]?.receiver;
    if (parameter !== null && parameter !== undefined && this.#model.kinds.holds(parameter.type)) {
      this.into(this.#model.graph.ofVariable(parameter), receiver, { how: "argument", pos: receiver.pos });
    }
  }

  #elements(container: Expr): Source[] {
    return this.sources(container).map(({ node }) => ({
      node: this.#model.graph.elementOf(node),
      how: "assign",
      site: null,
    }));
  }

  #ofCall(call: Call, index: number): Source[] {
    const { program, graph } = this.#model;
    const callee = program.calleeOf(call);
    if (callee.kind === "conversion") {
      const [value] = call.args;
      return value === undefined ? [] : this.sources(value).map((source) => ({ ...source, how: "convert" }));
    }
    if (callee.kind === "builtin") {
      const [first] = call.args;
      return callee.name === "append" && first !== undefined ? this.#appended(call, first) : [];
    }
    const site = this.#siteOf(call);
    if (callee.kind === "function" && callee.object.function !== null) {
      const node = graph.ofResult(callee.object.function, index);
      return [{ node, how: "result", site: site?.id ?? null }];
    }
    if (callee.kind === "literal") {
      return [{ node: graph.ofResult(callee.function, index), how: "result", site: site?.id ?? null }];
    }
    if (site !== null && (callee.kind === "value" || callee.kind === "function")) {
      const dynamic = this.dynamicResult(site, index);
      const library = callee.kind === "function" ? this.#ofLibrary(call, index) : [];
      return library.length > 0 ? library : [{ node: dynamic, how: "result", site: site.id }];
    }
    return this.#ofLibrary(call, index);
  }

  /** The node for a result of a call whose callees are found later. */
  dynamicResult(site: Site, index: number): number {
    return this.#model.graph.unnamed(`call ${site.id} ${index}`);
  }

  #appended(call: Call, first: Expr): Source[] {
    const known = this.sources(first);
    const node = this.#model.graph.unnamed(`literal ${this.#id(call)}`);
    return known.length > 0 ? known : [{ node, how: "assign", site: null }];
  }

  /** What comes out of a library's container, context or conversion. */
  #ofLibrary(call: Call, index: number): Source[] {
    const library = libraryCall(this.#model.program, call);
    if (library === null || index > 0) {
      return [];
    }
    if (library.method === "Value" && call.args.length === 1 && /(?:^context\.|Context)/.test(library.name)) {
      const node = this.contextNode(call.args[0]);
      return node === null ? [] : [{ node, how: "convert", site: null }];
    }
    const [first] = call.args;
    if (passesThrough(library.name)) {
      const from = library.receiver ?? first;
      return from === undefined ? [] : this.sources(from).map((source) => ({ ...source, how: "convert" }));
    }
    if (library.receiver !== null && keepRule(library.name)?.gets === true) {
      return this.#elements(library.receiver).map((source) => ({ ...source, how: "convert" }));
    }
    return [];
  }

  /** The node for what contexts hold under a key: keys of equal type (and, for constants, equal text) are one. */
  contextNode(key: Expr | undefined): number | null {
    if (key === undefined) {
      return null;
    }
    const type = this.#model.program.typeOf(key);
    const named = namedType(type);
    const object = key.kind === "Ident" ? this.#model.program.objectOf(key) : null;
    const byValue = object !== null || key.kind === "BasicLit";
    const text = byValue ? this.#file.text.slice(key.pos, key.end) : "";
    const keyName = `${named?.name ?? "key"}${text === "" ? "" : ` ${text}`}`;
    return this.#model.graph.holder(
      `context value ${named?.package?.path ?? ""}.${keyName}`,
      `context value under ${keyName}`,
    );
  }

  /** The nodes that an assignment to an expression goes to. */
  targets(expr: Expr): number[] {
    const target = unparen(expr);
    if (target.kind === "Ident" && target.name === "_") {
      return [];
    }
    return this.sources(target).map(({ node }) => node);
  }

  /** What `value` holds goes to a node. */
  into(
    node: number,
    value: Expr,
    {
      how,
      pos,
      site = null,
      index = 0,
    }: { how: MapFlow["how"]; pos: number; site?: number | null; index?: number },
  ): void {
    if (!this.#mayCarry(value)) {
      return;
    }
    for (const source of this.sources(value, index)) {
      const through = source.site ?? site;
      const way = source.how === "result" || how === "assign" ? source.how : how;
      this.#model.graph.flow(source.node, node, way, this.#model.place(this.#file, pos, through));
    }
  }

  /** Numbers, strings and plain structs have nothing that is followed; their fields are followed by themselves. */
  #mayCarry(value: Expr): boolean {
    const expr = unparen(value);
    if (expr.kind === "FuncLit" || expr.kind === "CompositeLit") {
      return true;
    }
    const type = this.#model.program.typeOf(expr);
    return type.kind === "Unknown" || this.#model.kinds.holds(type);
  }

  /** `value` is assigned to something of type `type`: a value of a declared type may now be called through an interface. */
  convert(node: number, type: Type, value: Expr): void {
    const given = this.#model.program.typeOf(value);
    if (underlying(type).kind === "Interface" && underlying(given).kind !== "Interface") {
      this.#model.putType(node, given);
    }
  }

  /** Two names of a lock, channel or wait group are put together. */
  relate(target: Expr | VarObject, type: Type, value: Expr): void {
    // Keys are made of text, which takes its time; few values are of such a type.
    if (!isSyncHandle(type)) {
      return;
    }
    const key =
      target.kind === "Var"
        ? this.#model.program.keyOf(target.origin)
        : this.#model.places.of(target, this.#file)?.key;
    if (key === undefined) {
      return;
    }
    const expr = unparen(value);
    const source = this.#model.places.of(expr, this.#file);
    if (source !== null) {
      if (expr.kind === "Unary" && isSyncType(this.#model.program.typeOf(expr.x))) {
        this.#model.synonyms.thing(source.key);
      }
      this.#model.synonyms.join(key, source.key);
    }
  }
}
