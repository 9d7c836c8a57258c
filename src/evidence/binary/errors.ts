import { MaptrapError } from "../../base/errors.js";

/** An executable that cannot be read: not there, not an executable, of a kind that is not supported, or damaged. Exit status 2. */
export class BinaryError extends MaptrapError {
  constructor(
    /** The file. */
    readonly file: string,
    /** What does not hold, as half a sentence. */
    readonly what: string,
    /** Where in the file, in bytes; 0 when it is about the whole file. */
    readonly offset: number,
    cause?: unknown,
  ) {
    super(offset === 0 ? `${file}: ${what}` : `${file}: ${what} (at offset ${offset})`, {
      cause,
      exitStatus: 2,
    });
  }
}
