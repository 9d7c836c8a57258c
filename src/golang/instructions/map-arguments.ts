/**
 * What the functions of Go's maps take, and in which registers: Go's register calling convention gives arguments their places
 * in the order in which they are written.
 *
 * Sources: signatures in Go's src/runtime/map*.go (1.19 to 1.27) and src/internal/runtime/maps/*.go (1.24 to 1.27); the order
 * of registers in src/cmd/compile/abi-internal.md.
 */
import { argumentRegisters, type GeneralRegister } from "./registers.js";

/** What an argument is. */
export type ArgumentRole =
  | "map type"
  | "map"
  | "table"
  | "iterator"
  | "key"
  | "key's address"
  | "string key's address"
  | "string key's length"
  | "element's address"
  | "zero value's address"
  | "hash"
  | "bucket"
  | "old bucket"
  | "new bit"
  | "slot"
  | "position"
  | "capacity"
  | "new capacity"
  | "old table"
  | "left table"
  | "right table"
  | "list of keys or elements"
  | "offset"
  | "index"
  | "depth"
  | "hint"
  | "largest allocation"
  | "interface's type"
  | "interface's value: the map";

/** An argument of a map function in its register. */
export interface MapArgument {
  readonly register: GeneralRegister;
  readonly role: ArgumentRole;
}

type Signature = readonly [pattern: RegExp, ...roles: ArgumentRole[]];

const stringKey: readonly ArgumentRole[] = ["string key's address", "string key's length"];

