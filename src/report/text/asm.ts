/** What `maptrap asm` shows: functions as instructions, what they do with registers and with the mark, and what follows. */
import type { FunctionComparison } from "../../analysis/asm/compare.js";
import type { Conclusions } from "../../analysis/asm/conclusions.js";
import { type BinaryView, endsWay, type FunctionView } from "../../analysis/asm/function-view.js";
import { type AsmMarkSummary, markSummary } from "../../analysis/asm/mark-summary.js";
import { comparedLines, listingLines, type ListingOptions } from "./asm-listing.js";
import { comparedRegisterLines, offsetText, registerLines } from "./asm-registers.js";
import { counted, shown, shownPath, wrapped } from "./shown.js";
import { tableLines } from "./table.js";

/** A function with the binary that it is of. */
export interface ShownFunction {
  readonly view: FunctionView;
  readonly binary: BinaryView;
}

/** How all of it is drawn. */
export interface AsmOptions extends ListingOptions {
  readonly workingDirectory: string;
}

/** One function: counts, registers, mark, listing. */
export function functionLines({ view, binary }: ShownFunction, options: AsmOptions): readonly string[] {
  return [
    options.colours.marked(titleOf({ view, binary }, options)),
    ...countLines(view),
    "",
    ...registerLines(view, options.width, options.colours),
    ...markLines(view, options),
    ...(options.limit === 0 ? [] : ["", ...listingLines(view, options)]),
  ];
}

/** Two functions beside each other. */
export function comparisonLines(
  comparison: FunctionComparison,
  binaries: readonly [BinaryView, BinaryView],
  options: AsmOptions,
): readonly string[] {
  const { left, right } = comparison;
  const title = (view: FunctionView, binary: BinaryView): string => titleOf({ view, binary }, options);
  return [
    options.colours.marked(`left   ${title(left, binaries[0])}`),
    ...countLines(left).map((line) => `       ${line}`),
    options.colours.marked(`right  ${title(right, binaries[1])}`),
    ...countLines(right).map((line) => `       ${line}`),
    "",
    ...wrapped(comparisonSentence(comparison), options.width),
    "",
    ...comparedRegisterLines(left, right, options.width, options.colours),
    ...markLines(left, options),
    ...markLines(right, options),
    ...(options.limit === 0 ? [] : ["", ...comparedLines(comparison, options)]),
  ];
}

/** How much of two functions is the same. */
export function comparisonSentence({ rows, aligned }: Pick<FunctionComparison, "rows" | "aligned">): string {
  const same = rows.filter((row) => row.same).length;
  const like = rows.filter((row) => !row.same && row.left !== undefined && row.right !== undefined).length;
  const only = (side: "left" | "right"): number =>
    rows.filter((row) => row[side === "left" ? "right" : "left"] === undefined).length;
  return aligned
    ? `${counted(same, "instruction")} the same (=), ${like} with other operands (~), ${only("left")} only left (<), ${only("right")} only right (>); addresses of jumps and data are not compared.`
    : "The functions are too long to be aligned: instructions stand beside each other by their numbers.";
}

/** Many functions, one on a line. */
export function overviewLines(functions: readonly FunctionView[]): readonly string[] {
  const rows = functions.map((view) => {
    const mark = markSummary(view);
    return [
      shown(view.printed),
      String(view.instructions.length),
      String(view.bytes),
      String(view.instructions.filter(({ call }) => call !== undefined).length),
      String(view.instructions.filter(({ call }) => call?.barrier !== undefined).length),
      String(view.instructions.filter(({ instruction }) => instruction.locked).length),
      mark.tests.join(" "),
      mark.sets.join(" "),
      mark.clears.join(" "),
      windowText(mark),
    ];
  });
  const left = { align: "left", most: 60 } as const;
  const right = { align: "right", most: 12 } as const;
  const titles = [
    "function",
    "instructions",
    "bytes",
    "calls",
    "barriers",
    "locked",
    "tests",
    "sets",
    "clears",
    "window",
  ];
  return tableLines(
    titles.map((name, index) => ({ title: name, ...(index > 0 && index < 6 ? right : left) })),
    rows,
  );
}

