/**
 * A core: what a process had in memory when it was written down, its threads and its executable.
 */
import { existsSync } from "node:fs";
import type { Address, Memory } from "../../golang/memory.js";
import type { Thread } from "../../golang/runtime/goroutine.js";
import type { ExecutableImage } from "../binary/image.js";
import { openProgram, type Program } from "../binary/program.js";
import { entryAddress, loadBias, type MappedFile } from "./auxiliary.js";
import { type CoreFile, type CoreSegment, openCoreFile } from "./core-file.js";
import { type CoreNotes, parseCoreNotes } from "./core-notes.js";
import { ProcessError } from "./errors.js";
import { programMismatch } from "./mismatch.js";
import { PagedMemory, pageSize } from "./paged-memory.js";

/** An open core. */
export interface Core {
  readonly path: string;
  /** The executable that it is read with. */
  readonly executable: string;
  readonly program: Program;
  readonly memory: Memory;
  /** All threads with their registers; the one that brought the process down comes first. */
  readonly threads: readonly Thread[];
  /** The signal that the first thread got; 0 for none. */
  readonly signal: number;
  readonly processId: number | undefined;
  /** The command, cut at 80 bytes by the kernel. */
  readonly command: string | undefined;
  /** What is missing in it, one sentence each. */
  readonly problems: readonly string[];
  /** Gives the file back. Reading after that gives undefined, or what was read before. */
  close(): void;
}

/** The last segment that begins at or before an address. */
function segmentAt(segments: readonly CoreSegment[], address: Address): CoreSegment | undefined {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((segments[middle]?.start ?? 0) <= address) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return segments[low - 1];
}

/** How many bytes at an address the core has, read into `target` as far as that goes. */
function readFromCore(file: CoreFile, address: Address, target: Uint8Array): number {
  const segment = segmentAt(file.segments, address);
  const skipped = segment === undefined ? 0 : address - segment.start;
  if (segment === undefined || skipped >= segment.size) {
    return 0;
  }
  return file.read(
    segment.offset + skipped,
    target.subarray(0, Math.min(target.length, segment.size - skipped)),
  );
}

/** What the core leaves out because the executable's file has it: code and constants. */
function readFromProgram(program: Program, address: Address, target: Uint8Array): number {
  const bytes = program.constantFrom(address, target.length);
  if (bytes === undefined) {
    return 0;
  }
  target.set(bytes);
  // The last page of a segment is there as a whole; what comes after the segment's end is of no one.
  return Math.ceil(bytes.length / pageSize) * pageSize;
}

/** Where the executable is mapped: the file that holds the program's entry; undefined when the core does not tell. */
function executableIn(notes: CoreNotes): string | undefined {
  const entry = notes.auxiliaryVector === undefined ? undefined : entryAddress(notes.auxiliaryVector);
  const at =
    entry === undefined ? undefined : notes.files.find(({ start, end }) => entry >= start && entry < end);
  return at?.path ?? notes.files[0]?.path;
}

/** Which file to take, or what to do when there is none. */
function chooseExecutable(path: string, notes: CoreNotes, given: string | undefined): string {
  const named = executableIn(notes);
  if (given !== undefined) {
    return given;
  }
  if (named === undefined) {
    throw new ProcessError(`${path} does not say which executable it is of`, {
      wayOut: "name it with --exe",
    });
  }
  if (!existsSync(named)) {
    throw new ProcessError(`the executable of this core, ${named}, is not there`, {
      wayOut: "name the same build of it with --exe, wherever it lies now",
    });
  }
  return named;
}

function biasIn(path: string, notes: CoreNotes, image: ExecutableImage): number {
  const named = executableIn(notes);
  const entry = notes.auxiliaryVector === undefined ? undefined : entryAddress(notes.auxiliaryVector);
  const files: readonly MappedFile[] = notes.files.filter((file) => file.path === named);
  const bias = loadBias(image, entry, files);
  if (bias === undefined) {
    throw new ProcessError(`${path} does not say where its executable was in memory`, {
      wayOut: "make another core, with the kernel or with `gcore`",
    });
  }
  return bias;
}

function problemsOf(file: CoreFile, notes: CoreNotes): readonly string[] {
  const problems: string[] = [];
  if (file.missingBytes > 0) {
    problems.push(
      `the core was cut short: ${file.missingBytes} bytes at its end are missing, and what they held cannot be read`,
    );
  }
  if (notes.threads.length === 0) {
    problems.push("the core holds no threads, so stacks of goroutines that ran cannot be read");
  }
  return problems;
}

/** Reads a core that is open. */
function readCore(file: CoreFile, given: string | undefined): Core {
  const notes = parseCoreNotes(file.notes);
  const executable = chooseExecutable(file.path, notes, given);
  const program = openProgram(executable, (image) => biasIn(file.path, notes, image));
  // The core alone decides whether the executable is the right one.
  const mismatch = programMismatch(
    program,
    new PagedMemory((address, target) => readFromCore(file, address, target)),
  );
  if (mismatch !== undefined) {
    throw new ProcessError(`${executable} is not the executable of this core: ${mismatch}`, {
      wayOut:
        "name the same build with --exe; one that was built again is another, even from the same source",
    });
  }
  const memory = new PagedMemory((address, target) => {
    const found = readFromCore(file, address, target);
    return found > 0 ? found : readFromProgram(program, address, target);
  });
  return {
    path: file.path,
    executable,
    program,
    memory,
    threads: notes.threads,
    signal: notes.signal,
    processId: notes.processId,
    command: notes.command,
    problems: problemsOf(file, notes),
    close: () => {
      file.close();
    },
  };
}

/**
 * Opens a core.
 *
 * @param path the core
 * @param executable its executable; undefined takes the one that the core names
 * @throws ProcessError when it is no core that can be read, or of another executable
 * @throws BinaryError when the executable is no Go program that can be read
 */
export function openCore(path: string, executable?: string): Core {
  const file = openCoreFile(path);
  try {
    return readCore(file, executable);
  } catch (error) {
    file.close();
    throw error;
  }
}
