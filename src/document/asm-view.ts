/**
 * Functions as `maptrap asm --json` has them, as the views that reports are drawn from: so what was read from a file is shown by the
 * same code as what was just decoded. Nothing that is in the JSON is lost on the way there and back.
 */
import { comparing, type FunctionComparison } from "../analysis/asm/compare.js";
import { conclusionsOn } from "../analysis/asm/conclusions.js";
import {
  type BinaryView,
  type CallView,
  type FunctionView,
  type InstructionView,
  type Labelled,
  labelOf,
  type MarkView,
} from "../analysis/asm/function-view.js";
import type { RegisterView } from "../analysis/asm/register-view.js";
import { type Pieces, toEnd } from "../base/pieces.js";
import type { AsmDocument } from "../report/json/asm.js";
import type { AsmJson, FunctionJson, InstructionJson, RegisterJson } from "./asm-schema.js";

/** A function with the program that it is of. */
export interface FunctionOfBinary {
  readonly view: FunctionView;
  readonly binary: BinaryView;
}

/** The program that a function of a document is of. */
export function binaryView(code: AsmJson, index: number): BinaryView {
  const binary = code.binaries[index];
  return {
    file: binary?.file ?? "?",
    goVersion: binary?.goVersion ?? undefined,
    mapImplementation: binary?.mapImplementation ?? "swiss",
  };
}

/** The view of a function. Operands and immediate numbers are not in the JSON; the texts and places in memory are. */
export function functionView(
  json: FunctionJson,
  goVersion: string | undefined,
  labelled: Labelled = "by name",
): FunctionView {
  return toEnd(functionViewInPieces(json, goVersion, labelled));
}

/** Instructions that are made in one piece. */
const pieceSize = 500;

/** The same in pieces, for functions of many thousand instructions. */
export function* functionViewInPieces(
  json: FunctionJson,
  goVersion: string | undefined,
  labelled: Labelled = "by name",
): Pieces<FunctionView> {
  const instructions: InstructionView[] = [];
  for (const one of json.instructions) {
    instructions.push(instructionView(one));
    if (instructions.length % pieceSize === 0) {
      yield;
    }
  }
  const indexAt = new Map(json.instructions.map(({ offset }, index) => [offset, index]));
  return {
    name: json.name,
    printed: json.printedName,
    label: labelOf(json.printedName, goVersion, labelled),
    address: json.address,
    bytes: json.bytes,
    instructions,
    blocks: json.blocks,
    positions: json.positions,
    registers: json.registers.map((register) => registerView(register, json.instructions.length, indexAt)),
    assembly: json.assembly,
    mark: markView(json),
    jumpsAnywhere: json.jumpsAnywhere,
  };
}

/** What of an instruction is in the JSON, as {@link functionView} gives it back: what was just decoded is shown by the same. */
export function asInJson(one: InstructionView): InstructionView {
  const { instruction } = one;
  return {
    ...one,
    instruction: {
      ...instruction,
      operands: [],
      memory: instruction.memory.map((place) => ({
        ...place,
        displacement: BigInt(Number(place.displacement)),
      })),
      immediate: undefined,
    },
  };
}

function instructionView(json: InstructionJson): InstructionView {
  return {
    offset: json.offset,
    instruction: {
      address: json.address,
      length: json.length,
      text: json.plainText,
      mnemonic: json.mnemonic,
      operands: [],
      registersRead: json.reads,
      registersWritten: json.writes,
      memory: json.memory.map(({ base, index, segment, displacement, ...place }) => ({
        ...place,
        base: base ?? undefined,
        index: index ?? undefined,
        segment: segment ?? undefined,
        displacement: Number.isInteger(displacement) ? BigInt(displacement) : 0n,
      })),
      flow: json.flow,
      target: json.target ?? undefined,
      locked: json.locked,
      immediate: undefined,
    },
    text: json.text,
    position: json.position,
    call: callView(json),
    mark: json.mark ?? undefined,
    fatalWhen: json.fatalWhen ?? undefined,
    phase: json.phase ?? undefined,
    brings: json.brings,
  };
}

function callView({ call }: InstructionJson): CallView | undefined {
  return call === null
    ? undefined
    : {
        callee: call.callee ?? undefined,
        message: call.message ?? undefined,
        barrier: call.barrier ?? undefined,
      };
}

function registerView(
  { register, onEntry, reads, writes, firstUse, lastUse, live }: RegisterJson,
  count: number,
  indexAt: ReadonlyMap<number, number>,
): RegisterView {
  const wanted = new Uint8Array(count);
  for (const [from, to] of live) {
    wanted.fill(1, from, to);
  }
  const index = (offset: number | null): number => (offset === null ? -1 : (indexAt.get(offset) ?? -1));
  return {
    register,
    onEntry: onEntry ?? undefined,
    reads,
    writes,
    first: index(firstUse),
    last: index(lastUse),
    live: wanted,
  };
}

function markView({ mark, instructions }: FunctionJson): MarkView | undefined {
  if (mark === null) {
    return undefined;
  }
  return {
    layout: { offset: mark.offset, mask: mark.mask },
    accesses: instructions.flatMap(({ mark: kind, address, fatalWhen }, index) =>
      kind === null ? [] : [{ index, address, kind, fatalWhen: fatalWhen ?? undefined }],
    ),
    windows: mark.windows,
  };
}

/** What is shown of one function, or of two beside each other; as `maptrap asm` puts it together for the same functions. */
export interface ShownCode {
  readonly document: AsmDocument;
  readonly left: FunctionOfBinary;
  readonly right: FunctionOfBinary | undefined;
  readonly comparison: FunctionComparison | undefined;
}

/** A function, called by its name, with its program. */
export interface GivenFunction extends FunctionOfBinary {
  /** Equal for functions of one program. */
  readonly program: string;
}

/** Puts together what is shown. */
export function shownCode(left: GivenFunction, right: GivenFunction | undefined): ShownCode {
  return toEnd(shownInPieces(left, right));
}

/** The same in pieces, for functions of many thousand instructions. */
export function* shownInPieces(left: GivenFunction, right: GivenFunction | undefined): Pieces<ShownCode> {
  const apart = right !== undefined && right.program !== left.program;
  const labelled: Labelled = apart ? "with version" : "by name";
  const made = ({ view, binary }: GivenFunction): FunctionOfBinary => ({
    view: { ...view, label: labelOf(view.printed, binary.goVersion, labelled) },
    binary,
  });
  const a = made(left);
  const b = right === undefined ? undefined : made(right);
  const comparison = b === undefined ? undefined : yield* comparing(a.view, b.view);
  return {
    left: a,
    right: b,
    comparison,
    document: {
      binaries: apart ? [left.binary, right.binary] : [left.binary],
      functions: [
        { binary: 0, view: a.view },
        ...(b === undefined ? [] : [{ binary: apart ? 1 : 0, view: b.view }]),
      ],
      comparisons: comparison === undefined ? [] : [{ left: 0, right: 1, comparison }],
      conclusions: conclusionsOn(b === undefined ? [a.view] : [a.view, b.view]),
    },
  };
}
