/** Puts the lines of one goroutine together. */
import type { CrashFrame, CrashGoroutine, CrashOrigin } from "./crash-text.js";
import type { CreatedBy } from "./grammar.js";
import { frameOf, type FunctionParts, type Header, parseFunction, parsePlace } from "./lines.js";

/** The runtime prints 100 frames and leaves out the rest; more than this are not kept. */
const maxFrames = 1_000;

/** A stack whose lines are still coming. */
export class StackBuilder {
  readonly frames: CrashFrame[] = [];
  framesElided = 0;
  #call: FunctionParts | null = null;
  #callLine = 0;

  /** Whether a function line waits for its file line. */
  get open(): boolean {
    return this.#call !== null;
  }

  /** `main.(*Cache).Get(0xc000012345)` */
  call(text: string, line: number): void {
    this.complete();
    this.#call = parseFunction(text);
    this.#callLine = line;
  }

  /** `	/home/ada/shop/cache.go:12 +0x44` */
  place(text: string): void {
    if (this.#call !== null) {
      this.#push(frameOf(this.#call, parsePlace(text), this.#callLine));
      this.#call = null;
    }
  }

  /** No file line came: the frame stands without one. */
  complete(): void {
    if (this.#call !== null) {
      this.#push(frameOf(this.#call, null, this.#callLine));
      this.#call = null;
    }
  }

  #push(frame: CrashFrame): void {
    if (this.frames.length < maxFrames) {
      this.frames.push(frame);
    } else {
      this.framesElided++;
    }
  }
}

/** A goroutine whose lines are still coming. */
export class GoroutineBuilder {
  readonly stack = new StackBuilder();
  unavailable: string | null = null;
  #origin: (CreatedBy & { readonly line: number }) | null = null;
  #originPlace: string | null = null;

  /** @param header null where the header was lost */
  constructor(
    private readonly header: Header | null,
    readonly textLine: number,
  ) {}

  /** The state in its header. */
  get state(): string {
    return this.header?.state ?? "";
  }

  get id(): number | null {
    return this.header?.id ?? null;
  }

  /** Whether its `created by` line was read: nothing but that line's place can follow. */
  get ended(): boolean {
    return this.#origin !== null;
  }

  /** Whether a line is expected that has not come: the place of a function, or any frame. */
  get incomplete(): boolean {
    return (
      this.stack.open ||
      (this.#origin !== null && this.#originPlace === null) ||
      (this.#origin === null && this.unavailable === null && this.stack.frames.length === 0)
    );
  }

  /** A `created by` line. */
  created(by: CreatedBy, line: number): void {
    this.stack.complete();
    this.#origin = { ...by, line };
  }

  /** A file line: it belongs to the function line, or to the `created by` line, before it. */
  place(text: string): boolean {
    if (this.stack.open) {
      this.stack.place(text);
      return true;
    }
    if (this.#origin !== null && this.#originPlace === null) {
      this.#originPlace = text;
      return true;
    }
    return false;
  }

  /** The goroutine as far as it was read. */
  build(): CrashGoroutine {
    this.stack.complete();
    return {
      id: this.id,
      state: this.state,
      waitMinutes: this.header?.waitMinutes ?? null,
      remarks: this.header?.remarks ?? [],
      labels: this.header?.labels ?? {},
      frames: this.stack.frames,
      framesElided: this.stack.framesElided,
      createdBy: this.#createdBy(),
      unavailable: this.unavailable,
      textLine: this.textLine,
    };
  }

  #createdBy(): CrashOrigin | null {
    if (this.#origin === null) {
      return null;
    }
    const place = this.#originPlace === null ? null : parsePlace(this.#originPlace);
    const call = { function: this.#origin.function, arguments: "" };
    return { frame: frameOf(call, place, this.#origin.line), goroutine: this.#origin.goroutine };
  }
}
