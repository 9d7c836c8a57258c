/** All that is known of one instruction of a function, as facts with a title. */
import type { FunctionView, InstructionView, PositionView } from "../../analysis/asm/function-view.js";
import type { MemoryOperand } from "../../golang/instructions/instruction.js";
import type { MarkPhase } from "../../golang/instructions/map-mark.js";
import { remarks } from "./asm-listing.js";
import { counted, listed, shown } from "./shown.js";

/** A fact. */
export interface InstructionFact {
  readonly title: string;
  readonly text: string;
}

/** What is known of an instruction. */
export function instructionFacts(view: FunctionView, one: InstructionView): readonly InstructionFact[] {
  const { instruction, call } = one;
  const said = remarks(one);
  const names = (registers: readonly string[]): string =>
    registers.length === 0 ? "no register" : listed(registers.map(shown));
  return [
    ...(said.length === 0 ? [] : [{ title: "what it does here", text: shown(said.join("; ")) }]),
    {
      title: "where",
      text: `+0x${one.offset.toString(16)}, address 0x${instruction.address.toString(16)}, ${counted(instruction.length, "byte")}`,
    },
    ...(one.text === instruction.text ? [] : [{ title: "with addresses", text: shown(instruction.text) }]),
    { title: "reads", text: names(instruction.registersRead) },
    { title: "writes", text: names(instruction.registersWritten) },
    ...instruction.memory.map((place) => ({ title: "memory", text: memoryText(place) })),
    { title: "goes on", text: flowText(one) },
    ...(call?.callee === undefined ? [] : [{ title: "calls", text: shown(call.callee) }]),
    ...(view.mark === undefined || one.phase === undefined
      ? []
      : [{ title: "the mark", text: phaseText(one.phase) }]),
    { title: "source", text: positionText(view.positions[one.position] ?? []) },
  ];
}

function memoryText({
  base,
  index,
  scale,
  displacement,
  segment,
  size,
  reads,
  writes,
}: MemoryOperand): string {
  const parts = [
    ...(base === undefined ? [] : [base]),
    ...(index === undefined ? [] : [scale === 1 ? index : `${index} * ${scale}`]),
    ...(displacement === 0n && (base !== undefined || index !== undefined)
      ? []
      : [hexadecimal(displacement)]),
  ].join(" + ");
  const how = [...(reads ? ["reads"] : []), ...(writes ? ["writes"] : [])];
  const amount = size === 0 ? "" : ` ${counted(size, "byte")}`;
  const place = segment === undefined ? "" : ` of the thread's own memory (${segment})`;
  return shown(
    `${how.length === 0 ? "computes the address" : `${listed(how)}${amount} at`} ${parts.replace("+ -", "− ")}${place}`,
  );
}

function hexadecimal(value: bigint): string {
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}

function flowText({ instruction: { flow, target }, text }: InstructionView): string {
  const to = target === undefined ? "" : ` to ${shown(text.slice(text.lastIndexOf(" ") + 1))}`;
  switch (flow) {
    case "next":
      return "to the next instruction";
    case "branch":
      return `always${to}`;
    case "conditional branch":
      return `${to.trim()}, or to the next instruction`;
    case "call":
      return `${to.trim()}, and then to the next instruction, if that comes back`;
    case "indirect call":
      return "to where a register or memory says, and then to the next instruction, if that comes back";
    case "indirect branch":
      return "to where a register or memory says";
    case "return":
      return "back to the caller";
    case "stop":
      return "nowhere";
    default:
      return flow satisfies never;
  }
}

function phaseText(phase: MarkPhase): string {
  switch (phase) {
    case "before":
      return "before this instruction this function has not set the mark";
    case "set":
      return "before this instruction the mark is set: whoever tests it now finds it";
    case "cleared":
      return "before this instruction this function has cleared the mark again";
    case "unclear":
      return "ways on which the mark is set and ways on which it is not lead here";
    default:
      return phase satisfies never;
  }
}

function positionText(frames: readonly PositionView[]): string {
  return frames.length === 0
    ? "not known"
    : frames
        .map(
          ({ function: name, file, line, inlined }) =>
            `${shown(name)} ${shown(file)}:${line}${inlined ? " (inlined)" : ""}`,
        )
        .join(", called in ");
}
