/** Reads a swiss map (`internal/runtime/maps.Map`, from Go 1.24 on). */
import type { Address } from "../memory.js";
import { hexAddress, viewOf, wordAt } from "../types/words.js";
import type { BrokenInvariants } from "./broken.js";
import { cutSentence } from "./cut.js";
import type { DecodedMap, DecodedTable, SlotBlock } from "./decoded.js";
import { readMarks } from "./chain.js";
import type { MapHeader } from "./header.js";
import { type MapShape, slotsInBlock } from "./shape.js";
import type { KeptBytes } from "./kept-bytes.js";
import { markedSlots, SlotReader } from "./slots.js";
import type { BoundedMemory, MapLimits, MapSource } from "./source.js";
import {
  checkTableCounts,
  checkTableHead,
  type GroupCount,
  GroupReader,
  readTableHead,
  swissState,
  type TableHead,
  tableSize,
} from "./swiss-table.js";

type Parts = Pick<
  DecodedMap,
  "count" | "writing" | "growing" | "blocks" | "oldBlocks" | "tables" | "keysInPlace" | "cut"
>;

/** What is needed to read tables and groups. */
interface Reading {
  readonly memory: BoundedMemory;
  readonly shape: MapShape | undefined;
  readonly slots: SlotReader | undefined;
  readonly groups: GroupReader | undefined;
  readonly broken: BrokenInvariants;
  readonly limits: MapLimits;
  readonly kept: KeptBytes;
}

const noType =
  "The map's type is not known, so where its keys and elements lie is not known either; only the header, the tables and the marks of a small map's group are shown.";

/** Reads what a swiss map's header points to. */
export function decodeSwiss(
  source: MapSource & { readonly memory: BoundedMemory; readonly kept: KeptBytes },
  header: MapHeader,
  limits: MapLimits,
  broken: BrokenInvariants,
): Parts {
  const { memory, shape, values, kept } = source;
  const slots =
    shape === undefined
      ? undefined
      : new SlotReader({
          memory,
          shape,
          values,
          limits,
          stateOf: swissState,
          broken,
          seed: header.seed,
          kept,
        });
  const groups =
    shape === undefined || slots === undefined
      ? undefined
      : new GroupReader(memory, shape, { slots, broken, blocks: limits.blocks });
  const reading = { memory, shape, slots, groups, broken, limits, kept };
  const writing = header.number("writing");
  const state = { count: header.number("used"), writing: writing !== 0, growing: undefined, oldBlocks: [] };
  broken.expect(
    writing === 0,
    "writing",
    () => "It is set: a write is under way, so other parts may be in the middle of a change.",
  );
  broken.expect(writing <= 1, "writing", () => `It is ${writing}; only 0 and 1 have a meaning.`);
  const parts =
    header.number("dirLen") === 0
      ? { tables: [], ...smallMap(header, reading) }
      : { blocks: [], ...largeMap(header, reading) };
  return { ...state, ...parts, keysInPlace: slots?.inPlace ?? 0 };
}

/** A map of one group, or of none yet. */
function smallMap(header: MapHeader, reading: Reading): Pick<Parts, "blocks" | "cut"> {
  const { slots, groups, broken } = reading;
  const used = header.number("used");
  const address = header.number("dirPtr");
  broken.expect(
    used <= slotsInBlock,
    "used",
    () => `It is ${used}, and a map without a directory has one group of ${slotsInBlock} slots.`,
  );
  broken.expect(
    header.number("globalDepth") === 0,
    "globalDepth",
    () => `It is ${header.number("globalDepth")}, and there is no directory.`,
  );
  if (address === 0) {
    broken.expect(used === 0, "dirPtr", () => `It is nil, and used is ${used}.`);
    return { blocks: [], cut: undefined };
  }
  if (slots === undefined || groups === undefined) {
    return { blocks: marksOnly(reading, address), cut: noType };
  }
  const blocks: SlotBlock[] = [];
  const count = groups.read({ address, number: 1, name: "", directoryIndexes: [0], depth: 0 }, blocks);
  if (count.whole) {
    broken.expect(
      count.full === used,
      "used",
      () => `It is ${used}, and ${count.full} slots of the group are full.`,
    );
    broken.expect(
      count.deleted === 0,
      "group 0",
      () => "A slot is marked as deleted; in a map of one group they become empty at once.",
    );
  }
  return { blocks, cut: cutSentence({ whole: count.whole, spent: groups.spent, slots, total: 1 }) };
}

function marksOnly({ memory, kept }: Reading, address: Address): readonly SlotBlock[] {
  const marks = readMarks(memory, address);
  const place = { address, index: 0, overflow: 0 };
  return marks === undefined
    ? [{ ...place, slots: [], unreadable: `there is no memory at ${hexAddress(address)}` }]
    : [{ ...place, slots: markedSlots(marks, swissState), unreadable: undefined, bytes: kept.keep(marks) }];
}