function windowText({ windows }: AsmMarkSummary): string {
  return windows
    .map(({ shortest, longest }) =>
      shortest.instructions === longest.instructions
        ? `${shortest.instructions}`
        : `${shortest.instructions} to ${longest.instructions}`,
    )
    .join(", ");
}

function titleOf({ view, binary }: ShownFunction, { workingDirectory }: AsmOptions): string {
  const version = binary.goVersion === undefined ? "" : `  ${shown(binary.goVersion)}`;
  return `${shown(view.printed)}${version}  ${shownPath(binary.file, workingDirectory)}`;
}

/** What a function consists of, a sentence each. */
export function countLines(view: FunctionView): readonly string[] {
  const last = view.instructions.length - 1;
  const calls = view.instructions.flatMap(({ call }) => call ?? []);
  const barriers = calls.filter(({ barrier }) => barrier === "barrier").length;
  const locked = view.instructions.filter(({ instruction }) => instruction.locked).length;
  return [
    `${counted(view.instructions.length, "instruction")} in ${counted(view.bytes, "byte")} at 0x${view.address.toString(16)}, the last one at ${offsetText(view, last)}; ${counted(view.blocks, "block")}, ${counted(calls.length, "call")}, ${barriers === 0 ? "none" : barriers} of the write barrier, ${locked === 0 ? "no" : locked} locked ${locked === 1 ? "instruction" : "instructions"}`,
    ...(view.assembly
      ? ["written in assembly: its arguments are where it wants them, which need not be Go's registers"]
      : []),
    ...(view.jumpsAnywhere
      ? ["it has a jump whose table could not be read: what is said of registers takes it to go anywhere"]
      : []),
  ];
}

/** The mark: where it is, and what lies between setting and clearing it. */
function markLines(view: FunctionView, options: AsmOptions): readonly string[] {
  const sentences = markSentences(view);
  return sentences.length === 0 ? [] : ["", ...sentences.flatMap((text) => wrapped(text, options.width))];
}

/** The same as sentences; none for functions that have nothing to do with the mark. */
export function markSentences(view: FunctionView): readonly string[] {
  const { mark } = view;
  if (mark === undefined) {
    return [];
  }
  const { offset, mask } = mark.layout;
  const where =
    mask === 1
      ? `the byte at ${offset} of the map header`
      : `bit ${mask} of the byte at ${offset} of the map header`;
  const summary = markSummary(view);
  const part = (name: string, places: readonly string[]): string =>
    places.length === 0 ? "" : `${name} ${places.join(", ")}; `;
  const head = `The mark of ${shown(view.label)}, ${where}: ${part("tested", summary.tests)}${part("set", summary.sets)}${part("cleared", summary.clears)}`;
  const windows = mark.windows.flatMap(({ within, shortest, longest }) => {
    const callees = new Set(
      within.flatMap((index) => {
        const call = view.instructions[index]?.call;
        return call === undefined || endsWay(call) ? [] : [call.callee ?? "a function through a register"];
      }),
    );
    const bytes = within.reduce(
      (total, index) => total + (view.instructions[index]?.instruction.length ?? 0),
      0,
    );
    return [
      `Between setting and clearing: ${counted(within.length, "instruction")} in ${counted(bytes, "byte")} in all. Shortest way: ${counted(shortest.instructions, "instruction")}, ${counted(shortest.bytes, "byte")}, ${counted(shortest.calls, "call")}. Longest way that comes to no instruction twice: ${counted(longest.instructions, "instruction")}, ${counted(longest.bytes, "byte")}, ${counted(longest.calls, "call")}.`,
      ...(callees.size === 0 ? [] : [`Called in between: ${[...callees].map(shown).join(", ")}.`]),
    ];
  });
  return [head.replace(/; $/, "."), ...windows];
}

/** What follows and what does not. */
export function conclusionLines({ follows, doesNot }: Conclusions, options: AsmOptions): readonly string[] {
  const block = (title: string, sentences: readonly string[]): readonly string[] =>
    sentences.length === 0
      ? []
      : [
          "",
          options.colours.marked(title),
          ...sentences.flatMap((sentence) =>
            wrapped(sentence, options.width - 4).map(
              (line, index) => `${index === 0 ? "  - " : "    "}${line}`,
            ),
          ),
        ];
  return [...block("What follows", follows), ...block("What does not", doesNot)];
}
