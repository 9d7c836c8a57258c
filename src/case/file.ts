/** Reads and writes the case file: one JSON object, UTF-8. */
import { parseJson } from "../base/json.js";
import { CaseVersionError, NotACaseFileError } from "./errors.js";
import type { Case } from "./case.js";
import { caseFormat, caseSchema, caseVersion, readableCaseVersions } from "./schema.js";

/**
 * DEL, the C1 controls, and the characters that reorder, hide or end text: JSON leaves them as they are, but the text may
 * end up on a terminal or in a script.
 */
const unsafeInJson = /[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/gu;

/** Writes a case as the text of a case file. Nothing in it can act on a terminal; it ends with a line feed. */
export function encodeCase(incident: Case): string {
  return `${JSON.stringify(incident, null, 2).replace(unsafeInJson, escapeUnits)}\n`;
}

/** JSON's own escape, one for each UTF-16 unit. */
function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
}

/**
 * Reads the text of a case file.
 *
 * @param fileName where it was read from, for error messages
 * @throws NotACaseFileError when it is not one, CaseVersionError when it is one of another version
 */
export function decodeCase(text: string, fileName: string): Case {
  const value = parseJson(text);
  if (value instanceof SyntaxError) {
    throw new NotACaseFileError(fileName, "it is not JSON");
  }
  return decodeCaseValue(value, fileName);
}

/** As {@link decodeCase}, of JSON that was parsed already. */
export function decodeCaseValue(value: unknown, fileName: string): Case {
  const version = caseFileVersion(value);
  if (version === undefined) {
    throw new NotACaseFileError(fileName, `the field "format" is not "${caseFormat}"`);
  }
  if (!readableCaseVersions.includes(version)) {
    throw new CaseVersionError(fileName, version, caseVersion);
  }
  // What an older version had not is filled in by the schema's defaults.
  const parsed = caseSchema.safeParse({ ...Object(value), version: caseVersion });
  if (!parsed.success) {
    throw new NotACaseFileError(fileName, firstIssue(parsed.error.issues));
  }
  return parsed.data;
}

/** The version that a value states when it has the mark of a case file; else undefined. */
function caseFileVersion(value: unknown): number | undefined {
  if (typeof value !== "object" || value === null || !("format" in value) || !("version" in value)) {
    return undefined;
  }
  return value.format === caseFormat && typeof value.version === "number" ? value.version : undefined;
}

function firstIssue(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): string {
  const issue = issues[0];
  return issue === undefined
    ? "its shape is another"
    : `${issue.path.map(String).join(".")}: ${issue.message}`;
}
