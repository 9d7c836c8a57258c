/** Small programs of a few functions, written as machine code, that answer as real ones do. */
import { loadInstructionDecoder } from "../../src/golang/instructions/decoder.js";
import { type FunctionCode, ProgramFunctions } from "../../src/golang/instructions/functions.js";
import type { CodeRange, ProgramSymbols } from "../../src/golang/program-symbols.js";

/** Bytes of a listing: on each line machine code in hexadecimal, then, after blanks, what it is. */
export function machineCode(listing: string): Uint8Array {
  const hex = listing
    .split("\n")
    .map((line) => line.trim().split(/\s/, 1)[0] ?? "")
    .join("");
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

/** A piece of a made program. */
export interface MadePiece {
  readonly start: number;
  readonly bytes: Uint8Array;
  /** The function's name; undefined for data. */
  readonly name?: string;
}

/** A program of these pieces. Its functions have one line of source for each instruction byte offset: `made.go:1` is the entry. */
export function madeProgram(
  pieces: readonly MadePiece[],
  implementation: "classic" | "swiss" = "classic",
): ProgramSymbols {
  const ranges = pieces
    .flatMap(({ name, start, bytes }): CodeRange[] =>
      name === undefined ? [] : [{ name, start, end: start + bytes.length }],
    )
    .toSorted((a, b) => a.start - b.start);
  const at = (pc: number): CodeRange | undefined => ranges.find(({ start, end }) => pc >= start && pc < end);
  const framesAt: ProgramSymbols["framesAt"] = (pc) => {
    const range = at(pc);
    return range === undefined
      ? []
      : [
          {
            function: range.name,
            file: "/made/made.go",
            line: pc - range.start + 1,
            inlined: false,
            wrapper: false,
            startLine: 1,
            entryOffset: range.start,
          },
        ];
  };
  return {
    goVersion: "go1.23",
    mapImplementation: implementation,
    textStart: ranges[0]?.start ?? 0,
    textEnd: ranges.at(-1)?.end ?? 0,
    functionsNamed: (name) => ranges.filter((range) => range.name === name),
    functionAt: at,
    functions: () => ranges,
    framesBefore: (returnAddress) => framesAt(returnAddress - 1),
    framesAt,
    stackDelta: () => undefined,
    functionFlags: () => 0,
    code: (start, length) => {
      const bytes = Array.from({ length }, (_, index) => {
        const piece = pieces.find(
          (one) => start + index >= one.start && start + index < one.start + one.bytes.length,
        );
        return piece?.bytes[start + index - piece.start];
      });
      return bytes.includes(undefined) ? undefined : Uint8Array.from(bytes as number[]);
    },
    variable: () => undefined,
    variableAt: () => undefined,
  };
}

/** One function of a made program, decoded. */
export async function madeFunction(symbols: ProgramSymbols, name: string): Promise<FunctionCode> {
  const functions = new ProgramFunctions(symbols, await loadInstructionDecoder());
  return functions.of(symbols.functionsNamed(name)[0]!)!;
}

/** Where the functions of {@link writerProgram} begin, and the places in its writer. */
export const writer = {
  start: 0x1000,
  fatal: 0x10a2,
  test: 0x101c,
  fatalCall: 0x102d,
  set: 0x103e,
  loop: 0x1043,
  secondTest: 0x1058,
  clear: 0x1064,
  resultInRbx: 0x1069,
  restart: 0x109b,
} as const;

/** A writer that is made as the runtime's are: it tests the mark of a classic map, sets it, works, tests it again, and clears it. */
export function writerProgram(): ProgramSymbols {
  const code = `
    493b6610        cmp    0x10(%r14),%rsp
    767c            jbe    0x1082
    55              push   %rbp
    4889e5          mov    %rsp,%rbp
    4883ec20        sub    $0x20,%rsp
    4889442430      mov    %rax,0x30(%rsp)
    48895c2438      mov    %rbx,0x38(%rsp)
    0fb64b08        movzbl 0x8(%rbx),%ecx
    f6c104          test   $0x4,%cl
    7411            je     0x1032
    488d0500100000  lea    0x2028,%rax
    bb15000000      mov    $0x15,%ebx
    e870000000      call   fatal
    488b5c2438      mov    0x38(%rsp),%rbx
    0fb64b08        movzbl 0x8(%rbx),%ecx
    83f104          xor    $0x4,%ecx
    884b08          mov    %cl,0x8(%rbx)
    31d2            xor    %edx,%edx
    4889de          mov    %rbx,%rsi
    48ffc2          inc    %rdx
    4883fa08        cmp    $0x8,%rdx
    72f4            jb     0x1043
    488b5c2438      mov    0x38(%rsp),%rbx
    0fb64b08        movzbl 0x8(%rbx),%ecx
    f6c104          test   $0x4,%cl
    7412            je     0x106f
    0fb64b08        movzbl 0x8(%rbx),%ecx
    83e1fb          and    $0xfb,%ecx
    884b08          mov    %cl,0x8(%rbx)
    31db            xor    %ebx,%ebx
    4883c420        add    $0x20,%rsp
    5d              pop    %rbp
    c3              ret
    488d05b2ffffff  lea    0x1028,%rax
    bb15000000      mov    $0x15,%ebx
    e822000000      call   fatal
    0f0b            ud2
    4889442408      mov    %rax,0x8(%rsp)
    48895c2410      mov    %rbx,0x10(%rsp)
    e812000000      call   morestack
    488b442408      mov    0x8(%rsp),%rax
    488b5c2410      mov    0x10(%rsp),%rbx
    e960ffffff      jmp    0x1000
    cc              int3
    cc              int3`;
  return madeProgram([
    { name: "runtime.mapassign_fast64", start: writer.start, bytes: machineCode(code) },
    { name: "runtime.fatal", start: writer.fatal, bytes: Uint8Array.of(0xc3) },
    { name: "runtime.morestack_noctxt", start: writer.fatal + 1, bytes: Uint8Array.of(0xc3) },
    { start: 0x2028, bytes: new TextEncoder().encode("concurrent map writes and more") },
  ]);
}
