/** From nodes of the parse to expressions and types. */
import {
  type Block,
  type Expr,
  type Field,
  type FuncType,
  type Ident,
  type InterfaceMethod,
} from "../ast.js";
import { childOf, childrenOf, type Raw } from "./raw.js";

/** How deep a tree may be. What lies deeper is left out, so that no walk over a tree can overflow the stack. */
export const maxDepth = 300;

/** What the conversion of one file shares. */
export interface Conversion {
  readonly text: string;
  depth: number;
  /** Offsets of what could not be read. */
  readonly errors: number[];
  /** Converts a block; set by the statements' part. */
  readonly block: (node: Raw) => Block;
}

const literals: Readonly<Record<string, "int" | "float" | "imaginary" | "rune" | "string">> = {
  int_literal: "int",
  float_literal: "float",
  imaginary_literal: "imaginary",
  rune_literal: "rune",
  interpreted_string_literal: "string",
  raw_string_literal: "string",
};

function bad(node: Raw): Expr {
  return { kind: "BadExpr", pos: node.start, end: node.end };
}

/** An identifier from a leaf. */
export function toIdent(c: Conversion, node: Raw): Ident {
  return {
    kind: "Ident",
    pos: node.start,
    end: node.end,
    name: c.text.slice(node.start, node.end),
    object: null,
  };
}

/** An expression or a type. */
export function toExpr(c: Conversion, node: Raw | undefined, where: Raw): Expr {
  if (node === undefined) {
    return bad(where);
  }
  if (c.depth >= maxDepth && node.children.length > 0) {
    // A long sum of literals, as generated tables have it, loses nothing.
    if (!isSumOfLiterals(node)) {
      c.errors.push(node.start);
    }
    return bad(node);
  }
  c.depth++;
  try {
    return convert(c, node);
  } finally {
    c.depth--;
  }
}

function isSumOfLiterals(node: Raw): boolean {
  const waiting = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.type === "binary_expression") {
      waiting.push(...next.children.filter((child) => child.field !== "operator"));
    } else if (literals[next.type] === undefined) {
      return false;
    }
  }
  return true;
}

function required(c: Conversion, node: Raw, field: string): Expr {
  return toExpr(c, childOf(node, field), node);
}

function inner(c: Conversion, node: Raw): Expr {
  return toExpr(
    c,
    node.children.find((child) => child.type !== "ERROR"),
    node,
  );
}

/** All expressions among the children. */
export function toExprs(c: Conversion, nodes: readonly Raw[]): Expr[] {
  const found: Expr[] = [];
  for (const node of nodes) {
    if (node.type !== "ERROR" && node.type !== ",") {
      found.push(toExpr(c, node, node));
    }
  }
  return found;
}

function convert(c: Conversion, node: Raw): Expr {
  const { start: pos, end } = node;
  switch (node.type) {
    case "identifier":
    case "type_identifier":
    case "field_identifier":
    case "package_identifier":
    case "blank_identifier":
    case "true":
    case "false":
    case "nil":
    case "iota":
      return toIdent(c, node);
    case "call_expression":
      return call(c, node);
    case "selector_expression":
      return {
        kind: "Selector",
        pos,
        end,
        x: required(c, node, "operand"),
        sel: nameOf(c, node, "field"),
      };
    case "index_expression":
      return {
        kind: "Index",
        pos,
        end,
        x: required(c, node, "operand"),
        indices: [required(c, node, "index")],
      };
    case "parenthesized_expression":
    case "parenthesized_type":
      return { kind: "Paren", pos, end, x: inner(c, node) };
    case "unary_expression":
      return unary(c, node);
    case "binary_expression":
      return {
        kind: "Binary",
        pos,
        end,
        op: operatorOf(c, node),
        x: required(c, node, "left"),
        y: required(c, node, "right"),
      };
    case "composite_literal":
      return {
        kind: "CompositeLit",
        pos,
        end,
        type: required(c, node, "type"),
        elements: elements(c, childOf(node, "body")),
      };
    case "literal_value":
      return { kind: "CompositeLit", pos, end, type: null, elements: elements(c, node) };
    case "literal_element":
      return inner(c, node);
    case "func_literal":
      return funcLit(c, node);
    case "type_conversion_expression":
      return {
        kind: "Call",
        pos,
        end,
        fun: required(c, node, "type"),
        args: [required(c, node, "operand")],
        spread: false,
      };
    default:
      return literals[node.type] === undefined ? convertMore(c, node) : literal(node);
  }
}

