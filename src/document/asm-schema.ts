/** The shape of `maptrap asm --json` (docs/asm.md), as a foreign file is checked. Addresses and offsets are numbers, in bytes. */
import { z } from "zod";

const text = z.string();

const flowKinds = [
  "next",
  "branch",
  "conditional branch",
  "call",
  "indirect call",
  "indirect branch",
  "return",
  "stop",
] as const;
const barrierKinds = ["barrier", "memory with barrier"] as const;
const markAccesses = ["load", "test", "set", "clear", "other store"] as const;
const markPhases = ["before", "set", "cleared", "unclear"] as const;
const count = z.int().min(0);
/** Index of an instruction. */
const index = count;

const registerSchema = z.object({
  register: text,
  onEntry: text.nullable(),
  reads: count,
  writes: count,
  firstUse: count.nullable(),
  lastUse: count.nullable(),
  /** From, to (not included), as indexes of instructions. */
  live: z.array(z.tuple([index, index])),
});

const memorySchema = z.object({
  base: text.nullable(),
  index: text.nullable(),
  scale: count,
  displacement: z.number(),
  segment: text.nullable(),
  /** In bytes; 0 where the instruction only computes the address, and where it repeats. */
  size: count,
  reads: z.boolean(),
  writes: z.boolean(),
});

/** A way through the window of the mark. */
const waySchema = z.object({ instructions: count, bytes: count, calls: count });

const instructionSchema = z.object({
  offset: count,
  address: z.number(),
  length: count,
  text,
  plainText: text,
  mnemonic: text,
  reads: z.array(text),
  writes: z.array(text),
  memory: z.array(memorySchema),
  flow: z.enum(flowKinds),
  target: z.number().nullable(),
  locked: z.boolean(),
  position: z.int(),
  call: z
    .object({ callee: text.nullable(), message: text.nullable(), barrier: z.enum(barrierKinds).nullable() })
    .nullable(),
  mark: z.enum(markAccesses).nullable(),
  fatalWhen: z.enum(["marked", "not marked"]).nullable(),
  phase: z.enum(markPhases).nullable(),
  brings: z.array(z.object({ register: text, argument: text })),
});

const functionSchema = z.object({
  binary: count,
  name: text,
  printedName: text,
  address: z.number(),
  bytes: count,
  instructionCount: count,
  blocks: count,
  assembly: z.boolean(),
  jumpsAnywhere: z.boolean(),
  registers: z.array(registerSchema),
  mark: z
    .object({
      offset: z.number(),
      mask: z.number(),
      windows: z.array(
        z.object({
          set: index,
          clears: z.array(index),
          within: z.array(index),
          shortest: waySchema,
          longest: waySchema,
        }),
      ),
    })
    .nullable(),
  positions: z.array(z.array(z.object({ function: text, file: text, line: z.int(), inlined: z.boolean() }))),
  instructions: z.array(instructionSchema),
});

/** The whole document. */
export const asmSchema = z.object({
  format: z.literal("maptrap-asm"),
  version: z.literal(1),
  maptrap: text,
  binaries: z.array(
    z.object({ file: text, goVersion: text.nullable(), mapImplementation: z.enum(["classic", "swiss"]) }),
  ),
  functions: z.array(functionSchema),
  comparisons: z.array(
    z.object({
      left: index,
      right: index,
      aligned: z.boolean(),
      rows: z.array(z.object({ left: index.nullable(), right: index.nullable(), same: z.boolean() })),
    }),
  ),
  conclusions: z.object({ follows: z.array(text), doesNot: z.array(text) }),
});

/** Functions as instructions, as their JSON has it. */
export type AsmJson = z.infer<typeof asmSchema>;
export type FunctionJson = z.infer<typeof functionSchema>;
export type InstructionJson = z.infer<typeof instructionSchema>;
export type RegisterJson = z.infer<typeof registerSchema>;
