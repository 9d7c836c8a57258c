/** What code of src/ uses of node:zlib: unpacking gzip in a stream. DecompressionStream refuses files of several members. */
import { Gunzip as Unpacking } from "fflate";
import { Buffer } from "./buffer.js";
import { setImmediate } from "./timers.js";

type Listener = (value: unknown) => void;

/** A stream that unpacks. */
export class Gunzip {
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #unpacking = new Unpacking((bytes) => {
    if (bytes.length > 0) {
      this.#emit("data", Buffer.from(bytes));
    }
  });
  #over = false;

  on(event: string, listener: Listener): this {
    const known = this.#listeners.get(event) ?? new Set<Listener>();
    known.add(listener);
    this.#listeners.set(event, known);
    return this;
  }

  once(event: string, listener: Listener): this {
    const called: Listener = (value) => {
      this.off(event, called);
      this.off(event, listener);
      listener(value);
    };
    this.#originals.set(listener, called);
    return this.on(event, called);
  }

  off(event: string, listener: Listener): this {
    const known = this.#listeners.get(event);
    known?.delete(listener);
    known?.delete(this.#originals.get(listener) ?? listener);
    return this;
  }

  /** What was given to once, with what is called instead. */
  readonly #originals = new Map<Listener, Listener>();

  write(bytes: Uint8Array, done: () => void): boolean {
    if (this.#push(bytes, false)) {
      setImmediate(done);
    }
    return true;
  }

  end(): void {
    if (this.#push(new Uint8Array(0), true)) {
      this.#over = true;
      this.#emit("end", undefined);
      this.#emit("close", undefined);
    }
  }

  destroy(): void {
    this.#over = true;
  }

  #push(bytes: Uint8Array, last: boolean): boolean {
    if (this.#over) {
      return false;
    }
    try {
      this.#unpacking.push(bytes, last);
      return true;
    } catch (error) {
      this.#over = true;
      this.#emit("error", error);
      this.#emit("close", undefined);
      return false;
    }
  }

  #emit(event: string, value: unknown): void {
    // Listeners may take themselves out meanwhile.
    for (const listener of Array.from(this.#listeners.get(event) ?? [])) {
      listener(value);
    }
  }
}

/** Begins to unpack. */
export function createGunzip(): Gunzip {
  return new Gunzip();
}
