/**
 * What happens before what: the clocks of goroutines and addresses, as docs/order-events.md defines their events.
 *
 * Joining clocks is rarely needed. Because an epoch is closed by each release, whoever knows a goroutine's closed epoch knows
 * all that the goroutine knew then. So
 * - an acquire of what one goroutine released is nothing new to whoever knows that goroutine's epoch;
 * - a clock that knows this goroutine's epoch in which it learnt last, or the clock that it took over then, knows all that the
 *   goroutine does, and is taken over by reference.
 */
import { Clocks } from "./clocks.js";
import {
  GoroutineTable,
  goroutineDouble as double,
  goroutineState,
  goroutineWidth,
  goroutineWord as word,
} from "./goroutine-table.js";
import { type OrderLimits } from "./limits.js";
import { Slots } from "./slots.js";
import { SyncTable, syncWord } from "./sync-table.js";

/** Goroutines are given by where their row begins in `goroutines.words`, addresses by their halves. */
export class HappensBefore {
  readonly goroutines = new GoroutineTable();
  readonly clocks: Clocks;
  /** When events are, for what was used last: any number that grows. */
  now = 0;
  readonly #slots = new Slots();
  readonly #sync = new SyncTable();
  /** All that was released at addresses that are not kept any more. */
  #forgotten = 0;
  #forgottenVersion = 0;
  #forgottenAddresses = 0;
  #tooMany = false;

  constructor(private readonly limits: OrderLimits) {
    this.clocks = new Clocks(limits.clockNodes);
  }

  /** Addresses whose clocks had to go. */
  get forgottenAddresses(): number {
    return this.#forgottenAddresses;
  }

  /** More goroutines were alive than there may be, so what followed could not be told. */
  get tooManyGoroutines(): boolean {
    return this.#tooMany;
  }

  /** Bytes of the clocks and addresses. */
  get bytes(): number {
    return this.clocks.bytes + this.#sync.words.byteLength + this.goroutines.words.byteLength;
  }

  /** The row of a goroutine; one that no go statement started begins here. -1 when it has ended, or there are too many. */
  rowOf(id: number): number {
    const row = this.goroutines.find(id);
    if (row < 0) {
      return this.#add(id, 0);
    }
    const at = row * goroutineWidth;
    if (this.goroutines.words[at + word.state] !== goroutineState.alive) {
      return -1;
    }
    const epoch = this.goroutines.words[at + word.epoch] ?? 0;
    if (epoch > this.limits.epochs) {
      this.#renew(at, epoch);
    }
    return at;
  }

  /** Whether a goroutine comes after an epoch of a slot. */
  knows(at: number, slot: number, epoch: number): boolean {
    return this.clocks.get(this.goroutines.words[at + word.clock] ?? 0, slot) >= epoch;
  }

  /** Opens the next epoch, if the last one is closed: something happens in it. */
  open(at: number): void {
    const words = this.goroutines.words;
    if (words[at + word.closed] !== 1) {
      return;
    }
    words[at + word.closed] = 0;
    words[at + word.whole] = -1;
    words[at + word.epoch] = (words[at + word.epoch] ?? 0) + 1;
  }

  acquire(at: number, low: number, high: number): void {
    const place = this.#sync.find(low, high);
    if (place < 0) {
      this.#learnForgotten(at);
      return;
    }
    const sync = this.#sync.words;
    sync[place + syncWord.used] = this.now;
    const slot = sync[place + syncWord.slot] ?? 0;
    const epoch = sync[place + syncWord.epoch] ?? 0;
    if (!this.#contains(at, slot, epoch)) {
      this.#learn(at, this.#wholeOf(place), slot, epoch);
    }
  }

  release(at: number, low: number, high: number): void {
    const found = this.#sync.find(low, high);
    this.#publish(at, found < 0 ? this.#sync.add(low, high) : found);
  }

