/**
 * What the two implementations of a map have in common for those who run programs on them.
 */
import { type BrokenInvariant } from "../golang/maps/decoded.js";
import { type MapShape } from "../golang/maps/shape.js";
import { type Address } from "../golang/memory.js";
import { type Hasher } from "./hash/fallback.js";
import { type Goroutine, type Steps } from "./machine/goroutine.js";
import { type MapMemory } from "./machine/memory.js";
import { type KeyType, type ValueType } from "./types.js";

/** A map type, laid out for one Go version. */
export interface MapType {
  /** `map[int64]string` */
  readonly name: string;
  readonly key: KeyType;
  readonly elem: ValueType;
  /** The Go version 1.minor. */
  readonly minor: number;
  /** Hashes keys; holds the program's `hashkey`. */
  readonly hasher: Hasher;
  /** Where things lie in a bucket or group, for those who read the memory of any program. */
  readonly shape: MapShape;
}

/** A map iterator (`hiter`, `maps.Iter`), on the stack of its goroutine: only that one sees it. */
export interface MapIterator {
  /** Where the key is; 0 at the end. */
  key: Address;
  elem: Address;
}

/** Where an entry's key and element are. */
export interface EntryPlace {
  readonly key: Address;
  readonly elem: Address;
}

/**
 * Go's map functions for one map type, as the compiler chooses them (fast variants where it would).
 *
 * `key` is the address of a value that nobody writes any more. What they return for an element is its address, 0 for "not in the
 * map" (Go's zeroVal). As in Go, `assign` only makes room: the caller stores the element, after the flag has been cleared.
 */
export interface MapFunctions {
  readonly implementation: "classic" | "swiss";
  readonly type: MapType;
  /** `make(map[K]V, hint)`: without steps, because nobody else can see the map yet. */
  makemap(g: Goroutine, hint: number): Address;
  /** `v := m[k]` */
  access1(g: Goroutine, map: Address, key: Address): Steps<Address>;
  /** `v, ok := m[k]` */
  access2(g: Goroutine, map: Address, key: Address): Steps<Address>;
  /** `m[k] = …`, up to where the caller stores the element. */
  assign(g: Goroutine, map: Address, key: Address): Steps<Address>;
  /** `delete(m, k)` */
  delete(g: Goroutine, map: Address, key: Address): Steps<void>;
  /** `clear(m)` */
  clear(g: Goroutine, map: Address): Steps<void>;
  /** `maps.Clone(m)`, from Go 1.21 on. */
  clone(g: Goroutine, map: Address): Steps<Address>;
  /** `for k, v := range m`: begins, and stands on the first element. */
  iterInit(g: Goroutine, map: Address): Steps<MapIterator>;
  /** Goes on to the next element. */
  iterNext(g: Goroutine, iterator: MapIterator): Steps<void>;
  /** `len(m)` */
  len(g: Goroutine, map: Address): Steps<number>;
  /**
   * The entries of a map that nobody is accessing, in the order of its memory. No steps; comes to an end whatever the bytes are; a key that
   * is there twice comes twice.
   */
  entries(memory: MapMemory, map: Address): readonly EntryPlace[];
  /** What cannot be in a map that nobody is accessing. No steps; comes to an end whatever the bytes are. */
  brokenInvariants(memory: MapMemory, map: Address): readonly BrokenInvariant[];
}
