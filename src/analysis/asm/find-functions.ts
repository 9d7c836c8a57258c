/** Functions of a program by the names that people use. */
import { mapArguments } from "../../golang/instructions/map-arguments.js";
import { printedName } from "../../golang/pclntab/names.js";
import type { CodeRange, ProgramSymbols } from "../../golang/program-symbols.js";

/** How many similar names are offered. */
const maxSimilar = 5;

/** Functions by name: those of a program, or of a list. */
export type NamedFunctions = Pick<ProgramSymbols, "functionsNamed" | "functions">;

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
export function findFunctions(symbols: NamedFunctions, name: string): FoundFunctions {
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
export function mapFunctions(symbols: NamedFunctions): readonly CodeRange[] {
  return [...symbols.functions()].filter(({ name }) => mapArguments(name) !== undefined);
}

/**
 * Names of functions as they come up while a name is being written: those that hold a text, small letters or capital, or fit a
 * pattern. Map functions first, then those whose names end in it, then the others; in the order of addresses, each name once.
 */
export function namesHolding(symbols: NamedFunctions, text: string): readonly string[] {
  const asked = text.trim();
  const small = asked.toLowerCase();
  const names = new Set<string>();
  for (const { name } of symbols.functions()) {
    if (name.toLowerCase().includes(small) || (isPattern(asked) && matches(name, asked))) {
      names.add(name);
    }
  }
  const rank = (name: string): number =>
    mapArguments(name) !== undefined ? 0 : name.toLowerCase().endsWith(small) ? 1 : 2;
  return [...names]
    .map((name) => ({ name, rank: rank(name) }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ name }) => name);
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

/** Names that hold what was asked for, or are nearly it. */
function similarNames(all: readonly CodeRange[], name: string): readonly string[] {
  const asked = name.replace(/[*?()]/g, "").toLowerCase();
  const short = asked.slice(asked.lastIndexOf(".") + 1);
  if (short.length < 2) {
    return [];
  }
  const names = [...new Set(all.map((range) => printedName(range.name)))];
  const holding = names.filter((one) => one.toLowerCase().includes(short));
  if (holding.length > 0) {
    return holding.toSorted((a, b) => a.length - b.length).slice(0, maxSimilar);
  }
  const allowed = Math.min(3, Math.floor(short.length / 3));
  return names
    .map((one) => ({ one, distance: distance(ownName(one), short, allowed) }))
    .filter((found) => found.distance <= allowed)
    .toSorted((a, b) => a.distance - b.distance || a.one.length - b.one.length)
    .slice(0, maxSimilar)
    .map(({ one }) => one);
}

function ownName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1).toLowerCase();
}

/** How many letters have to be changed, added or left out to make one name of the other (Levenshtein); more than `most` is not counted. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) {
    return most + 1;
  }
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? most + 1;
}
