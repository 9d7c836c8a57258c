/**
 * What follows from a function's instructions, and what does not. Each sentence is made from what was read: where a count or a
 * place is not there, the sentence is not either.
 */
import { countText } from "../../case/count.js";
import type { FunctionView, InstructionView } from "./function-view.js";

/** Sentences on one or more functions. */
export interface Conclusions {
  readonly follows: readonly string[];
  readonly doesNot: readonly string[];
}

/** Registers that say nothing about a function: all code has these. */
const common: ReadonlySet<string> = new Set(["rsp", "rbp", "r14"]);

/** Makes the sentences. */
export function conclusionsOn(views: readonly FunctionView[]): Conclusions {
  const follows = views.flatMap((view) => [
    ...markSentences(view),
    ...lockSentences(view),
    ...barrierSentences(view),
  ]);
  const doesNot = [
    ...sharedRegisters(views),
    ...views.flatMap(tableOfTheArticle),
    ...countsAreNotTimes(views),
  ];
  return { follows: [...new Set(follows)], doesNot: [...new Set(doesNot)] };
}

function at({ offset }: InstructionView): string {
  return `+0x${offset.toString(16)}`;
}

/** How the mark is tested and set. */
function markSentences(view: FunctionView): readonly string[] {
  const { mark, instructions, label } = view;
  if (mark === undefined) {
    return [];
  }
  const named = (kind: string): InstructionView[] =>
    mark.accesses.flatMap((access) => (access.kind === kind ? (instructions[access.index] ?? []) : []));
  const sets = named("set");
  const tests = mark.accesses.filter(({ kind, fatalWhen }) => kind === "test" && fatalWhen === "marked");
  const sentences: string[] = [];
  const first = tests.map(({ index }) => instructions[index]).find((one) => one !== undefined);
  const [set] = sets;
  if (first !== undefined && set === undefined) {
    sentences.push(
      `${label} looks at the mark once, at ${at(first)}, and never sets it: a writer that begins after that is not noticed by it.`,
    );
  }
  if (first !== undefined && set !== undefined) {
    const between = set.instruction.address - first.instruction.address;
    sentences.push(
      `${label} tests the mark at ${at(first)} and sets it at ${at(set)}, ${countText(between)} bytes of code later: two writers that both come between these find no mark.`,
    );
  }
  if (set !== undefined && !set.instruction.locked) {
    const how =
      set.instruction.mnemonic === "mov"
        ? `loaded, changed in a register and stored by ordinary instructions (the store is ${set.instruction.text})`
        : `changed by an ordinary instruction (${set.instruction.text}), which loads and stores`;
    sentences.push(
      `In ${label} the mark is ${how}: between load and store another core can do the same, and one of the two changes is lost.`,
    );
  }
  for (const { shortest, longest, clears } of mark.windows) {
    const cleared = clears.flatMap((index) => instructions[index] ?? []).map(at);
    sentences.push(
      `The window of ${label} is ${ways(shortest, longest)} (cleared at ${cleared.join(", ")}). Whoever tests the mark in that time ends the process; who tests before or after it goes on.`,
    );
  }
  return sentences;
}

function ways(
  shortest: { readonly instructions: number; readonly bytes: number },
  longest: { readonly instructions: number; readonly bytes: number },
): string {
  const text = (way: { readonly instructions: number; readonly bytes: number }): string =>
    `${countText(way.instructions)} instructions (${countText(way.bytes)} bytes)`;
  return shortest.instructions === longest.instructions
    ? `${text(shortest)} long on every way`
    : `from ${text(shortest)} to ${text(longest)} long, without the functions that it calls`;
}

function lockSentences({ instructions, label }: FunctionView): readonly string[] {
  const locked = instructions.filter(({ instruction }) => instruction.locked);
  if (locked.length === 0) {
    return [
      `${label} has no locked instruction: it orders nothing between cores, and nothing in it waits for another core.`,
    ];
  }
  const list = locked.map((one) => `${one.instruction.text} at ${at(one)}`).join(", ");
  return [`${label} has ${countText(locked.length)} locked: ${list}.`];
}

function barrierSentences({ instructions, label }: FunctionView): readonly string[] {
  const barriers = instructions.filter(({ call }) => call?.barrier === "barrier");
  return barriers.length === 0
    ? []
    : [
        `The ${barriers.length === 1 ? "call" : `${countText(barriers.length)} calls`} of the write barrier in ${label} (${barriers.map(at).join(", ")}) ${barriers.length === 1 ? "tells" : "tell"} the garbage collector of pointers, and only while it marks; no other goroutine learns anything from it.`,
      ];
}

/** Registers that two functions use both. */
function sharedRegisters(views: readonly FunctionView[]): readonly string[] {
  const [a, b] = views;
  if (a === undefined) {
    return [];
  }
  const used = (view: FunctionView): string[] =>
    view.registers.map(({ register }) => register).filter((register) => !common.has(register));
  const other = b === undefined ? undefined : new Set(used(b));
  const shared = used(a).filter((register) => other?.has(register) === true);
  const both =
    b === undefined || shared.length === 0 || a.printed === b.printed
      ? ""
      : `That ${a.label} and ${b.label} both use ${shared.join(", ")} means nothing:`;
  return [
    `No contention for registers follows. ${both === "" ? "Each" : `${both} each`} thread has registers of its own, and the operating system saves and restores them. Goroutines share memory only: here the map's header and what hangs on it.`,
  ];
}

/** The article that this began with gives AX the hash, BX the bucket, SI the key, and three writes of BX. */
function tableOfTheArticle(view: FunctionView): readonly string[] {
  const entry = (register: string): string | undefined =>
    view.registers.find((one) => one.register === register)?.onEntry;
  const rbx = view.registers.find(({ register }) => register === "rbx");
  if (entry("rax") !== "map type" || entry("rbx") !== "map" || rbx === undefined) {
    return [];
  }
  const reloads = view.instructions.filter(({ brings }) =>
    brings.some(({ register, argument }) => register === "rbx" && argument === "map"),
  ).length;
  const third = entry("rcx");
  const key = third === undefined ? "" : `, CX the ${third}`;
  const rsi = third?.includes("key") !== true || entry("rsi") !== undefined ? "" : ", SI nothing";
  return [
    `A table with AX = hash, BX = bucket, SI = key does not describe ${view.label}: on entry AX is the map type, BX the map${key}${rsi}. BX is written ${rbx.writes === 1 ? "once" : `${countText(rbx.writes)} times`}, and ${countText(reloads)} of these ${reloads === 1 ? "brings" : "bring"} back the map.`,
  ];
}

function countsAreNotTimes(views: readonly FunctionView[]): readonly string[] {
  return views.length === 0
    ? []
    : [
        "Counts of instructions are no times: loops, cache misses and called functions decide how long the window is open, and a share of conflicts in percent cannot be read off the code.",
      ];
}
