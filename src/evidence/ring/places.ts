/** Names for what events hold as numbers: stack ids and sites become functions, files and lines. */
import type { CaseFrame } from "../../case/case.js";
import type { RecordedStack } from "./recording.js";
import { caseFrame, framesOf } from "./stacks.js";
import type { Symbolizer } from "./symbolizer.js";
import type { Address } from "./units.js";

/** So many names of each sort are remembered. A damaged file may have as many different sites as events. */
const remembered = 1 << 16;

/** Where the stacks are, and the binary that ran. */
export interface RecordedPlacesInput {
  /** Address of `runtime.text` in the process, from the header. */
  readonly text: Address;
  /** Gives the stack with an id: that of a Recording, or of a follower. */
  readonly stack: (id: number) => RecordedStack | undefined;
  /** Left out where the binary is gone or another one. */
  readonly binary?: Symbolizer | undefined;
}

/** Looks up each stack and each site once. */
export class RecordedPlaces {
  readonly #input: RecordedPlacesInput;
  readonly #stacks = new Map<number, readonly CaseFrame[]>();
  readonly #sites = new Map<number, readonly CaseFrame[]>();

  constructor(input: RecordedPlacesInput) {
    this.#input = input;
  }

  /**
   * The frames of a stack, innermost first.
   *
   * @param id as events have it
   * @returns a frame "?" for each PC that is in no function; nothing when the stack was not recorded or there is no binary
   */
  stack(id: number): readonly CaseFrame[] {
    const known = this.#stacks.get(id);
    if (known !== undefined) {
      return known;
    }
    const { stack, binary, text } = this.#input;
    const recorded = binary === undefined ? undefined : stack(id);
    if (recorded === undefined || binary === undefined) {
      // Not remembered: a process that still runs may just be writing it.
      return [];
    }
    return remember(this.#stacks, id, framesOf(recorded, text, binary));
  }

  /**
   * The frames at a site, the innermost first; the ones before the last were inlined into it.
   *
   * @param offset PC - runtime.text, as events have it
   * @returns nothing when it is in no function, or there is no binary
   */
  site(offset: number): readonly CaseFrame[] {
    const { binary } = this.#input;
    if (offset === 0 || binary === undefined) {
      return [];
    }
    return this.#sites.get(offset) ?? remember(this.#sites, offset, binary.symbolize(offset).map(caseFrame));
  }
}

function remember(
  names: Map<number, readonly CaseFrame[]>,
  key: number,
  frames: readonly CaseFrame[],
): readonly CaseFrame[] {
  if (names.size >= remembered) {
    names.clear();
  }
  names.set(key, frames);
  return frames;
}
