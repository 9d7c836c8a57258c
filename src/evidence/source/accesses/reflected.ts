/** Finds the value behind a reflect.Value: `reflect.ValueOf(m)`, also through a local variable. */
import { type Expr, unparen } from "../ast.js";
import { type Bindings } from "../bind/bindings.js";
import { type Program } from "../program.js";
import { coreType, type Type } from "../types/type.js";

const maxSteps = 10;

/** The expression whose value a reflect.Value or reflect.MapIter stands for, or null. */
export function reflectedValue(program: Program, bindings: Bindings, expr: Expr, step: number): Expr | null {
  const x = unparen(expr);
  if (step > maxSteps) {
    return null;
  }
  if (x.kind === "Ident") {
    const object = program.objectOf(x);
    const first = object?.kind === "Var" ? bindings.initial.get(object) : undefined;
    return first === undefined ? null : reflectedValue(program, bindings, first, step + 1);
  }
  if (x.kind !== "Call") {
    return null;
  }
  const callee = program.calleeOf(x);
  if (callee.kind !== "function" || callee.object.package.path !== "reflect") {
    return null;
  }
  switch (callee.object.name) {
    case "ValueOf":
      return x.args[0] === undefined ? null : withoutAddress(x.args[0]);
    case "Indirect":
      return x.args[0] === undefined ? null : reflectedValue(program, bindings, x.args[0], step + 1);
    case "Elem":
    case "MapRange":
      return callee.receiver === null ? null : reflectedValue(program, bindings, callee.receiver, step + 1);
    default:
      return null;
  }
}

function withoutAddress(expr: Expr): Expr {
  const x = unparen(expr);
  return x.kind === "Unary" && x.op === "&" ? x.x : x;
}

/** Whether a value is a map, or may hold one: a pointer to a map, or an interface. */
export function mapIsRead(program: Program, value: Expr): boolean {
  const type: Type = coreType(program.typeOf(value));
  const element = type.kind === "Pointer" ? coreType(type.element) : type;
  return element.kind === "Map" || element.kind === "Interface";
}
