/**
 * Turns annotations of Go's race detector into calls of the probe.
 *
 * A _block_ is an `if raceenabled { … }` (in the runtime) or `if race.Enabled { … }` (elsewhere) with what it holds. In a build without
 * -race its condition is a constant, false. Blocks that tell of synchronisation get the probe's switch as their condition, and the
 * probe's functions in place of the detector's; what they tell of memory goes. Blocks that tell of memory alone stay as they are.
 */
import { AnchorError, type Context } from "../anchors.js";
import type { Edit } from "../changes.js";

/** The race detector's functions and the probe's. */
const calls: ReadonlyMap<string, string> = new Map([
  ["raceacquire(", "maptrapOrderAcquire("],
  ["raceacquireg(", "maptrapOrderAcquireFor("],
  ["raceacquirectx(", "maptrapOrderAcquireIn("],
  ["racerelease(", "maptrapOrderRelease("],
  ["racereleaseg(", "maptrapOrderReleaseFor("],
  ["racereleasemerge(", "maptrapOrderMerge("],
  ["racereleasemergeg(", "maptrapOrderMergeFor("],
  ["racereleaseacquire(", "maptrapOrderSwap("],
  ["racereleaseacquireg(", "maptrapOrderSwapFor("],
  ["race.Acquire(", "race.MaptrapAcquire("],
  ["race.Release(", "race.MaptrapRelease("],
  ["race.ReleaseMerge(", "race.MaptrapMerge("],
  ["race.Disable()", "race.MaptrapIgnore(1)"],
  ["race.Enable()", "race.MaptrapIgnore(-1)"],
]);

/** Functions of runtime/chan.go that call the above, and have been changed as a whole. */
const changedFunctions = /\b(?:racesync|racenotify)\(/;

/** A call of the detector; `c.raceaddr()` is none. */
const anyCall = /(?<![.\w])race(?:\.\w+|\w+)\(\)?/g;

/** What the detector is told of memory, and what is there for that alone. */
const ofMemory = /^\t*(?:race\.?(?:read|write|Read|Write)\w*\(.*\)|callerpc := .*)$/;

const block = /^(\t*)if (raceenabled|race\.Enabled)( && .*)? \{\n([^]*?)^\1\}$/gm;

/** A statement of the race detector's that is known, in the probe's words. */
function translateCall(call: string, context: Context): string {
  const name = call.endsWith("()") ? call : call.replace(/\)$/, "");
  const ours = calls.get(name);
  if (ours !== undefined) {
    return ours;
  }
  if (changedFunctions.test(name)) {
    return call;
  }
  throw new AnchorError(context.file, `${name} among what orders goroutines`, context.goVersion, 1, 0);
}

/** Lines of a block in the probe's words; as many as there were. */
function translateLines(text: string, context: Context, drop?: RegExp): string {
  return text
    .split("\n")
    .map((line) =>
      ofMemory.test(line) || drop?.test(line) === true
        ? ""
        : line.replace(anyCall, (call) => translateCall(call, context)),
    )
    .join("\n");
}

/** Whether a block tells of synchronisation. */
function synchronises(body: string): boolean {
  return changedFunctions.test(body) || (body.match(anyCall) ?? []).some((call) => calls.has(call));
}

/** Where blocks of a function are. */
export interface BlocksOf {
  /** The function as a regular expression finds it after `func `. */
  readonly func: string;
  /** How many blocks of it tell of synchronisation. */
  readonly blocks: number;
  /** Lines of these blocks that go, besides those about memory. */
  readonly drop?: RegExp;
  /** Statements that are put right after or before others, which stand there as often as `times` says, once when it says nothing. */
  readonly also?: readonly Also[];
}

/** A statement beside one of the probe's. */
export interface Also {
  readonly at: string;
  readonly after?: string;
  readonly before?: string;
  readonly times?: number;
}

/** The edit by which a function tells the probe what it tells the race detector. */
export function raceBlocks(blocks: BlocksOf): Edit {
  return {
    anchor: `func ${blocks.func}`,
    find: wholeFunction(blocks.func),
    replace: ([text], context) => translateBlocks(text, blocks, context),
  };
}

/** The text of a function with its blocks in the probe's words. */
export function translateBlocks(
  text: string,
  { func, blocks, also, drop }: BlocksOf,
  context: Context,
): string {
  let found = 0;
  const changed = text.replace(
    block,
    (whole: string, indent: string, flag: string, more: string | undefined, body: string) => {
      if (!synchronises(body)) {
        return whole;
      }
      found++;
      const on = flag === "raceenabled" ? "maptrapOrdering != 0" : "race.MaptrapOrdering != 0";
      return `${indent}if ${on}${more ?? ""} {\n${translateLines(body, context, drop)}${indent}}`;
    },
  );
  if (found !== blocks) {
    const anchor = `block for the race detector in func ${func}`;
    throw new AnchorError(context.file, anchor, context.goVersion, found, blocks);
  }
  return (also ?? []).reduce((all, one) => putBeside(all, one, context), changed);
}

function putBeside(text: string, { at, before, after, times = 1 }: Also, context: Context): string {
  const parts = text.split(at);
  if (parts.length !== times + 1) {
    throw new AnchorError(context.file, at, context.goVersion, parts.length - 1, times);
  }
  const first = before === undefined ? "" : `${before}; `;
  const last = after === undefined ? "" : `; ${after}`;
  return parts.join(`${first}${at}${last}`);
}

/** Finds a function from its signature to the closing brace in the first column. */
export function wholeFunction(func: string): RegExp {
  return new RegExp(`^func ${func}\\([^]*?\\n\\}$`, "m");
}

/** A function's text with one statement in place of its body; as many lines as there were. */
export function bodyInstead(text: string, statement: string): string {
  const lines = text.split("\n");
  return [lines[0], `\t${statement}`, ...lines.slice(2, -1).map(() => ""), "}"].join("\n");
}
