/**
 * The control word of a group: eight bytes, one for each slot, and what Go asks of all eight at once.
 *
 * ```text
 *   empty    1 0 0 0 0 0 0 0
 *   deleted  1 1 1 1 1 1 1 0   (a tombstone: a probe goes on behind it)
 *   full     0 h h h h h h h   (h2, the low seven bits of the hash)
 * ```
 *
 * Each question is answered twice in Go. On amd64 the compiler puts SIMD instructions in place of the functions
 * (cmd/compile/internal/ssagen/intrinsics.go, the same in Go 1.24 to 1.27); everywhere else the portable arithmetic of
 * internal/runtime/maps/group.go runs. They differ in one answer: the portable `matchH2` also gives a slot whose byte is h2 XOR 1 when a
 * slot below it matches, because the subtraction borrows. The comparison of keys that follows makes up for it, so maps come out equal, and
 * only a load of one key more can be seen. The model answers as amd64 does; the portable answers are here to be compared.
 *
 * A set of slots is a number of eight bits, bit i for slot i (as PMOVMSKB gives it).
 */

/** Slots of a group. */
export const GROUP_SLOTS = 8;

/** Control byte of an empty slot. */
export const CTRL_EMPTY = 0x80;

/** Control byte of a deleted slot: a tombstone. */
export const CTRL_DELETED = 0xfe;

/** Either half of a control word of eight empty slots. */
export const EMPTY_WORD = 0x80808080 | 0;

/** A control word as two halves; `low` holds slots 0 to 3. */
export interface ControlWord {
  readonly low: number;
  readonly high: number;
}

/** Slots of a group as bits. */
export type SlotSet = number;

/** Gathers the top bits of the four bytes of a half. */
function topBits(half: number): number {
  return ((half >>> 7) & 1) | ((half >>> 14) & 2) | ((half >>> 21) & 4) | ((half >>> 28) & 8);
}

function packed(low: number, high: number): SlotSet {
  return topBits(low) | (topBits(high) << 4);
}

/** The top bit of each byte that is zero, exactly. */
function zeroBytes(half: number): number {
  return ~(((half & 0x7f7f7f7f) + 0x7f7f7f7f) | half | 0x7f7f7f7f);
}

/** The slots that are full and whose byte is `h2`. */
export function matchH2(word: ControlWord, h2: number): SlotSet {
  const wanted = Math.imul(h2, 0x01010101);
  return packed(zeroBytes(word.low ^ wanted), zeroBytes(word.high ^ wanted));
}

/** The empty slots. */
export function matchEmpty(word: ControlWord): SlotSet {
  return matchH2(word, CTRL_EMPTY);
}

/** The slots that are empty or deleted. */
export function matchEmptyOrDeleted(word: ControlWord): SlotSet {
  return packed(word.low, word.high);
}

/** The full slots. */
export function matchFull(word: ControlWord): SlotSet {
  return packed(~word.low, ~word.high);
}

/** The lowest slot of a set; 64 for the empty set, as counting trailing zeros of 64 bits gives. */
export function first(set: SlotSet): number {
  return set === 0 ? 64 : 31 - Math.clz32(set & -set);
}

/** The set without its lowest slot. */
export function removeFirst(set: SlotSet): SlotSet {
  return set & (set - 1);
}

/** The set without the slots below `slot`. */
export function removeBelow(set: SlotSet, slot: number): SlotSet {
  return set & ~((1 << slot) - 1);
}

/** How many slots a set holds. */
export function count(set: SlotSet): number {
  let rest = set;
  let slots = 0;
  while (rest !== 0) {
    rest = removeFirst(rest);
    slots += 1;
  }
  return slots;
}

/** `matchH2` as the portable code answers: with false positives above a true one. */
export function portableMatchH2(word: ControlWord, h2: number): SlotSet {
  const wanted = Math.imul(h2, 0x01010101);
  const low = (word.low ^ wanted) >>> 0;
  const high = (word.high ^ wanted) >>> 0;
  const borrow = low < 0x01010101 ? 1 : 0;
  return packed((low - 0x01010101) & ~low, (high - 0x01010101 - borrow) & ~high);
}

/** `matchEmpty` as the portable code answers: top bit set and bit 1 clear. Equal for the three kinds of bytes that there are. */
export function portableMatchEmpty(word: ControlWord): SlotSet {
  return packed(word.low & ~(word.low << 6), word.high & ~((word.high << 6) | (word.low >>> 26)));
}
