/**
 * Errors that a person may see.
 *
 * A message is one neutral sentence that says what is the case ("no Go toolchain was found"). The way out says what to
 * do about it ("install Go, or name one with --go"). One place, the command line's entry, turns an error into text and an
 * exit status; all other code throws and lets go.
 */

/** What an error may carry besides its message. */
export interface ErrorDetails {
  /** What the person can do about it, one sentence. */
  readonly wayOut?: string | undefined;
  /** The status that the command line ends with; 1 when not given. */
  readonly exitStatus?: number | undefined;
  /** The error that led to this one. */
  readonly cause?: unknown;
}

/** An error with a message that is meant to be read, and where possible a way out. */
export class MaptrapError extends Error {
  /** What the person can do about it, one sentence. */
  readonly wayOut: string | undefined;
  /** The status that the command line ends with. */
  readonly exitStatus: number;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.wayOut = details.wayOut;
    this.exitStatus = details.exitStatus ?? 1;
  }
}

/** The command was called in a way that it does not understand. Exit status 2. */
export class UsageError extends MaptrapError {
  constructor(message: string, wayOut?: string) {
    super(message, { wayOut, exitStatus: 2 });
  }
}

/** The person, or a signal, ended the work before it was done. Exit status 130, as a shell gives for Ctrl-C. */
export class CancelledError extends MaptrapError {
  constructor(message = "the work was cancelled") {
    super(message, { exitStatus: 130 });
  }
}

/**
 * The code of a system error ("ENOENT", "EACCES" …), or undefined for anything else.
 *
 * @param error what was caught
 */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) {
    return undefined;
  }
  return typeof error.code === "string" ? error.code : undefined;
}
