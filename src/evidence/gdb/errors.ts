/** What can go wrong with GDB. */
import { MaptrapError } from "../../base/errors.js";

/** GDB's command where none was named. */
export const usualGdb = "gdb";

/** GDB is not there, or cannot be run. Exit status 2 where it was named. */
export class GdbMissingError extends MaptrapError {
  constructor(
    /** What was to be run. */
    readonly command: string,
    reason: string,
    cause?: unknown,
  ) {
    super(`GDB could not be started: ${command} ${reason}`, {
      wayOut: "install it (apt-get install gdb), or name one with --gdb",
      exitStatus: command === usualGdb ? 1 : 2,
      cause,
    });
  }
}

/** GDB is there, and does not understand what is needed of it. */
export class GdbTooOldError extends MaptrapError {
  constructor(
    /** What it says of itself. */
    readonly version: string,
    /** The oldest major version that works. */
    readonly needed: number,
  ) {
    super(`${version} is too old: version ${needed} or newer is needed`, {
      wayOut: "install a newer GDB, or name one with --gdb",
    });
  }
}

/** The system does not let GDB look into the process. */
export class TracingDeniedError extends MaptrapError {
  constructor(
    /** What was tried: "start the program", "attach to process 12". */
    readonly attempted: string,
    /** GDB's own words. */
    readonly said: string,
    wayOut: string,
  ) {
    super(`GDB may not ${attempted}: ${said}`, { wayOut });
  }
}

/** GDB refused a request. */
export class GdbRefusedError extends MaptrapError {
  constructor(
    /** The request: `-exec-continue`. */
    readonly request: string,
    /** GDB's own words. */
    readonly said: string,
    wayOut?: string,
  ) {
    super(`GDB refused ${request}: ${said}`, { wayOut });
  }
}

/** GDB does not answer. */
export class GdbTimeoutError extends MaptrapError {
  constructor(
    /** What was waited for. */
    readonly waitedFor: string,
    readonly milliseconds: number,
  ) {
    super(`GDB did not answer within ${milliseconds / 1000} s (${waitedFor})`, {
      wayOut: "run it again with --log-mi FILE to see what GDB was doing",
    });
  }
}

/** GDB has ended though it was still needed. */
export class GdbEndedError extends MaptrapError {
  constructor(
    /** How it ended: "exit status 1", "signal SIGKILL". */
    readonly how: string,
    /** The last that it wrote to standard error. */
    readonly lastWords: string,
  ) {
    super(`GDB ended unexpectedly (${how})${lastWords === "" ? "" : `: ${lastWords}`}`, {
      wayOut: "run it again with --log-mi FILE to see what led to it",
    });
  }
}

/** The program could not be started. Exit status 2. */
export class ProgramStartError extends MaptrapError {
  constructor(
    readonly program: string,
    reason: string,
    wayOut?: string,
  ) {
    super(`${program} could not be started: ${reason}`, { wayOut, exitStatus: 2 });
  }
}

/** There is nothing in the program at which to stop. */
export class NoMapFunctionsError extends MaptrapError {
  constructor(
    readonly executable: string,
    /** What the functions would have to have: "with Go's check for conflicts". */
    which = "",
  ) {
    super(`${executable} has no map functions${which === "" ? "" : ` ${which}`}`, {
      wayOut: "it uses no maps, or was built with a Go version that is not supported (1.19, 1.21 to 1.27)",
    });
  }
}
