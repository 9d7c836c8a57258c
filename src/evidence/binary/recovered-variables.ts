/**
 * Where a few of the runtime's variables are in a program without a symbol table: found from the code that uses them.
 *
 * ```text
 * runtime.allgs              a slice (three words in a row) that runtime.allgadd appends to
 * runtime.semtable           of variables without a first value, the only one whose address semacquire1 and semrelease1 both take
 * runtime.waitReasonStrings  the list of strings that runtime.waitReason.String, or goroutineheader where that is
 *                            inlined, takes the address of
 * runtime.allm               what mcommoninit both takes the address of and loads
 * ```
 *
 * Measured with the symbol tables of programs of 1.19 and 1.21 to 1.27, also with `-N -l` and as PIE.
 */
import type { Address, Memory } from "../../golang/memory.js";
import type { CodeRange } from "../../golang/program-symbols.js";
import { type CodeOperand, codeOperands } from "./code-operands.js";

/** What the search needs of a program. */
export interface CodeToSearch {
  functionsNamed(name: string): readonly CodeRange[];
  code(start: Address, length: number): Uint8Array | undefined;
  /** Memory as the loader leaves it. */
  readonly memory: Memory;
  /** Whether an address is one of a variable that has no value in the file. */
  isZeroed(address: Address): boolean;
  isVariable(address: Address): boolean;
}

/** Larger functions than this are none that are searched. */
const maxCode = 1 << 16;

function operandsOf(program: CodeToSearch, name: string): readonly CodeOperand[] {
  return program.functionsNamed(name).flatMap(({ start, end }) => {
    const code = program.code(start, Math.min(end - start, maxCode));
    return code === undefined ? [] : codeOperands(code, start);
  });
}

/** The only element, or nothing: two would have to be told apart by guessing. */
function single(values: Iterable<Address>): Address | undefined {
  const all = [...new Set(values)];
  return all.length === 1 ? all[0] : undefined;
}

function targets(operands: readonly CodeOperand[], kind: CodeOperand["kind"]): Set<Address> {
  return new Set(operands.filter((one) => one.kind === kind).map(({ target }) => target));
}

function allgs(program: CodeToSearch): Address | undefined {
  const used = new Set(operandsOf(program, "runtime.allgadd").map(({ target }) => target));
  return single([...used].filter((at) => used.has(at + 8) && used.has(at + 16) && program.isVariable(at)));
}

function semtable(program: CodeToSearch): Address | undefined {
  const taken = targets(operandsOf(program, "runtime.semacquire1"), "address");
  const released = targets(operandsOf(program, "runtime.semrelease1"), "address");
  return single([...taken].filter((at) => released.has(at) && program.isZeroed(at)));
}

function allm(program: CodeToSearch): Address | undefined {
  const operands = operandsOf(program, "runtime.mcommoninit");
  const loaded = targets(operands, "value");
  return single([...targets(operands, "address")].filter((at) => loaded.has(at) && program.isVariable(at)));
}

const decoder = new TextDecoder("utf-8");

/** A Go string at an address; undefined when there is none of a sensible length. */
function stringAt(memory: Memory, address: Address): string | undefined {
  const header = memory.read(address, 16);
  if (header === undefined) {
    return undefined;
  }
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const length = Number(view.getBigUint64(8, true));
  const text = length > 128 ? undefined : memory.read(Number(view.getBigUint64(0, true)), length);
  return length === 0 ? "" : text && decoder.decode(text);
}

/** Whether an array of strings begins as the wait reasons do: with an empty one, and then words. */
function isWaitReasons(memory: Memory, address: Address): boolean {
  const first = [0, 1, 2, 3, 4].map((index) => stringAt(memory, address + index * 16));
  return first[0] === "" && first.slice(1).every((text) => text !== undefined && /^[ -~]{3,}$/.test(text));
}

function waitReasonStrings(program: CodeToSearch): Address | undefined {
  const names = ["runtime.waitReason.String", "runtime.goroutineheader"];
  const taken = names.flatMap((name) => [...targets(operandsOf(program, name), "address")]);
  return single(taken.filter((at) => isWaitReasons(program.memory, at)));
}

const searches: ReadonlyMap<string, (program: CodeToSearch) => Address | undefined> = new Map([
  ["runtime.allgs", allgs],
  ["runtime.semtable", semtable],
  ["runtime.allm", allm],
  ["runtime.waitReasonStrings", waitReasonStrings],
]);

/** Looks for a variable of the runtime in the code; undefined when it is none of those above, or was not found. */
export function recoverVariable(program: CodeToSearch, name: string): Address | undefined {
  return searches.get(name)?.(program);
}
