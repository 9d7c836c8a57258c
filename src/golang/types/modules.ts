/** The modules of a program: the executable, and each plugin or shared library that is loaded. */
import type { Address, Memory } from "../memory.js";
import type { ModuleLayout } from "./layout.js";
import { readView, wordAt } from "./words.js";

/** Where a module's type descriptors and the names of types lie. */
export interface TypeModule {
  readonly start: Address;
  /** The first address after them. */
  readonly end: Address;
}

/** No program has loaded more. */
const mostModules = 256;

/** A module's types take no more, in bytes: those of the largest programs known are a tenth of it. */
const mostBytes = 1 << 30;

/**
 * Finds the modules, from the first one's data on (`runtime.firstmoduledata`). What does not look like a module ends the list.
 */
export function readModules(
  memory: Memory,
  firstModuleData: Address,
  layout: ModuleLayout,
): readonly TypeModule[] {
  const found: TypeModule[] = [];
  const seen = new Set<Address>();
  for (let at = firstModuleData; at !== 0 && !seen.has(at) && seen.size < mostModules;) {
    seen.add(at);
    const view = readView(memory, at, layout.size);
    if (view === undefined) {
      break;
    }
    const module = { start: wordAt(view, layout.types), end: wordAt(view, layout.typesEnd) };
    if (module.end <= module.start || module.end - module.start > mostBytes) {
      break;
    }
    found.push(module);
    at = wordAt(view, layout.next);
  }
  return found;
}
