/** How the source calls a lock, where it takes it: `c.mu` in `c.mu.Lock()`. */
import type { CaseFrame } from "../../case/case.js";

/** Gives the text of a source file, or undefined where it is not there. */
export type ReadSource = (file: string) => string | undefined;

/** A longer line is no line that a person wrote. */
const longestLine = 1000;
const longestName = 80;

const lockCall = /\.(?:Try)?(R?)Lock\(\)/g;

/** Names, fields, elements with a plain index, pointers: `s.shards[i].mu`, `(*c).mu`. */
const plainName = /^(?:\w+|\(\*?[\w.]+\))(?:\.\w+|\[[\w.]+\])*$/;

/**
 * The name of a lock, from the line where it was locked.
 *
 * @param from where it was locked
 * @param reading whether it was locked for readers only
 * @returns null unless exactly one lock of that sort is locked on that line: the source may have been changed since
 */
export function lockName(
  from: CaseFrame | undefined,
  reading: boolean,
  readSource: ReadSource | undefined,
): string | null {
  if (readSource === undefined || from?.file?.endsWith(".go") !== true || from.line === null) {
    return null;
  }
  const line = lineOf(readSource(from.file), from.line);
  if (line === undefined || line.length > longestLine) {
    return null;
  }
  const code = withoutComment(line);
  const names = [...code.matchAll(lockCall)]
    .filter(([, readers]) => (readers === "R") === reading)
    .map(({ index }) => nameBefore(code, index));
  const [only] = names;
  return names.length !== 1 || only === undefined || !plainName.test(only) ? null : only;
}

/** What stands before a position and may belong to a name; undefined where that is too long. */
function nameBefore(code: string, end: number): string | undefined {
  let begin = end;
  while (begin > 0 && /[\w.()*[\]]/.test(code.charAt(begin - 1))) {
    begin--;
    if (end - begin > longestName) {
      return undefined;
    }
  }
  return code.slice(begin, end);
}

/** A line of a text, from 1. Only as much is looked at as needed. */
function lineOf(text: string | undefined, number: number): string | undefined {
  if (text === undefined) {
    return undefined;
  }
  let begin = 0;
  for (let line = 1; line < number; line++) {
    const end = text.indexOf("\n", begin);
    if (end === -1) {
      return undefined;
    }
    begin = end + 1;
  }
  const end = text.indexOf("\n", begin);
  return text.slice(begin, end === -1 ? undefined : end);
}

function withoutComment(line: string): string {
  // A text in quotes may hold slashes; then the rest is not read either, and no name is found.
  const comment = line.search(/\/\/|\/\*|["`]/);
  return comment === -1 ? line : line.slice(0, comment);
}
