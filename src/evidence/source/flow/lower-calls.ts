/** Turns calls, go statements and deferred calls into sites and events. */
import { type Call, type Expr, type GoFile, type Stmt, unparen } from "../ast.js";
import { type Callee, type FuncObject, type VarObject } from "../types/object.js";
import { underlying } from "../types/type.js";
import { bindTarget, listenForCallees, listenForCallbacks } from "./bind.js";
import { type BodyBuilder, type Event, type EventPlace, type LockMode, type LockRef } from "./body.js";
import { namedType, qualifiedName } from "./kinds.js";
import {
  type CallbackRule,
  callbackRule,
  keepRule,
  keepsNothing,
  neverReturns,
  onceMethod,
  waitsForReceiver,
} from "./library.js";
import { calledExpr, type LibraryCall, libraryCallOf } from "./library-calls.js";
import { type TriedLock } from "./lower-statements.js";
import { identsBelow } from "./walk.js";
import { onceKey, signalKey } from "./signals.js";
import { type Model, type NewSite, type Site } from "./model.js";
import { type Ownership } from "./ownership.js";
import { type ValueReader } from "./values.js";

/** The function whose calls are lowered. */
export interface CallHost {
  readonly model: Model;
  readonly file: GoFile;
  readonly self: number | null;
  readonly builder: BodyBuilder;
  readonly values: ValueReader;
  readonly ownership: Ownership;
  readonly loops: readonly string[][];
  readonly evaluate: (expr: Expr, use: "base" | "value") => void;
  readonly accesses: (expr: Expr) => void;
  readonly store: (
    node: number,
    type: ReturnType<Model["program"]["typeOf"]>,
    value: Expr,
    how: "store",
  ) => void;
}

/** A call, what it calls, and the name of that when it is outside the source. */
interface Called {
  readonly call: Call;
  readonly fun: Expr;
  readonly callee: Callee;
  readonly library: LibraryCall | null;
}

interface LockCall {
  readonly lock: LockRef;
  readonly mode: LockMode;
  readonly op: "lock" | "unlock" | "try";
}

/** How a call is made: now, on a goroutine of its own, or when the function ends. */
type When = "call" | "go" | "defer";

const lockMethods = new Map<string, { readonly mode: LockMode; readonly op: "lock" | "unlock" | "try" }>([
  ["Lock", { mode: "lock", op: "lock" }],
  ["RLock", { mode: "rlock", op: "lock" }],
  ["Unlock", { mode: "lock", op: "unlock" }],
  ["RUnlock", { mode: "rlock", op: "unlock" }],
  ["TryLock", { mode: "lock", op: "try" }],
  ["TryRLock", { mode: "rlock", op: "try" }],
]);

/** Lowers the calls of one function. */
export class CallLowering {
  readonly #host: CallHost;
  readonly #sites = new Map<Call, Site | null>();

  constructor(host: CallHost) {
    this.#host = host;
  }

  /** The site of a call; null for a call of which nothing is to be said. */
  siteOf(call: Call): Site | null {
    return this.#sites.get(call) ?? null;
  }

  /** A call that is made here. */
  call(call: Call): void {
    this.#perform(call, "call");
  }

  /** A go statement or a deferred call. */
  started(expr: Expr, when: "go" | "defer"): void {
    const call = unparen(expr);
    if (call.kind === "Call") {
      this.#perform(call, when);
    } else {
      this.#host.evaluate(call, "value");
    }
  }