function literal(node: Raw): Expr {
  return { kind: "BasicLit", pos: node.start, end: node.end, literal: literals[node.type] ?? "int" };
}

function convertMore(c: Conversion, node: Raw): Expr {
  const { start: pos, end } = node;
  switch (node.type) {
    case "slice_expression": {
      const bounds = ["start", "end", "capacity"].flatMap((field) => childrenOf(node, field));
      return { kind: "SliceExpr", pos, end, x: required(c, node, "operand"), bounds: toExprs(c, bounds) };
    }
    case "type_assertion_expression":
      return {
        kind: "TypeAssert",
        pos,
        end,
        x: required(c, node, "operand"),
        type: required(c, node, "type"),
      };
    case "type_instantiation_expression":
      return {
        kind: "Index",
        pos,
        end,
        x: required(c, node, "type"),
        indices: toExprs(
          c,
          node.children.filter((child) => child.field !== "type"),
        ),
      };
    case "variadic_argument":
    case "type_constraint":
      return inner(c, node);
    case "expression_list":
      return inner(c, node);
    default:
      return convertType(c, node);
  }
}

function convertType(c: Conversion, node: Raw): Expr {
  const { start: pos, end } = node;
  switch (node.type) {
    case "pointer_type":
      return { kind: "Star", pos, end, x: inner(c, node) };
    case "qualified_type":
      return {
        kind: "Selector",
        pos,
        end,
        x: required(c, node, "package"),
        sel: nameOf(c, node, "name"),
      };
    case "generic_type":
      return {
        kind: "Index",
        pos,
        end,
        x: required(c, node, "type"),
        indices: typeArguments(c, childOf(node, "type_arguments")),
      };
    case "slice_type":
    case "implicit_length_array_type":
      return {
        kind: "ArrayType",
        pos,
        end,
        slice: node.type === "slice_type",
        length: null,
        element: required(c, node, "element"),
      };
    case "array_type":
      return {
        kind: "ArrayType",
        pos,
        end,
        slice: false,
        length: required(c, node, "length"),
        element: required(c, node, "element"),
      };
    case "map_type":
      return { kind: "MapType", pos, end, key: required(c, node, "key"), value: required(c, node, "value") };
    case "channel_type":
      return { kind: "ChanType", pos, end, value: required(c, node, "value") };
    case "function_type":
      return funcType(c, node);
    case "negated_type":
      return { kind: "Unary", pos, end, op: "~", x: inner(c, node) };
    case "type_elem":
      return inner(c, node);
    case "struct_type":
      return { kind: "StructType", pos, end, fields: structFields(c, node) };
    case "interface_type":
      return interfaceType(c, node);
    default:
      c.errors.push(node.start);
      return bad(node);
  }
}

/** The identifier that is a field; an empty one where it is missing. */
export function nameOf(c: Conversion, node: Raw, field: string): Ident {
  const child = childOf(node, field);
  return child === undefined
    ? { kind: "Ident", pos: node.start, end: node.start, name: "_", object: null }
    : toIdent(c, child);
}

/** The operator of a node. */
export function operatorOf(c: Conversion, node: Raw): string {
  const child = childOf(node, "operator");
  return child === undefined ? "" : c.text.slice(child.start, child.end);
}

function unary(c: Conversion, node: Raw): Expr {
  const op = operatorOf(c, node);
  const x = required(c, node, "operand");
  return op === "*"
    ? { kind: "Star", pos: node.start, end: node.end, x }
    : { kind: "Unary", pos: node.start, end: node.end, op, x };
}

function typeArguments(c: Conversion, node: Raw | undefined): Expr[] {
  return node === undefined ? [] : toExprs(c, node.children);
}

function call(c: Conversion, node: Raw): Expr {
  const list = childOf(node, "arguments");
  let fun = required(c, node, "function");
  const types = childOf(node, "type_arguments");
  if (types !== undefined) {
    fun = { kind: "Index", pos: fun.pos, end: types.end, x: fun, indices: typeArguments(c, types) };
  }
  const args = list?.children ?? [];
  return {
    kind: "Call",
    pos: node.start,
    end: node.end,
    fun,
    args: toExprs(c, args),
    spread: args.some((arg) => arg.type === "variadic_argument"),
  };
}

