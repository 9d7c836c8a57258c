/**
 * A swiss map that nobody is accessing, read from its bytes without steps. The bytes may be damaged: what cannot be read is left out, and
 * nothing is read twice or without end.
 */
import { type Address } from "../../golang/memory.js";
import { type MapMemory } from "../machine/memory.js";
import { elemOf, keyOf } from "./context.js";
import { type ControlWord, CTRL_EMPTY, GROUP_SLOTS } from "./group.js";
import { MAP, MAX_TABLE_CAPACITY, type SwissMapType, TABLE } from "./layout.js";

/** More tables than this are not looked at: no map of the model has as many. */
const MOST_TABLES = 1 << 16;
const POINTER = 8;

/** One slot that is in use. */
export interface FullSlot {
  readonly group: Address;
  /** Index of the group in its table. */
  readonly groupIndex: number;
  readonly slot: number;
  readonly ctrl: number;
  readonly key: Address;
  readonly elem: Address;
}

/** A table as its bytes are. */
export interface TableView {
  readonly address: Address;
  readonly used: number;
  readonly capacity: number;
  readonly growthLeft: number;
  readonly localDepth: number;
  readonly index: number;
  readonly groupsData: Address;
  readonly groupsLengthMask: number;
  /** The entries of the directory that point to it, as runs are seen from the first one on. */
  readonly entries: number[];
}

/** A map as its bytes are. */
export interface MapView {
  readonly used: number;
  readonly dirPtr: Address;
  readonly dirLen: number;
  readonly globalDepth: number;
  readonly globalShift: number;
  readonly writing: number;
  readonly tombstonePossible: number;
  /** For each entry of the directory its table, undefined where it cannot be read. */
  readonly directory: readonly (TableView | undefined)[];
  /** The tables, each once, in the order of the directory. */
  readonly tables: readonly TableView[];
}

/** Whether all bytes belong to objects. */
export function readable(memory: MapMemory, address: Address, length: number): boolean {
  if (!(address > 0) || !Number.isSafeInteger(address)) {
    return false;
  }
  for (let at = address - (address % POINTER); at < address + length; at += POINTER) {
    if (!memory.has(at)) {
      return false;
    }
  }
  return true;
}

/** Reads header, directory and tables; undefined when there is no header. */
export function viewMap(memory: MapMemory, m: Address): MapView | undefined {
  if (!readable(memory, m, MAP.size)) {
    return undefined;
  }
  const dirPtr = memory.readWord(m + MAP.dirPtr);
  const dirLen = memory.readWord(m + MAP.dirLen);
  const found = new Map<Address, TableView>();
  const directory: (TableView | undefined)[] = [];
  for (let index = 0; index < Math.min(dirLen, MOST_TABLES); index++) {
    const entry = dirPtr + POINTER * index;
    if (!readable(memory, entry, POINTER)) {
      directory.push(undefined);
      break;
    }
    const address = memory.readWord(entry);
    const table = found.get(address) ?? viewTable(memory, address);
    if (table !== undefined) {
      found.set(address, table);
      table.entries.push(index);
    }
    directory.push(table);
  }
  return {
    used: memory.readWord(m + MAP.used),
    dirPtr,
    dirLen,
    globalDepth: memory.read8(m + MAP.globalDepth),
    globalShift: memory.read8(m + MAP.globalShift),
    writing: memory.read8(m + MAP.writing),
    tombstonePossible: memory.read8(m + MAP.tombstonePossible),
    directory,
    tables: [...found.values()],
  };
}

function viewTable(memory: MapMemory, address: Address): TableView | undefined {
  if (address % POINTER !== 0 || !readable(memory, address, TABLE.size)) {
    return undefined;
  }
  return {
    address,
    used: memory.read16(address + TABLE.used),
    capacity: memory.read16(address + TABLE.capacity),
    growthLeft: memory.read16(address + TABLE.growthLeft),
    localDepth: memory.read8(address + TABLE.localDepth),
    index: memory.readWord(address + TABLE.index),
    groupsData: memory.readWord(address + TABLE.groupsData),
    groupsLengthMask: memory.readWord(address + TABLE.groupsLengthMask),
    entries: [],
  };
}

/** The groups of a table that can be read. */
export function groupsOf(memory: MapMemory, typ: SwissMapType, table: TableView): Address[] {
  const groups: Address[] = [];
  const most = MAX_TABLE_CAPACITY / GROUP_SLOTS;
  for (let index = 0; index <= table.groupsLengthMask && index < most; index++) {
    const group = table.groupsData + index * typ.groupSize;
    if (group % POINTER !== 0 || !readable(memory, group, typ.groupSize)) {
      break;
    }
    groups.push(group);
  }
  return groups;
}

/** The one group of a small map, if there is one that can be read. */
export function smallGroup(memory: MapMemory, typ: SwissMapType, map: MapView): Address | undefined {
  const { dirPtr } = map;
  return dirPtr % POINTER === 0 && readable(memory, dirPtr, typ.groupSize) ? dirPtr : undefined;
}

/** A group's control word. */
export function controlsOf(memory: MapMemory, group: Address): ControlWord {
  return { low: memory.read32(group), high: memory.read32(group + 4) };
}

/** The slots of a group that are in use; those whose key or element is elsewhere and cannot be read are left out. */
export function fullSlots(
  memory: MapMemory,
  typ: SwissMapType,
  group: Address,
  groupIndex: number,
): FullSlot[] {
  const slots: FullSlot[] = [];
  for (let slot = 0; slot < GROUP_SLOTS; slot++) {
    const ctrl = memory.read8(group + slot);
    if ((ctrl & CTRL_EMPTY) !== 0) {
      continue;
    }
    const inKey = keyOf(typ, group, slot);
    const inElem = elemOf(typ, group, slot);
    const key = typ.indirectKey ? memory.readWord(inKey) : inKey;
    const elem = typ.indirectElem ? memory.readWord(inElem) : inElem;
    const there =
      (!typ.indirectKey || readable(memory, key, typ.key.size)) &&
      (!typ.indirectElem || readable(memory, elem, typ.elem.size));
    if (there) {
      slots.push({ group, groupIndex, slot, ctrl, key, elem });
    }
  }
  return slots;
}

/** All entries of a map, in the order of its memory. */
export function swissEntries(memory: MapMemory, typ: SwissMapType, m: Address): FullSlot[] {
  const map = viewMap(memory, m);
  if (map === undefined) {
    return [];
  }
  if (map.dirLen === 0) {
    const group = smallGroup(memory, typ, map);
    return group === undefined ? [] : fullSlots(memory, typ, group, 0);
  }
  return map.tables.flatMap((table) =>
    groupsOf(memory, typ, table).flatMap((group, index) => fullSlots(memory, typ, group, index)),
  );
}
