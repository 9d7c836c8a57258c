/** The goroutines of a table (evidence/crashtext/goroutine-table.ts) as a list. Whatever its indexes are, nothing is thrown. */
import { type CodeContext, originOf } from "../../analysis/origin.js";
import type { CaseFrame, PlacedFrame } from "../../case/case.js";
import type { GoroutineTable } from "../../evidence/crashtext/goroutine-table.js";
import { counted } from "../../report/text/shown.js";
import {
  frameWords,
  type GoroutineList,
  searchable,
  type StackInfo,
  type StackWords,
} from "./goroutine-list.js";

/** A list of all goroutines of a dump. */
export function listOfTable(table: GoroutineTable, context: CodeContext): GoroutineList {
  const { stacks, goroutines } = table;
  const read = new TableReader(table, context);
  return {
    count: goroutines.ids.length,
    total: goroutines.ids.length + table.notListed,
    notListed: table.notListed === 0 ? [] : [`${counted(table.notListed, "more goroutine")} did not fit.`],
    stackCount: stacks.states.length,
    ids: goroutines.ids,
    stackOf: goroutines.stacks,
    one: (goroutine) => ({
      waitMinutes: known(goroutines.waitMinutes[goroutine]),
      textLine: known(goroutines.textLines[goroutine]),
    }),
    stack: (stack) => read.stack(stack),
    stateOf: (stack) => read.text(stacks.states[stack]) ?? "",
    countOf: (stack) => read.counts[stack] ?? 0,
    isOwn: (stack) => read.isOwn(stack),
    words: () => read.words(),
  };
}

function known(value: number | undefined): number | null {
  return value === undefined || value < 0 ? null : value;
}

class TableReader {
  readonly counts: Uint32Array;
  readonly #shortest: Float64Array;
  readonly #longest: Float64Array;
  /** By frame: 0 not asked yet, 1 the program's own, 2 others. */
  readonly #own: Uint8Array;

  constructor(
    private readonly table: GoroutineTable,
    private readonly context: CodeContext,
  ) {
    const { states } = table.stacks;
    this.counts = new Uint32Array(states.length);
    this.#shortest = new Float64Array(states.length).fill(Number.POSITIVE_INFINITY);
    this.#longest = new Float64Array(states.length).fill(-1);
    this.#own = new Uint8Array(table.frames.functions.length);
    const { stacks, waitMinutes } = table.goroutines;
    for (let index = 0; index < stacks.length; index += 1) {
      const stack = stacks[index] ?? -1;
      if (stack < 0 || stack >= states.length) {
        continue;
      }
      const minutes = waitMinutes[index] ?? -1;
      this.counts[stack] = (this.counts[stack] ?? 0) + 1;
      // One without minutes has waited for less than one.
      this.#shortest[stack] = Math.min(this.#shortest[stack] ?? 0, Math.max(0, minutes));
      this.#longest[stack] = Math.max(this.#longest[stack] ?? 0, minutes);
    }
  }

  text(index: number | undefined): string | null {
    return index === undefined || index < 0 ? null : (this.table.texts[index] ?? null);
  }

  stack(stack: number): StackInfo {
    const { states, remarks, unavailable, framesElided, createdAt, createdBy } = this.table.stacks;
    const created = createdAt[stack] ?? -1;
    return {
      state: this.text(states[stack]) ?? "",
      wait: waitMinutesText(this.#shortest[stack] ?? 0, this.#longest[stack] ?? -1),
      remarks: this.text(remarks[stack]) ?? "",
      unavailable: this.text(unavailable[stack]),
      stack: this.#framesOf(stack).map((frame) => this.#placed(frame)),
      stackCut: (framesElided[stack] ?? 0) > 0,
      startedAt: created < 0 ? [] : [this.#placed(created)],
      startedBy: known(createdBy[stack]),
      waitsOn: [],
      count: this.counts[stack] ?? 0,
    };
  }

  isOwn(stack: number): boolean {
    return this.#framesOf(stack).some((frame) => {
      const asked = this.#own[frame] ?? 0;
      if (asked !== 0) {
        return asked === 1;
      }
      const own = this.#placed(frame).origin === "own";
      this.#own[frame] = own ? 1 : 2;
      return own;
    });
  }

  /** One text for each frame, then one for each state, remark and the like. */
  words(): StackWords {
    const { texts, frames, stacks } = this.table;
    const frameCount = frames.functions.length;
    const all = Array.from({ length: frameCount }, (_, frame) => searchable(frameWords(this.#frame(frame))));
    // A creation is searched as its frame is, and "created" finds nothing by itself: it is on nearly all of them.
    for (const text of texts) {
      all.push(searchable(text));
    }
    const list: number[] = [];
    const begins = new Uint32Array(stacks.states.length + 1);
    for (let stack = 0; stack < stacks.states.length; stack += 1) {
      for (const frame of this.#framesOf(stack)) {
        list.push(frame);
      }
      const created = stacks.createdAt[stack] ?? -1;
      if (created >= 0 && created < frameCount) {
        list.push(created);
      }
      for (const column of [stacks.states, stacks.remarks, stacks.unavailable]) {
        const text = column[stack] ?? -1;
        if (text >= 0 && text < texts.length) {
          list.push(frameCount + text);
        }
      }
      begins[stack + 1] = list.length;
    }
    return { texts: all, begins, list: Uint32Array.from(list) };
  }

  #framesOf(stack: number): number[] {
    const { begins, frameList } = this.table.stacks;
    const count = this.table.frames.functions.length;
    return frameList
      .slice(begins[stack] ?? 0, Math.max(0, begins[stack + 1] ?? 0))
      .filter((frame) => frame >= 0 && frame < count);
  }

  #frame(frame: number): CaseFrame {
    const { functions, files, lines, inlined } = this.table.frames;
    const line = lines[frame] ?? 0;
    return {
      function: this.text(functions[frame]) ?? "?",
      file: this.text(files[frame]),
      line: line > 0 ? line : null,
      inlined: inlined[frame] === 1,
    };
  }

  #placed(frame: number): PlacedFrame {
    const plain = this.#frame(frame);
    return { ...plain, origin: originOf(plain, this.context) };
  }
}

/** How long goroutines of a text wait: `3 min`, `0 to 5 min`; empty where none of them has waited for a minute. */
export function waitMinutesText(shortest: number, longest: number): string {
  if (longest < 0) {
    return "";
  }
  return shortest === longest ? `${longest} min` : `${shortest} to ${longest} min`;
}
