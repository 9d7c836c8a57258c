/** How the source calls a lock, where it takes it: `c.mu` in `c.mu.Lock()`. */
import type { CaseFrame } from "../../case/case.js";

/** Gives the text of a source file, or undefined where it is not there. */
export type ReadSource = (file: string) => string | undefined;

/** A longer line is no line that a person wrote. */
const longestLine = 1000;
const longestName = 80;

/** Names, fields, elements with a plain index, pointers: `s.shards[i].mu`, `(*c).mu`. */
const lockCall =
  /(?<![\w.)\]])((?:\(\*?[\w.]{1,80}\)|\w{1,80})(?:\.\w{1,80}|\[[\w.]{1,80}\]){0,8})\.(Lock|RLock|TryLock|TryRLock)\(\)/g;

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
  const calls = [...code.matchAll(lockCall)].filter(
    ([, , method]) => (method?.includes("RL") ?? false) === reading,
  );
  const [only] = calls;
  const name = only?.[1];
  return calls.length !== 1 || name === undefined || name.length > longestName ? null : name;
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
