/** From nodes of the parse to declarations. */
import { type Decl, type FuncDecl, type GenDecl, type Ident, type ImportSpec } from "../ast.js";
import {
  type Conversion,
  funcType,
  maxDepth,
  nameOf,
  parameters,
  toExpr,
  toExprs,
  toIdent,
  typeParameters,
} from "./convert-expr.js";
import { childOf, childrenOf, type Raw } from "./raw.js";

/** The lines of a `var`, `const` or `type` declaration. */
export function declarations(c: Conversion, node: Raw): GenDecl[] {
  const found: GenDecl[] = [];
  for (const child of node.children) {
    switch (child.type) {
      case "var_spec_list":
        found.push(...declarations(c, child));
        break;
      case "var_spec":
      case "const_spec":
        found.push(valueSpec(c, child));
        break;
      case "type_spec":
      case "type_alias":
        found.push({
          kind: "Type",
          pos: child.start,
          end: child.end,
          name: nameOf(c, child, "name"),
          typeParams: typeParameters(c, childOf(child, "type_parameters")),
          alias: child.type === "type_alias",
          type: toExpr(c, childOf(child, "type"), child),
        });
        break;
      default:
        break;
    }
  }
  return found;
}

function valueSpec(c: Conversion, node: Raw): GenDecl {
  const type = childOf(node, "type");
  const value = childOf(node, "value");
  return {
    kind: "Value",
    pos: node.start,
    end: node.end,
    constant: node.type === "const_spec",
    names: childrenOf(node, "name").map((name) => toIdent(c, name)),
    type: type === undefined ? null : toExpr(c, type, node),
    values: value === undefined ? [] : toExprs(c, value.children),
  };
}

/** What stands at the top of a file. */
export interface TopLevel {
  packageName: string;
  readonly imports: ImportSpec[];
  readonly decls: Decl[];
}

/** Everything at the top of a file, also below an error. */
export function topLevel(c: Conversion, root: Raw): TopLevel {
  const top: TopLevel = { packageName: "", imports: [], decls: [] };
  collect(c, root.children, top, 0);
  return top;
}

function collect(c: Conversion, nodes: readonly Raw[], top: TopLevel, level: number): void {
  for (const node of nodes) {
    switch (node.type) {
      case "package_clause":
        if (node.children[0] !== undefined && top.packageName === "") {
          top.packageName = toIdent(c, node.children[0]).name;
        }
        break;
      case "import_declaration":
      case "import_spec_list":
        if (level < maxDepth) {
          collect(c, node.children, top, level + 1);
        }
        break;
      case "import_spec":
        top.imports.push(importSpec(c, node));
        break;
      case "function_declaration":
      case "method_declaration":
        top.decls.push(funcDecl(c, node));
        break;
      case "var_declaration":
      case "const_declaration":
      case "type_declaration":
        top.decls.push(...declarations(c, node));
        break;
      case "ERROR":
        c.errors.push(node.start);
        if (level < maxDepth) {
          collect(c, node.children, top, level + 1);
        }
        break;
      default:
        break;
    }
  }
}

function importSpec(c: Conversion, node: Raw): ImportSpec {
  const name = childOf(node, "name");
  const path = childOf(node, "path");
  return {
    kind: "Import",
    pos: node.start,
    end: node.end,
    name: name === undefined ? null : toIdent(c, name),
    path: path === undefined ? "" : c.text.slice(path.start + 1, path.end - 1),
  };
}

function funcDecl(c: Conversion, node: Raw): FuncDecl {
  const receiver = parameters(c, childOf(node, "receiver"))[0];
  const body = childOf(node, "body");
  const name: Ident = nameOf(c, node, "name");
  return {
    kind: "Func",
    pos: node.start,
    end: node.end,
    name,
    receiver: receiver ?? null,
    type: funcType(c, node),
    body: body === undefined ? null : c.block(body),
  };
}