function elements(c: Conversion, body: Raw | undefined): Expr[] {
  const found: Expr[] = [];
  for (const child of body?.children ?? []) {
    if (child.type === "keyed_element") {
      found.push({
        kind: "KeyValue",
        pos: child.start,
        end: child.end,
        key: required(c, child, "key"),
        value: required(c, child, "value"),
      });
    } else if (child.type !== "ERROR") {
      found.push(toExpr(c, child, child));
    }
  }
  return found;
}

function funcLit(c: Conversion, node: Raw): Expr {
  const body = childOf(node, "body");
  return {
    kind: "FuncLit",
    pos: node.start,
    end: node.end,
    type: funcType(c, node),
    body: body === undefined ? { kind: "Block", pos: node.end, end: node.end, list: [] } : c.block(body),
  };
}

/** The signature of a function declaration, function literal, method of an interface, or function type. */
export function funcType(c: Conversion, node: Raw): FuncType {
  const result = childOf(node, "result");
  let results: Field[] = [];
  if (result?.type === "parameter_list") {
    results = parameters(c, result);
  } else if (result !== undefined) {
    const type = toExpr(c, result, result);
    results = [{ pos: result.start, end: result.end, names: [], type, variadic: false }];
  }
  return {
    kind: "FuncType",
    pos: node.start,
    end: result?.end ?? childOf(node, "parameters")?.end ?? node.end,
    typeParams: typeParameters(c, childOf(node, "type_parameters")),
    params: parameters(c, childOf(node, "parameters")),
    results,
  };
}

/** The parameters of a list. */
export function parameters(c: Conversion, list: Raw | undefined): Field[] {
  const found: Field[] = [];
  for (const child of list?.children ?? []) {
    const variadic = child.type === "variadic_parameter_declaration";
    if (variadic || child.type === "parameter_declaration") {
      found.push({
        pos: child.start,
        end: child.end,
        names: childrenOf(child, "name").map((name) => toIdent(c, name)),
        type: required(c, child, "type"),
        variadic,
      });
    }
  }
  return found;
}

/** Type parameters; the terms of a union are the alternatives of a binary `|`. */
export function typeParameters(c: Conversion, list: Raw | undefined): Field[] {
  const found: Field[] = [];
  for (const child of list?.children ?? []) {
    if (child.type === "type_parameter_declaration") {
      const constraint = childOf(child, "type");
      found.push({
        pos: child.start,
        end: child.end,
        names: childrenOf(child, "name").map((name) => toIdent(c, name)),
        type: constraint === undefined ? bad(child) : union(c, constraint),
        variadic: false,
      });
    }
  }
  return found;
}

function union(c: Conversion, constraint: Raw): Expr {
  const terms = toExprs(c, constraint.children);
  if (terms.length === 1 && terms[0] !== undefined) {
    return terms[0];
  }
  const { start: pos, end } = constraint;
  return { kind: "InterfaceType", pos, end, methods: [], embedded: [terms] };
}

function structFields(c: Conversion, node: Raw): Field[] {
  const found: Field[] = [];
  for (const list of node.children) {
    for (const child of list.children) {
      if (child.type !== "field_declaration") {
        continue;
      }
      const typeNode = childOf(child, "type");
      let type = required(c, child, "type");
      const names = childrenOf(child, "name").map((name) => toIdent(c, name));
      // An embedded pointer: the star is a token in front of the type.
      if (names.length === 0 && typeNode !== undefined && c.text[child.start] === "*") {
        type = { kind: "Star", pos: child.start, end: type.end, x: type };
      }
      found.push({ pos: child.start, end: child.end, names, type, variadic: false });
    }
  }
  return found;
}

function interfaceType(c: Conversion, node: Raw): Expr {
  const methods: InterfaceMethod[] = [];
  const embedded: Expr[][] = [];
  for (const child of node.children) {
    if (child.type === "method_elem") {
      methods.push({
        pos: child.start,
        end: child.end,
        name: nameOf(c, child, "name"),
        type: funcType(c, child),
      });
    } else if (child.type === "type_elem") {
      embedded.push(toExprs(c, child.children));
    }
  }
  return { kind: "InterfaceType", pos: node.start, end: node.end, methods, embedded };
}
