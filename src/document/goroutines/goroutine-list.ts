/**
 * All goroutines that one observation tells of, however many: each has an id and a stack, and goroutines with the same stack share it.
 *
 *     goroutine 0, 1, 2 …  ──►  stack 0, 1, 2 …  ──►  state, frames, where it was started
 *
 * Stacks are made when they are asked for: of 200,000 only those that are on the screen.
 */
import type { PlacedFrame } from "../../case/case.js";

/** What is known of goroutines with one stack. */
export interface StackInfo {
  /** `chan receive`, `waiting`. */
  readonly state: string;
  /** Why and how long they wait: `chan receive for 3s to 5s`, `3 to 5 min`; empty where not known. */
  readonly wait: string;
  /** `locked to thread`, labels, what they did to maps; empty where there is none. */
  readonly remarks: string;
  /** Why there is no stack. */
  readonly unavailable: string | null;
  /** Innermost first. */
  readonly stack: readonly PlacedFrame[];
  /** Whether it went on beyond what is known. */
  readonly stackCut: boolean;
  /** Where they were started, innermost first. */
  readonly startedAt: readonly PlacedFrame[];
  /** Who started the first of them. */
  readonly startedBy: number | null;
  /** What they wait on, one each. */
  readonly waitsOn: readonly string[];
  /** How many goroutines have this stack; more than are listed with their ids where those are cut. */
  readonly count: number;
}

/** What a search looks at: texts in lower case, and which of them each stack has. */
export interface StackWords {
  /** Each once. No text has a line feed. */
  readonly texts: readonly string[];
  /** Where the words of a stack begin in `list`; one more than there are stacks. */
  readonly begins: ArrayLike<number>;
  readonly list: ArrayLike<number>;
}

/** Goroutines. */
export interface GoroutineList {
  /** How many are listed one by one. */
  readonly count: number;
  /** How many there are. */
  readonly total: number;
  /** What is not listed, one sentence each. */
  readonly notListed: readonly string[];
  readonly stackCount: number;
  /** By goroutine: its id, -1 where that is not known; and its stack. */
  readonly ids: ArrayLike<number>;
  readonly stackOf: ArrayLike<number>;
  /** Of one goroutine, where it is told from others with its stack: how long it waits in minutes, and its line in the text. */
  readonly one: (goroutine: number) => {
    readonly waitMinutes: number | null;
    readonly textLine: number | null;
  };
  readonly stack: (stack: number) => StackInfo;
  /** The state of a stack, without making the rest. */
  readonly stateOf: (stack: number) => string;
  readonly countOf: (stack: number) => number;
  /** Whether the program's own code is on a stack. */
  readonly isOwn: (stack: number) => boolean;
  readonly words: () => StackWords;
}

/** A goroutine or several with one stack, for lists that are short. */
export interface GivenStack extends StackInfo {
  readonly ids: readonly number[];
  /** Where the first one stands in the text. */
  readonly textLine: number | null;
}

/** A list of what is given whole. */
export function listOf(
  stacks: readonly GivenStack[],
  total: number,
  notListed: readonly string[],
): GoroutineList {
  const goroutines = stacks.flatMap(({ ids }, stack) =>
    (ids.length === 0 ? [-1] : ids).map((id, index) => ({ id, stack, first: index === 0 })),
  );
  const none: GivenStack = {
    ids: [],
    textLine: null,
    state: "",
    wait: "",
    remarks: "",
    unavailable: null,
    stack: [],
    stackCut: false,
    startedAt: [],
    startedBy: null,
    waitsOn: [],
    count: 0,
  };
  const at = (stack: number): GivenStack => stacks[stack] ?? none;
  return {
    count: goroutines.length,
    total,
    notListed,
    stackCount: stacks.length,
    ids: goroutines.map(({ id }) => id),
    stackOf: goroutines.map(({ stack }) => stack),
    one: (goroutine) => {
      const one = goroutines[goroutine];
      return { waitMinutes: null, textLine: one?.first === true ? at(one.stack).textLine : null };
    },
    stack: at,
    stateOf: (stack) => at(stack).state,
    countOf: (stack) => at(stack).count,
    isOwn: (stack) => at(stack).stack.some(({ origin }) => origin === "own"),
    words: () => wordsOf(stacks),
  };
}

function wordsOf(stacks: readonly GivenStack[]): StackWords {
  const texts = new Map<string, number>();
  const list: number[] = [];
  const begins = [0];
  for (const info of stacks) {
    const words = [
      info.state,
      info.wait,
      info.remarks,
      info.unavailable ?? "",
      ...info.waitsOn,
      ...info.stack.map(frameWords),
      ...info.startedAt.map((frame) => `created by ${frameWords(frame)}`),
    ];
    for (const word of words.filter((one) => one !== "")) {
      const text = searchable(word);
      const index = texts.get(text) ?? texts.size;
      texts.set(text, index);
      list.push(index);
    }
    begins.push(list.length);
  }
  return { texts: [...texts.keys()], begins, list };
}

/** So much of one text is searched. */
const mostOfText = 2000;

/** A text as it is searched: on one line, in lower case. */
export function searchable(text: string): string {
  return text.slice(0, mostOfText).toLowerCase().replaceAll("\n", " ");
}

/** A frame as it is searched: `main.main /srv/main.go:12`. */
export function frameWords({
  function: name,
  file,
  line,
}: Pick<PlacedFrame, "function" | "file" | "line">): string {
  return `${name} ${file ?? ""}${line === null ? "" : `:${line}`}`;
}
