/**
 * Makes the edited copy of one file. Every edit keeps the number of lines before it, so that line numbers of the
 * runtime in a crash text stay those of the user's own Go.
 */
import { AnchorError, functionText, only, parameters, spelling, type Context } from "./anchors.js";
import { addMark, addReseeding, addToChecks } from "./edit-recorder.js";
import { changing, operations, type Before, type FileChange, type Hook } from "./changes.js";

function insertAt(source: string, index: number, text: string): string {
  return source.slice(0, index) + text + source.slice(index);
}

function hookText(hook: Hook, signature: string, source: string, context: Context): string {
  const names = parameters(signature);
  const map = hook.map ?? names.map;
  const type = hook.type ?? names.type;
  if (map === undefined || type === undefined) {
    throw new AnchorError(context.file, `the map parameter of func ${hook.func}`, context.goVersion, 0);
  }
  const { on, access, pc } = spelling(context.file, source);
  const pointer = context.file.startsWith("reflect/") ? map : `uintptr(unsafe.Pointer(${map}))`;
  const typePointer = type === "nil" ? "nil" : `unsafe.Pointer(${type})`;
  const when = hook.when ?? `${map} != nil`;
  const told = `${access}(${typePointer}, ${pointer}, ${String(operations[hook.operation])}, ${pc}())`;
  // The recorder notes a change where the map is marked as being changed.
  if (hook.from === true) {
    return ` if ${on} == 1 && ${when} { ${told} } else if ${on} == 2 { maptrapFrom(${pc}()) }`;
  }
  if (hasTwin(hook)) {
    const call = `${twinOf(hook.func)}(${argumentsOf(signature)})`;
    const leave = hook.operation === "assign" ? `return ${call}` : `${call}; return`;
    return ` if ${on} == 1 && ${when} { ${told}; ${leave} }`;
  }
  if (changing.has(hook.operation)) {
    return ` if ${on} == 1 && ${when} { ${told} }`;
  }
  const due = hook.due === undefined ? "" : ` && (${on} == 1 || ${hook.due})`;
  return ` if ${on} != 0 && ${when}${due} { ${told} }`;
}

/**
 * Whether the trap's hook goes on in a twin of the function. A call at the entry of a function makes its arguments leave their
 * registers, which a program pays for that runs with the probe off (a write of `map[int]int` was a fifth slower on Go 1.23),
 * unless the function does not go on after it.
 */
function hasTwin(hook: Hook): boolean {
  return hook.from !== true && (hook.operation === "assign" || hook.operation === "delete");
}

function twinOf(func: string): string {
  return `${func}_unprobed`;
}

/** The names of a function's parameters, as arguments for its twin. */
function argumentsOf(signature: string): string {
  const list = /^func \w+\((.*?)\)/.exec(signature)?.[1] ?? "";
  return list
    .split(", ")
    .map((parameter) => parameter.split(" ")[0] ?? "")
    .join(", ");
}

function signatureOf(name: string): RegExp {
  return new RegExp(`^func ${name}\\(.*\\{$`, "m");
}

/** Passes what a function returns at its end through the probe. */
function addMaker(text: string, name: string, context: Context): string {
  const whole = functionText(text, name, context);
  const last = only(whole, /^\treturn (.+)\n\}$/m, `the last return of func ${name}`, context);
  const changed = `${whole.slice(0, last.index)}\treturn maptrapMade(${last[1] ?? ""})\n}\n`;
  return text.replace(whole, () => changed);
}

function addBefore(text: string, before: Before, context: Context): string {
  const whole = functionText(text, before.func, context);
  const parts = whole.split(`\t${before.call}\n`);
  const anchor = `${before.call} in func ${before.func}`;
  if (parts.length < 2) {
    throw new AnchorError(context.file, anchor, context.goVersion, 0);
  }
  return text.replace(whole, () => parts.join(`\t${before.statement}; ${before.call}\n`));
}

/** Gives `caller` an unhooked twin of the function that it wraps, so that one access is not told of twice. */
function addCopy(
  original: string,
  edited: string,
  copy: { of: string; for: string },
  context: Context,
): string {
  const caller = functionText(edited, copy.for, context);
  const call = only(caller, new RegExp(`\\b${copy.of}\\(`), `the call of ${copy.of} in ${copy.for}`, context);
  const changed = `${caller.slice(0, call.index)}${twinOf(copy.of)}${caller.slice(call.index + copy.of.length)}`;
  return edited.replace(caller, () => changed) + twinText(original, copy.of, context);
}

/** A function of the original once more, under its twin's name. */
function twinText(original: string, func: string, context: Context): string {
  const body = functionText(original, func, context);
  const line = original.slice(0, original.indexOf(body)).split("\n").length;
  // The line directive: a crash text shows the twin at the line of the function that it repeats.
  return `\n//line :${String(line)}:1\n${body.replace(`func ${func}(`, `func ${twinOf(func)}(`)}`;
}

/**
 * Gives the edited copy of a file.
 * @param source the file as it is in the user's GOROOT
 * @throws {@link AnchorError} when a place is missing or not unique
 */
export function editFile(source: string, change: FileChange, goVersion: string): string {
  const context: Context = { file: change.file, goVersion };
  const checked = change.checks === true ? addToChecks(source, context) : source;
  let text = checked;
  for (const hook of change.hooks) {
    const match = only(text, signatureOf(hook.func), `func ${hook.func}`, context);
    text = insertAt(text, match.index + match[0].length, hookText(hook, match[0], source, context));
  }
  for (const edit of change.edits) {
    const match = only(text, edit.find, edit.anchor, context);
    const replacement = edit.replace(match, context).replace("CALLERPC", spelling(change.file, source).pc);
    text = text.slice(0, match.index) + replacement + text.slice(match.index + match[0].length);
  }
  for (const maker of change.makers ?? []) {
    text = addMaker(text, maker, context);
  }
  for (const mark of change.marks ?? []) {
    text = addMark(text, mark, context);
  }
  for (const reseeder of change.reseeders ?? []) {
    text = addReseeding(text, reseeder, context);
  }
  for (const before of change.before ?? []) {
    text = addBefore(text, before, context);
  }
  for (const copy of change.copies ?? []) {
    text = addCopy(checked, text, copy, context);
  }
  for (const { func } of change.hooks.filter(hasTwin)) {
    text += twinText(checked, func, context);
    if (change.reseeders?.includes(func) === true) {
      text = addReseeding(text, twinOf(func), context);
    }
  }
  for (const end of change.ends ?? []) {
    text += end(source, context);
  }
  return text;
}