/** The functions by their linker's names; the first pattern that fits counts. */
const signatures: readonly Signature[] = [
  // Up to 1.23 in package runtime, from 1.24 on partly linked into it from internal/runtime/maps under these names.
  [/^runtime\.mapaccess[12]_fat$/, "map type", "map", "key's address", "zero value's address"],
  [/^runtime\.map(access[12]|assign|delete)_fast(32|64)(ptr)?$/, "map type", "map", "key"],
  [/^runtime\.map(access[12]|assign|delete)_faststr$/, "map type", "map", ...stringKey],
  [/^runtime\.map(access[12K]|assign|delete)$/, "map type", "map", "key's address"],
  [/^runtime\.(mapiterinit|mapIterStart)$/, "map type", "map", "iterator"],
  [/^runtime\.(mapiternext|mapIterNext)$/, "iterator"],
  [/^runtime\.(mapclear|hashGrow|mapclone2)$/, "map type", "map"],
  [/^runtime\.growWork(_fast32|_fast64|_faststr)?$/, "map type", "map", "bucket"],
  [/^runtime\.evacuate(_fast32|_fast64|_faststr)?$/, "map type", "map", "old bucket"],
  [/^runtime\.advanceEvacuationMark$/, "map", "map type", "new bit"],
  [/^runtime\.\(\*hmap\)\.newoverflow$/, "map", "map type", "bucket"],
  [/^runtime\.\(\*hmap\)\.[A-Za-z]+$/, "map"],
  [/^runtime\.copy(Keys|Values)$/, "map type", "map", "bucket", "list of keys or elements", "offset"],
  [/^runtime\.makemap$/, "map type", "hint", "map"],
  [/^runtime\.makemap64$/, "map type", "hint", "map"],
  // What package maps, reflect and others call; the linker knows them by the names of these packages.
  [/^(maps\.(clone|keys|values)|runtime\.mapclone)$/, "interface's type", "interface's value: the map"],
  [/^reflect\.mapaccess(0)?$/, "map type", "map", "key's address"],
  [/^reflect\.mapaccess_faststr$/, "map type", "map", ...stringKey],
  [/^reflect\.mapassign0?$/, "map type", "map", "key's address", "element's address"],
  [/^reflect\.mapassign_faststr0?$/, "map type", "map", ...stringKey, "element's address"],
  [/^reflect\.mapdelete$/, "map type", "map", "key's address"],
  [/^reflect\.mapdelete_faststr$/, "map type", "map", ...stringKey],
  [/^reflect\.(mapiterinit|mapIterStart)$/, "map type", "map", "iterator"],
  [/^reflect\.(mapiternext|mapIterNext|mapiterkey|mapiterelem)$/, "iterator"],
  [/^(reflect|internal\/reflectlite)\.maplen$/, "map"],
  [/^reflect\.mapclear$/, "map type", "map"],
  // From 1.24 on.
  [/^internal\/runtime\/maps\.NewMap$/, "map type", "hint", "map", "largest allocation"],
  [/^internal\/runtime\/maps\.newTable$/, "map type", "capacity", "index", "depth"],
  [/^internal\/runtime\/maps\.\(\*Iter\)\.Init$/, "iterator", "map type", "map"],
  [/^internal\/runtime\/maps\.\(\*Iter\)\.grownKeyElem$/, "iterator", "key's address", "slot"],
  [/^internal\/runtime\/maps\.\(\*Iter\)\.[A-Za-z]+$/, "iterator"],
  [
    /^internal\/runtime\/maps\.\(\*table\)\.(Delete|PutSlot)$/,
    "table",
    "map type",
    "map",
    "hash",
    "key's address",
  ],
  [/^internal\/runtime\/maps\.\(\*table\)\.Get$/, "table", "map type", "map", "key's address"],
  [/^internal\/runtime\/maps\.\(\*table\)\.grow$/, "table", "map type", "map", "new capacity"],
  [
    /^internal\/runtime\/maps\.\(\*table\)\.(rehash|split|pruneTombstones|checkInvariants)$/,
    "table",
    "map type",
    "map",
  ],
  [
    /^internal\/runtime\/maps\.\(\*table\)\.(getWithKey|getWithoutKey|uncheckedPutSlotForAssign)$/,
    "table",
    "map type",
    "hash",
    "key's address",
  ],
  [
    /^internal\/runtime\/maps\.\(\*table\)\.uncheckedPutSlot$/,
    "table",
    "map type",
    "hash",
    "key's address",
    "element's address",
  ],
  [
    /^internal\/runtime\/maps\.\(\*table\)\.uncheckedPutSlotForAssignFast(32|64|Ptr)$/,
    "table",
    "map type",
    "hash",
    "key",
  ],
  [
    /^internal\/runtime\/maps\.\(\*table\)\.uncheckedPutSlotForAssignFastStr$/,
    "table",
    "map type",
    "hash",
    ...stringKey,
  ],
  [/^internal\/runtime\/maps\.\(\*table\)\.reset$/, "table", "map type", "capacity"],
  [/^internal\/runtime\/maps\.\(\*table\)\.(Clear|clone)$/, "table", "map type"],
  [/^internal\/runtime\/maps\.\(\*table\)\.[A-Za-z]+$/, "table"],
  [
    /^internal\/runtime\/maps\.\(\*Map\)\.installTableSplit$/,
    "map",
    "old table",
    "left table",
    "right table",
  ],
  [
    /^internal\/runtime\/maps\.\(\*Map\)\.(putSlotSmall|deleteSmall|getWithKeySmall|getWithoutKeySmall)$/,
    "map",
    "map type",
    "hash",
    "key's address",
  ],
  [/^internal\/runtime\/maps\.\(\*Map\)\.putSlotSmallFast(32|64|Ptr)$/, "map", "map type", "hash", "key"],
  [/^internal\/runtime\/maps\.\(\*Map\)\.putSlotSmallFastStr$/, "map", "map type", "hash", ...stringKey],
  [/^internal\/runtime\/maps\.\(\*Map\)\.getWithoutKeySmallFastStr$/, "map", "map type", ...stringKey],
  [/^internal\/runtime\/maps\.\(\*Map\)\.Put$/, "map", "map type", "key's address", "element's address"],
  [
    /^internal\/runtime\/maps\.\(\*Map\)\.(Get|getWithKey|getWithoutKey|PutSlot|Delete)$/,
    "map",
    "map type",
    "key's address",
  ],
  [
    /^internal\/runtime\/maps\.\(\*Map\)\.(growToSmall|growToTable|Clear|clearSmall|Clone)$/,
    "map",
    "map type",
  ],
  [/^internal\/runtime\/maps\.\(\*Map\)\.[A-Za-z]+$/, "map"],
];

/**
 * The arguments of a function of Go's maps.
 *
 * @param name the linker's name
 * @returns undefined when it is none
 */
export function mapArguments(name: string): readonly MapArgument[] | undefined {
  const found = signatures.find(([pattern]) => pattern.test(name));
  if (found === undefined) {
    return undefined;
  }
  const [, ...roles] = found;
  return roles.flatMap((role, index) => {
    const register = argumentRegisters[index];
    return register === undefined ? [] : [{ register, role }];
  });
}

/** The register that a function of Go's maps has the map in on entry; undefined when it takes no map itself. */
export function mapRegister(name: string): GeneralRegister | undefined {
  return mapArguments(name)?.find(({ role }) => role === "map" || role === "interface's value: the map")
    ?.register;
}

/** The register that holds the iterator on entry, which has the map at 24; undefined for functions without one. */
export function iteratorRegister(name: string): GeneralRegister | undefined {
  return mapArguments(name)?.find(({ role }) => role === "iterator")?.register;
}
