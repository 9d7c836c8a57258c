/**
 * What all swiss map code is given, and small things that it computes.
 *
 * The functions stand in files as in internal/runtime/maps and have Go's names; what is a method there has the map, the table or the
 * iterator as its first argument behind the context here. A key argument is the address of a value that no other goroutine writes (in Go
 * it is on the caller's stack or in registers): it is read without steps. Whatever lies in the map is read and written in steps.
 *
 * The order of steps is that of the code that Go 1.27 compiles for amd64, read from its disassembly: where the compiler keeps a value in a
 * register, such as the control word between two matches in the fast functions, there is one load.
 */
import { type Address } from "../../golang/memory.js";
import { type Goroutine } from "../machine/goroutine.js";
import { site, type SiteId } from "../machine/sites.js";
import { type SwissMapType } from "./layout.js";

/** Who runs map code, and on which type of map. */
export interface Context {
  readonly g: Goroutine;
  readonly typ: SwissMapType;
}

/** A hash or any other 64 bits. */
export interface Word {
  readonly low: number;
  readonly high: number;
}

/** The upper 57 bits of a hash, of which the lower 32 are enough for any number of groups. */
export function h1(hash: Word): number {
  return ((hash.low >>> 7) | (hash.high << 25)) >>> 0;
}

/** The lower seven bits, which are an occupied slot's control byte. */
export function h2(hash: Word): number {
  return hash.low & 0x7f;
}

/** Address of the key of a slot. */
export function keyOf(typ: SwissMapType, group: Address, slot: number): Address {
  return group + typ.keysOff + slot * typ.keyStride;
}

/** Address of the element of a slot. */
export function elemOf(typ: SwissMapType, group: Address, slot: number): Address {
  return group + typ.elemsOff + slot * typ.elemStride;
}

/** The order in which the groups of a table are looked at: `hash, hash+1, hash+1+2, …`, modulo their number. */
export class ProbeSeq {
  offset: number;
  readonly #mask: number;
  #index = 0;

  constructor(hash: number, mask: number) {
    this.#mask = mask;
    this.offset = (hash & mask) >>> 0;
  }

  next(): void {
    this.#index++;
    this.offset = ((this.offset + this.#index) & this.#mask) >>> 0;
  }
}

/** Makes sites of one Go function. */
export type SiteMaker = (phase: string, text: string) => SiteId;

/** Sites of the function with this name. */
export function sitesIn(functionName: string): SiteMaker {
  return (phase, text) => site(functionName, phase, text);
}
