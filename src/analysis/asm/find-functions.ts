/** Functions of a program by the names that people use. */
import { mapArguments } from "../../golang/instructions/map-arguments.js";
import { printedName } from "../../golang/pclntab/names.js";
import type { CodeRange, ProgramSymbols } from "../../golang/program-symbols.js";

/** How many similar names are offered. */
const maxSimilar = 5;

/** What was found for one name. */
export interface FoundFunctions {
  readonly functions: readonly CodeRange[];
  /** Names that are similar, when none was found. */
  readonly similar: readonly string[];
}

/**
 * Finds functions: by the whole name (`runtime.mapassign_fast64`, `main.(*Cache).Put`), by its end after a dot or a slash
 * (`mapassign_fast64`, `(*Cache).Put`, `maps.(*Iter).Next`), or by a pattern with `*` and `?` (`mapaccess*`). Of these the first
 * way that finds something counts. Capital letters count.
 */
export function findFunctions(symbols: ProgramSymbols, name: string): FoundFunctions {
  const whole = symbols.functionsNamed(name);
  if (whole.length > 0) {
    return { functions: whole, similar: [] };
  }
  const all = [...symbols.functions()];
  const byEnd = all.filter((range) => endsWithName(range.name, name));
  if (byEnd.length > 0) {
    return { functions: preferringMaps(byEnd), similar: [] };
  }
  const functions = isPattern(name) ? all.filter((range) => matches(range.name, name)) : [];
  return { functions, similar: functions.length === 0 ? similarNames(all, name) : [] };
}

/** The functions of Go's maps that a program holds. */
export function mapFunctions(symbols: ProgramSymbols): readonly CodeRange[] {
  return [...symbols.functions()].filter(({ name }) => mapArguments(name) !== undefined);
}

function endsWithName(full: string, name: string): boolean {
  return [full, printedName(full)].some(
    (one) => one.endsWith(`.${name}`) || one.endsWith(`/${name}`) || one === name,
  );
}

/** `mapassign` alone means that of package runtime, also where reflect has one of that name. */
function preferringMaps(found: readonly CodeRange[]): readonly CodeRange[] {
  const runtime = found.filter(({ name }) => /^(runtime|internal\/runtime\/maps)\./.test(name));
  return runtime.length > 0 ? runtime : found;
}

/** A star after an open bracket is Go's own: `main.(*Cache).Put` is no pattern. */
function isPattern(name: string): boolean {
  return /[*?]/.test(name.replaceAll("(*", "("));
}

function matches(full: string, pattern: string): boolean {
  const expression = pattern
    .replaceAll("(*", "(\0")
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replaceAll("?", ".")
    .replaceAll("\0", "\\*");
  const test = new RegExp(`(^|[./])${expression}$`);
  return test.test(full) || test.test(printedName(full));
}

/** Names that hold what was asked for, or begin like it. */
function similarNames(all: readonly CodeRange[], name: string): readonly string[] {
  const asked = name.replace(/[*?()]/g, "").toLowerCase();
  const short = asked.slice(asked.lastIndexOf(".") + 1);
  if (short.length < 2) {
    return [];
  }
  const names = [...new Set(all.map((range) => printedName(range.name)))];
  const holding = names.filter((one) => one.toLowerCase().includes(short));
  const alike = holding.length > 0 ? holding : names.filter((one) => beginsAlike(one, short));
  return alike.toSorted((a, b) => a.length - b.length).slice(0, maxSimilar);
}

function beginsAlike(name: string, short: string): boolean {
  const own = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  const common = Math.max(4, Math.ceil(short.length / 2));
  return short.length >= common && own.startsWith(short.slice(0, common));
}
