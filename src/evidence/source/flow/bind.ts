/** Ties sites to the functions that they call: arguments go to parameters, results come back. */
import { type Expr, unparen } from "../ast.js";
import { type FuncObject, type TypeObject } from "../types/object.js";
import { underlying } from "../types/type.js";
import { namedType } from "./kinds.js";
import { visitedParameter } from "./library.js";
import { type CallHost } from "./lower-calls.js";
import { type Model, type Site, type SiteTarget } from "./model.js";
import { type Source } from "./values.js";

/** More callees than this at one site are not kept apart. */
const mostTargets = 50;
/** In a large program, arguments go to so many callees of one call at most. */
const fewTargets = 6;

/** A site calls a function. */
export function bindTarget(host: CallHost, site: Site, target: SiteTarget): void {
  const { model } = host;
  const known = site.targets.some((one) => one.function === target.function && one.given === target.given);
  if (known || site.targets.length >= mostTargets) {
    return;
  }
  const bound = site.targets.some((one) => one.function === target.function);
  site.targets.push(target);
  const isFew = !model.isLarge || site.targets.length <= fewTargets;
  if (!bound && site.call !== null && site.passes && isFew) {
    passArguments(host, site, target.function);
    returnResults(host, site, target);
  }
}

function passArguments(host: CallHost, site: Site, func: number): void {
  const { model, values } = host;
  const info = model.infos[func];
  const { call } = site;
  if (info === undefined || call === null) {
    return;
  }
  const args = [...call.args];
  let { receiver } = site;
  if (receiver !== null && model.program.isType(receiver)) {
    // A method expression: T.Method(x, …).
    receiver = args.shift() ?? null;
  }
  if (receiver !== null && info.receiver !== null) {
    pass(host, site, info.receiver, receiver);
  }
  const last = info.params.length - 1;
  for (const [i, arg] of args.entries()) {
    const parameter = info.params[Math.min(i, last)];
    if (parameter === undefined) {
      continue;
    }
    const rest = info.variadic && i >= last && !call.spread;
    if (!rest) {
      pass(host, site, parameter, arg, args.length === 1 && info.params.length > 1 ? info.params : null);
      continue;
    }
    const slice = underlying(parameter.type);
    if (slice.kind === "Slice" && model.kinds.holds(slice.element)) {
      const node = model.graph.elementOf(model.graph.ofVariable(parameter));
      values.into(node, arg, { how: "argument", pos: arg.pos, site: site.id });
      values.convert(node, slice.element, arg);
    }
  }
}

/** @param all the parameters, when one argument may be a call with several results: `f(g())` */
function pass(
  host: CallHost,
  site: Site,
  parameter: Model["infos"][number]["params"][number],
  arg: Expr,
  all: Model["infos"][number]["params"] | null = null,
): void {
  const { model, values } = host;
  if (all !== null) {
    for (const [index, one] of all.entries()) {
      if (model.kinds.holds(one.type)) {
        values.into(model.graph.ofVariable(one), arg, {
          how: "argument",
          pos: arg.pos,
          site: site.id,
          index,
        });
      }
    }
    return;
  }
  values.relate(parameter, parameter.type, arg);
  if (model.kinds.holds(parameter.type)) {
    const node = model.graph.ofVariable(parameter);
    values.into(node, arg, { how: "argument", pos: arg.pos, site: site.id });
    values.convert(node, parameter.type, arg);
  }
}

function returnResults(host: CallHost, site: Site, target: SiteTarget): void {
  const { model, values, file } = host;
  const info = model.infos[target.function];
  if (!target.dynamic || info === undefined) {
    return;
  }
  for (const [index, result] of info.results.entries()) {
    if (model.kinds.holds(result.type)) {
      const place = model.place(file, site.pos, site.id);
      model.graph.flow(
        model.graph.ofResult(target.function, index),
        values.dynamicResult(site, index),
        "result",
        place,
      );
    }
  }
}

/** The functions that get to some nodes are called at a site; `method`: those of this name, of the types that get there. */
export function listenForCallees(
  host: CallHost,
  site: Site,
  sources: readonly Source[],
  method: string | null = null,
): void {
  const { model } = host;
  for (const { node } of sources) {
    model.graph.listen(node, (token) => {
      if (token.kind === "function" && method === null) {
        bindTarget(host, site, { function: token.id, dynamic: true, given: token.given });
      } else if (token.kind === "type" && method !== null) {
        const found = methodOf(model.types[token.id], method);
        if (found !== null) {
          bindTarget(host, site, { function: found, dynamic: true, given: null });
        }
      } else if (token.kind === "function" && method === "ServeHTTP") {
        bindTarget(host, site, { function: token.id, dynamic: true, given: token.given });
      }
    });
  }
}

