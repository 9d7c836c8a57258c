/** Frames and addresses as the case file has them. */
import type { CaseFrame, StoppedGoroutine } from "../../case/case.js";
import type { Address } from "../../golang/memory.js";
import type { Frame } from "../../golang/pclntab/symbolizer.js";
import type { Goroutine, GoroutineStack } from "../../golang/runtime/goroutine.js";
import type { StoppedSymbols } from "../../evidence/stopped/stopped-program.js";

/** `0xc000012345` */
export function hexadecimal(address: Address): string {
  return `0x${address.toString(16)}`;
}

/** As {@link hexadecimal}; null where the address is not known. */
export function addressOrNull(address: Address | undefined): string | null {
  return address === undefined ? null : hexadecimal(address);
}

/** One logical frame. */
export function caseFrame({ function: name, file, line, inlined }: Frame): CaseFrame {
  return { function: name, file: file === "?" ? null : file, line: line > 0 ? line : null, inlined };
}

/** The logical frames of a goroutine's own stack, innermost first, without those that the compiler made. */
export function stackFrames({ frames }: GoroutineStack): CaseFrame[] {
  return frames
    .filter(({ stack }) => stack === "goroutine")
    .flatMap((physical) => physical.frames)
    .filter(({ wrapper }, index) => index === 0 || !wrapper)
    .map(caseFrame);
}

/** What is known of where a goroutine comes from. */
export function caseGoroutine(
  { id, startedBy, startedAt, entry }: Goroutine,
  symbols: StoppedSymbols,
): StoppedGoroutine["goroutine"] {
  const first = entry === undefined ? undefined : symbols.framesAt(entry)[0];
  return {
    id,
    startedBy: startedBy === undefined || startedBy === 0 ? null : startedBy,
    startedAt: startFrames(startedAt, symbols),
    entry: first === undefined ? null : caseFrame(first),
  };
}

/** The go statement that started a goroutine; empty for the first one, which the runtime starts. */
export function startFrames(startedAt: Address | undefined, symbols: StoppedSymbols): CaseFrame[] {
  const frames = startedAt === undefined ? [] : symbols.framesBefore(startedAt).map(caseFrame);
  return frames.at(-1)?.function.startsWith("runtime.") === true ? [] : frames;
}