  #perform(call: Call, when: When): void {
    const { program } = this.#host.model;
    const fun = calledExpr(program, call);
    const callee = program.calleeOf(call);
    const library = mayBeLibrary(callee) ? libraryCallOf(program, fun, callee) : null;
    const called: Called = { call, fun, callee, library };
    this.#evaluateParts(called, when);
    const lock = library === null ? null : this.#lockEvent(called);
    if (lock !== null) {
      this.#emitLock(call, lock, when);
      return;
    }
    switch (callee.kind) {
      case "conversion":
        this.#conversion(call);
        break;
      case "builtin":
        this.#builtin(call, callee.name, when);
        break;
      case "literal":
        this.#known(call, callee.function, when);
        break;
      case "function":
        if (callee.object.function !== null) {
          this.#known(call, callee.object.function, when);
          this.#waits(call, library, when);
          break;
        }
        this.#outside(call, library, when);
        break;
      case "value":
        if (underlying(callee.type).kind === "Unknown" && library !== null) {
          this.#outside(call, library, when);
        } else {
          this.#value(call, when);
        }
        break;
      case "unknown":
        this.#outside(call, library, when);
        break;
    }
  }

  #evaluateParts(called: Called, when: When): void {
    const { call, fun, callee } = called;
    const target = when === "go" ? null : targetOf(callee);
    if (fun.kind === "FuncLit") {
      this.#host.ownership.capture(fun, when !== "go");
    } else if (fun.kind === "Selector") {
      this.#host.evaluate(fun.x, "base");
      this.#giveReceiver(fun.x, target, when);
    } else {
      this.#host.evaluate(fun, "base");
    }
    if (call.args.length > 0) {
      this.#evaluateArguments(called, target, when);
    }
  }

  #evaluateArguments(called: Called, target: number | null, when: When): void {
    const { program, infos, places } = this.#host.model;
    const { callee, call } = called;
    const keeps = keepsArguments(called);
    const params = target === null ? [] : (infos[target]?.params ?? []);
    const mayBeType = callee.kind === "builtin";
    for (const [i, arg] of call.args.entries()) {
      if (mayBeType && program.isType(arg)) {
        continue;
      }
      const parameter = params[i];
      const literal = unparen(arg);
      if (literal.kind === "FuncLit" && !keeps && when !== "go" && callsAtOnce(called)) {
        this.#host.ownership.capture(literal, true);
      } else if (target !== null && parameter !== undefined && isName(literal)) {
        this.#host.evaluate(arg, "base");
        this.#host.ownership.give(literal, { root: places.root(parameter.origin), function: target });
      } else {
        this.#host.evaluate(arg, keeps || when === "go" ? "value" : "base");
      }
    }
  }

  /** A method may keep its receiver; one of a library is taken not to. */
  #giveReceiver(receiver: Expr, target: number | null, when: When): void {
    const { infos, places } = this.#host.model;
    const expr = unparen(receiver);
    if (!isName(expr)) {
      return;
    }
    if (when === "go") {
      this.#host.ownership.give(expr);
      return;
    }
    const parameter = target === null ? null : infos[target]?.receiver;
    if (target !== null && parameter !== null && parameter !== undefined) {
      this.#host.ownership.give(expr, { root: places.root(parameter.origin), function: target });
    }
  }

  // ---- locks

  #lockEvent(called: Called): { event: Event; tried: boolean } | null {
    const lock = this.#lockOf(called);
    if (lock === null) {
      return null;
    }
    const { mode, op } = lock;
    return {
      tried: op === "try",
      event:
        op === "unlock"
          ? { kind: "unlock", lock: lock.lock, mode }
          : { kind: "lock", lock: lock.lock, mode, at: this.#at(called.call) },
    };
  }

  /** `x.Lock()` and the like, of whatever type outside the source. */
  #lockOf({ call, fun, callee, library }: Called): LockCall | null {
    const method = library === null ? undefined : lockMethods.get(library.method);
    const receiver = library?.receiver ?? null;
    if (
      method === undefined ||
      library === null ||
      receiver === null ||
      fun.kind !== "Selector" ||
      call.args.length > 0
    ) {
      return null;
    }
    const target = targetOf(callee);
    if (target !== null && !library.name.startsWith("sync.") && !this.#isLockItself(target)) {
      return null;
    }
    const lock = this.#lockPlace(receiver, library.path);
    return lock === null ? null : { lock, ...method };
  }

  /** A method `Lock` of the source's own that locks nothing else: a lock made of atomic operations, say. */
  #isLockItself(func: number): boolean {
    const body = this.#host.model.program.functions[func]?.node.body;
    return (
      body !== null &&
      body !== undefined &&
      !identsBelow(body.list).some((ident) => lockMethods.has(ident.name))
    );
  }

  #lockPlace(receiver: Expr, path: readonly VarObject[]): LockRef | null {
    const { places, program, synonyms } = this.#host.model;
    let place = places.of(receiver, this.#host.file);
    let through = program.typeOf(receiver);
    for (const field of path) {
      place = place === null ? null : places.field(place, field, through, place.path.text);
      through = field.type;
    }
    if (
      place !== null &&
      underlying(through).kind !== "Pointer" &&
      underlying(through).kind !== "Interface"
    ) {
      synonyms.thing(place.key);
    }
    return place;
  }

  #emitLock(call: Call, { event, tried }: { event: Event; tried: boolean }, when: When): void {
    if (tried || when === "go") {
      return;
    }
    if (when === "call") {
      this.#host.builder.add(event);
    } else {
      this.#atEnd(call, [event]);
    }
  }

  #at({ pos }: Expr): EventPlace {
    return { file: this.#host.model.fileNumber(this.#host.file), pos };
  }

  #atEnd(call: Call, events: readonly Event[]): void {
    const site = this.#site(call, { call, deferred: true, events });
    this.#host.builder.add({ kind: "defer", site: site.id });
  }

  /** The lock that a call of TryLock may take. */
  triedCall(expr: Expr): TriedLock | null {
    const call = unparen(expr);
    if (call.kind !== "Call" || call.args.length > 0) {
      return null;
    }
    const { program } = this.#host.model;
    const fun = calledExpr(program, call);
    if (fun.kind !== "Selector" || lockMethods.get(fun.sel.name)?.op !== "try") {
      return null;
    }
    const callee = program.calleeOf(call);
    const lock = this.#lockOf({ call, fun, callee, library: libraryCallOf(program, fun, callee) });
    return lock?.op === "try" ? { lock: lock.lock, mode: lock.mode, at: this.#at(call) } : null;
  }

  // ---- what is called

  #site(node: Expr, more: Partial<NewSite>): Site {
    const { model, self, file, loops } = this.#host;
    return model.site({ function: self, file, pos: node.pos, inLoop: loops.length > 0, ...more });
  }

  #emit(site: Site, when: When): void {
    this.#host.builder.add({ kind: when === "defer" ? "defer" : "site", site: site.id });
  }

  #callSite(call: Call, when: When): Site {
    const fun = calledExpr(this.#host.model.program, call);
    const method = fun.kind === "Selector" && this.#host.model.program.selectionOf(fun) !== null;
    const site = this.#site(call, {
      call,
      receiver: method ? fun.x : null,
      passes: true,
      start: when === "go" ? "go" : null,
      deferred: when === "defer",
    });
    this.#sites.set(call, site);
    return site;
  }

  #known(call: Call, func: number, when: When): void {
    const site = this.#callSite(call, when);
    bindTarget(this.#host, site, { function: func, dynamic: false, given: null });
    this.#emit(site, when);
  }

  /** A call through a function value. */
  #value(call: Call, when: When): void {
    const site = this.#callSite(call, when);
    listenForCallees(this.#host, site, this.#host.values.sources(calledExpr(this.#host.model.program, call)));
    this.#emit(site, when);
  }

  /** A call of something outside the source, or of an interface's method. */
  #outside(call: Call, library: LibraryCall | null, when: When): void {
    const { model } = this.#host;
    const callee = model.program.calleeOf(call);
    if (callee.kind === "function" && callee.object.interfaceMethod) {
      this.#throughInterface(call, callee.object, when);
    }
    if (library === null) {
      return;
    }
    this.#waits(call, library, when);
    this.#keeps(call, library);
    if (library.name === "testing.T.Parallel" && this.#host.self !== null) {
      const info = model.infos[this.#host.self];
      if (info !== undefined) {
        info.parallel = true;
      }
    }
    this.#callbacks(call, library, when);
    if (neverReturns(library.name) && when === "call") {
      this.#host.builder.stop();
    }
  }

  #throughInterface(call: Call, method: FuncObject, when: When): void {
    const fun = calledExpr(this.#host.model.program, call);
    if (fun.kind !== "Selector") {
      return;
    }
    const receiverType = this.#host.model.program.typeOf(fun.x);
    const named = namedType(receiverType);
    if (method.function !== null || (named !== null && isEverywhere(qualifiedName(named)))) {
      return;
    }
    const site = this.#callSite(call, when);
    this.#host.model.interfaceCalls.push({
      site,
      method,
      receiverType,
      bind: (target) => {
        bindTarget(this.#host, site, target);
      },
    });
    listenForCallees(this.#host, site, this.#host.values.sources(fun.x), method.name);
    this.#emit(site, when);
  }

  // ---- what a library does

  #waits(call: Call, library: LibraryCall | null, when: When): void {
    const receiver = library?.receiver;
    if (library === null || receiver === null || receiver === undefined) {
      return;
    }
    const place = this.#lockPlace(receiver, library.path);
    if (place === null) {
      return;
    }
    if (waitsForReceiver(library.name)) {
      const event = { kind: "join", keys: [signalKey("done", place.key)], all: true } as const;
      if (when === "call") {
        this.#host.builder.add(event);
        this.#host.loops.at(-1)?.push(...event.keys);
      } else if (when === "defer") {
        this.#atEnd(call, [event]);
      }
    } else if (library.name === "sync.WaitGroup.Done") {
      this.#signals("done", place.key);
    }
  }

  #signals(how: "done" | "close" | "send" | "loop", key: string): void {
    const { model, self } = this.#host;
    if (self !== null) {
      model.infos[self]?.signals.add(signalKey(how, key));
    }
  }

  #keeps(call: Call, library: LibraryCall): void {
    const { values, model } = this.#host;
    const rule = keepRule(library.name);
    for (const index of library.receiver === null ? [] : (rule?.puts ?? [])) {
      const value = call.args[index];
      const receiver = library.receiver;
      if (value !== undefined && receiver !== null) {
        for (const node of values.targets(receiver)) {
          this.#host.store(model.graph.elementOf(node), model.program.typeOf(value), value, "store");
        }
      }
    }
    if (library.name === "context.WithValue" && call.args[2] !== undefined) {
      const node = values.contextNode(call.args[1]);
      if (node !== null) {
        this.#host.store(node, model.program.typeOf(call.args[2]), call.args[2], "store");
      }
    }
  }

  #callbacks(call: Call, library: LibraryCall, when: When): void {
    const rule = callbackRule(library.name);
    const signals: string[] = [];
    if (library.receiver !== null && rule.start !== null) {
      const place = this.#lockPlace(library.receiver, library.path);
      signals.push(...(place === null ? [] : [signalKey("done", place.key)]));
    }
    this.#give(call, call.args, rule, { name: library.name, when, signals });
  }

  /** A function or handler that is kept in a place of a library's. */
  given(value: Expr, rule: CallbackRule, name: string): void {
    this.#give(value, [value], rule, { name, when: "call", signals: [] });
  }

  #give(
    node: Expr,
    values: readonly Expr[],
    rule: CallbackRule,
    { name, when, signals }: { name: string; when: When; signals: readonly string[] },
  ): void {
    const once = name === onceMethod && node.kind === "Call" ? this.#onceLock(node) : null;
    if (once !== null && when === "call") {
      this.#host.builder.add({ kind: "lock", lock: once, mode: "lock", at: this.#at(node) });
    }
    this.#giveFunctions(node, values, rule, { name, when, signals });
    if (once !== null && when === "call") {
      this.#host.builder.add({ kind: "lock", lock: once, mode: "rlock", at: this.#at(node) });
    }
  }

  /** Inside of `once.Do` as under a lock of its own, after it as under a lock for reading that is never given back. */
  #onceLock(call: Call): LockRef | null {
    const fun = calledExpr(this.#host.model.program, call);
    const place = fun.kind === "Selector" ? this.#host.model.places.of(fun.x, this.#host.file) : null;
    return place === null
      ? null
      : { key: onceKey(place.key), path: { ...place.path, id: `${place.path.id}.once` } };
  }

  #giveFunctions(
    node: Expr,
    values: readonly Expr[],
    rule: CallbackRule,
    { name, when, signals }: { name: string; when: When; signals: readonly string[] },
  ): void {
    const { kinds, program } = this.#host.model;
    const functions = values.filter(
      (value) => !program.isType(value) && mayBeCalled(program.typeOf(value), kinds),
    );
    if (functions.length === 0) {
      return;
    }
    const deferred = when === "defer" || rule.atEnd;
    const site = this.#site(node, {
      call: node.kind === "Call" ? node : null,
      start: when === "go" ? "go" : rule.start,
      many: rule.many,
      deferred,
      signals,
    });
    listenForCallbacks(this.#host, site, functions, name);
    this.#emit(site, deferred ? "defer" : "call");
  }

  #conversion(call: Call): void {
    const type = this.#host.model.program.typeOf(call);
    const named = namedType(type);
    if (named !== null && named.package?.origin !== "root") {
      const name = qualifiedName(named);
      const rule = callbackRule(name);
      if (rule.start !== null) {
        this.#give(call, call.args, rule, { name, when: "call", signals: [] });
      }
    }
  }

  #builtin(call: Call, name: string, when: When): void {
    const [first, ...rest] = call.args;
    if (name === "panic" && when === "call") {
      this.#host.builder.stop();
      return;
    }
    if (first === undefined) {
      return;
    }
    if (name === "close") {
      const place = this.#host.model.places.of(first, this.#host.file);
      if (place !== null) {
        this.#signals("close", place.key);
      }
    }
    if (name === "append") {
      this.#append(call, rest);
    }
    if (when === "defer") {
      const events: Event[] = (this.#host.model.accessesAt.get(call) ?? []).map((access) => ({
        kind: "access",
        access,
        path: this.#host.model.places.of(first, this.#host.file)?.path ?? null,
      }));
      if (events.length > 0) {
        this.#atEnd(call, events);
      }
    } else {
      this.#host.accesses(call);
    }
  }

  #append(call: Call, added: readonly Expr[]): void {
    const { model, values } = this.#host;
    const type = underlying(model.program.typeOf(call));
    if (type.kind !== "Slice" || !model.kinds.holds(type.element)) {
      return;
    }
    for (const { node } of values.sources(call)) {
      for (const value of added) {
        if (call.spread) {
          for (const source of values.sources(value)) {
            const place = model.place(this.#host.file, value.pos);
            model.graph.flow(model.graph.elementOf(source.node), model.graph.elementOf(node), "store", place);
          }
        } else {
          this.#host.store(model.graph.elementOf(node), type.element, value, "store");
        }
      }
    }
  }

  // ---- channels

  /** `make(chan T, n)` becomes the value of a variable. */
  channelMade(key: string | null, value: Expr): void {
    const call = unparen(value);
    if (key === null || call.kind !== "Call") {
      return;
    }
    const { capacities, program } = this.#host.model;
    const callee = program.calleeOf(call);
    if (callee.kind === "builtin" && callee.name === "make") {
      const size = call.args[1];
      const text = size === undefined ? "0" : this.#host.file.text.slice(size.pos, size.end);
      capacities.set(key, (capacities.get(key) ?? new Set()).add(text));
    }
  }

  sent(channel: Expr): void {
    const place = this.#host.model.places.of(channel, this.#host.file);
    if (place !== null) {
      this.#signals(this.#host.loops.length > 0 ? "loop" : "send", place.key);
      this.#host.builder.add({ kind: "token", lock: place, send: true, at: this.#at(channel) });
    }
  }

  received(channel: Expr): void {
    const place = this.#host.model.places.of(channel, this.#host.file);
    if (place !== null) {
      this.#host.builder.add({ kind: "token", lock: place, send: false, at: this.#at(channel) });
      const keys = [signalKey("send", place.key), signalKey("close", place.key)];
      this.#host.builder.add({ kind: "join", keys, all: false });
      this.#host.loops.at(-1)?.push(...keys);
    }
  }

  /** A range loop over a channel has come to its end: the channel is closed. */
  drained(channel: Expr): void {
    const place = this.#host.model.places.of(channel, this.#host.file);
    if (place !== null) {
      this.#host.builder.add({ kind: "join", keys: [signalKey("close", place.key)], all: true });
    }
  }

  /** A range loop over a function calls it. */
  iterated(stmt: Extract<Stmt, { kind: "Range" }>): void {
    const site = this.#site(stmt.x, {});
    listenForCallees(this.#host, site, this.#host.values.sources(stmt.x));
    this.#emit(site, "call");
  }
}

