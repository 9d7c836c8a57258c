/** Puts the goroutines of a dump into columns, as they are read. */
import type { CrashFrame, CrashGoroutine } from "./crash-text.js";
import type { Group } from "./groups.js";
import type { GoroutineTable } from "./goroutine-table.js";

/** How much a table takes at most. */
const maxGoroutines = 1_000_000;
const maxFrameList = 8_000_000;
const maxCharacters = 64 * 1024 * 1024;

/** Texts, each once. */
class Texts {
  readonly all: string[] = [];
  #characters = 0;
  readonly #indexes = new Map<string, number>();

  get isFull(): boolean {
    return this.#characters >= maxCharacters;
  }

  indexOf(text: string | null): number {
    if (text === null || text === "") {
      return -1;
    }
    let index = this.#indexes.get(text);
    if (index === undefined) {
      index = this.all.length;
      this.all.push(text);
      this.#indexes.set(text, index);
      this.#characters += text.length;
    }
    return index;
  }
}

/** Makes the table while goroutines come. */
export class GoroutineTableBuilder {
  readonly #texts = new Texts();
  readonly #frames = { functions: [], files: [], lines: [], inlined: [] } as {
    readonly [Column in keyof GoroutineTable["frames"]]: number[];
  };
  readonly #frameIndexes = new Map<string, number>();
  readonly #stacks = {
    states: [],
    remarks: [],
    unavailable: [],
    framesElided: [],
    createdAt: [],
    createdBy: [],
    begins: [0],
    frameList: [],
  } as { readonly [Column in keyof GoroutineTable["stacks"]]: number[] };
  readonly #stackIndexes = new Map<string, number>();
  readonly #stackOfGroup = new Map<Group, number>();
  readonly #goroutines = { ids: [], stacks: [], waitMinutes: [], textLines: [] } as {
    readonly [Column in keyof GoroutineTable["goroutines"]]: number[];
  };
  #notListed = 0;

  /** A goroutine that was read line by line. @param group the one that it is in; null where that is not kept */
  add(goroutine: CrashGoroutine, group: Group | null): void {
    if (this.#isFull()) {
      this.#notListed++;
      return;
    }
    const stack = this.#stackOf(goroutine);
    if (group !== null && !this.#stackOfGroup.has(group)) {
      this.#stackOfGroup.set(group, stack);
    }
    this.#push(goroutine.id, stack, goroutine.waitMinutes ?? -1, goroutine.textLine);
  }

  /** One whose stack was there before. */
  addKnown(group: Group, id: number | null, waitMinutes: number, textLine: number): void {
    const stack = this.#stackOfGroup.get(group);
    if (stack === undefined || this.#goroutines.ids.length >= maxGoroutines) {
      this.#notListed++;
      return;
    }
    this.#push(id, stack, waitMinutes, textLine);
  }

  build(): GoroutineTable {
    return {
      texts: this.#texts.all,
      frames: this.#frames,
      stacks: this.#stacks,
      goroutines: this.#goroutines,
      notListed: this.#notListed,
    };
  }

  #isFull(): boolean {
    return (
      this.#goroutines.ids.length >= maxGoroutines ||
      this.#stacks.frameList.length >= maxFrameList ||
      this.#texts.isFull
    );
  }

  #push(id: number | null, stack: number, waitMinutes: number, textLine: number): void {
    const { ids, stacks, waitMinutes: minutes, textLines } = this.#goroutines;
    ids.push(id ?? -1);
    stacks.push(stack);
    minutes.push(waitMinutes);
    textLines.push(textLine);
  }

  #stackOf(goroutine: CrashGoroutine): number {
    const frames = goroutine.frames.map((frame) => this.#frameOf(frame));
    const labels = Object.entries(goroutine.labels).map(([name, value]) => `${name}: ${value}`);
    const columns = {
      states: this.#texts.indexOf(goroutine.state),
      remarks: this.#texts.indexOf([...goroutine.remarks, ...labels].join(", ")),
      unavailable: this.#texts.indexOf(goroutine.unavailable),
      framesElided: goroutine.framesElided,
      createdAt: goroutine.createdBy === null ? -1 : this.#frameOf(goroutine.createdBy.frame),
    };
    const key = [...Object.values(columns), ...frames].join(" ");
    const known = this.#stackIndexes.get(key);
    if (known !== undefined) {
      return known;
    }
    const stacks = this.#stacks;
    const index = stacks.states.length;
    stacks.states.push(columns.states);
    stacks.remarks.push(columns.remarks);
    stacks.unavailable.push(columns.unavailable);
    stacks.framesElided.push(columns.framesElided);
    stacks.createdAt.push(columns.createdAt);
    stacks.createdBy.push(goroutine.createdBy?.goroutine ?? -1);
    for (const frame of frames) {
      stacks.frameList.push(frame);
    }
    stacks.begins.push(stacks.frameList.length);
    this.#stackIndexes.set(key, index);
    return index;
  }

  #frameOf(frame: CrashFrame): number {
    const name = this.#texts.indexOf(frame.function);
    const file = this.#texts.indexOf(frame.file);
    const line = frame.line ?? 0;
    const key = `${name} ${file} ${line} ${frame.inlined ? 1 : 0}`;
    let index = this.#frameIndexes.get(key);
    if (index === undefined) {
      const { functions, files, lines, inlined } = this.#frames;
      index = functions.length;
      functions.push(name);
      files.push(file);
      lines.push(Math.max(0, line));
      inlined.push(frame.inlined ? 1 : 0);
      this.#frameIndexes.set(key, index);
    }
    return index;
  }
}
