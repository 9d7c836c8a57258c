/** Finds the path that an expression names, and the key of what stands at its end. */
import { type Expr, type GoFile, unparen } from "../ast.js";
import { type Program } from "../program.js";
import { type VarObject } from "../types/object.js";
import { type Type, underlying } from "../types/type.js";
import { type LockRef, type Path } from "./body.js";
import { isCopied } from "./kinds.js";

/** A path and the key of the variable, field or element at its end. */
export type Place = LockRef;

/** Selectors nested deeper than this are not followed. */
const longest = 40;
/** Characters of the source that a path shows. */
const longestText = 100;

/** Names the places of a program. */
export class Places {
  readonly #roots = new Map<VarObject, number>();
  readonly #variables: VarObject[] = [];
  /** Local variables that were defined as another name for a place. */
  readonly #aliases = new Map<VarObject, Place>();
  /** The variables that were defined as other names, by the id of the path. */
  readonly #namesOf = new Map<string, VarObject[]>();
  readonly #copies = new Set<VarObject>();

  constructor(readonly program: Program) {}

  /** The number of a variable as the root of paths. */
  root(variable: VarObject): number {
    const known = this.#roots.get(variable);
    if (known !== undefined) {
      return known;
    }
    this.#variables.push(variable);
    this.#roots.set(variable, this.#variables.length - 1);
    return this.#variables.length - 1;
  }

  /** The variable of a root's number. */
  variable(root: number): VarObject | undefined {
    return this.#variables[root];
  }

  /** From here on `variable` is another name for what `value` names. */
  alias(variable: VarObject, value: Expr, file: GoFile): void {
    const { kind } = underlying(variable.type);
    if (kind === "Basic" || kind === "Signature" || kind === "Slice") {
      return;
    }
    if (isCopied(variable.type)) {
      if (value.kind === "Star" || this.#namesVariable(value)) {
        this.#copies.add(variable);
      }
      return;
    }
    const place = this.#followed(value, file);
    if (place !== null && place.path.root !== this.root(variable)) {
      this.#aliases.set(variable, place);
      const names = this.#namesOf.get(place.path.id);
      if (names === undefined) {
        this.#namesOf.set(place.path.id, [variable]);
      } else {
        names.push(variable);
      }
    }
  }

  /** Something new is put into a place: gives the variables that were other names for it, which they are no longer. */
  replaced(place: Place): VarObject[] {
    const { id } = place.path;
    const former = (this.#namesOf.get(id) ?? []).filter(
      (variable) => this.#aliases.get(variable)?.path.id === id,
    );
    this.#namesOf.delete(id);
    former.forEach((variable) => this.#aliases.delete(variable));
    return former;
  }

  /** `variable` was assigned again: it has one name only. */
  unalias(variable: VarObject): void {
    this.#aliases.delete(variable);
  }

  /** `variable` is a copy of something, as the value of a range over structs. */
  copy(variable: VarObject): void {
    if (isCopied(variable.type)) {
      this.#copies.add(variable);
    }
  }

  /** The place that an expression names; null for what has no name. */
  of(expr: Expr, file: GoFile): Place | null {
    return this.#of(expr, file, 0);
  }

  /** A place within another one. */
  field(place: Place, field: VarObject, through: Type, text: string): Place {
    const key = this.program.keyOf(field.origin);
    const pointer = underlying(through).kind === "Pointer";
    return extend(place, key, key, { text, copied: place.path.copied && !pointer });
  }

  #namesVariable(value: Expr): boolean {
    const expr = unparen(value);
    return expr.kind === "Ident" || expr.kind === "Selector" || expr.kind === "Index";
  }

