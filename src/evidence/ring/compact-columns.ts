/** Puts events into columns while a file is read, in the order of their clocks as far as that goes in one pass. */
import { clockAt } from "./clock-order.js";
import { hasSafeNumbers, wordsPerEvent } from "./event-scan.js";
import { KeyTable } from "./key-table.js";

/** So many goroutines, maps and places are told apart; all others are one. */
const mostNumbers = 1 << 21;
/** An event that is late by more events than this begins a run of its own. */
const mostSteps = 16;

/** Columns with room for all events of a file, filled piece by piece. */
export class CompactColumns {
  clock: Float64Array;
  goroutine: Uint32Array;
  map: Uint32Array;
  kind: Uint8Array;
  detail: Uint8Array;
  place: Uint32Array;
  slot: Uint32Array;
  /** By number: low and high half of the id. */
  readonly goroutines = new KeyTable(mostNumbers);
  /** By number: low and high half of the header's address, and the life. */
  readonly maps = new KeyTable(mostNumbers);
  /** By number: stack and site. */
  readonly places = new KeyTable(mostNumbers);
  /** How many events there are. */
  length = 0;
  /** How many say what cannot be. */
  damaged = 0;
  /** Where runs end that are in the order of their clocks, but for the last one. */
  readonly #ends: number[] = [];

  constructor(most: number) {
    this.clock = new Float64Array(most);
    this.goroutine = new Uint32Array(most);
    this.map = new Uint32Array(most);
    this.kind = new Uint8Array(most);
    this.detail = new Uint8Array(most);
    this.place = new Uint32Array(most);
    this.slot = new Uint32Array(most);
  }

  /** Where runs end that are in the order of their clocks. */
  runEnds(): number[] {
    return this.length === 0 ? [] : [...this.#ends, this.length];
  }

  /**
   * Takes events that lie one after the other; those that are not whole (event-scan.ts) are left out.
   *
   * @param words the events
   * @param count how many
   * @param number the number of the first one
   * @param slot what is written down for the first one, and counted up
   * @returns the earliest clock among them; Infinity where none is whole
   */
  add(words: Uint32Array, count: number, number: number, slot: number): number {
    const { clock, goroutine, map, kind, detail, place, slot: slots } = this;
    const { goroutines, maps, places } = this;
    // Numbers are below 2^53; their halves are compared, because 64-bit reads cost four times as much.
    let low = (number + 1) >>> 0;
    let high = Math.floor((number + 1) / 0x1_0000_0000);
    let to = this.length;
    let latest = clock[to - 1] ?? 0;
    let earliest = Infinity;
    const end = Math.min(count * wordsPerEvent, words.length - wordsPerEvent + 1);
    for (let at = 0, own = slot; at < end; at += wordsPerEvent, own++) {
      if (words[at] === low && words[at + 1] === high) {
        if (hasSafeNumbers(words, at)) {
          const now = clockAt(words, at);
          clock[to] = now;
          goroutine[to] = goroutines.indexOf(words[at + 4] ?? 0, words[at + 5] ?? 0, 0);
          map[to] = maps.indexOf(words[at + 6] ?? 0, words[at + 7] ?? 0, words[at + 15] ?? 0);
          const what = (words[at + 8] ?? 0) & 0xffff;
          kind[to] = what > 255 ? 255 : what;
          detail[to] = words[at + 10] ?? 0;
          place[to] = places.indexOf(words[at + 9] ?? 0, words[at + 14] ?? 0, 0);
          slots[to] = own;
          if (now >= latest) {
            latest = now;
          } else if (!this.#settle(to)) {
            this.#ends.push(to);
            latest = now;
          }
          earliest = now < earliest ? now : earliest;
          to++;
        } else {
          this.damaged++;
        }
      }
      low = (low + 1) >>> 0;
      if (low === 0) {
        high++;
      }
    }
    this.length = to;
    return earliest;
  }

  /**
   * Moves an event to where it belongs in its run: a writer takes its number just before it reads the clock, so that some events of a ring
   * are a few places late.
   *
   * @returns whether that is near enough
   */
  #settle(row: number): boolean {
    const { clock, goroutine, map, kind, detail, place, slot } = this;
    const now = clock[row] ?? 0;
    const start = this.#ends.at(-1) ?? 0;
    const first = Math.max(start, row - mostSteps);
    let to = row;
    while (to > first && (clock[to - 1] ?? 0) > now) {
      to--;
    }
    if (to > start && (clock[to - 1] ?? 0) > now) {
      return false;
    }
    const moved = [goroutine[row], map[row], kind[row], detail[row], place[row], slot[row]] as const;
    for (let at = row; at > to; at--) {
      clock[at] = clock[at - 1] ?? 0;
      goroutine[at] = goroutine[at - 1] ?? 0;
      map[at] = map[at - 1] ?? 0;
      kind[at] = kind[at - 1] ?? 0;
      detail[at] = detail[at - 1] ?? 0;
      place[at] = place[at - 1] ?? 0;
      slot[at] = slot[at - 1] ?? 0;
    }
    clock[to] = now;
    [goroutine[to], map[to], kind[to]] = [moved[0] ?? 0, moved[1] ?? 0, moved[2] ?? 0];
    [detail[to], place[to], slot[to]] = [moved[3] ?? 0, moved[4] ?? 0, moved[5] ?? 0];
    return true;
  }
}
