/**
 * Whether the page is reading a large recording: meanwhile the thread that makes the case of it waits, so that both do not share the
 * processors and the memory just when a person waits for the first picture. Used by two threads.
 */

/** What is read in one go from so many bytes on. */
const large = 64 * 1024 * 1024;
/** So long the thread waits for a page to begin, and for it to be done, in milliseconds: a page may never come, or stop in the middle. */
const longest = { begin: 2000, end: 10_000 };

const states = { notYet: 0, reading: 1, done: 2 } as const;

/** Whether a range, or a file, is large. */
export function isLarge(bytes: number): boolean {
  return bytes >= large;
}

/** Shared by the server, which says what the page does, and by who waits. */
export class LargeReading {
  readonly #state: Int32Array;

  /** @param shared that of the other side */
  constructor(readonly shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.#state = new Int32Array(shared);
  }

  /** The page has begun to read. */
  begin(): void {
    this.#set(states.reading);
  }

  /** It has all of it, or has gone away. */
  end(): void {
    this.#set(states.done);
  }

  /** Waits until the first reading is over; not for long when none begins. Blocks the thread. */
  wait({ begin, end }: { readonly begin: number; readonly end: number } = longest): void {
    Atomics.wait(this.#state, 0, states.notYet, begin);
    Atomics.wait(this.#state, 0, states.reading, end);
  }

  #set(state: number): void {
    Atomics.store(this.#state, 0, state);
    Atomics.notify(this.#state, 0);
  }
}
