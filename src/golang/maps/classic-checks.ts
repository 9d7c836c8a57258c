/**
 * What always holds for a classic map that nobody is changing. Each rule was checked with Go's own maps of all versions
 * (test/integration/map-decoder.test.ts).
 *
 * Sources: src/runtime/map.go, 1.19 to 1.23 (hashGrow, evacuate, advanceEvacuationMark, mapassign, mapdelete, mapclear).
 */
import type { BrokenInvariants } from "./broken.js";
import type { ArrayCount } from "./chain.js";
import { hashWritingFlag, type MapHeader, sameSizeGrowFlag } from "./header.js";

/** More buckets than 2 to this are in no map. */
const largestB = 40;

/** Up to this B the number of overflow buckets is exact; above, each counts with some probability. */
const largestExactB = 15;

/** Checks the header by itself. False when it makes no sense to read the buckets. */
export function checkClassicHeader(header: MapHeader, broken: BrokenInvariants): boolean {
  const flags = header.number("flags");
  const count = header.number("count");
  const old = header.number("oldbuckets");
  const B = header.number("B");
  broken.expect(
    (flags & hashWritingFlag) === 0,
    "flags",
    () => "hashWriting is set: a write is under way, so other parts may be in the middle of a change.",
  );
  broken.expect(flags < 16, "flags", () => `It is ${flags}; only the bits 1, 2, 4 and 8 have a meaning.`);
  broken.expect(count >= 0, "count", () => `It is ${count}, and no map has fewer than 0 elements.`);
  broken.expect(
    old !== 0 || (flags & sameSizeGrowFlag) === 0,
    "flags",
    () => "sameSizeGrow is set, and the map is not growing.",
  );
  broken.expect(B <= largestB, "B", () => `It is ${B}; a map with 2^${B} buckets fits into no memory.`);
  broken.expect(
    header.number("buckets") !== 0 || count === 0,
    "buckets",
    () => `It is nil, and count is ${count}.`,
  );
  return B <= largestB && count >= 0;
}

/** Checks what the header says of numbers against what is there. */
export function checkClassicCounts(
  header: MapHeader,
  now: ArrayCount,
  before: ArrayCount,
  broken: BrokenInvariants,
): void {
  if (!now.whole || !before.whole) {
    return;
  }
  const count = header.number("count");
  const full = now.full + before.full;
  broken.expect(count === full, "count", () => `It is ${count}, and ${full} slots are full.`);
  const overflow = header.number("noverflow");
  broken.expect(
    header.number("B") > largestExactB || overflow === now.overflow % 0x1_0000,
    "noverflow",
    () => `It is ${overflow}, and there are ${now.overflow} overflow buckets.`,
  );
}

/** Checks what has moved while a map grows. */
export function checkMoving(
  header: MapHeader,
  now: ArrayCount,
  before: ArrayCount,
  broken: BrokenInvariants,
): void {
  const movedNow = now.whole ? now.evacuated : 0;
  broken.expect(
    movedNow === 0,
    "buckets",
    () => `${movedNow} of the buckets are marked as moved; only old buckets ever are.`,
  );
  const old = before.moved.length;
  if (old === 0 || !now.whole || !before.whole) {
    return;
  }
  const next = header.number("nevacuate");
  broken.expect(
    next < old,
    "nevacuate",
    () => `It is ${next}, and there are ${old} old buckets; when all have moved, growing ends.`,
  );
  for (let index = 0; index < Math.min(next, old); index++) {
    broken.expect(
      before.moved[index] !== 0,
      `old bucket ${index}`,
      () => `It has not moved, and nevacuate says that the first ${next} have.`,
    );
  }
  for (let index = 0; index < now.idle.length; index++) {
    broken.expect(
      now.idle[index] === 1 || before.moved[index % old] !== 0,
      `bucket ${index}`,
      () => `It has entries, and old bucket ${index % old} has not moved, which comes before.`,
    );
  }
}
