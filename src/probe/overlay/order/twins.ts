/** Functions that exist twice: as they were, and for when order events are recorded. */
import { AnchorError, type Context } from "../anchors.js";
import type { Edit } from "../changes.js";
import { translateBlocks, wholeFunction, type BlocksOf } from "./blocks.js";

/** A method whose way parts at its entry. */
export interface Parted extends BlocksOf {
  /** The receiver's name. */
  readonly receiver: string;
  /** The method's name. */
  readonly method: string;
  /** The arguments for its twin. */
  readonly args: string;
}

/** What is called while order events are recorded. */
function twinName(method: string): string {
  return `maptrapOrdered${method}`;
}

/** The edit at the entry of the method, which returns nothing. */
export function partWays({ func, receiver, method, args }: Parted): Edit {
  return {
    anchor: `func ${func}`,
    find: new RegExp(`^func ${func}\\(.*\\{$`, "m"),
    replace: ([text]) =>
      `${text} if race.MaptrapOrdering != 0 { ${receiver}.${twinName(method)}(${args}); return }`,
  };
}

/** The twin, for the end of the file. */
export function partedTwin(parted: Parted): (original: string, context: Context) => string {
  return (original, context) => {
    const { text, line } = functionAt(original, parted.func, context);
    const name = twinName(parted.method);
    const [signature = "", ...body] = translateBlocks(text, parted, context).split("\n");
    // The line directive: a stack shows the twin at the lines of the function that it repeats.
    const renamed = signature.replace(` ${parted.method}(`, ` ${name}(`);
    return `\n//line :${String(line)}:1\n${renamed}\n${body.join("\n")}\n`;
  };
}

/** A function's text and the number of its first line. */
export function functionAt(
  original: string,
  func: string,
  context: Context,
): { readonly text: string; readonly line: number } {
  const match = wholeFunction(func).exec(original);
  if (match === null) {
    throw new AnchorError(context.file, `func ${func}`, context.goVersion, 0);
  }
  return { text: match[0], line: original.slice(0, match.index).split("\n").length };
}
