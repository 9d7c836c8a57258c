/** The edits that are for the recorder: where a map is marked as being changed, given a new seed, or found in use. */
import { AnchorError, functionText, parameters, spelling, type Context } from "./anchors.js";
import { operations, type Mark, type Operation } from "./changes.js";

/** Go's messages after "concurrent map ", as docs/event-file.md numbers them. */
const messages = new Map([
  ["writes", 1],
  ["read and map write", 2],
  ["iteration and map write", 3],
  ["clone and map write", 4],
]);

/** Go's own check at the beginning of a function that changes a classic map. */
const firstCheck = /^\tif (\w+)\.flags&hashWriting != 0 \{\n\t\t.*fatal\("concurrent map writes"\)\n\t\}$/gm;
/** Where a swiss map is marked. */
const swissMark = /^\t(?=(\w+)\.writing \^= 1 \/\/ toggle)/gm;

/**
 * Puts a note between Go's own check and the statement that marks the map as being changed: a goroutine that fails the check
 * leaves no note, and who finds the mark finds the note.
 *
 * In between the runtime computes the key's hash. Which side of that the note stands on makes no difference to what it tells
 * (unless hashing panics), but to how much has to leave its registers for it, which a program pays for that runs with the probe
 * off. Measured with `map[int]int`: classic maps are better off with the note before the hash (writes 1.05 times plain instead
 * of 1.29), swiss ones with the note behind it (1.04 instead of 1.10).
 * @throws {@link AnchorError} when the place is not there once
 */
export function addMark(text: string, mark: Mark, context: Context): string {
  const whole = functionText(text, mark.func, context);
  const found = [...whole.matchAll(firstCheck), ...whole.matchAll(swissMark)];
  const [match] = found;
  if (match === undefined || found.length !== 1) {
    throw new AnchorError(context.file, `the mark in func ${mark.func}`, context.goVersion, found.length);
  }
  const { on, pc } = spelling(context.file, text);
  const [place, map = ""] = match;
  const caller = mark.direct ? `${pc}()` : "0";
  const note = `if ${on} == 2 { maptrapMark(uintptr(unsafe.Pointer(${map})), ${operations[mark.operation]}, ${caller}) }`;
  const end = match.index + place.length;
  const noted = place === "\t" ? `${note}; ` : `; ${note}`;
  return text.replace(whole, () => whole.slice(0, end) + noted + whole.slice(end));
}

/**
 * Tells the recorder when a map gets a new seed, by which it would be taken for another map.
 * @throws {@link AnchorError} when the function does not set a seed exactly once
 */
export function addReseeding(text: string, func: string, context: Context): string {
  const whole = functionText(text, func, context);
  const found = [...whole.matchAll(/^(\t+)((\w+)\.(?:hash0|seed) = .*rand\(\)+)$/gm)];
  const [match] = found;
  if (match === undefined || found.length !== 1) {
    throw new AnchorError(context.file, `the new seed in func ${func}`, context.goVersion, found.length);
  }
  const { on } = spelling(context.file, text);
  const [line, indent = "", statement = "", map = ""] = match;
  const call = (done: boolean) =>
    `if ${on} != 0 { maptrapReseeding(uintptr(unsafe.Pointer(${map})), ${String(done)}) }`;
  const edited = whole.replace(line, () => `${indent}${call(false)}; ${statement}; ${call(true)}`);
  return text.replace(whole, () => edited);
}

/** One of Go's own checks: the condition and the fatal error. */
const check =
  /^(\t+if ([\w.]+)\.(?:writing|flags&hashWriting) [!=]= 0 \{\n\t+)fatal\("concurrent map ([a-z ]+)"\)$/gm;

/**
 * Puts a call of the probe before each fatal error of Go's own checks.
 * @throws {@link AnchorError} when there is none, or one with a message that is not known
 */
export function addToChecks(text: string, context: Context): string {
  const { on } = spelling(context.file, text);
  let count = 0;
  const edited = text.replace(
    check,
    (whole, condition: string, map: string, words: string, offset: number) => {
      count++;
      const message = messages.get(words);
      if (message === undefined) {
        throw new AnchorError(context.file, `a known message in place of "${words}"`, context.goVersion, 0);
      }
      const signature = text.slice(
        text.lastIndexOf("\nfunc ", offset) + 1,
        text.indexOf("\n", text.lastIndexOf("\nfunc ", offset) + 1),
      );
      const type = typeExpression(signature, map);
      const op = operations[operationOf(signature)];
      const call = `maptrapFatal(${type}, uintptr(unsafe.Pointer(${map})), ${message}, ${op})`;
      return `${condition}if ${on} == 2 { ${call} }; ${whole.slice(condition.length)}`;
    },
  );
  if (count === 0) {
    throw new AnchorError(context.file, 'fatal("concurrent map …")', context.goVersion, 0);
  }
  return edited;
}

/** The map's type as the function knows it. */
function typeExpression(signature: string, map: string): string {
  if (map.startsWith("it.")) {
    return "unsafe.Pointer(it.typ)";
  }
  const { type } = parameters(signature);
  if (type !== undefined) {
    return `unsafe.Pointer(${type})`;
  }
  return signature.startsWith("func mapiternext(") ? "unsafe.Pointer(it.t)" : "nil";
}

/** What a map function does, by its name. */
function operationOf(signature: string): Operation {
  const name = /^func (?:\(\w+ \*?\w+\) )?(\w+)/.exec(signature)?.[1]?.toLowerCase() ?? "";
  if (/assign|put/.test(name)) {
    return "assign";
  }
  if (name.includes("delete")) {
    return "delete";
  }
  if (name.includes("clear")) {
    return "clear";
  }
  if (/clone|copy/.test(name)) {
    return "clone";
  }
  return name.includes("next") ? "iterateNext" : "read";
}
