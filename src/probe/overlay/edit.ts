/**
 * Makes the edited copy of one file. Every edit keeps the number of lines before it, so that line numbers of the
 * runtime in a crash text stay those of the user's own Go.
 */
import { AnchorError, functionText, only, parameters, spelling, type Context } from "./anchors.js";
import { addMark, addReseeding, addToChecks } from "./edit-recorder.js";
import { operations, type Before, type FileChange, type Hook } from "./hooks.js";

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
  // The recorder notes an assignment where the map is marked as being changed.
  const mode = hook.operation === "assign" ? "== 1" : "!= 0";
  return ` if ${on} ${mode} && ${when} { ${access}(${typePointer}, ${pointer}, ${String(operations[hook.operation])}, ${pc}()) }`;
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
  const twin = `${copy.of}_unprobed`;
  const caller = functionText(edited, copy.for, context);
  const call = only(caller, new RegExp(`\\b${copy.of}\\(`), `the call of ${copy.of} in ${copy.for}`, context);
  const changed = insertAt(caller, call.index + copy.of.length, "_unprobed");
  const body = functionText(original, copy.of, context);
  const line = original.slice(0, original.indexOf(body)).split("\n").length;
  // The line directive: a crash text shows the twin at the line of the function that it repeats.
  const text = `\n//line :${String(line)}:1\n${body.replace(`func ${copy.of}(`, `func ${twin}(`)}`;
  return edited.replace(caller, () => changed) + text;
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
    const replacement = edit.replace(match).replace("CALLERPC", spelling(change.file, source).pc);
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
  return text;
}
