/**
 * Puts the events of all writers into one order that agrees with all that is known of it.
 *
 * Each writer's events lie in the order of time. A writer goes on as long as its next event can be placed:
 *
 * - an event with a ticket, when its counter's last ticket placed is the one before;
 * - a goroutine's segment, when the segment before it is complete, that is when the writer of that one has come to another
 *   segment or to its end; the first one, when the go statement was placed, or none started the goroutine;
 * - everything else at once.
 *
 * Otherwise it waits for just that ticket or segment, and whoever places it wakes the one that waits.
 *
 * **Why this comes to an end.** In a whole file the order in which the events really happened satisfies all of these conditions. Of
 * the events that are not placed take the one that happened first. All before it in its writer, in its goroutine and of its
 * counter happened earlier, so they are placed, and its writer can go on. So no file that is whole leaves an event.
 *
 * **Why what is placed can be trusted when something is missing.** An event is placed only after all earlier ones of its
 * goroutine and of its counter. All that it comes after in the program lies on a way over these, so that is placed too. Where
 * something in a chunk cannot be read, the goroutine that it may belong to stays in that segment: none of its later ones is placed,
 * nor what comes after these. The writer goes on with its next chunk, which begins with a segment of its own.
 *
 * Which of several writers goes on next is of no account to that. A writer that comes to a new chunk lets those go on first whose
 * chunks were begun before, so that the order stays near to the real one.
 */
import type { ChunkIndex } from "./chunk-index.js";
import { ByTime } from "./by-time.js";
import { ChunkWindows } from "./chunk-windows.js";
import type { Damage } from "./damage.js";
import { Definitions, type DefinitionTables } from "./definitions.js";
import { orderKinds, type OrderBatch } from "./events.js";
import { orderEventSize, segmentKind, ticketCounter, ticketCounters } from "./format.js";
import { Goroutines } from "./goroutines.js";
import type { OrderSource } from "./source.js";
import { ticketPlace, Waiting } from "./waiting.js";

/** Events of a batch: their columns stay in a processor's own cache. */
const batchSize = 4096;
const eventWords = orderEventSize / 4;
const none = -1;

/** What is done with events of a kind. */
const unknown = 0;
/** They are looked at one by one. */
const special = 1;
const plain = 2;
const ticketed = 3;

const classes = new Uint8Array(256);
classes.fill(special, 1, 5);
classes.fill(ticketed, orderKinds.acquire, orderKinds.update + 1);
classes[orderKinds.holds] = plain;
classes[orderKinds.holdsNone] = plain;
classes[orderKinds.reseeded] = plain;
classes.fill(plain, orderKinds.access + 1, orderKinds.access + 9);

/** Bits of an event's second word that no value has: it would be 2^53 or more. */
const tooHigh = 0x00e0_0000;

/** Why the fast part stopped. */
const atSpecial = 0;
const batchFull = 1;
const mustWait = 2;

/** What is read from and written into. */
export interface ReplayParts extends DefinitionTables {
  readonly source: OrderSource;
  readonly index: ChunkIndex;
  readonly damage: Damage;
}

/** The replay of one file. */
export class Replay {
  /** The events of the last call of `fill`. */
  readonly batch = {
    count: 0,
    kind: new Uint8Array(batchSize),
    goroutine: new Float64Array(batchSize),
    value: new Float64Array(batchSize),
    number: new Uint32Array(batchSize),
    stack: new Uint32Array(batchSize),
  } satisfies OrderBatch;
  /** Events that were given, up to now. */
  events = 0;
  /** Events that were not, because what they wait for is missing or their chunk is damaged. */
  notPlaced = 0;
  readonly #windows: ChunkWindows;
  readonly #definitions: Definitions;
  readonly #damage: Damage;
  readonly #writers: number;
  readonly #counters = new Uint32Array(ticketCounters);
  readonly #goroutines = new Goroutines();
  readonly #waiting: Waiting;
  /** Writers that can go on. */
  readonly #ready: number[] = [];
  /** Writers at the beginning of a chunk. */
  readonly #resting: ByTime;
  /** The goroutine of each writer's segment, and its slot; -1 = it is in none. */
  readonly #goroutine: Float64Array;
  readonly #slot: Int32Array;
  #ended = false;

  constructor({ source, index, damage, ...tables }: ReplayParts) {
    this.#windows = new ChunkWindows(source, index);
    this.#definitions = new Definitions(this.#windows, tables);
    this.#damage = damage;
    this.#writers = index.writers;
    this.#waiting = new Waiting(index.writers);
    this.#resting = new ByTime(index.writers);
    this.#goroutine = new Float64Array(index.writers);
    this.#slot = new Int32Array(index.writers).fill(none);
    for (let writer = 0; writer < index.writers; writer++) {
      this.#nextChunk(writer);
    }
  }