  /** Only what stays the same place: no calls, no elements by changing indices. */
  #followed(value: Expr, file: GoFile): Place | null {
    const expr = unparen(value);
    switch (expr.kind) {
      case "Ident":
      case "Selector":
        return this.of(expr, file);
      case "Unary":
        return expr.op === "&" ? this.#followed(expr.x, file) : null;
      default:
        return null;
    }
  }

  #of(start: Expr, file: GoFile, depth: number): Place | null {
    const expr = unparen(start);
    if (depth > longest) {
      return null;
    }
    switch (expr.kind) {
      case "Ident": {
        const object = this.program.objectOf(expr);
        return object?.kind === "Var" ? this.ofVariable(object) : null;
      }
      case "Selector":
        return this.#selector(expr, file, depth);
      case "Star":
      case "TypeAssert":
        return this.#of(expr.x, file, depth + 1);
      case "Unary":
        return expr.op === "&" ? this.#of(expr.x, file, depth + 1) : null;
      case "Index": {
        const container = this.#of(expr.x, file, depth + 1);
        const text = textOf(expr, file);
        return container === null
          ? null
          : extend(container, `[${file.text.slice(expr.x.end, expr.end)}]`, `element of ${container.key}`, {
              text,
              copied: false,
            });
      }
      case "Call":
        return this.#call(expr, file);
      default:
        return null;
    }
  }

  /** The place of a variable. */
  ofVariable(variable: VarObject): Place {
    const alias = this.#aliases.get(variable);
    if (alias !== undefined) {
      return { key: alias.key, path: { ...alias.path, text: variable.name } };
    }
    const root = this.root(variable.origin);
    const byValue = variable.role === "parameter" || variable.role === "receiver";
    const copied = isCopied(variable.type) && (byValue || this.#copies.has(variable));
    return {
      key: this.program.keyOf(variable),
      path: { root, fields: [], id: `${root}`, text: variable.name, copied },
    };
  }

  #selector(expr: Extract<Expr, { kind: "Selector" }>, file: GoFile, depth: number): Place | null {
    const selection = this.program.selectionOf(expr);
    if (selection === null) {
      const object = this.program.objectOf(expr.sel);
      return object?.kind === "Var" && object.role === "global" ? this.ofVariable(object) : null;
    }
    const base = this.#of(expr.x, file, depth + 1);
    if (base === null || selection.object.kind !== "Var") {
      return null;
    }
    const text = textOf(expr, file);
    let place = base;
    let through = this.program.typeOf(expr.x);
    for (const field of [...selection.path, selection.object]) {
      place = this.field(place, field, through, text);
      through = field.type;
    }
    return place;
  }

  /** What a call returns has no name, but two equal calls are taken to return the same. */
  #call(expr: Extract<Expr, { kind: "Call" }>, file: GoFile): Place | null {
    const callee = this.program.calleeOf(expr);
    if (callee.kind === "conversion" && expr.args[0] !== undefined) {
      return this.of(expr.args[0], file);
    }
    const text = textOf(expr, file);
    return {
      key: `result of ${text}`,
      path: { root: null, fields: [], id: `?${text}`, text, copied: false },
    };
  }
}

function extend(place: Place, part: string, key: string, end: { text: string; copied: boolean }): Place {
  const { path } = place;
  return {
    key,
    path: { ...path, ...end, fields: [...path.fields, part], id: `${path.id}.${part}` },
  };
}

/** The source of an expression, cut when it is long. */
export function textOf(expr: Expr, file: GoFile): string {
  const text = file.text.slice(expr.pos, Math.min(expr.end, expr.pos + longestText));
  return text.replaceAll(/\s+/g, " ");
}

/** The same path with another beginning: `c.mu` for `x.mu` where `x` is called `c` here. */
export function rebased(path: Path, onto: Path): Path {
  return {
    root: onto.root,
    fields: [...onto.fields, ...path.fields],
    id: [onto.id, ...path.fields].join("."),
    text: path.text.includes(".") ? `${onto.text}${path.text.slice(path.text.indexOf("."))}` : onto.text,
    copied: path.copied || (path.fields.length > 0 && onto.copied),
  };
}
