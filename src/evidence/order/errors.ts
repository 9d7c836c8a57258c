import { MaptrapError } from "../../base/errors.js";

/** The event file is a whole one, of another mode or version. */
export class NoOrderEventsError extends MaptrapError {
  constructor(readonly fileName: string) {
    super(`${fileName} holds no order events`, {
      wayOut: "a program with the probe records them when MAPTRAP=order is set",
      exitStatus: 2,
    });
  }
}

/** A file of order events cannot be read, or not any more. */
export class OrderReadError extends MaptrapError {
  constructor(
    readonly fileName: string,
    /** What is the case, half a sentence. */
    readonly reason: string,
    cause?: unknown,
  ) {
    super(`${fileName} ${reason}`, { exitStatus: 2, cause });
  }
}
