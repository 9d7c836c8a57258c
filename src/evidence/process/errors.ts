import { type ErrorDetails, MaptrapError } from "../../base/errors.js";

/** A process or a core that cannot be read: not there, not allowed, not what it should be, or damaged. Exit status 2. */
export class ProcessError extends MaptrapError {
  constructor(message: string, details: ErrorDetails = {}) {
    super(message, { exitStatus: 2, ...details });
  }
}
