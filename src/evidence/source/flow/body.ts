/**
 * What a function does, as far as locks, goroutines and maps go: its **body** in basic blocks.
 *
 * A body is made from the syntax tree once; everything later works on bodies alone.
 *
 * - A **path** names a place in memory as the source writes it: a root variable and fields, `s.cache.mu`. Two equal paths in
 *   one function mean the same thing as long as nobody assigns to its parts.
 * - A **site** is a place that calls something or starts a goroutine. A site is numbered throughout the program.
 * - An **event** is one step that matters here; a **block** is a run of events that is left at its end only.
 */

/** A place in memory, as the source writes it. */
export interface Path {
  /** The variable that it starts at; null when it starts at something that has no name, such as a call's result. */
  readonly root: number | null;
  /** Keys of the fields walked over, embedded ones included; `[]` stands for an element. */
  readonly fields: readonly string[];
  /** Equal for equal paths within a function. */
  readonly id: string;
  /** As written. */
  readonly text: string;
  /** A struct on the way was copied: the last part is not the one that others use. */
  readonly copied: boolean;
}

/** How a lock is held. */
export type LockMode = "lock" | "rlock";

/** A lock: the path to it, and the key that it has throughout the program. */
export interface LockRef {
  readonly path: Path;
  readonly key: string;
}

/** A place in the source: the number of a file and an offset. */
export interface EventPlace {
  readonly file: number;
  readonly pos: number;
}

/** One step of a function. */
export type Event =
  | { readonly kind: "access"; readonly access: number; readonly path: Path | null }
  | { readonly kind: "lock"; readonly lock: LockRef; readonly mode: LockMode; readonly at: EventPlace }
  | { readonly kind: "unlock"; readonly lock: LockRef; readonly mode: LockMode }
  /** Calls now, or starts a goroutine now, as the site says. */
  | { readonly kind: "site"; readonly site: number }
  /** Calls when the function is left. */
  | { readonly kind: "defer"; readonly site: number }
  /** Waits for goroutines that signal on one of these keys; `all`: in a loop, or for a whole group. */
  | { readonly kind: "join"; readonly keys: readonly string[]; readonly all: boolean }
  /** A new map or struct is in this path, and nobody else has it. */
  | { readonly kind: "own"; readonly path: string }
  /** Something that others have too is in this path. */
  | { readonly kind: "drop"; readonly path: string }
  /** A call's result is put into this variable: it is new, as far as the called function says so. */
  | { readonly kind: "receive"; readonly root: number; readonly site: number }
  /** The function returns, with this as its first result. */
  | { readonly kind: "return"; readonly value: ReturnedValue }
  /** What this variable holds may be in other hands from now on; `through`: if that variable of that function gets away. */
  | { readonly kind: "share"; readonly root: number; readonly through: VariableUse | null }
  /** A send to, or a receive from, a channel that may serve as a lock. */
  | { readonly kind: "token"; readonly lock: LockRef; readonly send: boolean; readonly at: EventPlace };

/**
 * What is returned, as far as it may be new: what a variable holds, paths below something new, or what a call returned. null
 * for anything else.
 */
export type ReturnedValue =
  { readonly root: number } | { readonly paths: readonly string[] } | { readonly site: number } | null;

/** A variable as one function uses it. */
export interface VariableUse {
  readonly root: number;
  readonly function: number;
}

/** A run of events, and where it goes on. */
export interface BodyBlock {
  readonly events: Event[];
  readonly next: number[];
}

/** Block 0 is the entry, block 1 the exit. */
export interface Body {
  readonly function: number;
  readonly blocks: readonly BodyBlock[];
}

/** The number of a body's first block. */
export const entryBlock = 0;
/** The number of the block in which deferred calls run. */
export const exitBlock = 1;

/** Makes a body block by block. */
export class BodyBuilder {
  readonly #blocks: BodyBlock[] = [
    { events: [], next: [] },
    { events: [], next: [] },
  ];
  #current: number | null = entryBlock;

  /** The block that is being filled; null where nothing can get to. */
  get current(): number | null {
    return this.#current;
  }

  /** Appends an event; code that cannot be reached is left out. */
  add(event: Event): void {
    if (this.#current !== null) {
      this.#blocks[this.#current]?.events.push(event);
    }
  }

  /** A block that is not connected yet. */
  block(): number {
    this.#blocks.push({ events: [], next: [] });
    return this.#blocks.length - 1;
  }

  /** Goes to `target` and leaves nothing to be filled. */
  jump(target: number): void {
    this.link(target);
    this.#current = null;
  }

  /** May go to `target` from here. */
  link(target: number): void {
    if (this.#current !== null) {
      const next = this.#blocks[this.#current]?.next;
      if (next !== undefined && !next.includes(target)) {
        next.push(target);
      }
    }
  }

  /** Fills `block` from here on. */
  enter(block: number): void {
    this.#current = block;
  }

  /** Falls into `block` and fills it. */
  continueIn(block: number): void {
    this.link(block);
    this.#current = block;
  }

  /** Nothing comes after this. */
  stop(): void {
    this.#current = null;
  }

  /** The finished body. */
  finish(func: number): Body {
    this.jump(exitBlock);
    return { function: func, blocks: this.#blocks };
  }
}
