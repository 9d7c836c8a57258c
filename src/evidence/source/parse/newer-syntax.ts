/**
 * Syntax that is newer than the grammar: `new(x + 1)` (Go 1.26) and methods with type parameters of their own (Go 1.27).
 *
 * Where a file does not parse, it is parsed once more with these places rewritten to something of the same length that the
 * grammar knows, so that all offsets stay true:
 *
 * - `new(` becomes a name that is not the built-in one, so that its argument may be an expression. The tree is read against
 *   the original text, so the name is `new` again. The same goes for `make(`, which a program may have declared anew.
 * - `func (r *T) M[P any](…)` loses its receiver to blanks, and the receiver is put back afterwards.
 */
import { type Expr, type Field, type FuncDecl, type Ident } from "../ast.js";

/** A file's text in older syntax, and the receivers that were taken out: by the offset of `func`. */
export interface OlderSyntax {
  readonly text: string;
  readonly receivers: ReadonlyMap<number, Field>;
}

// Names as long as the built-in ones that no Go program has.
const others: Readonly<Record<string, string>> = { "new(": "ǆǅǅ(", "make(": "ǆǅǅǅ(" };

// Everything that repeats is bounded, so that no text takes more than linear time.
const genericMethod =
  /\bfunc(?<=^[ \t]{0,8}func)[ \t]{1,4}(?<receiver>\([ \t]{0,4}(?:(?<name>\w{1,200})[ \t]{1,4})?(?<star>\*?)(?<type>\w{1,200})(?:\[(?<params>[\w, \t]{0,400})\])?[ \t]{0,4}\))[ \t]{0,4}\w{1,200}\[/gmu;

/** The text in older syntax, or null when there is nothing to rewrite. */
export function inOlderSyntax(text: string): OlderSyntax | null {
  const receivers = new Map<number, Field>();
  const withoutReceivers = text.replace(genericMethod, (match: string, ...rest: unknown[]) => {
    const groups = rest.at(-1);
    const offset = rest.at(-3);
    if (!isGroups(groups) || typeof offset !== "number") {
      return match;
    }
    receivers.set(offset, receiverField(offset, match, groups));
    return match.replace(groups.receiver, " ".repeat(groups.receiver.length));
  });
  const rewritten = withoutReceivers.replaceAll(/\b(?:new|make)\(/gu, (name) => others[name] ?? name);
  return rewritten === text ? null : { text: rewritten, receivers };
}

interface Groups {
  readonly receiver: string;
  readonly name: string | undefined;
  readonly star: string;
  readonly type: string;
  readonly params: string | undefined;
}

function isGroups(value: unknown): value is Groups {
  return typeof value === "object" && value !== null && "receiver" in value && "type" in value;
}

function receiverField(offset: number, match: string, groups: Groups): Field {
  const start = offset + match.indexOf(groups.receiver);
  const end = start + groups.receiver.length;
  const ident = (name: string, from: number): Ident => {
    const at = match.indexOf(name, from - offset);
    return { kind: "Ident", pos: offset + at, end: offset + at + name.length, name, object: null };
  };
  const names = groups.name === undefined ? [] : [ident(groups.name, start)];
  const type = ident(groups.type, names[0]?.end ?? start);
  let expr: Expr = type;
  if (groups.params !== undefined) {
    let from = type.end;
    const indices: Expr[] = [];
    for (const name of groups.params.split(",")) {
      const parameter = ident(name.trim(), from);
      from = parameter.end;
      indices.push(parameter);
    }
    expr = { kind: "Index", pos: type.pos, end: from + 1, x: type, indices };
  }
  if (groups.star === "*") {
    expr = { kind: "Star", pos: type.pos - 1, end: expr.end, x: expr };
  }
  return { pos: start, end, names, type: expr, variadic: false };
}

/** A function with the receiver that was taken out of it. */
export function withReceiver(decl: FuncDecl, older: OlderSyntax): FuncDecl {
  const receiver = older.receivers.get(decl.pos);
  return receiver === undefined || decl.receiver !== null ? decl : { ...decl, receiver };
}
