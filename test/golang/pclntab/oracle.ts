/**
 * Compares what a Go program says of its own program counters (test/fixtures/golang/pclntab) with what our reader finds
 * in the program's file.
 */
import type { GoBinary } from "../../../src/evidence/binary/open.js";
import type { Frame } from "../../../src/golang/pclntab/symbolizer.js";

/** How many records of each kind agreed, and the first ones that did not. */
export interface Comparison {
  readonly agreed: Readonly<Record<string, number>>;
  readonly inlined: number;
  readonly differences: readonly string[];
}

interface Place {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

const show = (places: readonly (Place | undefined)[]): string =>
  places
    .map((one) => (one === undefined ? "nothing" : `${one.function} ${one.file}:${one.line}`))
    .join(" < ");

/**
 * The function whose name comes first in the table has no name for the runtime (it takes offset 0 for "none", measured
 * on all versions). We name it; so where the runtime says nothing, any name is right.
 */
const named = (expected: readonly Place[], found: readonly (Frame | undefined)[]): readonly Place[] =>
  expected.map((place, index) =>
    place.function === "" ? { ...place, function: found[index]?.function ?? "" } : place,
  );

/** As the runtime does it: wrappers are left out, except the innermost frame. */
const withoutWrappers = (frames: readonly Frame[]): readonly Frame[] =>
  frames.filter((frame, index) => index === 0 || !frame.wrapper);

/** Compares all records of a dump. */
class Comparer {
  readonly #strings: string[] = [];
  readonly #agreed: Record<string, number> = {};
  readonly #differences: string[] = [];
  #stack: { readonly offset: number; readonly place: Place }[] = [];
  #records = 0;
  #end = -1;
  #inlined = 0;

  constructor(
    readonly binary: GoBinary,
    /** Whether runtime.CallersFrames adds the inlined callers of a PC that comes alone. */
    readonly expands: boolean,
  ) {}

  add(line: string): void {
    const [kind = "", ...fields] = line.split("\t");
    if (kind === "string") {
      this.#strings[Number(fields[0])] = fields[1] ?? "";
      return;
    }
    if (kind === "stack") {
      this.#finishStack();
      return;
    }
    const numbers = fields.map(Number);
    if (kind === "end") {
      this.#end = numbers[0] ?? -1;
      return;
    }
    this.#records++;
    this.#record(kind, numbers[0] ?? 0, numbers.slice(1));
  }

  finish(): Comparison {
    this.#finishStack();
    if (this.#records === 0 || this.#records !== this.#end) {
      this.#differences.push(`the dump has ${this.#records} records and says that there are ${this.#end}`);
    }
    return { agreed: this.#agreed, inlined: this.#inlined, differences: this.#differences };
  }

  #record(kind: string, offset: number, numbers: readonly number[]): void {
    const { binary } = this;
    switch (kind) {
      case "frame": {
        const place = this.#places(numbers)[0];
        if (place !== undefined) {
          this.#stack.push({ offset, place });
        }
        this.#check(kind, offset, this.#places(numbers), [binary.symbolizeInnermost(offset)]);
        return;
      }
      case "pc":
        this.#exact(offset, numbers);
        return;
      case "ret":
        this.#check(kind, offset, this.#places(numbers), [binary.symbolizeInnermost(offset)]);
        return;
      case "all": {
        const expected = this.#places(numbers);
        this.#inlined += expected.length > 1 ? 1 : 0;
        const all = binary.symbolize(offset);
        this.#check(kind, offset, expected, this.expands ? withoutWrappers(all) : all.slice(0, 1));
        return;
      }
      default:
        this.#differences.push(`a record of an unknown kind: ${kind}`);
    }
  }

  #exact(offset: number, numbers: readonly number[]): void {
    const frames = this.binary.symbolizeExact(offset);
    if (numbers[0] === -1) {
      this.#check("pc outside", offset, [], frames);
      return;
    }
    this.#check("pc", offset, this.#places(numbers.slice(1)), frames.slice(0, 1));
    const entry = frames[0]?.entryOffset;
    if (entry !== numbers[0]) {
      this.#differences.push(`pc ${offset}: entry ${numbers[0]} expected, ${entry} found`);
    }
  }

  #places(numbers: readonly number[]): Place[] {
    const places: Place[] = [];
    for (let at = 0; at + 3 <= numbers.length; at += 3) {
      const [name = -1, file = -1, line = -1] = numbers.slice(at, at + 3);
      places.push({ function: this.#strings[name] ?? "", file: this.#strings[file] ?? "", line });
    }
    return places;
  }

  #check(
    kind: string,
    offset: number,
    expected: readonly Place[],
    found: readonly (Frame | undefined)[],
  ): void {
    const right = show(named(expected, found));
    const ours = show(found);
    if (right === ours) {
      this.#agreed[kind] = (this.#agreed[kind] ?? 0) + 1;
    } else {
      this.#differences.push(`${kind} ${offset}: ${right} expected, ${ours} found`);
    }
  }

  /** A stack's first PC of each physical function stands for all frames inlined at it. */
  #finishStack(): void {
    const stack = this.#stack;
    this.#stack = [];
    for (let at = 0; at < stack.length;) {
      const frames = withoutWrappers(this.binary.symbolize(stack[at]?.offset ?? 0));
      const expected = stack.slice(at, at + Math.max(frames.length, 1)).map((one) => one.place);
      this.#check("stack", stack[at]?.offset ?? 0, expected, frames);
      this.#inlined += frames.length > 1 ? 1 : 0;
      at += expected.length;
    }
  }
}

/**
 * @param binary the program's file
 * @param dump what the program printed
 * @param expands whether its runtime.CallersFrames adds the inlined callers of a PC that comes alone
 */
export function compareWithRuntime(binary: GoBinary, dump: string, expands: boolean): Comparison {
  const comparer = new Comparer(binary, expands);
  for (const line of dump.split("\n")) {
    if (line !== "") {
      comparer.add(line);
    }
  }
  return comparer.finish();
}