  /**
   * Fills the batch. False when there is nothing more to be given; then what is left is counted.
   *
   * @throws OrderReadError
   */
  fill(): boolean {
    this.batch.count = 0;
    while (this.batch.count < batchSize) {
      const writer = this.#ready.pop() ?? this.#resting.pop();
      if (writer === undefined) {
        break;
      }
      this.#goOn(writer);
    }
    this.events += this.batch.count;
    if (this.batch.count === 0 && !this.#ended) {
      this.#ended = true;
      this.#countLeft();
    }
    return this.batch.count > 0;
  }

  /** Goes on with a writer until it has to wait, or to rest, or the batch is full. */
  #goOn(writer: number): void {
    let goesOn = (this.#slot[writer] ?? none) !== none || this.#special(writer);
    while (goesOn) {
      const why = this.#fast(writer);
      if (why === batchFull) {
        this.#ready.push(writer);
      }
      goesOn = why === atSpecial && this.#special(writer);
    }
  }

  /** The hot loop: plain and synchronising events of one segment. */
  #fast(writer: number): number {
    const { kind: kinds, goroutine: goroutines, value: values, number: numbers, stack: stacks } = this.batch;
    const { words } = this.#windows;
    const counters = this.#counters;
    const { heads, shift } = this.#waiting;
    const goroutine = this.#goroutine[writer] ?? 0;
    const end = this.#windows.end[writer] ?? 0;
    let at = this.#windows.at[writer] ?? 0;
    let row = this.batch.count;
    let why = batchFull;
    for (; row < batchSize; row++, at += eventWords) {
      if (at === end) {
        why = atSpecial;
        break;
      }
      const high = words[at + 1] ?? 0;
      const kind = high >>> 24;
      const what = classes[kind] ?? unknown;
      if (what < plain || (high & tooHigh) !== 0) {
        why = atSpecial;
        break;
      }
      const low = words[at] ?? 0;
      const number = words[at + 3] ?? 0;
      if (what === ticketed) {
        const counter = ticketCounter(low, high & 0xff_ffff);
        if (((counters[counter] ?? 0) + 1) >>> 0 !== number) {
          why = mustWait;
          break;
        }
        counters[counter] = number;
        const next = (number + 1) >>> 0;
        if ((heads[ticketPlace(counter, next) >>> shift] ?? none) !== none) {
          this.#waiting.wakeForTicket(counter, next, this.#ready);
        }
      }
      kinds[row] = kind;
      goroutines[row] = goroutine;
      values[row] = (high & 0xff_ffff) * 0x1_0000_0000 + low;
      numbers[row] = number;
      stacks[row] = words[at + 2] ?? 0;
    }
    this.batch.count = row;
    this.#windows.at[writer] = at;
    if (why === mustWait) {
      this.#waitForTicket(writer, at);
    }
    return why;
  }

  #waitForTicket(writer: number, at: number): void {
    const { words } = this.#windows;
    const ticket = words[at + 3] ?? 0;
    const counter = ticketCounter(words[at] ?? 0, (words[at + 1] ?? 0) & 0xff_ffff);
    if (((ticket - (this.#counters[counter] ?? 0)) | 0) <= 0) {
      this.#leaveDamaged(writer, "tickets that stand twice: #");
    } else {
      this.#waiting.forTicket(writer, counter, ticket);
    }
  }

  /**
   * Deals with what stands at a writer's place, when that is not an ordinary event, up to where a segment is.
   *
   * @returns false when the writer cannot go on now
   */
  #special(writer: number): boolean {
    do {
      if (!this.#step(writer)) {
        return false;
      }
    } while (this.#slot[writer] === none);
    return true;
  }

  #step(writer: number): boolean {
    if (!this.#windows.need(writer, eventWords)) {
      return this.#leave(writer, !this.#windows.isCut(writer));
    }
    const { words } = this.#windows;
    const at = this.#windows.at[writer] ?? 0;
    const high = words[at + 1] ?? 0;
    const low = words[at] ?? 0;
    if (low === 0 && high === 0) {
      return this.#leaveUnfilled(writer);
    }
    const kind = high >>> 24;
    const inside = this.#slot[writer] !== none;
    if ((high & tooHigh) === 0) {
      if (kind === segmentKind) {
        return this.#segment(writer, (high & 0xff_ffff) * 0x1_0000_0000 + low);
      }
      if (this.#definitions.isOne(kind)) {
        return (
          this.#definitions.take(writer) || this.#leaveDamaged(writer, "stacks or types that cannot be: #")
        );
      }
      if (kind === orderKinds.start && inside) {
        return this.#start(writer);
      }
      if (kind === orderKinds.end && inside) {
        return this.#end(writer);
      }
      if (inside && (classes[kind] ?? unknown) >= plain) {
        // An ordinary one, behind a new window or segment.
        return true;
      }
    }
    const known = (classes[kind] ?? unknown) !== unknown && (high & tooHigh) === 0;
    return this.#leaveDamaged(writer, known ? "events without a goroutine: #" : "events that cannot be: #");
  }

  #segment(writer: number, goroutine: number): boolean {
    const { words } = this.#windows;
    const at = this.#windows.at[writer] ?? 0;
    const segment = words[at + 3] ?? 0;
    this.#finish(writer);
    let slot = this.#goroutines.find(goroutine);
    if (slot === none && segment === 1 && words[at + 2] === 1) {
      slot = this.#goroutines.add(goroutine);
      if (slot === none) {
        return this.#leaveDamaged(writer, "segments of too many goroutines: #");
      }
    }
    if (slot === none || !this.#goroutines.isNext(slot, segment)) {
      if (slot !== none && this.#goroutines.isPast(slot, segment)) {
        return this.#leaveDamaged(writer, "segments that stand twice: #");
      }
      this.#waiting.forSegment(writer, goroutine, segment);
      return false;
    }
    this.#goroutines.begin(slot);
    this.#goroutine[writer] = goroutine;
    this.#slot[writer] = slot;
    this.#windows.at[writer] = at + eventWords;
    return true;
  }

  #start(writer: number): boolean {
    const child = this.#give(writer);
    if (this.#goroutines.find(child) !== none || this.#goroutines.add(child) === none) {
      return this.#leaveDamaged(writer, "go statements that cannot be: #");
    }
    this.batch.count++;
    this.#windows.at[writer] = (this.#windows.at[writer] ?? 0) + eventWords;
    this.#waiting.wakeForSegment(child, 1, this.#ready);
    return true;
  }

  #end(writer: number): boolean {
    this.#give(writer);
    this.batch.count++;
    this.#windows.at[writer] = (this.#windows.at[writer] ?? 0) + eventWords;
    this.#goroutines.remove(this.#slot[writer] ?? none);
    this.#slot[writer] = none;
    return true;
  }

  /** Lays the event at a writer's place into the next row, which does not count yet. Gives its value. */
  #give(writer: number): number {
    const { batch } = this;
    const { words } = this.#windows;
    const at = this.#windows.at[writer] ?? 0;
    const high = words[at + 1] ?? 0;
    const value = (high & 0xff_ffff) * 0x1_0000_0000 + (words[at] ?? 0);
    const row = batch.count;
    batch.kind[row] = high >>> 24;
    batch.goroutine[row] = this.#goroutine[writer] ?? 0;
    batch.value[row] = value;
    batch.number[row] = words[at + 3] ?? 0;
    batch.stack[row] = words[at + 2] ?? 0;
    return value;
  }

  /** The writer's segment is complete. */
  #finish(writer: number): void {
    const slot = this.#slot[writer] ?? none;
    if (slot !== none) {
      const next = this.#goroutines.finish(slot);
      this.#slot[writer] = none;
      this.#waiting.wakeForSegment(this.#goroutine[writer] ?? 0, next, this.#ready);
    }
  }

  /** Behind the last event of a chunk that was not filled there are only zeros. */
  #leaveUnfilled(writer: number): boolean {
    // A process that was killed can leave an event of which only the second word is there.
    this.#windows.at[writer] = (this.#windows.at[writer] ?? 0) + eventWords;
    return this.#windows.isRestZero(writer)
      ? this.#leave(writer, true)
      : this.#leaveDamaged(writer, "chunks with something behind their end: #");
  }

  /**
   * At the end of a chunk.
   *
   * @param complete whether its last segment is
   */
  #leave(writer: number, complete: boolean): boolean {
    if (complete) {
      this.#finish(writer);
    }
    this.#slot[writer] = none;
    this.#nextChunk(writer);
    return false;
  }

  /** The rest of a chunk is left out; its goroutine stays in the segment. */
  #leaveDamaged(writer: number, what: string): boolean {
    this.#damage.note(what);
    this.#countChunk(writer);
    return this.#leave(writer, false);
  }

  #nextChunk(writer: number): void {
    if (this.#windows.nextChunk(writer)) {
      this.#resting.push(writer, this.#windows.time(writer));
    }
  }

  /** Counts the events that are left everywhere; their stacks are taken in. */
  #countLeft(): void {
    for (let writer = 0; writer < this.#writers; writer++) {
      do {
        this.#countChunk(writer);
      } while (this.#windows.nextChunk(writer));
    }
  }

  /** Counts the events from a writer's place to the end of its chunk. */
  #countChunk(writer: number): void {
    const { words } = this.#windows;
    while (this.#windows.need(writer, eventWords)) {
      const at = this.#windows.at[writer] ?? 0;
      const kind = (words[at + 1] ?? 0) >>> 24;
      if (this.#definitions.isOne(kind) && this.#definitions.take(writer)) {
        continue;
      }
      if (kind >= orderKinds.start && classes[kind] !== unknown) {
        this.notPlaced++;
      }
      this.#windows.at[writer] = (this.#windows.at[writer] ?? 0) + eventWords;
    }
  }
}