/** The functions among some arguments, and the methods of what implements a library's interface, are called by a library. */
export function listenForCallbacks(
  host: CallHost,
  site: Site,
  values: readonly Expr[],
  library: string,
): void {
  const { model } = host;
  for (const value of values) {
    const type = model.program.typeOf(value);
    const sources = host.values.sources(value);
    const { kind } = underlying(type);
    const nodes =
      kind === "Slice"
        ? sources.map(({ node }) => model.graph.elementOf(node))
        : sources.map(({ node }) => node);
    for (const node of nodes) {
      model.graph.listen(node, (token) => {
        if (token.kind === "function") {
          bindTarget(host, site, { function: token.id, dynamic: true, given: token.given });
          visitKept(host, site, token.id, library);
        } else {
          bindMethods(host, site, model.types[token.id], library);
        }
      });
    }
    if (kind !== "Signature" && kind !== "Interface") {
      bindMethods(host, site, namedType(type) ?? undefined, library);
    }
    bindMethodValue(host, site, value);
  }
}

/** What a library's container keeps goes to the function that it calls with each of its values. */
function visitKept(host: CallHost, site: Site, func: number, library: string): void {
  const index = visitedParameter(library);
  const fun = site.call === null ? null : unparen(site.call.fun);
  const parameter = index === null ? undefined : host.model.infos[func]?.params[index];
  if (parameter === undefined || fun?.kind !== "Selector") {
    return;
  }
  const { graph } = host.model;
  for (const { node } of host.values.sources(fun.x)) {
    const place = host.model.place(host.file, site.pos);
    graph.flow(graph.elementOf(node), graph.ofVariable(parameter), "range", place);
  }
}

/** The receiver of a method value is known by its expression; the function comes by the graph. */
function bindMethodValue(host: CallHost, site: Site, value: Expr): void {
  const expr = unparen(value);
  const selection = expr.kind === "Selector" ? host.model.program.selectionOf(expr) : null;
  if (selection?.object.kind === "Func" && selection.object.function !== null) {
    bindTarget(host, site, { function: selection.object.function, dynamic: false, given: null });
  }
}

function bindMethods(host: CallHost, site: Site, type: TypeObject | undefined, library: string): void {
  for (const name of methodsCalledBy(library, site)) {
    const found = methodOf(type, name);
    if (found !== null) {
      bindTarget(host, site, { function: found, dynamic: true, given: null });
    }
  }
  if (/(?:^|\.)(?:Must)?Register\w*$/.test(library)) {
    for (const method of type?.methods.values() ?? []) {
      if (method.function !== null && /^[A-Z]/.test(method.name)) {
        bindTarget(host, site, { function: method.function, dynamic: true, given: null });
      }
    }
  }
}

/** The methods that a library looks for in what it is given. */
function methodsCalledBy(library: string, site: Site): readonly string[] {
  if (site.start === "http-handler") {
    return ["ServeHTTP"];
  }
  if (/^(?:fmt|log|log\/slog|errors)\.|^testing\./.test(library)) {
    return ["String", "Error", "Format", "GoString", "LogValue"];
  }
  if (/^encoding\/|^gopkg\.in\/yaml|\bjson\b/.test(library)) {
    return [
      "MarshalJSON",
      "UnmarshalJSON",
      "MarshalText",
      "UnmarshalText",
      "MarshalXML",
      "GobEncode",
      "MarshalYAML",
    ];
  }
  if (/^(?:sort|container\/heap)\./.test(library)) {
    return ["Len", "Less", "Swap", "Push", "Pop"];
  }
  if (/^(?:io|bufio|bytes|net\/http)\./.test(library)) {
    return ["Read", "Write", "Close", "WriteTo", "ReadFrom", "RoundTrip"];
  }
  return /^(?:expvar|flag)\./.test(library) ? ["String", "Set"] : [];
}

/** A method of a type, also one that an embedded field brings along; its function's index. */
export function methodOf(type: TypeObject | undefined, name: string): number | null {
  const seen = new Set<TypeObject>();
  let level: TypeObject[] = type === undefined ? [] : [type];
  for (let depth = 0; level.length > 0 && depth < 8; depth += 1) {
    const next: TypeObject[] = [];
    for (const one of level) {
      const method: FuncObject | undefined = one.methods.get(name);
      if (method !== undefined) {
        return method.function;
      }
      seen.add(one);
      next.push(...embeddedIn(one).filter((inner) => !seen.has(inner)));
    }
    level = next;
  }
  return null;
}

function embeddedIn(type: TypeObject): TypeObject[] {
  const under = underlying(type.type);
  return under.kind === "Struct"
    ? under.fields.flatMap((field) => {
        const named = field.embedded ? namedType(field.type) : null;
        return named === null ? [] : [named];
      })
    : [];
}
