/** From nodes of the parse to statements. */
import { type Block, type CaseClause, type CommClause, type Expr, type IfStmt, type Stmt } from "../ast.js";
import { declarations } from "./convert-decl.js";
import { type Conversion, maxDepth, operatorOf, toExpr, toExprs } from "./convert-expr.js";
import { childOf, type Raw } from "./raw.js";

/** Everything that can stand in a list of statements, also below an error. */
export function toStmts(c: Conversion, nodes: readonly Raw[]): Stmt[] {
  const found: Stmt[] = [];
  collect(c, nodes, found, 0);
  return found;
}

function collect(c: Conversion, nodes: readonly Raw[], found: Stmt[], level: number): void {
  for (const node of nodes) {
    if (node.type === "ERROR") {
      c.errors.push(node.start);
      if (level < maxDepth) {
        collect(c, node.children, found, level + 1);
      }
    } else if (node.type === "statement_list") {
      collect(c, node.children, found, level);
    } else if (statementTypes.has(node.type)) {
      found.push(toStmt(c, node));
    }
  }
}

const statementTypes = new Set([
  "assignment_statement",
  "block",
  "break_statement",
  "const_declaration",
  "continue_statement",
  "dec_statement",
  "defer_statement",
  "empty_statement",
  "expression_statement",
  "expression_switch_statement",
  "fallthrough_statement",
  "for_statement",
  "go_statement",
  "goto_statement",
  "if_statement",
  "inc_statement",
  "labeled_statement",
  "receive_statement",
  "return_statement",
  "select_statement",
  "send_statement",
  "short_var_declaration",
  "type_declaration",
  "type_switch_statement",
  "var_declaration",
]);

/** A block. */
export function toBlock(c: Conversion, node: Raw): Block {
  return { kind: "Block", pos: node.start, end: node.end, list: toStmts(c, node.children) };
}

function empty(node: Raw): Stmt {
  return { kind: "Empty", pos: node.start, end: node.end };
}

/** A statement. */
export function toStmt(c: Conversion, node: Raw): Stmt {
  if (c.depth >= maxDepth) {
    c.errors.push(node.start);
    return empty(node);
  }
  c.depth++;
  try {
    return convertSimple(c, node) ?? convertCompound(c, node) ?? convertLoop(c, node) ?? empty(node);
  } finally {
    c.depth--;
  }
}

function optional(c: Conversion, node: Raw | undefined): Stmt | null {
  return node === undefined ? null : toStmt(c, node);
}

function list(c: Conversion, node: Raw | undefined): Expr[] {
  if (node === undefined) {
    return [];
  }
  return node.type === "expression_list" ? toExprs(c, node.children) : [toExpr(c, node, node)];
}

function first(c: Conversion, node: Raw): Expr {
  return toExpr(
    c,
    node.children.find((child) => child.type !== "ERROR"),
    node,
  );
}

function convertSimple(c: Conversion, node: Raw): Stmt | null {
  const { start: pos, end } = node;
  switch (node.type) {
    case "expression_statement":
      return { kind: "ExprStmt", pos, end, x: first(c, node) };
    case "send_statement":
      return {
        kind: "Send",
        pos,
        end,
        channel: toExpr(c, childOf(node, "channel"), node),
        value: toExpr(c, childOf(node, "value"), node),
      };
    case "inc_statement":
    case "dec_statement":
      return { kind: "IncDec", pos, end, x: first(c, node), op: node.type === "inc_statement" ? "++" : "--" };
    case "assignment_statement":
    case "short_var_declaration": {
      const op = node.type === "short_var_declaration" ? ":=" : operatorOf(c, node);
      const lhs = list(c, childOf(node, "left"));
      return { kind: "Assign", pos, end, lhs, rhs: list(c, childOf(node, "right")), op };
    }
    case "receive_statement":
      return receive(c, node);
    case "go_statement":
      return { kind: "Go", pos, end, call: first(c, node) };
    case "defer_statement":
      return { kind: "Defer", pos, end, call: first(c, node) };
    case "return_statement":
      return { kind: "Return", pos, end, results: list(c, node.children[0]) };
    case "break_statement":
      return branch(c, node, "break");
    case "continue_statement":
      return branch(c, node, "continue");
    case "goto_statement":
      return branch(c, node, "goto");
    case "fallthrough_statement":
      return branch(c, node, "fallthrough");
    case "var_declaration":
    case "const_declaration":
    case "type_declaration":
      return { kind: "DeclStmt", pos, end, decls: declarations(c, node) };
    default:
      return null;
  }
}

function branch(c: Conversion, node: Raw, what: "break" | "continue" | "goto" | "fallthrough"): Stmt {
  const label = node.children[0];
  return {
    kind: "Branch",
    pos: node.start,
    end: node.end,
    what,
    label: label === undefined ? null : c.text.slice(label.start, label.end),
  };
}

