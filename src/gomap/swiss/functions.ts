/**
 * Go's functions for a swiss map, as the compiler chooses them for its key.
 */
import { type Address } from "../../golang/memory.js";
import { type BrokenInvariant } from "../../golang/maps/decoded.js";
import { type EntryPlace, type MapFunctions, type MapIterator } from "../implementation.js";
import { type Goroutine, type Steps } from "../machine/goroutine.js";
import { type MapMemory } from "../machine/memory.js";
import { sitesIn } from "./context.js";
import { cloneMap } from "./clone.js";
import { mapaccess1Fast, mapaccess2Fast, mapassignFast, mapdeleteFast } from "./fast.js";
import { brokenSwissInvariants } from "./invariants.js";
import { initIter, nextIter, SwissIter } from "./iter.js";
import { MAP, type SwissMapType } from "./layout.js";
import { clearMap, deleteFromMap, newMap } from "./map.js";
import { mapaccess1, mapaccess2, mapassign } from "./runtime.js";
import { swissEntries } from "./view.js";

const LEN = sitesIn("len")("len", "load m.used");

/** The functions for one map type. */
export class SwissFunctions implements MapFunctions {
  readonly implementation = "swiss";
  readonly type: SwissMapType;

  constructor(type: SwissMapType) {
    this.type = type;
  }

  makemap(g: Goroutine, hint: number): Address {
    return newMap({ g, typ: this.type }, hint);
  }

  access1(g: Goroutine, map: Address, key: Address): Steps<Address> {
    const on = { g, typ: this.type };
    return this.type.variant === "" ? mapaccess1(on, map, key) : mapaccess1Fast(on, map, key);
  }

  access2(g: Goroutine, map: Address, key: Address): Steps<Address> {
    const on = { g, typ: this.type };
    return this.type.variant === "" ? mapaccess2(on, map, key) : mapaccess2Fast(on, map, key);
  }

  assign(g: Goroutine, map: Address, key: Address): Steps<Address> {
    const on = { g, typ: this.type };
    return this.type.variant === "" ? mapassign(on, map, key) : mapassignFast(on, map, key);
  }

  delete(g: Goroutine, map: Address, key: Address): Steps<void> {
    const on = { g, typ: this.type };
    return this.type.variant === "" ? deleteFromMap(on, map, key) : mapdeleteFast(on, map, key);
  }

  clear(g: Goroutine, map: Address): Steps<void> {
    return clearMap({ g, typ: this.type }, map);
  }

  clone(g: Goroutine, map: Address): Steps<Address> {
    return cloneMap({ g, typ: this.type }, map);
  }

  *iterInit(g: Goroutine, map: Address): Steps<SwissIter> {
    const on = { g, typ: this.type };
    const it = new SwissIter();
    yield* initIter(on, it, map);
    yield* nextIter(on, it);
    return it;
  }

  /** @throws TypeError for an iterator of another implementation */
  *iterNext(g: Goroutine, iterator: MapIterator): Steps<void> {
    if (!(iterator instanceof SwissIter)) {
      throw new TypeError("the iterator is not one of a swiss map");
    }
    yield* nextIter({ g, typ: this.type }, iterator);
  }

  entries(memory: MapMemory, map: Address): readonly EntryPlace[] {
    return swissEntries(memory, this.type, map);
  }

  brokenInvariants(memory: MapMemory, map: Address): readonly BrokenInvariant[] {
    return brokenSwissInvariants(memory, this.type, map);
  }

  *len(g: Goroutine, map: Address): Steps<number> {
    return map === 0 ? 0 : (g.loadWord(map + MAP.used, LEN) ?? (yield));
  }
}
