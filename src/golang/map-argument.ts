/**
 * In which register a map function gets its map, by Go's register calling convention (rax, rbx, rcx, rdi, rsi, r8 … for the
 * words of the arguments in order). Sources: signatures in src/runtime/map*.go (1.19 to 1.23) and src/internal/runtime/maps and
 * src/runtime/map*.go (1.24 to 1.27).
 */

/** Where a map function is given what leads to the map. */
export interface MapArgument {
  readonly register: string;
  /** What the register holds: the map, or an iterator over it. */
  readonly holds: "map" | "iterator";
  /** The register that holds the map's type; undefined when there is none. */
  readonly type: string | undefined;
}

/** Offset of the map in an iterator (`hiter.h`, `maps.Iter.m`), 1.19 to 1.27. */
export const mapInIterator = 24;
/** Offset of the map's type in an iterator (`hiter.t`, `maps.Iter.typ`), 1.19 to 1.27. */
export const typeInIterator = 16;

const second: MapArgument = { register: "rbx", holds: "map", type: "rax" };
const first: MapArgument = { register: "rax", holds: "map", type: undefined };
const receiver: MapArgument = { register: "rax", holds: "map", type: "rbx" };
const afterType: MapArgument = { register: "rcx", holds: "map", type: "rbx" };
const iterator: MapArgument = { register: "rax", holds: "iterator", type: undefined };

/** Functions of package runtime, and those that are linked into it or out of it, without the package. */
const runtimeFunctions: readonly (readonly [RegExp, MapArgument])[] = [
  [/^mapiternext$|^mapIterNext$/, iterator],
  [
    /^(?:mapaccess[12K]?|mapassign|mapdelete)(?:_fat|_fast(?:32|64)(?:ptr)?|_faststr)?$|^mapaccess[12]_fat$/,
    second,
  ],
  [/^(?:mapiterinit|mapIterStart|mapclear|mapclone2|hashGrow|moveToBmap)$/, second],
  [/^(?:growWork|evacuate)(?:_fast(?:32|64)|_faststr)?$/, second],
  // maps.Clone hands over its map as an interface: type and pointer.
  [/^(?:mapclone|clone)$/, second],
  [/^\(\*hmap\)\.(?:newoverflow|createOverflow|incrnoverflow)$/, first],
];

const swissFunctions: readonly (readonly [RegExp, MapArgument])[] = [
  [/^\(\*Iter\)\.(?:Next|nextDirIdx|grownKeyElem)$/, iterator],
  [/^\(\*Iter\)\.Init$/, afterType],
  [
    /^\(\*Map\)\.(?:getWithKey|getWithoutKey|get|Get|Put|PutSlot|putSlotSmall|putSlotSmallFast\w+|Delete|deleteSmall|Clear|clearSmall|Clone|growToSmall|growToTable|getWithKeySmall|getWithoutKeySmallFastStr)$/,
    receiver,
  ],
  [/^\(\*Map\)\.\w+$/, first],
  [/^\(\*table\)\.(?:PutSlot|Delete|rehash|grow|split)$/, afterType],
  [/^(?:runtime_)?(?:mapaccess[12]|mapassign|mapdelete)(?:_fast(?:32|64)(?:ptr)?|_faststr)?$/, second],
];

/** `runtime.mapaccess1`, `reflect.mapassign0`, `runtime.reflect_mapdelete`, `maps.clone` */
const runtimeName =
  /^(?:runtime|maps|reflect|internal\/reflectlite)\.(?:reflect_|reflectlite_|maps_)?([^0]*)0?$/;
const swissName = /^internal\/runtime\/maps\.(.*)$/;

/**
 * How a function is given its map.
 *
 * @param name the linker's name of it
 * @returns undefined when it is no map function, or is not given the map in a known way
 */
export function mapArgumentOf(name: string): MapArgument | undefined {
  const swiss = swissName.exec(name)?.[1];
  if (swiss !== undefined) {
    return find(swissFunctions, swiss);
  }
  const runtime = runtimeName.exec(name)?.[1];
  return runtime === undefined ? undefined : find(runtimeFunctions, runtime);
}

function find(table: readonly (readonly [RegExp, MapArgument])[], name: string): MapArgument | undefined {
  return table.find(([pattern]) => pattern.test(name))?.[1];
}