/** A map with a directory of tables. */
function largeMap(header: MapHeader, reading: Reading): Pick<Parts, "tables" | "cut"> {
  const { memory, slots, groups, broken, limits } = reading;
  const length = header.number("dirLen");
  if (!checkDirectory(header, broken)) {
    return { tables: [], cut: "The directory was not read, because the header is not one of a map." };
  }
  const shown = Math.min(length, limits.directory);
  const bytes = memory.read(header.number("dirPtr"), shown * 8);
  if (bytes === undefined) {
    return {
      tables: [],
      cut: `The directory of ${length} tables at ${hexAddress(header.number("dirPtr"))} cannot be read.`,
    };
  }
  const directory = new Directory(viewOf(bytes), shown);
  const totals = { used: 0, deleted: 0, groups: 0, whole: shown === length };
  const tables: DecodedTable[] = [];
  let spent = false;
  for (const [address, indexes] of directory.tables) {
    spent = memory.spent || groups?.spent === true;
    if (spent) {
      break;
    }
    const table = readTable(address, { indexes, globalDepth: header.number("globalDepth") }, reading, totals);
    if (tables.length < limits.tables) {
      tables.push(table);
    }
  }
  totals.whole &&= !spent;
  checkTotals(header, totals, broken);
  if (slots === undefined) {
    return { tables, cut: noType };
  }
  const cut = cutSentence({ whole: totals.whole, spent, slots, total: totals.groups });
  const fewer = tables.length < directory.tables.size && !spent;
  const more = `${tables.length} of ${directory.tables.size} tables are shown.`;
  return { tables, cut: fewer ? `${more}${cut === undefined ? "" : ` ${cut}`}` : cut };
}

interface Totals {
  used: number;
  deleted: number;
  groups: number;
  whole: boolean;
}

function readTable(
  address: Address,
  directory: { readonly indexes: readonly number[]; readonly globalDepth: number },
  reading: Reading,
  totals: Totals,
): DecodedTable {
  const { memory, groups, broken } = reading;
  const name = `table ${directory.indexes[0] ?? 0}`;
  const head = readTableHead(memory, address);
  const blocks: SlotBlock[] = [];
  if (head === undefined) {
    totals.whole = false;
    const nothing = { used: 0, capacity: 0, growthLeft: 0, localDepth: 0, index: 0 };
    const unreadable = `there is no memory at ${hexAddress(address)}`;
    return { address, directoryIndexes: directory.indexes, ...nothing, groups: [], unreadable };
  }
  checkPlace(head, directory, name, broken);
  const sound = checkTableHead(head, name, broken);
  totals.used += head.used;
  if (sound) {
    const number = head.capacity / slotsInBlock;
    totals.groups += number;
    const count: GroupCount | undefined = groups?.read(
      {
        address: head.groupsAt,
        number,
        name,
        directoryIndexes: directory.indexes,
        depth: directory.globalDepth,
      },
      blocks,
    );
    if (count !== undefined) {
      checkTableCounts(head, count, name, broken);
      totals.deleted += count.deleted;
      totals.whole &&= count.whole;
    }
  } else {
    totals.whole = false;
  }
  const { used, capacity, growthLeft, localDepth, index } = head;
  const fields = { used, capacity, growthLeft, localDepth, index };
  const bytes = reading.kept.read(memory, address, tableSize);
  const known = { groups: blocks, unreadable: undefined, bytes };
  return { address, directoryIndexes: directory.indexes, ...fields, ...known };
}

/** A table stands in the directory 2^(globalDepth - localDepth) times in a row, and knows where the row begins. */
function checkPlace(
  head: TableHead,
  directory: { readonly indexes: readonly number[]; readonly globalDepth: number },
  name: string,
  broken: BrokenInvariants,
): void {
  const { indexes, globalDepth } = directory;
  const [first = 0] = indexes;
  broken.expect(
    head.localDepth <= globalDepth,
    `${name} localDepth`,
    () => `It is ${head.localDepth}, more than the directory's ${globalDepth}.`,
  );
  broken.expect(
    head.index === first,
    `${name} index`,
    () =>
      `It is ${head.index}${head.index === -1 ? " (replaced)" : ""}, and the table is in the directory from ${first} on.`,
  );
  if (head.localDepth <= globalDepth) {
    const entries = 2 ** (globalDepth - head.localDepth);
    const inARow = indexes.length === (indexes.at(-1) ?? 0) - first + 1;
    broken.expect(
      indexes.length === entries && inARow,
      `${name} directory`,
      () =>
        `It stands there ${indexes.length} times${inARow ? "" : ", not in a row"}; with localDepth ${head.localDepth} of ${globalDepth} it should be ${entries}.`,
    );
  }
}

/** The most levels of a directory: more tables fit into no memory. */
const deepest = 40;

/** Checks what the header says of the directory. False when it makes no sense to read it. */
function checkDirectory(header: MapHeader, broken: BrokenInvariants): boolean {
  const length = header.number("dirLen");
  const depth = header.number("globalDepth");
  const shift = header.number("globalShift");
  broken.expect(
    depth <= deepest && length === 2 ** depth,
    "dirLen",
    () =>
      `It is ${length}, and globalDepth ${depth} needs ${depth <= deepest ? 2 ** depth : "more than there is memory"}.`,
  );
  broken.expect(
    shift === 64 - depth,
    "globalShift",
    () => `It is ${shift}, and globalDepth ${depth} needs ${64 - depth}.`,
  );
  return length > 0 && length <= 2 ** deepest;
}

function checkTotals(header: MapHeader, totals: Totals, broken: BrokenInvariants): void {
  if (!totals.whole) {
    return;
  }
  const used = header.number("used");
  broken.expect(
    used === totals.used,
    "used",
    () => `It is ${used}, and the tables have ${totals.used} together.`,
  );
  broken.expect(
    totals.deleted === 0 || !header.has("tombstonePossible") || header.number("tombstonePossible") !== 0,
    "tombstonePossible",
    () => `It is false, and ${totals.deleted} slots are marked as deleted.`,
  );
}

/** The tables of a directory, in its order, each once, with the places where it stands. */
class Directory {
  readonly tables: ReadonlyMap<Address, readonly number[]>;

  constructor(view: DataView, length: number) {
    const tables = new Map<Address, number[]>();
    for (let index = 0; index < length; index++) {
      const address = wordAt(view, index * 8);
      const known = tables.get(address);
      if (known === undefined) {
        tables.set(address, [index]);
      } else {
        known.push(index);
      }
    }
    this.tables = tables;
  }
}
