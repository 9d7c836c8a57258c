/**
 * Everything that holds a map, each once, with a key that is equal wherever the same variable is meant.
 *
 * A field is the field that the struct type declares, however it is reached: through embedding, pointers, or an instance of
 * a generic type. Elements of a container are one variable: which one of them is meant is not known.
 */
import { type Expr, type GoFile, type Ident, unparen } from "./ast.js";
import { type MapVariable } from "./facts.js";
import { type MapVariables, type ProgramFunction } from "./program.js";
import {
  type Callee,
  type FuncObject,
  type GoObject,
  type Selection,
  type VarObject,
} from "./types/object.js";
import { typeText } from "./types/print.js";
import { coreType, type Type, underlying, unknown } from "./types/type.js";

/** What is asked of the resolved program. */
export interface VariableQuestions {
  readonly typeOf: (expr: Expr) => Type;
  readonly objectOf: (ident: Ident) => GoObject | null;
  readonly selectionOf: (selector: Extract<Expr, { kind: "Selector" }>) => Selection | null;
  readonly calleeOf: (call: Extract<Expr, { kind: "Call" }>) => Callee;
  readonly functions: readonly ProgramFunction[];
}

const roles = {
  field: "field",
  global: "global",
  local: "local",
  parameter: "parameter",
  receiver: "parameter",
  result: "result",
} as const;

const maxDepth = 30;

/** The key of a variable, parameter, result or field. */
export function keyOfVariable(object: VarObject): string {
  const origin = object.origin;
  const path = origin.package.path;
  if (origin.role === "field" && origin.owner !== null) {
    return `field ${path}.${origin.owner}.${origin.name}`;
  }
  if (origin.role === "global") {
    return `global ${path}.${origin.name}`;
  }
  const kind = origin.role === "field" ? "field" : "local";
  if (origin.file === null || origin.ident === null) {
    return `${kind} ${path}?${origin.name}`;
  }
  const { line, column } = origin.file.position(origin.ident.pos);
  return `${kind} ${origin.file.path}:${line}:${column} ${origin.name}`;
}

/** Makes and keeps the list of variables. */
export class VariableTable implements MapVariables {
  readonly list: MapVariable[] = [];
  readonly #types: Type[] = [];
  readonly #byKey = new Map<string, number>();
  readonly #byObject = new Map<VarObject, number>();
  readonly #questions: VariableQuestions;

  constructor(questions: VariableQuestions) {
    this.#questions = questions;
  }

