/**
 * Looking a string up in a small map (internal/runtime/maps/runtime_faststr.go).
 */
import { type Address } from "../../golang/memory.js";
import { type Steps } from "../machine/goroutine.js";
import { sitesOfArray } from "../machine/sites.js";
import { type Context, elemOf, h2, keyOf, sitesIn } from "./context.js";
import { GROUP_SLOTS, matchFull } from "./group.js";
import { MAP } from "./layout.js";
import { loadSeed } from "./map.js";
import { equalBytes, hashKey } from "./values.js";

const NAME = "(*Map).getWithoutKeySmallFastStr";
const s = sitesIn(NAME);
const FIND = {
  dirPtr: s("find", "load m.dirPtr"),
  ctrls: s("quick test", "load g.ctrls"),
  quickLength: sitesOfArray(NAME, "quick test", "load g.slots[#].key.len"),
  quickPointer: sitesOfArray(NAME, "quick test", "load g.slots[#].key.ptr"),
  seed: s("hash", "load m.seed"),
  hashedCtrls: s("find", "load g.ctrls"),
  length: sitesOfArray(NAME, "find", "load g.slots[#].key.len"),
  pointer: sitesOfArray(NAME, "find", "load g.slots[#].key.ptr"),
};

/** From this length on it pays to compare before hashing. */
const LONG = 64;

/** Looks a string up: a long one by its length and its first and last eight bytes, if that leaves one slot at most; otherwise by hash. */
export function* getWithoutKeySmallFastStr(on: Context, m: Address, key: Address): Steps<Address> {
  const { g, typ } = on;
  const { memory } = g;
  const group = g.loadWord(m + MAP.dirPtr, FIND.dirPtr) ?? (yield);
  if (memory.readWord(key + 8) > LONG) {
    const slot = yield* quickTest(on, group, key);
    if (slot === NONE) {
      return 0;
    }
    if (slot !== SEVERAL) {
      const same = yield* equalString(on, keyOf(typ, group, slot), key, slot);
      return same ? elemOf(typ, group, slot) : 0;
    }
  }
  const hash = hashKey(on, key, yield* loadSeed(g, m, FIND.seed));
  g.loadWord(group, FIND.hashedCtrls) ?? (yield);
  const { low, high } = g;
  for (let i = 0; i < GROUP_SLOTS; i++) {
    const ctrl = ((i < 4 ? low : high) >>> ((i & 3) * 8)) & 0xff;
    if (ctrl === h2(hash) && (yield* equalString(on, keyOf(typ, group, i), key, i))) {
      return elemOf(typ, group, i);
    }
  }
  return 0;
}

const NONE = -1;
const SEVERAL = -2;

/** The one slot that passes the quick test, {@link NONE} or {@link SEVERAL}. */
function* quickTest({ g, typ }: Context, group: Address, key: Address): Steps<number> {
  const { memory } = g;
  const bytes = memory.readWord(key);
  const length = memory.readWord(key + 8);
  g.loadWord(group, FIND.ctrls) ?? (yield);
  const full = matchFull(g);
  let passed = NONE;
  for (let i = 0; i < GROUP_SLOTS; i++) {
    if ((full & (1 << i)) === 0) {
      continue;
    }
    const slotKey = keyOf(typ, group, i);
    if ((g.loadWord(slotKey + 8, FIND.quickLength + i) ?? (yield)) !== length) {
      continue;
    }
    const pointer = g.loadWord(slotKey, FIND.quickPointer + i) ?? (yield);
    const same =
      (yield* equalBytes(g, bytes, pointer, 8)) &&
      (yield* equalBytes(g, bytes + length - 8, pointer + length - 8, 8));
    if (same) {
      if (passed !== NONE) {
        return SEVERAL;
      }
      passed = i;
    }
  }
  return passed;
}

function* equalString({ g }: Context, slotKey: Address, key: Address, slot: number): Steps<boolean> {
  const { memory } = g;
  const length = g.loadWord(slotKey + 8, FIND.length + slot) ?? (yield);
  if (length !== memory.readWord(key + 8)) {
    return false;
  }
  const pointer = g.loadWord(slotKey, FIND.pointer + slot) ?? (yield);
  return yield* equalBytes(g, memory.readWord(key), pointer, length);
}
