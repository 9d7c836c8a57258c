/**
 * Where a Go program calls the function that ends it with a message about maps.
 *
 * The compiler hands over the message by `lea rax, [rip+…]` and `mov ebx, length` right before the call, in either order, with
 * other instructions (spills, NOPs for alignment) around them:
 *
 * ```text
 *   lea  rax, [rip+0x12d6f8]     48 8d 05 rel32     <- here nothing is lost yet: the registers hold the map
 *   mov  ebx, 0x21               bb imm32
 *   nop                          0f 1f 00
 *   call internal/runtime/maps.fatal
 * ```
 *
 * Measured for every such call in the runtimes of Go 1.19 and 1.21 to 1.27. So the calls are found by looking for the bytes of a
 * call that goes to one of these functions; nothing is disassembled.
 */
import { Buffer } from "node:buffer";
import { fatalFunctions } from "./instructions/call-sites.js";
import type { Address, Memory } from "./memory.js";
import type { ProgramSymbols } from "./program-symbols.js";

/** A call of a function that ends the program. */
export interface FatalSite {
  /** Where to stop: before the registers are loaded with the message. */
  readonly stopAt: Address;
  readonly returnAddress: Address;
  readonly message: string;
  /** The function that has the call. */
  readonly function: string;
}

const aboutMaps = /concurrent map|bad map state|small map with no empty slot/;

/** Whether a message with which the runtime ends a program is about a map. */
export function messageIsOfMap(message: string): boolean {
  return aboutMaps.test(message);
}

/** How many bytes before the call the message is loaded at most. */
const loadRange = 40;
const longestMessage = 200;
/** How much code is looked through at a time. */
const piece = 1 << 20;

/**
 * Finds the calls.
 *
 * @param memory holds the messages: the process's, or the executable's file
 */
export function findFatalSites(symbols: ProgramSymbols, memory: Memory): FatalSite[] {
  const targets = new Set(
    fatalFunctions.flatMap((name) => symbols.functionsNamed(name).map(({ start }) => start)),
  );
  const sites: FatalSite[] = [];
  for (let at = symbols.textStart; at < symbols.textEnd; at += piece) {
    // A call may lie across the border of two pieces.
    const length = Math.min(piece + loadRange + 5, symbols.textEnd - at);
    const code = symbols.code(at, length);
    if (code !== undefined) {
      for (const offset of callsTo(code, at, targets)) {
        const site = siteAt(code, at, offset, memory);
        if (site !== undefined && offset < piece + loadRange) {
          sites.push({ ...site, function: symbols.functionAt(site.stopAt)?.name ?? "?" });
        }
      }
    }
  }
  return [...new Map(sites.map((site) => [site.returnAddress, site])).values()];
}

function* callsTo(code: Uint8Array, start: Address, targets: ReadonlySet<Address>): Generator<number> {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  for (let offset = code.indexOf(0xe8); offset !== -1; offset = code.indexOf(0xe8, offset + 1)) {
    if (offset + 5 <= code.length && targets.has(start + offset + 5 + view.getInt32(offset + 1, true))) {
      yield offset;
    }
  }
}

/** The two loads before a call, when they are there and the message is about maps. */
function siteAt(
  code: Uint8Array,
  start: Address,
  call: number,
  memory: Memory,
): Omit<FatalSite, "function"> | undefined {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  const from = Math.max(0, call - loadRange);
  for (let lea = call - 7; lea >= from; lea--) {
    if (code[lea] !== 0x48 || code[lea + 1] !== 0x8d || code[lea + 2] !== 0x05) {
      continue;
    }
    const length = lengthLoaded(view, from, call);
    const text =
      length === undefined
        ? undefined
        : memory.read(start + lea + 7 + view.getInt32(lea + 3, true), length.value);
    const message = text === undefined ? "" : Buffer.from(text).toString("latin1");
    if (length !== undefined && /^[\x20-\x7e]+$/.test(message)) {
      return messageIsOfMap(message)
        ? { stopAt: start + Math.min(lea, length.at), returnAddress: start + call + 5, message }
        : undefined;
    }
  }
  return undefined;
}

/** The last `mov ebx, imm32` before the call with a length that a message may have. */
function lengthLoaded(
  view: DataView,
  from: number,
  call: number,
): { readonly at: number; readonly value: number } | undefined {
  for (let at = call - 5; at >= from; at--) {
    const value = view.getUint8(at) === 0xbb ? view.getUint32(at + 1, true) : 0;
    if (value > 0 && value <= longestMessage) {
      return { at, value };
    }
  }
  return undefined;
}
