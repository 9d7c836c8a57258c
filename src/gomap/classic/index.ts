/**
 * The classic map of Go 1.19 to 1.23: the functions that the compiler calls for a map type.
 */
import { type Address } from "../../golang/memory.js";
import { MaptrapError } from "../../base/errors.js";
import { Hasher, type HashKey } from "../hash/fallback.js";
import { type MapFunctions, type MapIterator } from "../implementation.js";
import { type Goroutine, type Steps } from "../machine/goroutine.js";
import { site } from "../machine/sites.js";
import { type KeyType, type ValueType } from "../types.js";
import { mapaccess1, mapaccess2 } from "./access.js";
import { mapassign } from "./assign.js";
import { mapclear } from "./clear.js";
import { mapclone2 } from "./clone.js";
import { mapdelete } from "./delete.js";
import * as fast from "./fast.js";
import * as faststr from "./faststr.js";
import { isNil, makemap } from "./header.js";
import { brokenInvariants, entries } from "./inspect.js";
import { type Hiter, mapiterinit, mapiternext } from "./iterate.js";
import { type ClassicMapType, classicMapType, hmap, type Variant } from "./layout.js";

/** Which map, of which program. */
export interface ClassicMapChoice {
  /** The Go version 1.minor: 19 to 23. */
  readonly minor: number;
  readonly key: KeyType;
  readonly elem: ValueType;
  /** The program's `runtime.hashkey`. */
  readonly hashKey: HashKey;
}

/** The functions of a classic map, with its laid-out type. */
export interface ClassicMap extends MapFunctions {
  readonly implementation: "classic";
  readonly type: ClassicMapType;
}

/** A version without classic maps was asked for, or a function that it does not have. */
export class ClassicVersionError extends MaptrapError {
  constructor(message: string) {
    super(message, { wayOut: "choose another version with --go" });
  }
}

type KeyFunction<R> = (g: Goroutine, t: ClassicMapType, h: Address, key: Address) => Steps<R>;

interface VariantFunctions {
  readonly access1: KeyFunction<Address>;
  readonly access2: KeyFunction<Address>;
  readonly assign: KeyFunction<Address>;
  readonly remove: KeyFunction<void>;
}

const fast64: VariantFunctions = {
  access1: fast.mapaccess1_fast64,
  access2: fast.mapaccess2_fast64,
  assign: fast.mapassign_fast64,
  remove: fast.mapdelete_fast64,
};

const variants: Readonly<Record<Variant, VariantFunctions>> = {
  slow: { access1: mapaccess1, access2: mapaccess2, assign: mapassign, remove: mapdelete },
  fast32: {
    access1: fast.mapaccess1_fast32,
    access2: fast.mapaccess2_fast32,
    assign: fast.mapassign_fast32,
    remove: fast.mapdelete_fast32,
  },
  fast64,
  fast64ptr: { ...fast64, assign: fast.mapassign_fast64ptr },
  faststr: {
    access1: faststr.mapaccess1_faststr,
    access2: faststr.mapaccess2_faststr,
    assign: faststr.mapassign_faststr,
    remove: faststr.mapdelete_faststr,
  },
};

const lenSite = site("len", "len", "load h.count");

/**
 * The map functions for a type.
 *
 * @throws ClassicVersionError for a version other than 1.19 to 1.23
 */
export function classicMap({ minor, key, elem, hashKey }: ClassicMapChoice): ClassicMap {
  if (!Number.isInteger(minor) || minor < 19 || minor > 23) {
    throw new ClassicVersionError(`Go 1.${minor} has no classic maps; Go 1.19 to 1.23 have`);
  }
  const t = classicMapType(minor, key, elem, new Hasher(minor, hashKey));
  const { access1, access2, assign, remove } = variants[t.variant];
  return {
    implementation: "classic",
    type: t,
    makemap: (g, hint) => makemap(g, t, hint),
    access1: (g, h, k) => access1(g, t, h, k),
    access2: (g, h, k) => access2(g, t, h, k),
    assign: (g, h, k) => assign(g, t, h, k),
    delete: (g, h, k) => remove(g, t, h, k),
    clear: (g, h) => mapclear(g, t, h),
    clone: (g, h) => clone(g, t, h),
    iterInit: (g, h) => mapiterinit(g, t, h),
    iterNext: (g, it) => mapiternext(g, t, asHiter(it)),
    len: (g, h) => len(g, h),
    entries: (memory, h) => entries(memory, t, h),
    brokenInvariants: (memory, h) => brokenInvariants(memory, t, h),
  };
}

function clone(g: Goroutine, t: ClassicMapType, h: Address): Steps<Address> {
  if (t.minor < 21) {
    throw new ClassicVersionError(`Go 1.${t.minor} has no maps.Clone; Go 1.21 has`);
  }
  return mapclone2(g, t, h);
}

function* len(g: Goroutine, h: Address): Steps<number> {
  return isNil(h) ? 0 : (g.loadWord(h + hmap.count, lenSite) ?? (yield));
}

function asHiter(it: MapIterator): Hiter {
  if (!isHiter(it)) {
    throw new TypeError("the iterator is not of a classic map");
  }
  return it;
}

function isHiter(it: MapIterator): it is Hiter {
  return "startBucket" in it;
}