  merge(at: number, low: number, high: number): void {
    const place = this.#sync.find(low, high);
    if (place < 0) {
      this.#mergeForgotten(at, this.#sync.add(low, high));
      return;
    }
    const words = this.goroutines.words;
    const sync = this.#sync.words;
    const ofAddress = sync[place + syncWord.clock] ?? 0;
    const slot = sync[place + syncWord.slot] ?? 0;
    const known =
      slot < 0
        ? ofAddress === 0 || ofAddress === words[at + word.clock]
        : this.#contains(at, slot, sync[place + syncWord.epoch] ?? 0);
    if (known) {
      this.#publish(at, place);
      return;
    }
    words[at + word.closed] = 1;
    sync[place + syncWord.used] = this.now;
    const clock = this.#wholeOf(place);
    const own = words[at + word.slot] ?? 0;
    const epoch = words[at + word.epoch] ?? 0;
    if (this.clocks.get(clock, own) >= epoch) {
      return;
    }
    sync[place + syncWord.clock] = this.#isWithin(at, clock)
      ? this.clocks.set(clock, own, epoch)
      : this.clocks.join(clock, this.#snapshot(at));
    sync[place + syncWord.slot] = -1;
    sync[place + syncWord.whole] = 1;
  }

  releaseAcquire(at: number, low: number, high: number): void {
    const place = this.#sync.find(low, high);
    if (place < 0) {
      this.#publish(at, this.#sync.add(low, high));
      this.#learnForgotten(at);
      return;
    }
    const sync = this.#sync.words;
    const slot = sync[place + syncWord.slot] ?? 0;
    const epoch = sync[place + syncWord.epoch] ?? 0;
    if (this.#contains(at, slot, epoch)) {
      this.#publish(at, place);
      return;
    }
    const clock = this.#wholeOf(place);
    this.#publish(at, place);
    this.#learn(at, clock, slot, epoch);
  }

  update(at: number, low: number, high: number): void {
    this.acquire(at, low, high);
    this.release(at, low, high);
  }

  /** A go statement. The new goroutine's row begins with what its starter knows. */
  start(at: number, id: number, stack: number, entry: number): void {
    const parent = this.goroutines.words;
    parent[at + word.closed] = 1;
    const first = this.#snapshot(at);
    const slot = parent[at + word.slot] ?? 0;
    const epoch = parent[at + word.epoch] ?? 0;
    const known = this.goroutines.find(id);
    if (known >= 0) {
      // Ids are not given twice, unless the file is damaged. To have it come after this is never a wrong alarm.
      const alive = this.goroutines.words[known * goroutineWidth + word.state] === goroutineState.alive;
      if (alive && known * goroutineWidth !== at) {
        this.#learn(known * goroutineWidth, first, slot, epoch);
      }
      return;
    }
    const child = this.#add(id, at + 1);
    if (child < 0) {
      return;
    }
    const { words, doubles } = this.goroutines;
    words[child + word.baseSlot] = slot;
    words[child + word.baseEpoch] = epoch;
    words[child + word.forgotten] = words[at + word.forgotten] ?? 0;
    words[child + word.acquiredStack] = stack;
    words[child + word.startedStack] = stack;
    words[child + word.entry] = entry;
    doubles[child / 2 + double.acquired] = 0;
    doubles[child / 2 + double.startedBy] = doubles[at / 2 + double.id] ?? 0;
  }

  end(at: number): void {
    const words = this.goroutines.words;
    const epoch = words[at + word.epoch] ?? 0;
    const closed = words[at + word.closed] === 1;
    const lost = !closed && words[at + word.accessed] === epoch;
    this.#slots.end(words[at + word.slot] ?? 0, closed || lost ? epoch : epoch - 1, !lost);
    words[at + word.clock] = 0;
    words[at + word.whole] = -1;
    this.goroutines.end(at / goroutineWidth);
  }

  /** Makes room in memory if it is time. To be called between events. */
  tidy(): void {
    if (this.clocks.isFull) {
      this.#move(null, false);
    }
    if (this.#sync.size > this.limits.addresses) {
      this.#forgetAddresses();
    }
  }

  /**
   * Makes the slots of ended goroutines free.
   *
   * @param kept where not 0, accesses with this slot are kept
   */
  purge(kept: Uint8Array): void {
    const purged = this.#slots.purge(kept);
    if (purged !== null) {
      this.#move(purged, false);
    }
  }

  /** Slots are below this one. */
  get slots(): number {
    return this.#slots.used;
  }

  #add(id: number, parentPlusOne: number): number {
    if (this.goroutines.alive >= this.limits.goroutines) {
      this.#tooMany = true;
      return -1;
    }
    const parent = parentPlusOne - 1;
    const known = parent < 0 ? 0 : this.#snapshot(parent);
    const slot = this.#takeSlot(known);
    const at = this.goroutines.add(id) * goroutineWidth;
    const words = this.goroutines.words;
    const epoch = this.#slots.lastEpoch(slot) + 1;
    words[at + word.slot] = slot;
    words[at + word.epoch] = epoch;
    words[at + word.learnt] = epoch;
    // Clocks may have moved.
    words[at + word.clock] = parent < 0 ? 0 : this.#snapshot(parent);
    return at;
  }

