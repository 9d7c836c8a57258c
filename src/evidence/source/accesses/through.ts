/**
 * Accesses that a library makes on the program's behalf: `maps.Clone(m)`, `fmt.Println(v)`, `json.Marshal(v)`,
 * `v.MapRange()`, `h.Set(k, v)`.
 */
import { type Call, type Expr, type GoFile, unparen } from "../ast.js";
import { type Bindings } from "../bind/bindings.js";
import { type FoundAccess, type Program } from "../program.js";
import { type Operation } from "../../../case/case.js";
import { coreType } from "../types/type.js";
import { baseKeyOf, rootOf } from "./base.js";
import { contentIsRead } from "./format.js";
import { isAny, isAnySlice } from "./into-parameters.js";
import { ruleByName, ruleOf, type Rule } from "./library-rules.js";
import { decoding, reachedMaps } from "./reach.js";
import { mapIsRead, reflectedValue } from "./reflected.js";

/** An access through a library. */
export type LibraryAccess = Pick<
  FoundAccess,
  "operation" | "map" | "variable" | "through" | "base" | "manner"
>;

type ValuesRule = Extract<Rule, { kind: "values" }>;

interface Question {
  readonly program: Program;
  readonly bindings: Bindings;
  readonly call: Call;
  readonly file: GoFile;
  readonly through: string;
}

/** The accesses that a call makes inside a library. */
export function throughLibrary(
  program: Program,
  bindings: Bindings,
  call: Call,
  file: GoFile,
): LibraryAccess[] {
  const callee = program.calleeOf(call);
  if (callee.kind === "function") {
    const { object } = callee;
    const owner = object.receiverType?.name ?? null;
    const rule = ruleOf(object.package.path, owner, object.name);
    const through =
      owner === null
        ? `${object.package.name}.${object.name}`
        : `(${object.package.name}.${owner}).${object.name}`;
    const byName = object.package.origin === "root" ? null : ruleByName(object.name);
    return apply({ program, bindings, call, file, through }, rule ?? byName, callee.receiver);
  }
  if (callee.kind === "unknown" && callee.name !== null) {
    const fun = unparen(call.fun);
    const text = file.text.slice(fun.pos, Math.min(fun.end, fun.pos + 60));
    return apply({ program, bindings, call, file, through: text }, ruleByName(callee.name), null);
  }
  return [];
}

function apply(q: Question, rule: Rule | null, receiver: Expr | null): LibraryAccess[] {
  switch (rule?.kind) {
    case "arguments":
      return rule.operations.flatMap((operations, i) => {
        const arg = q.call.args[i];
        return arg === undefined ? [] : onMap(q, arg, operations);
      });
    case "receiver":
      return receiver === null ? [] : onMap(q, receiver, rule.operations);
    case "values":
      return q.call.args.slice(rule.from).flatMap((arg, i) => {
        if (rule.format && !contentIsRead(q.call, q.file, rule.from - 1, i)) {
          return [];
        }
        return onValue(q, arg, rule);
      });
    case "reflect":
      return receiver === null ? [] : onReflected(q, receiver, rule.operation);
    case undefined:
      return [];
    default:
      return rule satisfies never;
  }
}

function access(q: Question, operation: Operation, map: Expr, variable: number): LibraryAccess {
  return { operation, map, variable, through: q.through, base: baseKeyOf(q.program, map), manner: null };
}

function onMap(q: Question, map: Expr, operations: readonly Operation[]): LibraryAccess[] {
  const core = coreType(q.program.typeOf(map));
  const element = core.kind === "Pointer" ? coreType(core.element) : core;
  if (element.kind !== "Map") {
    return [];
  }
  const variable = q.program.variables.ofExpr(map, q.file);
  return operations.map((operation) => access(q, operation, map, variable));
}

function onValue(q: Question, arg: Expr, rule: ValuesRule): LibraryAccess[] {
  const { program, file } = q;
  const type = program.typeOf(arg);
  const spread = q.call.spread && arg === q.call.args.at(-1);
  if (spread ? isAnySlice(type) : isAny(type)) {
    return onAny(q, arg, rule, spread);
  }
  const variables = reachedMaps(arg, type, file, rule.manner, program.variables);
  // What is a part of the argument has its root as base.
  const root = rootOf(arg, program.objectOf);
  const base =
    coreType(type).kind === "Map" ? baseKeyOf(program, arg) : root === null ? null : program.keyOf(root);
  return variables.flatMap((variable) => accesses(q, rule, arg, variable, base));
}

/** A value of type any may be a map or hold one; what is known of it is the variable that it comes from. */
function onAny(q: Question, arg: Expr, rule: ValuesRule, spread: boolean): LibraryAccess[] {
  const { program, file } = q;
  const x = unparen(arg);
  if (x.kind === "Call") {
    const callee = program.calleeOf(x);
    if (callee.kind !== "function" || callee.object.function === null) {
      return [];
    }
  }
  const own = program.variables.ofExpr(x, file);
  const variable = spread ? program.variables.elementOf(own) : own;
  return program.variables.list[variable]?.kind === "other"
    ? []
    : accesses(q, rule, arg, variable, baseKeyOf(program, arg));
}

function accesses(
  q: Question,
  rule: ValuesRule,
  map: Expr,
  variable: number,
  base: string | null,
): LibraryAccess[] {
  // A decoder writes to what a pointer leads to; a map that it is given is its input.
  const isInput = rule.manner === decoding && coreType(q.program.typeOf(map)).kind === "Map";
  const operations: readonly Operation[] = isInput ? ["iterate"] : rule.operations;
  return operations.map((operation) => ({
    operation,
    map,
    variable,
    through: q.through,
    base,
    manner: rule.manner,
  }));
}

function onReflected(q: Question, receiver: Expr, operation: Operation): LibraryAccess[] {
  const value = reflectedValue(q.program, q.bindings, receiver, 0);
  if (value === null || !mapIsRead(q.program, value)) {
    return [];
  }
  const variable = q.program.variables.ofExpr(value, q.file);
  return [access(q, operation, value, variable)];
}
