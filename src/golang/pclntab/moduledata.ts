/**
 * Module data: the runtime's own directory of a Go executable's tables (`runtime.firstmoduledata`).
 *
 * It begins with the address of the pclntab and the slices that lie in it, which makes it easy to tell from anything
 * else. The 64-bit words that are used here have been at the same place from Go 1.18 on:
 *
 * ```text
 *  0 pclntab    1 names    4 unit table    7 file names    10 pc-value tables    13 functions    16 functions (again)
 *  (each slice is address, length, capacity)
 * 19 findfunctab   20 first PC   21 end PC   22 runtime.text   23 runtime.etext   24... data, bss, types, go:func.* ...
 * ```
 *
 * Sources: Go's src/runtime/symtab.go (moduledata), 1.19 and 1.21 to 1.27.
 */
import type { PclntabHeader } from "./header.js";

/** How many 64-bit words of the module data are looked at; all of it is larger in every version. */
export const moduleWordCount = 52;

/** First word after the text addresses: from here on, the word with the address of the function data is searched. */
const firstVariableWord = 32;

/** What a module's data says. Addresses are those of the link; nothing has been moved by a loader. */
export interface ModuleData {
  /** Address of runtime.text, from which all PCs of the table count. */
  readonly textStart: bigint;
  /** Address of runtime.etext. */
  readonly textEnd: bigint;
  /** Size of the part of the table with the functions and their records, from `functionTable` in its header on. */
  readonly functionTableSize: bigint;
  /** Addresses one of which is that of the function data. */
  readonly functionDataCandidates: readonly bigint[];
  /** Where the program's variables are: with pointers and without, with a value in the file and without. */
  readonly variables: readonly AddressRange[];
  /** All words that were looked at. */
  readonly words: BigUint64Array;
}

/** Addresses from `start` on, before `end`. */
export interface AddressRange {
  readonly start: bigint;
  readonly end: bigint;
}

/** The words with the starts of noptrdata, data, bss and noptrbss; their ends follow. */
const variableWords: readonly number[] = [24, 26, 28, 30];

/**
 * Reads module data, or finds that something else is there.
 *
 * @param words {@link moduleWordCount} words, with relocations applied
 * @param header of the pclntab
 * @param tableAddress address of the pclntab
 */
export function matchModuleData(
  words: BigUint64Array,
  header: PclntabHeader,
  tableAddress: bigint,
): ModuleData | undefined {
  const word = (index: number): bigint => words[index] ?? 0n;
  const expected: readonly (readonly [number, bigint])[] = [
    [0, tableAddress],
    [1, tableAddress + BigInt(header.nameTable)],
    [4, tableAddress + BigInt(header.unitTable)],
    [7, tableAddress + BigInt(header.fileTable)],
    [10, tableAddress + BigInt(header.valueTable)],
    [13, tableAddress + BigInt(header.functionTable)],
    [16, tableAddress + BigInt(header.functionTable)],
    // The list of functions ends with one more PC.
    [17, BigInt(header.functionCount + 1)],
  ];
  const matches =
    words.length >= moduleWordCount && expected.every(([index, value]) => word(index) === value);
  if (!matches || word(22) > word(23)) {
    return undefined;
  }
  const candidates = new Set(words.subarray(firstVariableWord));
  candidates.delete(0n);
  return {
    textStart: word(22),
    textEnd: word(23),
    functionTableSize: word(14),
    functionDataCandidates: [...candidates],
    variables: variableWords.map((index) => ({ start: word(index), end: word(index + 1) })),
    words,
  };
}