  #takeSlot(known: number): number {
    const slot = this.#slots.take(this.clocks, known);
    if (slot >= this.clocks.slots) {
      this.#move(null, true);
    }
    return slot;
  }

  /** The goroutine goes on in another slot, because its epochs there are used up. */
  #renew(at: number, last: number): void {
    const before = this.goroutines.words[at + word.slot] ?? 0;
    const slot = this.#takeSlot(0);
    this.#slots.end(before, last, true);
    const words = this.goroutines.words;
    const epoch = this.#slots.lastEpoch(slot) + 1;
    words[at + word.clock] = this.clocks.set(words[at + word.clock] ?? 0, before, last);
    words[at + word.slot] = slot;
    words[at + word.epoch] = epoch;
    words[at + word.closed] = 0;
    words[at + word.whole] = -1;
    words[at + word.learnt] = epoch;
    words[at + word.baseSlot] = before;
    words[at + word.baseEpoch] = last;
  }

  /** Whether a goroutine knows all that the one with this slot released when it closed this epoch. */
  #contains(at: number, slot: number, epoch: number): boolean {
    if (slot < 0) {
      return false;
    }
    const words = this.goroutines.words;
    return slot === words[at + word.slot] || this.clocks.get(words[at + word.clock] ?? 0, slot) >= epoch;
  }

  /** Whether a clock is sure to know all that the goroutine knows of others. */
  #isWithin(at: number, clock: number): boolean {
    const words = this.goroutines.words;
    if (this.clocks.get(clock, words[at + word.slot] ?? 0) >= (words[at + word.learnt] ?? 0)) {
      return true;
    }
    const base = words[at + word.baseSlot] ?? 0;
    return base >= 0 && this.clocks.get(clock, base) >= (words[at + word.baseEpoch] ?? 0);
  }

  /** Takes in a clock: that of a slot when it closed an epoch, or of several (slot -1). */
  #learn(at: number, clock: number, slot: number, epoch: number): void {
    const words = this.goroutines.words;
    const own = words[at + word.clock] ?? 0;
    const joined = clock === own ? own : this.#isWithin(at, clock) ? clock : this.clocks.join(own, clock);
    if (joined === own) {
      return;
    }
    words[at + word.clock] = joined;
    this.open(at);
    words[at + word.baseSlot] = joined === clock ? slot : -1;
    words[at + word.baseEpoch] = epoch;
    words[at + word.learnt] = words[at + word.epoch] ?? 0;
  }

  /** The clock of an address, which shows its goroutine's own epoch as well. */
  #wholeOf(place: number): number {
    const sync = this.#sync.words;
    const clock = sync[place + syncWord.clock] ?? 0;
    if (sync[place + syncWord.whole] === 1) {
      return clock;
    }
    const whole = this.clocks.set(clock, sync[place + syncWord.slot] ?? 0, sync[place + syncWord.epoch] ?? 0);
    sync[place + syncWord.clock] = whole;
    sync[place + syncWord.whole] = 1;
    return whole;
  }

  /** The goroutine's clock, which shows its own closed epoch as well. */
  #snapshot(at: number): number {
    const words = this.goroutines.words;
    let whole = words[at + word.whole] ?? -1;
    if (whole < 0) {
      const clock = words[at + word.clock] ?? 0;
      whole = this.clocks.set(clock, words[at + word.slot] ?? 0, words[at + word.epoch] ?? 0);
      words[at + word.whole] = whole;
    }
    return whole;
  }

  /** Closes the epoch. The address's clock becomes the goroutine's. */
  #publish(at: number, place: number): void {
    const words = this.goroutines.words;
    const sync = this.#sync.words;
    words[at + word.closed] = 1;
    const whole = words[at + word.whole] ?? -1;
    sync[place + syncWord.clock] = whole < 0 ? (words[at + word.clock] ?? 0) : whole;
    sync[place + syncWord.whole] = whole < 0 ? 0 : 1;
    sync[place + syncWord.slot] = words[at + word.slot] ?? 0;
    sync[place + syncWord.epoch] = words[at + word.epoch] ?? 0;
    sync[place + syncWord.used] = this.now;
  }

  /** What was released at an address that is not kept may have been forgotten: then it is known by all who ask. */
  #learnForgotten(at: number): void {
    const words = this.goroutines.words;
    if ((words[at + word.forgotten] ?? 0) !== this.#forgottenVersion) {
      words[at + word.forgotten] = this.#forgottenVersion;
      this.#learn(at, this.#forgotten, -1, 0);
    }
  }

  #mergeForgotten(at: number, place: number): void {
    this.#publish(at, place);
    if (this.#forgotten !== 0) {
      const sync = this.#sync.words;
      sync[place + syncWord.clock] = this.clocks.join(this.#forgotten, this.#snapshot(at));
      sync[place + syncWord.slot] = -1;
      sync[place + syncWord.whole] = 1;
    }
  }

  /** Forgets about half of the addresses, those that were used least lately. */
  #forgetAddresses(): void {
    const times = new Int32Array(this.#sync.size);
    let count = 0;
    const words = this.#sync.words;
    this.#sync.each((place) => {
      times[count++] = words[place + syncWord.used] ?? 0;
    });
    const before = (times.toSorted()[count >>> 1] ?? 0) + 1;
    this.#sync.each((place) => {
      if ((words[place + syncWord.used] ?? 0) < before) {
        this.#forget(place);
      }
    });
    this.#sync.drop(before);
    this.#forgottenVersion++;
    this.#forgottenAddresses += count - this.#sync.size;
  }

  #forget(place: number): void {
    const words = this.#sync.words;
    const slot = words[place + syncWord.slot] ?? 0;
    if (slot < 0 || this.clocks.get(this.#forgotten, slot) < (words[place + syncWord.epoch] ?? 0)) {
      this.#forgotten = this.clocks.join(this.#forgotten, this.#wholeOf(place));
      if (this.clocks.isFull) {
        this.#move(null, false);
      }
    }
  }

  /** Moves all clocks that are in use. */
  #move(purged: Uint8Array | null, raise: boolean): void {
    const { clocks, goroutines } = this;
    const words = goroutines.words;
    clocks.beginMoving(purged, raise);
    for (let row = 0; row < goroutines.rows; row++) {
      const at = row * goroutineWidth;
      if (words[at + word.state] === goroutineState.alive) {
        words[at + word.clock] = clocks.move(words[at + word.clock] ?? 0);
        const whole = words[at + word.whole] ?? -1;
        words[at + word.whole] = whole < 0 ? -1 : clocks.move(whole);
        if (purged !== null && (purged[words[at + word.baseSlot] ?? -1] ?? 0) !== 0) {
          words[at + word.baseSlot] = -1;
        }
      }
    }
    const sync = this.#sync.words;
    this.#sync.each((place) => {
      sync[place + syncWord.clock] = clocks.move(sync[place + syncWord.clock] ?? 0);
      if (purged !== null && (purged[sync[place + syncWord.slot] ?? -1] ?? 0) !== 0) {
        sync[place + syncWord.slot] = -1;
        sync[place + syncWord.whole] = 1;
      }
    });
    this.#forgotten = clocks.move(this.#forgotten);
    clocks.endMoving(goroutines.alive + this.#sync.size);
  }
}
