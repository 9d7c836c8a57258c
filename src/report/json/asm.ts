/** Functions as instructions, as JSON. docs/asm.md describes the shape. */
import type { FunctionComparison } from "../../analysis/asm/compare.js";
import type { Conclusions } from "../../analysis/asm/conclusions.js";
import type { BinaryView, FunctionView, InstructionView } from "../../analysis/asm/function-view.js";
import type { RegisterView } from "../../analysis/asm/register-view.js";
import { maptrapVersion } from "../../case/version.js";

/** Format of the JSON text. */
export const asmFormat = "maptrap-asm";
/** Its version. */
export const asmVersion = 1;

/** All that one call shows. */
export interface AsmDocument {
  readonly binaries: readonly BinaryView[];
  readonly functions: readonly { readonly binary: number; readonly view: FunctionView }[];
  /** Indexes in {@link AsmDocument.functions}, and the comparison. */
  readonly comparisons: readonly {
    readonly left: number;
    readonly right: number;
    readonly comparison: FunctionComparison;
  }[];
  readonly conclusions: Conclusions;
}

/** The JSON text, with a line feed at its end. Addresses and offsets are numbers, in bytes. */
export function asmJson({ binaries, functions, comparisons, conclusions }: AsmDocument): string {
  const document = {
    format: asmFormat,
    version: asmVersion,
    maptrap: maptrapVersion,
    binaries: binaries.map(({ file, goVersion, mapImplementation }) => ({
      file,
      goVersion: goVersion ?? null,
      mapImplementation,
    })),
    functions: functions.map(({ binary, view }) => ({ binary, ...functionJson(view) })),
    comparisons: comparisons.map(({ left, right, comparison }) => ({
      left,
      right,
      aligned: comparison.aligned,
      rows: comparison.rows.map((row) => ({
        left: row.left ?? null,
        right: row.right ?? null,
        same: row.same,
      })),
    })),
    conclusions,
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}

function functionJson(view: FunctionView): object {
  const { mark } = view;
  return {
    name: view.name,
    printedName: view.printed,
    address: view.address,
    bytes: view.bytes,
    instructionCount: view.instructions.length,
    blocks: view.blocks,
    assembly: view.assembly,
    jumpsAnywhere: view.jumpsAnywhere,
    registers: view.registers.map((register) => registerJson(view, register)),
    mark:
      mark === undefined
        ? null
        : {
            offset: mark.layout.offset,
            mask: mark.layout.mask,
            windows: mark.windows.map(({ set, clears, within, shortest, longest }) => ({
              set,
              clears,
              within,
              shortest,
              longest,
            })),
          },
    positions: view.positions,
    instructions: view.instructions.map(instructionJson),
  };
}

function registerJson(view: FunctionView, register: RegisterView): object {
  const offset = (index: number): number | null => view.instructions[index]?.offset ?? null;
  return {
    register: register.register,
    onEntry: register.onEntry ?? null,
    reads: register.reads,
    writes: register.writes,
    firstUse: offset(register.first),
    lastUse: offset(register.last),
    live: ranges(register.live),
  };
}

/** Runs of instructions before which a register is wanted, as pairs of indexes: from, to (not included). */
function ranges(live: Uint8Array): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  live.forEach((one, index) => {
    const last = found.at(-1);
    if (one === 1 && last?.[1] === index) {
      last[1] = index + 1;
    } else if (one === 1) {
      found.push([index, index + 1]);
    }
  });
  return found;
}

function instructionJson({ instruction, ...one }: InstructionView): object {
  const { call } = one;
  return {
    offset: one.offset,
    address: instruction.address,
    length: instruction.length,
    text: one.text,
    plainText: instruction.text,
    mnemonic: instruction.mnemonic,
    reads: instruction.registersRead,
    writes: instruction.registersWritten,
    memory: instruction.memory.map(({ base, index, scale, displacement, segment, size, reads, writes }) => ({
      base: base ?? null,
      index: index ?? null,
      scale,
      displacement: Number(displacement),
      segment: segment ?? null,
      size,
      reads,
      writes,
    })),
    flow: instruction.flow,
    target: instruction.target ?? null,
    locked: instruction.locked,
    position: one.position,
    call:
      call === undefined
        ? null
        : { callee: call.callee ?? null, message: call.message ?? null, barrier: call.barrier ?? null },
    mark: one.mark ?? null,
    fatalWhen: one.fatalWhen ?? null,
    phase: one.phase ?? null,
    brings: one.brings,
  };
}
