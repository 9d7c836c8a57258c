/** Walks through a syntax tree without regard to what kind of nodes there are. */
import { type Expr, type FuncLit, type Ident, type Stmt } from "../ast.js";

/** More nodes than this below one are not looked at. */
const mostNodes = 200_000;

/** The identifiers below some nodes, in no order; a selector's and a key's names among them. */
export function identsBelow(start: readonly (Expr | Stmt)[]): Ident[] {
  const found: Ident[] = [];
  const waiting: unknown[] = [...start];
  for (let steps = 0; waiting.length > 0 && steps < mostNodes; steps += 1) {
    const node = waiting.pop();
    if (Array.isArray(node)) {
      for (const child of node) {
        waiting.push(child);
      }
    } else if (isIdent(node)) {
      found.push(node);
    } else if (typeof node === "object" && node !== null) {
      for (const child of Object.values(node)) {
        if (typeof child === "object" && child !== null) {
          waiting.push(child);
        }
      }
    }
  }
  return found;
}

function isIdent(node: unknown): node is Ident {
  return typeof node === "object" && node !== null && "kind" in node && node.kind === "Ident";
}

/** The identifiers inside a function literal's body. */
export function identsOf(literal: FuncLit): Ident[] {
  return identsBelow(literal.body.list);
}
