/**
 * All goroutines of a dump in columns, for those who want to look at each of them: 200,000 goroutines with as many different stacks take
 * some tens of megabytes. What is equal is kept once:
 *
 *     goroutine ──► stack ──► frames ──► texts (functions, files, states)
 *
 * Numbers in the columns are indexes into the next table; -1 is none.
 */

/** Goroutines in columns; plain data. */
export interface GoroutineTable {
  /** Functions, files, states, remarks: each once. */
  readonly texts: readonly string[];
  readonly frames: {
    /** Indexes of texts. */
    readonly functions: readonly number[];
    readonly files: readonly number[];
    /** From 1; 0 is not known. */
    readonly lines: readonly number[];
    /** 1 where the function was inlined into the frame below it. */
    readonly inlined: readonly number[];
  };
  readonly stacks: {
    /** Indexes of texts: the state as printed; remarks and labels in one text; why there is no stack. */
    readonly states: readonly number[];
    readonly remarks: readonly number[];
    readonly unavailable: readonly number[];
    readonly framesElided: readonly number[];
    /** Index of the frame that the goroutine was created at. */
    readonly createdAt: readonly number[];
    /** Id of the goroutine that created the first one with this stack. */
    readonly createdBy: readonly number[];
    /** Where the stack begins in `frameList`; one more than there are stacks. */
    readonly begins: readonly number[];
    readonly frameList: readonly number[];
  };
  /** In the order of the text. */
  readonly goroutines: {
    readonly ids: readonly number[];
    /** Indexes of stacks. */
    readonly stacks: readonly number[];
    readonly waitMinutes: readonly number[];
    /** Where its header stands in the text, from 1. */
    readonly textLines: readonly number[];
  };
  /** Goroutines that did not fit. */
  readonly notListed: number;
}
