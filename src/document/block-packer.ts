/** Puts blocks, as their JSON has them, into columns (packed-blocks.ts), and checks each on the way. */
import { withRoom } from "../base/growing.js";
import { blockSchema, type MapJson } from "./map-schema.js";
import { blockKinds, noSlot, notKept, PackedBlocks, slotsInBlock } from "./packed-blocks.js";
import { slotStates } from "./slot-states.js";
import { plainBlock } from "./plain-block.js";

/** Numbers that stand beside each other for a block while it is not known how many there will be: see `Put`. */
const inRow = 4;

/** What is put into the columns. */
interface Put {
  readonly address: number;
  readonly index: number;
  readonly overflow: number;
  readonly kind: number;
  readonly slots: Uint8Array;
  readonly bytes: Uint8Array | null;
  /** What comes after the bytes. */
  readonly text: string;
}

/** See the file's comment. */
export class BlockPacker {
  #count = 0;
  #inList = 0;
  readonly #lists: number[] = [];
  #numbers = new Float64Array(0);
  #lengths = new Uint32Array(0);
  #kinds = new Uint8Array(0);
  #slots = new Uint8Array(0);
  #records = new Uint8Array(0);
  #end = 0;
  readonly #encoder = new TextEncoder();

  constructor(readonly shape: MapJson["shape"]) {}

  /** How many bytes the records have so far. */
  get size(): number {
    return this.#end;
  }

  /**
   * Takes a block.
   *
   * @throws z.ZodError when it is none
   */
  add(value: unknown): void {
    const plain = plainBlock(value, this.shape);
    if (plain !== undefined) {
      const kind = plain.isPlaced ? blockKinds.placed : blockKinds.unplaced;
      this.#put({ ...plain, kind, text: JSON.stringify(plain.texts) });
      return;
    }
    const block = blockSchema.parse(value);
    const slots = new Uint8Array(2 * slotsInBlock).fill(noSlot, 0, slotsInBlock);
    block.slots.forEach(({ state, mark }, slot) => {
      slots[slot] = slotStates.indexOf(state);
      slots[slotsInBlock + slot] = mark;
    });
    const { index, overflow } = block;
    const text = JSON.stringify(block);
    this.#put({ address: Number.NaN, index, overflow, kind: blockKinds.asJson, slots, bytes: null, text });
  }

  /** Ends a list: what comes after is of the next one. */
  endList(): void {
    this.#lists.push(this.#inList);
    this.#inList = 0;
  }

  /** All that was taken. */
  finish(): PackedBlocks {
    const count = this.#count;
    const column = (number: number): Float64Array<ArrayBuffer> => {
      const found = new Float64Array(count);
      for (let block = 0; block < count; block++) {
        found[block] = this.#numbers[inRow * block + number] ?? 0;
      }
      return found;
    };
    const starts = new Float64Array(count + 1);
    starts.set(column(3));
    starts[count] = this.#end;
    const slots = (half: number): Uint8Array<ArrayBuffer> => {
      const found = new Uint8Array(count * slotsInBlock);
      for (let block = 0; block < count; block++) {
        const from = (2 * block + half) * slotsInBlock;
        found.set(this.#slots.subarray(from, from + slotsInBlock), block * slotsInBlock);
      }
      return found;
    };
    const columns = {
      addresses: column(0),
      indexes: column(1),
      overflows: column(2),
      starts,
      lengths: this.#lengths.slice(0, count),
      kinds: this.#kinds.slice(0, count),
      cells: slots(0),
      marks: slots(1),
      records: this.#records.subarray(0, this.#end),
    };
    return new PackedBlocks(columns, [...this.#lists], this.shape);
  }

  #put({ address, index, overflow, kind, slots, bytes, text }: Put): void {
    const block = this.#count++;
    this.#inList++;
    const needed = this.#count;
    this.#numbers = withRoom(this.#numbers, inRow * needed, (length) => new Float64Array(length));
    this.#lengths = withRoom(this.#lengths, needed, (length) => new Uint32Array(length));
    this.#kinds = withRoom(this.#kinds, needed, (length) => new Uint8Array(length));
    this.#slots = withRoom(this.#slots, 2 * slotsInBlock * needed, (length) => new Uint8Array(length));
    const most = this.#end + (bytes?.length ?? 0) + 3 * text.length;
    this.#records = withRoom(this.#records, most, (length) => new Uint8Array(length));
    const numbers = this.#numbers;
    numbers[inRow * block] = address;
    numbers[inRow * block + 1] = index;
    numbers[inRow * block + 2] = overflow;
    numbers[inRow * block + 3] = this.#end;
    this.#kinds[block] = kind;
    this.#slots.set(slots, 2 * slotsInBlock * block);
    this.#lengths[block] = bytes?.length ?? notKept;
    if (bytes !== null) {
      this.#records.set(bytes, this.#end);
      this.#end += bytes.length;
    }
    this.#end += this.#encoder.encodeInto(text, this.#records.subarray(this.#end)).written;
  }
}

/** A map with its blocks in columns; the map itself has none then. */
export interface PackedMap {
  readonly map: MapJson;
  readonly blocks: PackedBlocks;
}

/** Packs the blocks of a map. */
export function packMap(map: MapJson): PackedMap {
  const packer = new BlockPacker(map.shape);
  for (const list of [map.blocks, map.oldBlocks, ...map.tables.map(({ groups }) => groups)]) {
    list.forEach((block) => packer.add(block));
    packer.endList();
  }
  const tables = map.tables.map((table) => ({ ...table, groups: [] }));
  return { map: { ...map, blocks: [], oldBlocks: [], tables }, blocks: packer.finish() };
}
