import { MaptrapError } from "../../base/errors.js";

/** A function table (pclntab) or build information that is damaged, or of a kind that is not known. */
export class GoTableError extends MaptrapError {
  constructor(
    /** What does not hold, as half a sentence: "the function table is not sorted". */
    readonly what: string,
    /** Where, in bytes from the start of the table or blob. */
    readonly offset: number,
  ) {
    super(`${what} (at offset ${offset})`);
  }
}