/** What may be a function outside the source, or one of package sync when that is the source. */
function mayBeLibrary(callee: Callee): boolean {
  switch (callee.kind) {
    case "function":
      return (
        callee.object.function === null ||
        callee.object.package.path === "sync" ||
        (callee.object.receiverType !== null && lockMethods.has(callee.object.name))
      );
    case "value":
      return underlying(callee.type).kind === "Unknown";
    case "unknown":
      return true;
    default:
      return false;
  }
}

/** The function below the root that is surely called. */
function targetOf(callee: Callee): number | null {
  return callee.kind === "function"
    ? callee.object.function
    : callee.kind === "literal"
      ? callee.function
      : null;
}

/** Whether what is passed may be kept by what is called. */
function keepsArguments({ callee, library }: Called): boolean {
  if (callee.kind === "builtin") {
    return callee.name === "append" || callee.name === "panic";
  }
  return callee.kind !== "conversion" ? library === null || !keepsNothing(library.name) : true;
}

/** Whether what is called runs the functions that it is given before it returns. */
function callsAtOnce({ library }: Called): boolean {
  const rule = library === null ? null : callbackRule(library.name);
  return rule?.start === null && !rule.atEnd && library?.name.startsWith("testing.") === false;
}

/** Interfaces that so much implements that following them says nothing. */
function isEverywhere(name: string): boolean {
  return /^(?:error$|io\.|io\/fs\.|hash\.|net\.(?:Conn|Addr)$|reflect\.|context\.)/.test(name);
}

function isName(expr: Expr): boolean {
  return expr.kind === "Ident" || expr.kind === "Selector" || (expr.kind === "Unary" && expr.op === "&");
}

function mayBeCalled(type: ReturnType<Model["program"]["typeOf"]>, kinds: Model["kinds"]): boolean {
  const { kind } = underlying(type);
  return (
    kind === "Signature" ||
    kind === "Interface" ||
    namedType(type) !== null ||
    (kind === "Slice" && kinds.holds(type))
  );
}
