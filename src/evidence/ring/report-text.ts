/**
 * Reads the text that the probe prints on a conflict and keeps in its record. It was symbolized in the process itself, so
 * it is what is left to go by when the binary is gone.
 *
 *     ==================
 *     WARNING: CONCURRENT MAP USE (maptrap, caught)
 *     map[string]int at 0xc000012345, 3 elements
 *     Write by goroutine 7:                                       <- side
 *       main.(*Cache).Put()                                       <- function
 *           /path/main.go:12                                      <- place
 *     Read (held in a trap for 512µs) by goroutine 8:             <- side
 *       main.(*Cache).Get(...)                                    <- an inlined one
 *           /path/main.go:20
 *     Goroutine 7 was started by goroutine 1 at:                  <- start
 *       main.main()
 *           /path/main.go:29
 *     ==================
 *
 * The text may be cut anywhere; what was read up to there counts.
 */
import type { CaseFrame } from "../../case/case.js";

/** What the text says about one goroutine. */
export interface ReportedGoroutine {
  /** Its stack, innermost first. */
  readonly stack: readonly CaseFrame[];
  /** The stack of the go statement that started it. */
  readonly startedAt: readonly CaseFrame[];
}

interface Growing {
  readonly stack: CaseFrame[];
  readonly startedAt: CaseFrame[];
}

/** A line that begins a side's stack, for example "Write by goroutine 7:". */
const sideLine = /^\S.* by goroutine (\d{1,16}):$/;
/** A line that begins the stack of a go statement, for example "Goroutine 7 was started by goroutine 1 at:". */
const startLine = /^Goroutine (\d{1,16}) was started .*at:$/;
/** The first line of a frame, for example "  main.(*Cache).Put()". */
const functionLine = /^ {2}(\S.*?)\((\.\.\.)?\)$/;
/** The second line of a frame, for example "      /path/main.go:12". */
const placeLine = /^ {6}(.+):(\d{1,9})$/;

/**
 * Reads the text of one conflict.
 *
 * @returns what it says, by goroutine id; empty for any other text
 */
export function parseReportText(text: string): ReadonlyMap<number, ReportedGoroutine> {
  const goroutines = new Map<number, Growing>();
  let frames: CaseFrame[] | undefined;
  let pending: RegExpExecArray | null = null;
  for (const line of text.split("\n")) {
    const place: RegExpExecArray | null = pending === null ? null : placeLine.exec(line);
    if (pending !== null && place !== null) {
      frames?.push(frameOf(pending, place));
    }
    pending = functionLine.exec(line);
    frames = framesBegun(line, goroutines) ?? frames;
  }
  return goroutines;
}

/** The list that the frames after this line belong to, when the line begins one. */
function framesBegun(line: string, goroutines: Map<number, Growing>): CaseFrame[] | undefined {
  const start = startLine.exec(line);
  if (start !== null) {
    return entryOf(goroutines, Number(start[1])).startedAt;
  }
  const side = sideLine.exec(line);
  return side === null ? undefined : entryOf(goroutines, Number(side[1])).stack;
}

function entryOf(goroutines: Map<number, Growing>, id: number): Growing {
  const entry = goroutines.get(id) ?? { stack: [], startedAt: [] };
  goroutines.set(id, entry);
  return entry;
}

function frameOf(name: RegExpExecArray, place: RegExpExecArray): CaseFrame {
  const line = Number(place[2]);
  return {
    function: name[1] ?? "?",
    file: place[1] ?? null,
    line: line === 0 ? null : line,
    inlined: name[2] !== undefined,
  };
}
