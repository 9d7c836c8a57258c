/** Instructions between the lines of source that they were made from. */
import type { FunctionComparison } from "../../analysis/asm/compare.js";
import type { FunctionView, InstructionView, PositionView } from "../../analysis/asm/function-view.js";
import { excerptLine } from "./excerpt.js";
import type { Colours } from "./colours.js";
import { cut, shown } from "./shown.js";
import { padded } from "./table.js";

/** How a listing is drawn. */
export interface ListingOptions {
  readonly colours: Colours;
  readonly width: number;
  /** How many instructions are shown of each function. */
  readonly limit: number;
  /** Only instructions of these lines of source, both included; undefined for all. */
  readonly lines: { readonly from: number; readonly to: number } | undefined;
  /** Gives the text of a source file; undefined where it is not at hand. */
  readonly readSource: (file: string) => string | undefined;
}

/** Where the text of an instruction ends and what is said of it begins. */
const textWidth = 46;

/** The listing of one function. */
export function listingLines(view: FunctionView, options: ListingOptions): readonly string[] {
  const wanted = view.instructions.filter((one) => isWanted(view, one, options));
  const listed = wanted.slice(0, options.limit);
  const lines: string[] = [];
  let position = -1;
  for (const one of listed) {
    if (one.position !== position) {
      position = one.position;
      lines.push(...positionLines(view.positions[position] ?? [], options));
    }
    lines.push(instructionLine(one, options));
  }
  return [...lines, ...leftOut(wanted.length - listed.length, options.limit)];
}

function leftOut(count: number, limit: number): readonly string[] {
  if (count <= 0) {
    return [];
  }
  return limit === 0 ? [] : [`… and ${count} more instructions (--limit)`];
}

function isWanted(view: FunctionView, one: InstructionView, { lines }: ListingOptions): boolean {
  return (
    lines === undefined ||
    (view.positions[one.position] ?? []).some(({ line }) => line >= lines.from && line <= lines.to)
  );
}

/** `map_fast64.go:133`. */
export function place({ file, line }: PositionView): string {
  return `${shown(file.slice(file.lastIndexOf("/") + 1))}:${line}`;
}

/** `stubs.go:12  return unsafe.Pointer(…)`, and for inlined code where that was called. */
function positionLines(frames: readonly PositionView[], options: ListingOptions): readonly string[] {
  const [innermost] = frames;
  if (innermost === undefined) {
    return [options.colours.quiet("?")];
  }
  const source = excerptLine(options.readSource(innermost.file) ?? "", innermost.line);
  const inlined = inlinedText(frames);
  const text = `${place(innermost)}${inlined === "" ? "" : `  ${inlined}`}  ${source ?? ""}`.trimEnd();
  return [options.colours.quiet(cut(text, options.width))];
}

/** For inlined code which function it is of, and where that was called: `[inlined: add at map.go:3]`; empty for other code. */
export function inlinedText([innermost, ...callers]: readonly PositionView[]): string {
  return innermost === undefined || callers.length === 0
    ? ""
    : `[inlined: ${shown(shortName(innermost.function))} at ${callers.map(place).join(", at ")}]`;
}

/** The function's name without the path of its package. */
function shortName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

function instructionLine(one: InstructionView, { colours, width }: ListingOptions): string {
  const gutter = one.phase === "set" ? "┃" : " ";
  const offset = `+0x${one.offset.toString(16)}`.padStart(8);
  const said = remarks(one).join("; ");
  const text = shown(one.text);
  const room = Math.max(20, width - 12);
  const line = said === "" ? cut(text, room) : cut(`${text.padEnd(textWidth)} ; ${shown(said)}`, room);
  const painted = one.mark === undefined || one.mark === "load" ? line : colours.sideA(line);
  return `${gutter} ${colours.quiet(offset)}  ${painted}`;
}

/** What is said of an instruction. */
export function remarks(one: InstructionView): readonly string[] {
  const { call, brings, instruction } = one;
  return [
    ...markRemark(one),
    ...(call?.message === undefined ? [] : [`"${call.message}"`]),
    ...(call?.barrier === "barrier" ? ["write barrier of the garbage collector"] : []),
    ...(call?.barrier === "memory with barrier" ? ["with write barriers"] : []),
    ...(instruction.locked ? ["locked"] : []),
    ...brings.map(({ register, argument }) => `${register} = ${argument}`),
  ];
}

function markRemark({ mark, fatalWhen }: InstructionView): readonly string[] {
  switch (mark) {
    case "test":
      return [
        fatalWhen === "marked"
          ? "tests the mark: fatal where it is set"
          : fatalWhen === "not marked"
            ? "tests the mark: fatal where it is gone"
            : "tests the mark",
      ];
    case "set":
      return ["SETS the mark"];
    case "clear":
      return ["CLEARS the mark"];
    case "other store":
      return ["stores other bits beside the mark"];
    case "load":
      return ["loads the mark"];
    case undefined:
      return [];
    default:
      return mark satisfies never;
  }
}

/** Two functions beside each other: `=` for what is the same, `~` for the same instruction with other operands. */
export function comparedLines(comparison: FunctionComparison, options: ListingOptions): readonly string[] {
  const { left, right, rows } = comparison;
  const wanted = rows.filter((row) => {
    const a = row.left === undefined ? undefined : left.instructions[row.left];
    const b = row.right === undefined ? undefined : right.instructions[row.right];
    return (
      (a !== undefined && isWanted(left, a, options)) || (b !== undefined && isWanted(right, b, options))
    );
  });
  const half = Math.max(24, Math.floor((options.width - 3) / 2));
  const cell = (one: InstructionView | undefined): string => {
    if (one === undefined) {
      return " ".repeat(half);
    }
    const [said] = remarks(one);
    const text = `${one.phase === "set" ? "┃" : " "}${`+0x${one.offset.toString(16)}`.padStart(7)} ${shown(one.text)}${said === undefined ? "" : ` ; ${shown(said)}`}`;
    return padded(text, half, "left");
  };
  const lines = wanted.slice(0, options.limit).map((row) => {
    const a = row.left === undefined ? undefined : left.instructions[row.left];
    const b = row.right === undefined ? undefined : right.instructions[row.right];
    const sign = row.same ? "=" : a === undefined ? ">" : b === undefined ? "<" : "~";
    const line = `${cell(a)} ${sign} ${cell(b)}`.trimEnd();
    return row.same ? options.colours.quiet(line) : line;
  });
  return [...lines, ...leftOut(wanted.length - Math.min(wanted.length, options.limit), options.limit)];
}
