/** Places in Go's source: how they are found, and the error when one is missing. */
import { MaptrapError } from "../../base/errors.js";

/** A place in Go's source that an edit needs is not there, or is there more than once. Nothing is built. */
export class AnchorError extends MaptrapError {
  constructor(
    /** The file below GOROOT/src. */
    readonly file: string,
    /** The place that was looked for. */
    readonly anchor: string,
    /** The Go version, for example `go1.27.3`. */
    readonly goVersion: string,
    /** How often it was found. */
    readonly found: number,
    /** How often it should be there. */
    readonly wanted = 1,
  ) {
    super(
      `the probe does not fit this Go: in ${file} of ${goVersion} the place "${anchor}" was found ${String(found)} times instead of ${wanted === 1 ? "once" : String(wanted)}`,
      {
        wayOut:
          "use a Go release of the same line without changes to its runtime, or name another one with --go",
      },
    );
  }
}

/** The file that is edited, for errors. */
export interface Context {
  readonly file: string;
  readonly goVersion: string;
}

/** The match of an anchor that must be there exactly once. */
export function only(source: string, find: RegExp, anchor: string, context: Context): RegExpExecArray {
  const all = [...source.matchAll(new RegExp(find.source, "gm"))];
  const [match] = all;
  if (match === undefined || all.length !== 1) {
    throw new AnchorError(context.file, anchor, context.goVersion, all.length);
  }
  return match;
}

/** Names of a function's parameters that hold the map's type and the map. */
export function parameters(signature: string): { type: string | undefined; map: string | undefined } {
  const named = (pattern: RegExp) => pattern.exec(signature)?.[1];
  return {
    type: named(/\b(\w+) \*(?:abi\.(?:Swiss|Old)?MapType|maptype)\b/),
    map: named(/\b(\w+) \*(?:hmap|Map|maps\.Map)\b/),
  };
}

/** How a package spells the probe's switch and entry, and the caller's PC. */
export function spelling(file: string, source: string): { on: string; access: string; pc: string } {
  const pc = source.includes('"internal/runtime/sys"') ? "sys.GetCallerPC" : "getcallerpc";
  if (file.startsWith("reflect/")) {
    return { on: "maps.MaptrapOn", access: "maps.MaptrapAccess", pc };
  }
  if (file.startsWith("internal/runtime/maps/")) {
    return { on: "MaptrapOn", access: "maptrapAccess", pc };
  }
  return { on: "maptrapOn", access: "maptrapAccess", pc };
}

/** The whole text of a function, whose name is given as a regular expression: from its signature to the closing brace in the first column. */
export function functionText(source: string, name: string, context: Context): string {
  const match = only(source, new RegExp(`^func ${name}\\(.*`, "m"), `func ${name}`, context);
  const end = source.indexOf("\n}\n", match.index);
  if (end < 0) {
    throw new AnchorError(context.file, `the end of func ${name}`, context.goVersion, 0);
  }
  return source.slice(match.index, end + 3);
}
