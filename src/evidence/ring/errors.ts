import { MaptrapError } from "../../base/errors.js";

/** The file does not begin as an event file does. */
export class NotAnEventFileError extends MaptrapError {
  constructor(readonly fileName: string) {
    super(`${fileName} is not an event file of maptrap`, {
      wayOut:
        "event files end in .maptrap; a program with the probe writes them into the folder that MAPTRAP_DIR names",
      exitStatus: 2,
    });
  }
}

/** The file is an event file of a version that this maptrap does not read. */
export class EventFileVersionError extends MaptrapError {
  constructor(
    readonly fileName: string,
    readonly found: number,
    readonly supported: readonly number[],
  ) {
    const last = supported.at(-1) ?? "";
    const versions =
      supported.length > 1 ? `versions ${supported.slice(0, -1).join(", ")} and ${last}` : `version ${last}`;
    super(`${fileName} is an event file of version ${found}; this maptrap reads ${versions}`, {
      wayOut:
        found > Math.max(...supported)
          ? "read it with a newer maptrap"
          : "read it with the maptrap that the program was built with, or record it again",
      exitStatus: 2,
    });
  }
}

/** The file ends too early. */
export class EventFileTruncatedError extends MaptrapError {
  constructor(
    readonly fileName: string,
    /** How many bytes are there. */
    readonly found: number,
    /** How many there should be. */
    readonly expected: number,
  ) {
    super(`${fileName} is cut short: ${found} of ${expected} bytes are there`, {
      wayOut: "copy it again, whole; a file on a full disk has to be recorded again",
      exitStatus: 2,
    });
  }
}

/** The header says what cannot be. */
export class EventFileDamagedError extends MaptrapError {
  constructor(
    readonly fileName: string,
    /** What is wrong, half a sentence. */
    readonly reason: string,
  ) {
    super(`the header of ${fileName} is damaged: ${reason}`, {
      wayOut: "copy it again, or record it again",
      exitStatus: 2,
    });
  }
}

/** The file is not written far enough yet to be followed: the process is just making it. */
export class EventFileNotReadyError extends MaptrapError {
  constructor(readonly fileName: string) {
    super(`${fileName} is not an event file yet`, {
      wayOut: "wait until the program has started",
      exitStatus: 2,
    });
  }
}

/** A file that was followed cannot be read any more. */
export class FollowError extends MaptrapError {
  constructor(
    readonly fileName: string,
    /** What is the case, half a sentence. */
    readonly reason: string,
    cause?: unknown,
  ) {
    super(`${fileName} ${reason}`, { exitStatus: 2, cause });
  }
}
