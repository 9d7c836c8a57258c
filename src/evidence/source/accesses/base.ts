/** What a map expression is a part of. */
import { type Expr, type Ident, unparen } from "../ast.js";
import { type Program } from "../program.js";
import { type GoObject, type VarObject } from "../types/object.js";

/** The variable at the root of an expression. */
export function rootOf(expr: Expr, objectOf: (ident: Ident) => GoObject | null): VarObject | null {
  let x = unparen(expr);
  for (;;) {
    switch (x.kind) {
      case "Ident": {
        const object = objectOf(x);
        return object?.kind === "Var" ? object : null;
      }
      case "Selector": {
        const base = x.x.kind === "Ident" ? objectOf(x.x) : null;
        if (base?.kind === "Package") {
          const member = objectOf(x.sel);
          return member?.kind === "Var" ? member : null;
        }
        x = unparen(x.x);
        break;
      }
      case "Index":
      case "SliceExpr":
      case "Star":
      case "TypeAssert":
        x = unparen(x.x);
        break;
      case "Unary":
        if (x.op !== "&" && x.op !== "<-") {
          return null;
        }
        x = unparen(x.x);
        break;
      default:
        return null;
    }
  }
}

/** The key of the variable that a map expression is a part of; null when the map has a name of its own. */
export function baseKeyOf(program: Program, map: Expr): string | null {
  const x = unparen(map);
  if (x.kind === "Ident" || (x.kind === "Selector" && program.selectionOf(x) === null)) {
    return null;
  }
  const root = rootOf(x, program.objectOf);
  return root === null ? null : program.keyOf(root);
}
