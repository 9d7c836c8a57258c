/** Writers that wait, found by what they wait for. */

const none = -1;

/**
 * A hash table of waiting writers. A writer waits for one thing at a time: a ticket, which is known by its counter and its
 * number, or a segment, known by its goroutine and its number.
 */
export class Waiting {
  /** The first writer in each place; -1 = none. Exposed for the hot loop, which looks here before it calls. */
  readonly heads: Int32Array;
  /** How far a hash is shifted to become a place. */
  readonly shift: number;
  readonly #next: Int32Array;
  /** Goroutine, or -1 - counter. */
  readonly #owners: Float64Array;
  readonly #numbers: Uint32Array;

  constructor(writers: number) {
    const bits = Math.max(10, 34 - Math.clz32(writers));
    this.heads = new Int32Array(2 ** bits).fill(none);
    this.shift = 32 - bits;
    this.#next = new Int32Array(writers);
    this.#owners = new Float64Array(writers);
    this.#numbers = new Uint32Array(writers);
  }

  /** A writer waits for a ticket of a counter. */
  forTicket(writer: number, counter: number, ticket: number): void {
    this.#add(writer, ticketPlace(counter, ticket) >>> this.shift, -1 - counter, ticket);
  }

  /** A writer waits until this segment of a goroutine can begin. */
  forSegment(writer: number, goroutine: number, segment: number): void {
    this.#add(writer, segmentPlace(goroutine, segment) >>> this.shift, goroutine, segment);
  }

  /** Those that wait for a ticket wait no longer, and stand at the end of `ready`. */
  wakeForTicket(counter: number, ticket: number, ready: number[]): void {
    this.#wake(ticketPlace(counter, ticket) >>> this.shift, -1 - counter, ticket, ready);
  }

  /** Those that wait for a segment likewise. */
  wakeForSegment(goroutine: number, segment: number, ready: number[]): void {
    this.#wake(segmentPlace(goroutine, segment) >>> this.shift, goroutine, segment, ready);
  }

  #add(writer: number, place: number, owner: number, number: number): void {
    this.#owners[writer] = owner;
    this.#numbers[writer] = number;
    this.#next[writer] = this.heads[place] ?? none;
    this.heads[place] = writer;
  }

  #wake(place: number, owner: number, number: number, ready: number[]): void {
    let before = none;
    for (let writer = this.heads[place] ?? none; writer !== none;) {
      const next = this.#next[writer] ?? none;
      if (this.#owners[writer] === owner && this.#numbers[writer] === number) {
        ready.push(writer);
        if (before === none) {
          this.heads[place] = next;
        } else {
          this.#next[before] = next;
        }
      } else {
        before = writer;
      }
      writer = next;
    }
  }
}

/** What `heads` is indexed with, shifted, for a ticket. */
export function ticketPlace(counter: number, ticket: number): number {
  return Math.imul(Math.imul(counter, 0x85eb_ca6b) ^ ticket, 0x9e37_79b1);
}

function segmentPlace(goroutine: number, segment: number): number {
  return Math.imul(Math.imul(goroutine | 0, 0x85eb_ca6b) ^ ~segment, 0x9e37_79b1);
}
