/**
 * A tree of tree-sitter, copied out of WebAssembly in one pass.
 *
 * Each question to a node crosses from JavaScript into WebAssembly, so the pass asks as little as it can: comments, tokens
 * without a field and the inside of literals are left out.
 */
import type { Tree } from "web-tree-sitter";
import type { Grammar } from "./grammar.js";

/** A node of the parse. */
export interface Raw {
  readonly type: string;
  /** The field of the parent that this node is, or "". */
  readonly field: string;
  readonly start: number;
  readonly end: number;
  readonly children: readonly Raw[];
}

const errorType = "ERROR";

/** A node while its children come in. */
interface Growing extends Raw {
  children: Raw[];
  readonly plain: boolean;
}

/** What all nodes without children share; nothing is ever put in. */
const noChildren: Raw[] = [];

// Deeper than the conversion goes, so nothing that it would read is left out.
const maxRawDepth = 2000;

/**
 * Copies a whole tree, without recursion.
 *
 * @param length the length of the text; no node goes beyond it
 */
export function readTree(tree: Tree, grammar: Grammar, length: number): Raw {
  const { typeNames, named, kept, plain, leaf, fieldNames } = grammar;
  const cursor = tree.walk();
  try {
    const root: Growing = {
      type: "source_file",
      field: "",
      start: cursor.startIndex,
      end: Math.min(cursor.endIndex, length),
      children: noChildren,
      plain: true,
    };
    const stack: Growing[] = [root];
    let down = cursor.gotoFirstChild();
    while (down) {
      const parent = stack.at(-1) ?? root;
      const id = cursor.nodeTypeId;
      // The number of an error node is outside the grammar's table.
      const field = kept[id] === false || parent.plain ? 0 : cursor.currentFieldId;
      if (field !== 0 || (named[id] ?? true)) {
        const type = typeNames[id] ?? errorType;
        const node: Growing = {
          type,
          field: fieldNames[field] ?? "",
          start: Math.min(cursor.startIndex, length),
          end: Math.min(cursor.endIndex, length),
          children: noChildren,
          plain: plain[id] === true,
        };
        if (parent.children === noChildren) {
          parent.children = [node];
        } else {
          parent.children.push(node);
        }
        if (leaf[id] !== true && stack.length < maxRawDepth && cursor.gotoFirstChild()) {
          stack.push(node);
          continue;
        }
      }
      while (!cursor.gotoNextSibling()) {
        stack.pop();
        if (!cursor.gotoParent() || stack.length === 0) {
          down = false;
          break;
        }
      }
    }
    return root;
  } finally {
    cursor.delete();
  }
}

/** The child that is a field, or undefined. */
export function childOf(node: Raw, field: string): Raw | undefined {
  for (const child of node.children) {
    if (child.field === field) {
      return child;
    }
  }
  return undefined;
}

/** All children that are a field, without the commas between them. */
export function childrenOf(node: Raw, field: string): Raw[] {
  return node.children.filter((child) => child.field === field && child.type !== ",");
}
