/**
 * A number by which one build of a program is known again: what the probe writes into event files (docs/event-file.md). It is
 * made of the size of the program's text, the number of its functions, and some 4096 bytes from the table of functions.
 */
import type { ModuleData } from "./moduledata.js";
import type { Pclntab } from "./table.js";

const samples = 4096;
const factor = 0x100_0000_01b3n;

/**
 * The identity of a build.
 *
 * @returns undefined when the module data contradicts the table
 */
export function buildIdentity(table: Pclntab, module: ModuleData): bigint | undefined {
  const { textStart, textEnd, functionTableSize } = module;
  if (functionTableSize > BigInt(Number.MAX_SAFE_INTEGER)) {
    return undefined;
  }
  const bytes = table.functionBytes(Number(functionTableSize));
  if (bytes === undefined) {
    return undefined;
  }
  // The runtime's list of functions ends with one more entry.
  const functions = BigInt(table.functionCount + 1);
  let hash = BigInt.asUintN(64, (textEnd - textStart) ^ (functions << 40n));
  const step = Math.floor(bytes.length / samples) + 1;
  for (let at = 0; at < bytes.length; at += step) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(bytes[at] ?? 0)) * factor);
  }
  return hash;
}
