/**
 * Maps inside values that go to a library by way of a parameter: `func reply(v any) { json.NewEncoder(w).Encode(v) }`.
 *
 * The access is in `reply`, on `v`. Where `reply(status)` is called with a struct that holds a map, that map goes to `v`.
 */
import { type Call, type GoFile, unparen } from "../ast.js";
import { type MapFlow } from "../facts.js";
import { type FoundAccess, type Program } from "../program.js";
import { type FuncObject, type VarObject } from "../types/object.js";
import { coreType, type Type, underlying } from "../types/type.js";
import { type Manner, reachedMaps } from "./reach.js";
import { walkBlock } from "./walk.js";

/** Whether a type is an interface without methods. */
export function isAny(type: Type): boolean {
  const under = underlying(type);
  return (
    under.kind === "Interface" && under.methods.length + under.embedded.length + under.unions.length === 0
  );
}

/** Whether a type is `[]any`, as variadic parameters have it. */
export function isAnySlice(type: Type): boolean {
  const under = underlying(type);
  return under.kind === "Slice" && isAny(under.element);
}

interface Passed {
  readonly call: Call;
  readonly file: GoFile;
  readonly callees: readonly FuncObject[];
}

const maxRounds = 5;

/** The flows from maps inside structs to the parameters through which a library reaches them. */
export function flowsIntoParameters(program: Program, accesses: readonly FoundAccess[]): MapFlow[] {
  const sinks = new Map<VarObject, Manner>();
  for (const access of accesses) {
    const parameter = access.manner === null ? null : parameterOf(program, access.map);
    if (parameter !== null && access.manner !== null) {
      sinks.set(parameter, access.manner);
    }
  }
  if (sinks.size === 0) {
    return [];
  }
  const calls = callsOf(program);
  let grown = true;
  for (let round = 0; grown && round < maxRounds; round++) {
    grown = false;
    for (const passed of calls) {
      grown = spread(program, passed, sinks) || grown;
    }
  }
  return calls.flatMap((passed) => flowsOf(program, passed, sinks));
}

function parameterOf(program: Program, expr: Call["args"][number]): VarObject | null {
  const x = unparen(expr);
  const object = x.kind === "Ident" ? program.objectOf(x) : null;
  return object?.kind === "Var" &&
    object.role === "parameter" &&
    (isAny(object.type) || isAnySlice(object.type))
    ? object
    : null;
}

/** The calls of functions below the root that have parameters of type any. */
function callsOf(program: Program): Passed[] {
  const found: Passed[] = [];
  for (const fun of program.functions) {
    const { body } = fun.node;
    if (body === null) {
      continue;
    }
    const file = fun.sourceFile;
    walkBlock(
      {
        typeOf: program.typeOf,
        isType: program.isType,
        builtinOf: () => null,
        access: () => undefined,
        call: (call) => {
          const callees = calleesOf(program, call);
          if (callees.length > 0) {
            found.push({ call, file, callees });
          }
        },
      },
      body,
    );
  }
  return found;
}

function calleesOf(program: Program, call: Call): readonly FuncObject[] {
  if (call.args.length === 0) {
    return [];
  }
  const callee = program.calleeOf(call);
  if (
    callee.kind !== "function" ||
    !callee.object.type.params.some((param) => isAny(param.type) || isAnySlice(param.type))
  ) {
    return [];
  }
  if (callee.object.interfaceMethod) {
    return callee.receiver === null
      ? []
      : program.implementations(callee.object, program.typeOf(callee.receiver));
  }
  return callee.object.function === null ? [] : [callee.object];
}

function* pairs({
  call,
  callees,
}: Passed): Generator<{ argument: Call["args"][number]; parameter: VarObject }> {
  for (const callee of callees) {
    const { params, variadic } = callee.type;
    for (const [i, argument] of call.args.entries()) {
      const parameter = params[variadic ? Math.min(i, params.length - 1) : i];
      if (parameter !== undefined) {
        yield { argument, parameter };
      }
    }
  }
}

/** A parameter that is handed on to a sink is one itself. */
function spread(program: Program, passed: Passed, sinks: Map<VarObject, Manner>): boolean {
  let grown = false;
  for (const { argument, parameter } of pairs(passed)) {
    const manner = sinks.get(parameter);
    const own = manner === undefined ? null : parameterOf(program, argument);
    if (manner !== undefined && own !== null && !sinks.has(own)) {
      sinks.set(own, manner);
      grown = true;
    }
  }
  return grown;
}

function flowsOf(program: Program, passed: Passed, sinks: ReadonlyMap<VarObject, Manner>): MapFlow[] {
  const { call, file } = passed;
  const { variables } = program;
  const flows: MapFlow[] = [];
  for (const { argument, parameter } of pairs(passed)) {
    const manner = sinks.get(parameter);
    const type = program.typeOf(argument);
    const kind = coreType(type).kind;
    // Maps themselves, and what is any already, go their way as values do.
    if (manner === undefined || kind === "Map" || kind === "Interface" || kind === "Basic") {
      continue;
    }
    const own = variables.ofObject(parameter);
    const to = isAny(parameter.type) ? own : variables.elementOf(own);
    for (const from of reachedMaps(argument, type, file, manner, variables)) {
      flows.push({
        from,
        to,
        how: "argument",
        file: file.path,
        line: file.position(call.pos).line,
        site: null,
      });
    }
  }
  return flows;
}
