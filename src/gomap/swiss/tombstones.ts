/**
 * Tombstones that no probe needs any more are made empty slots before a table grows (Go 1.25 on).
 */
import { type Address } from "../../golang/memory.js";
import { type Steps } from "../machine/goroutine.js";
import { sitesOfArray } from "../machine/sites.js";
import { type Context, h1, keyOf, ProbeSeq, sitesIn } from "./context.js";
import {
  count,
  CTRL_EMPTY,
  first,
  GROUP_SLOTS,
  matchEmpty,
  matchEmptyOrDeleted,
  matchFull,
  removeFirst,
} from "./group.js";
import { MAP, MAX_AVERAGE_GROUP_LOAD, TABLE } from "./layout.js";
import { equalsItself, hashSlotKey } from "./values.js";

const t = sitesIn("(*table).pruneTombstones");
const PRUNE = {
  capacity: t("count tombstones", "load t.capacity"),
  used: t("count tombstones", "load t.used"),
  growthLeft: t("count tombstones", "load t.growthLeft"),
  lengthMask: t("trace probes", "load t.groups.lengthMask"),
  data: t("trace probes", "load t.groups.data"),
  full: t("trace probes", "load g.ctrls"),
  indirectKey: t("trace probes", "load g.slots[i].key"),
  seed: t("trace probes", "load m.seed"),
  passed: t("trace probes", "load g.ctrls"),
  empty: t("trace probes", "load g.ctrls"),
  countCtrls: t("count prunable", "load g.ctrls"),
  restored: t("count prunable", "load t.capacity"),
  pruneCtrls: t("prune", "load g.ctrls"),
  setEmpty: sitesOfArray("(*table).pruneTombstones", "prune", "store g.ctrls[#]"),
  growthLeftLoad: t("prune", "load t.growthLeft"),
  growthLeftStore: t("prune", "store t.growthLeft"),
};

/** `(*table).pruneTombstones`: removes tombstones, if that gives back a tenth of the slots at least. */
export function* pruneTombstones(on: Context, m: Address, table: Address): Steps<void> {
  const { g } = on;
  const capacity = g.load16(table + TABLE.capacity, PRUNE.capacity) ?? (yield);
  const used = g.load16(table + TABLE.used, PRUNE.used) ?? (yield);
  const left = g.load16(table + TABLE.growthLeft, PRUNE.growthLeft) ?? (yield);
  // In Go this is of uint16.
  const tombstones = (Math.floor((capacity * MAX_AVERAGE_GROUP_LOAD) / GROUP_SLOTS) - used - left) & 0xffff;
  if (((tombstones * 10) & 0xffff) < capacity) {
    return;
  }
  const needed = yield* neededGroups(on, m, table);
  const prunable = yield* countPrunable(on, table, needed);
  const slots = g.load16(table + TABLE.capacity, PRUNE.restored) ?? (yield);
  if (prunable * 10 < slots) {
    return;
  }
  yield* prune(on, table, needed);
}

/** The groups whose tombstones have to stay: some probe for a key that is there passes them; or that have none. */
function* neededGroups(on: Context, m: Address, table: Address): Steps<Set<number>> {
  const { g, typ } = on;
  const needed = new Set<number>();
  for (let i = 0; i <= (g.loadWord(table + TABLE.groupsLengthMask, PRUNE.lengthMask) ?? (yield)); i++) {
    const data = g.loadWord(table + TABLE.groupsData, PRUNE.data) ?? (yield);
    const group = data + i * typ.groupSize;
    g.loadWord(group, PRUNE.full) ?? (yield);
    for (let match = matchFull(g); match !== 0; match = removeFirst(match)) {
      let key = keyOf(typ, group, first(match));
      if (typ.indirectKey) {
        key = g.loadWord(key, PRUNE.indirectKey) ?? (yield);
      }
      if (yield* equalsItself(on, key)) {
        g.loadWord(m + MAP.seed, PRUNE.seed) ?? (yield);
        const hash = yield* hashSlotKey(on, key, { low: g.low, high: g.high });
        yield* traceProbe(on, table, h1(hash), { group: i, needed });
      }
    }
    g.loadWord(group, PRUNE.empty) ?? (yield);
    if (matchEmpty(g) !== 0) {
      needed.add(i);
    }
  }
  return needed;
}

interface Trace {
  /** Index of the group in which the key is. */
  readonly group: number;
  readonly needed: Set<number>;
}

/** Adds the groups with tombstones that a probe passes on its way to the key's own. */
function* traceProbe(
  { g, typ }: Context,
  table: Address,
  hash: number,
  { group, needed }: Trace,
): Steps<void> {
  const mask = g.loadWord(table + TABLE.groupsLengthMask, PRUNE.lengthMask) ?? (yield);
  for (const seq = new ProbeSeq(hash, mask); seq.offset !== group; seq.next()) {
    const data = g.loadWord(table + TABLE.groupsData, PRUNE.data) ?? (yield);
    g.loadWord(data + seq.offset * typ.groupSize, PRUNE.passed) ?? (yield);
    if (matchEmptyOrDeleted(g) !== 0) {
      needed.add(seq.offset);
    }
  }
}

function* countPrunable({ g, typ }: Context, table: Address, needed: ReadonlySet<number>): Steps<number> {
  let prunable = 0;
  for (let i = 0; i <= (g.loadWord(table + TABLE.groupsLengthMask, PRUNE.lengthMask) ?? (yield)); i++) {
    if (!needed.has(i)) {
      const data = g.loadWord(table + TABLE.groupsData, PRUNE.data) ?? (yield);
      g.loadWord(data + i * typ.groupSize, PRUNE.countCtrls) ?? (yield);
      prunable += count(matchEmptyOrDeleted(g));
    }
  }
  return prunable;
}

function* prune({ g, typ }: Context, table: Address, needed: ReadonlySet<number>): Steps<void> {
  for (let i = 0; i <= (g.loadWord(table + TABLE.groupsLengthMask, PRUNE.lengthMask) ?? (yield)); i++) {
    if (needed.has(i)) {
      continue;
    }
    const data = g.loadWord(table + TABLE.groupsData, PRUNE.data) ?? (yield);
    const group = data + i * typ.groupSize;
    g.loadWord(group, PRUNE.pruneCtrls) ?? (yield);
    for (let match = matchEmptyOrDeleted(g); match !== 0; match = removeFirst(match)) {
      const k = first(match);
      g.store8(group + k, CTRL_EMPTY, PRUNE.setEmpty + k) ?? (yield);
      const left = g.load16(table + TABLE.growthLeft, PRUNE.growthLeftLoad) ?? (yield);
      g.store16(table + TABLE.growthLeft, left + 1, PRUNE.growthLeftStore) ?? (yield);
    }
  }
}
