import { MaptrapError } from "../base/errors.js";

/** The text is not a case file. */
export class NotACaseFileError extends MaptrapError {
  constructor(
    readonly fileName: string,
    /** What does not fit, half a sentence. */
    readonly reason: string,
  ) {
    super(`${fileName} is not a case file of maptrap: ${reason}`, {
      wayOut: "case files are written by the option --json",
      exitStatus: 2,
    });
  }
}

/** The case file has a version that this maptrap does not read. */
export class CaseVersionError extends MaptrapError {
  constructor(
    readonly fileName: string,
    readonly found: number,
    readonly supported: number,
  ) {
    super(`${fileName} is a case file of version ${found}; this maptrap reads version ${supported}`, {
      wayOut: found > supported ? "read it with a newer maptrap" : "make it again with this maptrap",
      exitStatus: 2,
    });
  }
}
