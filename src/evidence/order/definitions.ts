/** What stands among the events and is none: the stacks that they name, and the types of maps. */
import type { ChunkWindows } from "./chunk-windows.js";
import { mostStackPcs, mostTypeBytes, orderEventSize, stackKind, typeKind } from "./format.js";
import type { MapTypes } from "./map-types.js";
import type { OrderStacks } from "./stacks.js";

const eventWords = orderEventSize / 4;

/** Where they are kept. */
export interface DefinitionTables {
  readonly stacks: OrderStacks;
  readonly types: MapTypes;
}

/** Takes definitions out of the windows. */
export class Definitions {
  readonly #windows: ChunkWindows;
  readonly #tables: DefinitionTables;

  constructor(windows: ChunkWindows, tables: DefinitionTables) {
    this.#windows = windows;
    this.#tables = tables;
  }

  /** Whether what has this kind is a definition. */
  isOne(kind: number): boolean {
    return kind === stackKind || kind === typeKind;
  }

  /**
   * Takes in the definition at a writer's place and goes behind it.
   *
   * @returns false, at the same place, when it cannot be: it is too long, or its chunk ends before it does
   */
  take(writer: number): boolean {
    const { words } = this.#windows;
    const first = this.#windows.at[writer] ?? 0;
    const count = words[first] ?? 0;
    const high = words[first + 1] ?? 0;
    const isStack = high >>> 24 === stackKind;
    const [most, size] = isStack ? [mostStackPcs, 8] : [mostTypeBytes, 1];
    const length = eventWords * (1 + Math.ceil((count * size) / orderEventSize));
    if ((high & 0xff_ffff) !== 0 || count > most || !this.#windows.need(writer, length)) {
      return false;
    }
    // All of it is in the window now, which may have moved.
    const at = this.#windows.at[writer] ?? 0;
    const id = words[at + 3] ?? 0;
    if (isStack) {
      this.#tables.stacks.add(id, words, at + eventWords, count);
    } else {
      this.#tables.types.add(id, new Uint8Array(words.buffer, 4 * (at + eventWords), count));
    }
    this.#windows.at[writer] = at + length;
    return true;
  }
}