  readonly ofObject = (object: VarObject): number => {
    const origin = object.origin;
    let index = this.#byObject.get(origin);
    if (index === undefined) {
      const at = origin.ident === null ? undefined : origin.file?.position(origin.ident.pos);
      index = this.#intern(origin.type, {
        key: keyOfVariable(origin),
        kind: roles[origin.role],
        name: origin.owner === null ? origin.name : `${origin.owner}.${origin.name}`,
        file: origin.file?.path ?? null,
        line: at?.line ?? null,
        function: origin.function,
      });
      this.#byObject.set(origin, index);
    }
    return index;
  };

  readonly ofResult = (object: FuncObject | number, index: number): number => {
    const fun = typeof object === "number" ? this.#questions.functions[object] : undefined;
    const declared = typeof object === "number" ? (fun?.object ?? null) : object;
    const node = fun?.node;
    const signature = declared?.type ?? (node?.kind === "FuncLit" ? this.#questions.typeOf(node) : unknown);
    const result = signature.kind === "Signature" ? signature.results[index] : undefined;
    if (result?.ident !== null && result?.ident !== undefined && result.name !== "_") {
      return this.ofObject(result);
    }
    const owner = declared?.receiverType ?? null;
    const name =
      declared === null
        ? (fun?.name ?? "function")
        : `${owner === null ? declared.package.name : owner.name}.${declared.name}`;
    const place = fun === undefined ? "" : ` ${fun.file}:${fun.startLine}`;
    const type = declared === null ? place : owner === null ? "" : `${owner.name}.`;
    const key = declared === null ? `${name}${type}` : `${declared.package.path}.${type}${declared.name}`;
    const ident = declared?.decl?.name ?? null;
    const file = declared?.file ?? null;
    return this.#intern(result?.type ?? unknown, {
      key: `result ${key}${declared?.interfaceMethod === true ? " (interface)" : ""} ${index}`,
      kind: "result",
      name: `result of ${name}`,
      file: fun?.file ?? file?.path ?? null,
      line: fun?.startLine ?? (ident === null ? null : (file?.position(ident.pos).line ?? null)),
      function: typeof object === "number" ? object : object.function,
    });
  };

  readonly elementOf = (container: number): number => {
    const outer = this.list[container];
    const type = coreType(this.#types[container] ?? unknown);
    return this.#intern("element" in type ? type.element : unknown, {
      key: `element of ${outer?.key ?? "?"}`,
      kind: "element",
      name: `element of ${outer?.name ?? "?"}`,
      file: outer?.file ?? null,
      line: outer?.line ?? null,
      function: outer?.function ?? null,
    });
  };

  readonly ofHolder = (key: string, name: string): number =>
    this.#intern(unknown, { key, kind: "other", name, file: null, line: null, function: null });

  readonly ofExpr = (expr: Expr, file: GoFile): number => this.#ofExpr(expr, file, 0);

  #ofExpr(expr: Expr, file: GoFile, depth: number): number {
    const x = unparen(expr);
    if (depth > maxDepth) {
      return this.#other(x, file);
    }
    switch (x.kind) {
      case "Ident":
      case "Selector":
        return this.#ofName(x, file);
      case "Index":
        return coreType(this.#questions.typeOf(x.x)).kind === "Signature"
          ? this.#other(x, file)
          : this.#elementOfExpr(x.x, file, depth);
      case "Star":
      case "SliceExpr":
      case "TypeAssert":
        return this.#ofExpr(x.x, file, depth + 1);
      case "Unary":
        if (x.op === "&") {
          return this.#ofExpr(x.x, file, depth + 1);
        }
        return x.op === "<-" ? this.#elementOfExpr(x.x, file, depth) : this.#other(x, file);
      case "Call":
        return this.#ofCall(x, file, depth);
      default:
        return this.#other(x, file);
    }
  }

  #elementOfExpr(container: Expr, file: GoFile, depth: number): number {
    return this.elementOf(this.#ofExpr(container, file, depth + 1));
  }

  #ofName(x: Extract<Expr, { kind: "Ident" | "Selector" }>, file: GoFile): number {
    const object =
      x.kind === "Ident"
        ? this.#questions.objectOf(x)
        : (this.#questions.selectionOf(x)?.object ?? this.#questions.objectOf(x.sel));
    return object?.kind === "Var" ? this.ofObject(object) : this.#other(x, file);
  }

  #ofCall(call: Extract<Expr, { kind: "Call" }>, file: GoFile, depth: number): number {
    const callee = this.#questions.calleeOf(call);
    const [first] = call.args;
    if (callee.kind === "conversion" && first !== undefined) {
      return this.#ofExpr(first, file, depth + 1);
    }
    if (callee.kind === "builtin" && callee.name === "append" && first !== undefined) {
      return this.#ofExpr(first, file, depth + 1);
    }
    if (callee.kind === "function") {
      return this.ofResult(callee.object.function ?? callee.object, 0);
    }
    return this.#other(call, file);
  }

  /** What has no name: known by its place. */
  #other(x: Expr, file: GoFile): number {
    const { line, column } = file.position(x.pos);
    const text = file.text.slice(x.pos, Math.min(x.end, x.pos + 60)).replaceAll(/\s+/gu, " ");
    return this.#intern(this.#questions.typeOf(x), {
      key: `expression ${file.path}:${line}:${column} ${x.kind}`,
      kind: "other",
      name: text,
      file: file.path,
      line,
      function: null,
    });
  }

  #intern(type: Type, variable: Omit<MapVariable, "type">): number {
    const known = this.#byKey.get(variable.key);
    if (known !== undefined) {
      return known;
    }
    const index = this.list.length;
    this.#byKey.set(variable.key, index);
    this.#types.push(type);
    this.list.push({ ...variable, type: underlying(type).kind === "Unknown" ? null : typeText(type) });
    return index;
  }
}
