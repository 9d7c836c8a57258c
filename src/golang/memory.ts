/**
 * Memory of a Go program: of a process that stands still, of a core, of an executable's file, of the model.
 *
 * All readers of what lies in memory (types, maps, goroutines, stacks) take it from here, so one decoder serves all of them.
 */

/** An address in a program's memory. Those of linux/amd64 programs are below 2^47, so a number holds them exactly. */
export type Address = number;

/** Where bytes come from. */
export interface Memory {
  /**
   * Reads exactly `length` bytes.
   *
   * @returns undefined when not all of them can be read; never throws for any address or length
   */
  read(address: Address, length: number): Uint8Array | undefined;
  /**
   * One 64-bit word, for those who read many of them: from 2^53 on it is rounded. Not all sources have it; `readWord` of
   * types/words.ts takes it where it is.
   */
  readonly readWord?: (address: Address) => number | undefined;
}
