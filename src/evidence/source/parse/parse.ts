/**
 * Parses a Go file: any bytes in, a tree out.
 *
 * What does not parse is left out and its line noted; the rest is there.
 */
import { type Decl, type GoFile } from "../ast.js";
import { topLevel } from "./convert-decl.js";
import { type Conversion } from "./convert-expr.js";
import { toBlock } from "./convert-stmt.js";
import type { Grammar } from "./grammar.js";
import { inOlderSyntax, type OlderSyntax, withReceiver } from "./newer-syntax.js";
import { linesOf } from "./positions.js";
import { readTree, type Raw } from "./raw.js";

/** Files larger than this are not parsed: it bounds the memory that a hostile file can take. */
export const maxFileSize = 6 * 1024 * 1024;

const generatedMark = /^\/\/ Code generated .* DO NOT EDIT\.\r?$/mu;
const maxErrors = 20;

/** Parses the text of a Go file. */
export function parseGo(grammar: Grammar, path: string, text: string): GoFile {
  const lines = linesOf(text);
  const base = {
    path,
    text,
    lines: lines.count,
    generated: isGenerated(text),
    position: lines.position,
  };
  if (text.length > maxFileSize) {
    return { ...base, packageName: "", imports: [], decls: [], syntaxErrors: [1] };
  }
  let parsed = readText(grammar, text);
  let older: OlderSyntax | null = null;
  if (parsed.errors) {
    older = inOlderSyntax(text);
    const again = older === null ? undefined : readText(grammar, older.text);
    if (again !== undefined) {
      parsed = again;
    }
  }
  const errors: number[] = [];
  const conversion: Conversion = {
    text,
    depth: 0,
    errors,
    block: (node) => toBlock(conversion, node),
  };
  const top = topLevel(conversion, parsed.root);
  if (parsed.errors && errors.length === 0) {
    errors.push(parsed.root.start);
  }
  const rewritten = older;
  const decls: Decl[] =
    rewritten === null
      ? top.decls
      : top.decls.map((decl) => (decl.kind === "Func" ? withReceiver(decl, rewritten) : decl));
  const errorLines = [...new Set(errors.map((offset) => lines.position(offset).line))];
  return {
    ...base,
    packageName: top.packageName,
    imports: top.imports,
    decls,
    syntaxErrors: errorLines.toSorted((a, b) => a - b).slice(0, maxErrors),
  };
}

function isGenerated(text: string): boolean {
  const match = generatedMark.exec(text);
  // The mark counts only in front of the package clause.
  return match !== null && !/^package\s/mu.test(text.slice(0, match.index));
}

function readText(grammar: Grammar, text: string): { root: Raw; errors: boolean } {
  // The grammar wants the last line ended.
  const tree = grammar.parser.parse(text.endsWith("\n") ? text : `${text}\n`);
  if (tree === null) {
    return { root: { type: "source_file", field: "", start: 0, end: 0, children: [] }, errors: true };
  }
  try {
    return { root: readTree(tree, grammar, text.length), errors: tree.rootNode.hasError };
  } finally {
    tree.delete();
  }
}
