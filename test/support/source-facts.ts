/** Facts about a small program, made by hand: a cache that one goroutine fills and others read. */
import type {
  CallEdge,
  HeldLock,
  MapAccess,
  MapFlow,
  MapVariable,
  SourceFacts,
  SourceFunction,
  StartEdge,
} from "../../src/evidence/source/facts.js";

/** A function in cache.go of example.com/shop. */
export function fact(name: string, startLine: number, endLine: number, file = "cache.go"): SourceFunction {
  return {
    name,
    package: "example.com/shop",
    file,
    startLine,
    endLine,
    enclosing: null,
    receiver: null,
    inTest: file.endsWith("_test.go"),
    generated: false,
  };
}

/** A field that holds a map. */
export function field(name: string): MapVariable {
  return {
    key: `field example.com/shop.${name}`,
    kind: "field",
    name,
    type: "map[string]int",
    file: "cache.go",
    line: 5,
    function: null,
  };
}

/** An access in cache.go. */
export function access(
  operation: MapAccess["operation"],
  at: { readonly function: number; readonly line: number; readonly file?: string },
  more: Partial<MapAccess> = {},
): MapAccess {
  return {
    operation,
    function: at.function,
    file: at.file ?? "cache.go",
    line: at.line,
    column: 2,
    expression: "c.items",
    variable: 0,
    through: null,
    locks: [],
    base: null,
    once: [],
    unshared: false,
    running: [],
    ...more,
  };
}

/** A lock that is held: `c.mu`. */
export function held(mode: HeldLock["mode"], more: Partial<HeldLock> = {}): HeldLock {
  return {
    key: "field example.com/shop.Cache.mu",
    expression: "c.mu",
    mode,
    file: "cache.go",
    line: 1,
    doubt: null,
    by: "here",
    ...more,
  };
}

/** A map goes from one variable to another. */
export function flow(from: number, to: number, line: number, how: MapFlow["how"] = "assign"): MapFlow {
  return { from, to, how, file: "cache.go", line, site: null };
}

/** One function calls another. */
export function call(caller: number, callee: number, line: number): CallEdge {
  return {
    caller,
    callee,
    file: "cache.go",
    line,
    how: "static",
    site: 1000 + line,
    running: [],
    startedBy: null,
  };
}

/** A function is started. */
export function start(
  started: number,
  line: number,
  how: StartEdge["how"] = "go",
  more: Partial<StartEdge> = {},
): StartEdge {
  return {
    starter: null,
    started,
    file: "cache.go",
    line,
    how,
    many: false,
    inLoop: false,
    site: 2000 + line,
    running: [],
    left: [],
    statement: null,
    ...more,
  };
}

/** Facts with what is given, and nothing else. */
export function factsOf(given: Partial<SourceFacts>): SourceFacts {
  return {
    root: "/src/shop",
    modules: [{ path: "example.com/shop", folder: "", goVersion: "1.19" }],
    files: 1,
    lines: 100,
    functions: [],
    variables: [],
    accesses: [],
    flows: [],
    calls: [],
    starts: [],
    notes: [],
    ...given,
  };
}
