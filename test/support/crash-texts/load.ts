/** Reads the recorded crash texts of the example programs. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import { repositoryRoot } from "../toolchains.js";
import { otherFileSchema, type OtherText } from "./other-schema.js";
import { type CrashTextFile, crashTextFileSchema, type RecordedCrashText } from "./schema.js";

/** Where the texts are. */
export const crashTextsDirectory = path.join(repositoryRoot, "test/fixtures/crash-texts");

const suffix = ".json.gz";

/** The file of an example's texts. */
export function crashTextFile(example: string): string {
  return path.join(crashTextsDirectory, "examples", `${example}${suffix}`);
}

/**
 * Reads the file of one example.
 *
 * @throws Error when it is not there or not as it should be, with its name
 */
export function loadCrashTextFile(example: string): CrashTextFile {
  const json: unknown = JSON.parse(gunzipSync(readFileSync(crashTextFile(example))).toString());
  const parsed = crashTextFileSchema.safeParse(json);
  if (!parsed.success) {
    throw new Error(`${example}${suffix}: ${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}

/** The file of the texts that a recipe makes. */
export function otherTextsFile(recipe: string): string {
  return path.join(crashTextsDirectory, "others", `${recipe}${suffix}`);
}

/**
 * The recorded texts of test/fixtures/crash-texts/programs.
 *
 * @param recipe the name of one recipe; all when not given
 * @throws Error when a file is not as it should be, with its name
 */
export function loadOtherTexts(recipe?: string): OtherText[] {
  const names =
    recipe === undefined
      ? readdirSync(path.join(crashTextsDirectory, "others")).map((name) => name.slice(0, -suffix.length))
      : [recipe];
  return names.toSorted().flatMap((name) => {
    const json: unknown = JSON.parse(gunzipSync(readFileSync(otherTextsFile(name))).toString());
    const parsed = otherFileSchema.safeParse(json);
    if (!parsed.success) {
      throw new Error(`${name}${suffix}: ${z.prettifyError(parsed.error)}`);
    }
    return parsed.data.texts;
  });
}

/** Writes the file of one example. */
export function encodeCrashTextFile(file: CrashTextFile): Uint8Array {
  return gzipSync(JSON.stringify(file), { level: 9 });
}

/** All recorded texts, by example, Go version, GOTRACEBACK and build. */
export function loadCrashTexts(): RecordedCrashText[] {
  const names = readdirSync(path.join(crashTextsDirectory, "examples"))
    .filter((name) => name.endsWith(suffix))
    .toSorted();
  if (names.length === 0) {
    throw new Error("no crash texts are recorded");
  }
  return names.flatMap((name) => loadCrashTextFile(name.slice(0, -suffix.length)).texts);
}

/** A text as Go 1.26 and newer print it: with the goroutine that noticed and no other. */
export function oneSided(text: string): string {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => /^goroutine \d/.test(line));
  const blank = lines.indexOf("", first);
  if (first < 0 || blank < 0) {
    return text;
  }
  // What `go run` and `go test` print after it stays.
  const after = lines.findLastIndex((line) => /^(exit status \d+|FAIL\b.*)$/.test(line));
  const tail =
    after < 0 ? [] : lines.slice(lines.findIndex((line) => /^(exit status \d+|FAIL\b.*)$/.test(line)));
  return [...lines.slice(0, blank), ...(tail.length > 0 ? tail : [""])].join("\n");
}
