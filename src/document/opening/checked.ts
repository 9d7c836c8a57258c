/** Checks what a file holds against the schema of its kind. */
import type { z } from "zod";
import { MaptrapError } from "../../base/errors.js";
import { cut } from "../../report/text/shown.js";

/** A file says what it is, and does not hold that. */
export class DamagedFileError extends MaptrapError {
  constructor(
    readonly fileName: string,
    /** What does not fit, half a sentence. */
    readonly reason: string,
  ) {
    super(`${fileName} is damaged, or of another version of maptrap: ${reason}`, {
      wayOut: "make it again with this version of maptrap",
      exitStatus: 2,
    });
  }
}

/**
 * Gives what a file holds, checked.
 *
 * @throws DamagedFileError that names the first thing that does not fit
 */
export function checked<T>(schema: z.ZodType<T>, value: unknown, fileName: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) {
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  const where = issue === undefined ? "" : cut(issue.path.map(String).join("."), 200);
  throw new DamagedFileError(
    fileName,
    issue === undefined
      ? "its shape is another"
      : `${where === "" ? "it" : where}: ${cut(issue.message, 200)}`,
  );
}
