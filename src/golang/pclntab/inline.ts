/**
 * Inline trees: for each function that has other functions inlined in it, the list of those calls.
 *
 * An entry names the inlined function and an instruction of its caller within the same physical function ("parent PC");
 * the caller may be inlined itself. The trees are in the function data, the memory that begins at `go:func.*`.
 *
 * ```text
 * up to 1.19, 20 bytes:  0 i16 parent   2 funcID   4 i32 file   8 i32 line   12 i32 name   16 i32 parent PC
 * from 1.20, 16 bytes:   0 funcID       4 i32 name   8 i32 parent PC   12 i32 start line
 * ```
 *
 * Sources: Go's src/runtime/symtab.go (1.19) and src/runtime/symtabinl.go (1.21 to 1.27), inlinedCall.
 */
import type { PclntabVersion } from "./header.js";
import type { Pclntab } from "./table.js";

/** One inlined call. */
export interface InlinedCall {
  /** What is special about the inlined function, see {@link Pclntab.functionId}. */
  readonly functionId: number;
  /** Offset of the inlined function's name in the table of names. */
  readonly nameOffset: number;
  /** An instruction whose position is the call, in bytes from the physical function's entry. */
  readonly parentPc: number;
  /** Line of the inlined function's `func` keyword, where the table says it. */
  readonly startLine: number | undefined;
}

interface EntryLayout {
  readonly size: number;
  readonly id: number;
  readonly name: number;
  readonly parentPc: number;
  readonly startLine: number | undefined;
}

const layouts: Readonly<Record<PclntabVersion, EntryLayout>> = {
  "go1.18": { size: 20, id: 2, name: 12, parentPc: 16, startLine: undefined },
  "go1.20": { size: 16, id: 0, name: 4, parentPc: 8, startLine: 12 },
};

/** Reads `length` bytes at `offset` from the start of the function data; undefined when they are not there. */
export type ReadFunctionData = (offset: number, length: number) => Uint8Array | undefined;

/**
 * Reads one entry of a tree.
 *
 * @param read reads the function data
 * @param tree offset of the tree in the function data
 * @param index index of the entry
 * @returns undefined when it is not within the function data
 */
export function readInlinedCall(
  version: PclntabVersion,
  read: ReadFunctionData,
  tree: number,
  index: number,
): InlinedCall | undefined {
  const layout = layouts[version];
  const bytes = read(tree + index * layout.size, layout.size);
  if (bytes === undefined) {
    return undefined;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const startLine = layout.startLine === undefined ? 0 : view.getInt32(layout.startLine, true);
  return {
    functionId: view.getUint8(layout.id),
    nameOffset: view.getInt32(layout.name, true),
    parentPc: view.getInt32(layout.parentPc, true),
    startLine: startLine > 0 ? startLine : undefined,
  };
}

/** How many trees are looked at to tell whether some memory is the function data. */
const sampleSize = 64;

/** Up to {@link sampleSize} offsets of inline trees, from all over the table. */
function sampleTrees(table: Pclntab): number[] {
  const trees: number[] = [];
  for (let index = 0; index < table.functionCount; index++) {
    const record = table.recordAt(index);
    const tree = record === undefined ? undefined : table.inlineTreeOffset(record);
    if (tree !== undefined) {
      trees.push(tree);
    }
  }
  const stride = Math.max(1, Math.floor(trees.length / sampleSize));
  return trees.filter((_, index) => index % stride === 0);
}

/**
 * Finds the function data among several places in memory: the one where the trees' names are names.
 *
 * Where a module's own data says the function data is differs between Go versions (word 38 up to 1.19, 40 up to 1.26,
 * 43 in 1.27), and later ones may move it again. So the places are tried, not looked up by version: the first entry of
 * each of 64 trees has to point at the beginning of a function's name.
 *
 * @param table the function table
 * @param candidates for each place a function that reads from there
 * @returns the index of the place; undefined when none fits; "none needed" when no function has anything inlined
 */
export function findFunctionData(
  table: Pclntab,
  candidates: readonly ReadFunctionData[],
): number | "none needed" | undefined {
  const trees = sampleTrees(table);
  if (trees.length === 0) {
    return "none needed";
  }
  const fits = (read: ReadFunctionData): boolean =>
    trees.every((tree) => {
      const call = readInlinedCall(table.header.version, read, tree, 0);
      return call !== undefined && call.parentPc >= 0 && table.isNameStart(call.nameOffset);
    });
  const index = candidates.findIndex(fits);
  return index === -1 ? undefined : index;
}