function receive(c: Conversion, node: Raw): Stmt {
  const left = childOf(node, "left");
  const right = toExpr(c, childOf(node, "right"), node);
  const { start: pos, end } = node;
  if (left === undefined) {
    return { kind: "ExprStmt", pos, end, x: right };
  }
  const op = c.text.slice(left.end, right.pos).includes(":=") ? ":=" : "=";
  return { kind: "Assign", pos, end, lhs: list(c, left), rhs: [right], op };
}

function convertCompound(c: Conversion, node: Raw): Stmt | null {
  const { start: pos, end } = node;
  switch (node.type) {
    case "block":
      return toBlock(c, node);
    case "if_statement":
      return ifStatement(c, node);
    case "labeled_statement": {
      const label = childOf(node, "label");
      const stmt = toStmts(
        c,
        node.children.filter((child) => child !== label),
      )[0];
      const name = label === undefined ? "" : c.text.slice(label.start, label.end);
      return { kind: "Labeled", pos, end, label: name, stmt: stmt ?? empty(node) };
    }
    case "expression_switch_statement": {
      const tag = childOf(node, "value");
      return {
        kind: "Switch",
        pos,
        end,
        init: optional(c, childOf(node, "initializer")),
        tag: tag === undefined ? null : toExpr(c, tag, node),
        cases: cases(c, node, "value"),
      };
    }
    case "type_switch_statement": {
      const bind = list(c, childOf(node, "alias"))[0];
      return {
        kind: "TypeSwitch",
        pos,
        end,
        init: optional(c, childOf(node, "initializer")),
        bind: bind?.kind === "Ident" ? bind : null,
        x: toExpr(c, childOf(node, "value"), node),
        cases: cases(c, node, "type"),
      };
    }
    case "select_statement":
      return { kind: "Select", pos, end, cases: communications(c, node) };
    default:
      return null;
  }
}

function body(c: Conversion, parent: Raw, field: string): Block {
  const node = childOf(parent, field);
  return node === undefined
    ? { kind: "Block", pos: parent.end, end: parent.end, list: [] }
    : toBlock(c, node);
}

function ifStatement(c: Conversion, node: Raw): IfStmt {
  const other = childOf(node, "alternative");
  let otherwise: Block | IfStmt | null = null;
  if (other !== undefined) {
    const stmt = toStmt(c, other);
    otherwise = stmt.kind === "If" || stmt.kind === "Block" ? stmt : null;
  }
  return {
    kind: "If",
    pos: node.start,
    end: node.end,
    init: optional(c, childOf(node, "initializer")),
    cond: toExpr(c, childOf(node, "condition"), node),
    body: body(c, node, "consequence"),
    otherwise,
  };
}

function cases(c: Conversion, node: Raw, field: string): CaseClause[] {
  const found: CaseClause[] = [];
  for (const child of node.children) {
    if (child.type !== "expression_case" && child.type !== "type_case" && child.type !== "default_case") {
      continue;
    }
    const heads = child.children.filter((part) => part.field === field && part.type !== ",");
    const exprs = heads.flatMap((head) => list(c, head));
    found.push({
      kind: "Case",
      pos: child.start,
      end: child.end,
      exprs: child.type === "default_case" ? null : exprs,
      body: toStmts(
        c,
        child.children.filter((part) => part.field !== field),
      ),
    });
  }
  return found;
}

function communications(c: Conversion, node: Raw): CommClause[] {
  const found: CommClause[] = [];
  for (const child of node.children) {
    if (child.type === "communication_case" || child.type === "default_case") {
      const comm = childOf(child, "communication");
      found.push({
        kind: "Comm",
        pos: child.start,
        end: child.end,
        comm: comm === undefined ? null : toStmt(c, comm),
        body: toStmts(
          c,
          child.children.filter((part) => part !== comm),
        ),
      });
    }
  }
  return found;
}

function convertLoop(c: Conversion, node: Raw): Stmt | null {
  if (node.type !== "for_statement") {
    return null;
  }
  const { start: pos, end } = node;
  const block = body(c, node, "body");
  const head = node.children.find((child) => child.field !== "body" && child.type !== "ERROR");
  if (head?.type === "range_clause") {
    const left = childOf(head, "left");
    const right = childOf(head, "right");
    const [key, value] = list(c, left);
    return {
      kind: "Range",
      pos,
      end,
      key: key ?? null,
      value: value ?? null,
      define: left !== undefined && c.text.slice(left.end, right?.start ?? left.end).includes(":="),
      x: toExpr(c, right, head),
      body: block,
    };
  }
  const clause = head?.type === "for_clause" ? head : undefined;
  const condition = clause === undefined ? head : childOf(clause, "condition");
  return {
    kind: "For",
    pos,
    end,
    init: clause === undefined ? null : optional(c, childOf(clause, "initializer")),
    cond: condition === undefined ? null : toExpr(c, condition, node),
    post: clause === undefined ? null : optional(c, childOf(clause, "update")),
    body: block,
  };
}
