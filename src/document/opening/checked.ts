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

/** A file of a kind that is known, in another version of its format. */
export class OtherVersionError extends MaptrapError {
  constructor(
    readonly fileName: string,
    readonly found: string,
    readonly supported: readonly unknown[],
  ) {
    super(
      `${fileName} is of version ${found} of its format; this maptrap reads version ${supported.join(", ")}`,
      {
        wayOut: "read it with the maptrap that made it, or make it again with this one",
        exitStatus: 2,
      },
    );
  }
}

function versionOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "version" in value ? value.version : undefined;
}

/**
 * Gives what a file holds, checked.
 *
 * @throws OtherVersionError where its format has another version
 * @throws DamagedFileError that names the first thing that does not fit
 */
export function checked<T>(schema: z.ZodType<T>, value: unknown, fileName: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) {
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  const version = parsed.error.issues.find(({ path }) => path.length === 1 && path[0] === "version");
  if (version?.code === "invalid_value") {
    throw new OtherVersionError(
      fileName,
      cut(JSON.stringify(versionOf(value)) ?? "none", 40),
      version.values,
    );
  }
  const where = issue === undefined ? "" : cut(issue.path.map(String).join("."), 200);
  throw new DamagedFileError(
    fileName,
    issue === undefined
      ? "its shape is another"
      : `${where === "" ? "it" : where}: ${cut(issue.message, 200)}`,
  );
}
