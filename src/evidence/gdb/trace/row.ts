/**
 * What is read at a point: a row of numbers, written by GDB as one line.
 *
 * ```text
 *   maptrap-trace POINT MAP VALUE HEADER0 … HEADER5 GOROUTINE SP RETURN0 RETURN1 RETURN2 TABLE TABLE0 TABLE1 [NANOSECONDS]
 * ```
 *
 * All are hexadecimal. VALUE is the byte that is being stored, or a function's further argument. HEADER are the first 48 bytes of the map's
 * header in words of 8; RETURN are where the function, its caller and that one's caller return to (0: not known); TABLE is a swiss map's table
 * (0: none) with its first 16 bytes.
 */

/** The columns of a row. */
export interface TraceRow {
  /** Index of the point. */
  readonly point: number;
  readonly map: number;
  readonly value: bigint;
  /** The first 48 bytes of the map's header. */
  readonly header: readonly bigint[];
  readonly goroutine: number;
  readonly sp: number;
  readonly returns: readonly number[];
  readonly table: number;
  readonly tableWords: readonly bigint[];
  /** When, in nanoseconds of a clock that only goes on; undefined where GDB did not tell. */
  readonly time: number | undefined;
}

/** What a line of a row begins with. */
export const rowMark = "maptrap-trace";

/** How many words stand in a row, without the time. */
export const rowWords = 17;

const headerWords = 6;

/** Reads a line; undefined when it is none of ours, or is damaged. */
export function readRow(line: string): TraceRow | undefined {
  const words = line.trim().split(" ");
  if (words[0] !== rowMark || (words.length !== rowWords + 1 && words.length !== rowWords + 2)) {
    return undefined;
  }
  const numbers: bigint[] = [];
  for (const word of words.slice(1)) {
    if (!/^[0-9a-f]{1,16}$/.test(word)) {
      return undefined;
    }
    numbers.push(BigInt(`0x${word}`));
  }
  const at = (index: number): bigint => numbers[index] ?? 0n;
  const after = 3 + headerWords;
  return {
    point: Number(at(0)),
    map: Number(at(1)),
    value: at(2),
    header: numbers.slice(3, after),
    goroutine: Number(at(after)),
    sp: Number(at(after + 1)),
    returns: [after + 2, after + 3, after + 4].map((index) => Number(at(index))),
    table: Number(at(after + 5)),
    tableWords: [at(after + 6), at(after + 7)],
    time: numbers.length > rowWords ? Number(at(rowWords)) : undefined,
  };
}
