/**
 * A live process: its memory and the executable that it runs. Nothing is attached and nobody is stopped; who wants a
 * consistent picture stops it before, with GDB or a signal.
 */
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  statSync,
} from "node:fs";
import { systemErrorCode } from "../../base/errors.js";
import type { Memory } from "../../golang/memory.js";
import { BinaryError } from "../binary/errors.js";
import { openProgram, type Program } from "../binary/program.js";
import { entryAddress, loadBias, type MappedFile } from "./auxiliary.js";
import { ProcessError } from "./errors.js";
import { parseMaps } from "./maps.js";
import { programMismatch } from "./mismatch.js";
import { PagedMemory } from "./paged-memory.js";

/** The largest vector and list of mappings that are read, in bytes. */
const maxVector = 1 << 16;

/** A live process that can be read. */
export interface LiveProcess {
  readonly pid: number;
  /** The executable's path as the kernel has it; it may be gone or replaced, and is read all the same. */
  readonly executable: string;
  readonly program: Program;
  /** Its memory. What was read once is remembered: {@link invalidate} after it has run. */
  readonly memory: Memory;
  /** Forgets what was read. */
  invalidate(): void;
  /** The kernel's ids of its threads at this moment. */
  threadIds(): readonly number[];
  /** Gives the memory's file back. Reading after that gives undefined. */
  close(): void;
}

/** What went wrong, and what to do about it. */
function explained(pid: number, error: unknown): unknown {
  switch (systemErrorCode(error)) {
    case "ENOENT":
    case "ESRCH":
      return new ProcessError(`there is no process ${pid}`, {
        wayOut: "it may have ended; `pgrep -a NAME` shows the processes of a program",
        cause: error,
      });
    case "EACCES":
    case "EPERM":
      return new ProcessError(`the memory of process ${pid} may not be read: ${whose(pid)}`, {
        wayOut:
          "run maptrap as root or as the process's own user; where that is not enough, `sysctl kernel.yama.ptrace_scope=0` " +
          "allows it, and in a container the capability SYS_PTRACE",
        cause: error,
      });
    default:
      return error;
  }
}

/** Half a sentence on why it is not allowed. */
function whose(pid: number): string {
  const own = process.getuid?.();
  try {
    const { uid } = statSync(`/proc/${pid}`);
    return own === undefined || uid === own ? "the system does not allow it" : `it is one of user ${uid}`;
  } catch {
    return "the system does not allow it";
  }
}

function orExplained<T>(pid: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw explained(pid, error);
  }
}

/** Reads a file of /proc, whose size is not known before; cut at a limit. */
function readProc(path: string): Buffer {
  const bytes = readFileSync(path);
  return bytes.length > maxVector ? bytes.subarray(0, maxVector) : bytes;
}

function executableOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT" && existsSync(`/proc/${pid}`)) {
      throw new ProcessError(
        `process ${pid} runs no executable: it has ended already, or is one of the kernel's own`,
        {
          wayOut: "`pgrep -a NAME` shows the processes of a program",
          cause: error,
        },
      );
    }
    throw explained(pid, error);
  }
}

/** Where the executable is mapped; by its path, to which the kernel adds a word when it is gone. */
function mappingsOf(pid: number, path: string): readonly MappedFile[] {
  const text = orExplained(pid, () => readFileSync(`/proc/${pid}/maps`, "utf8"));
  return parseMaps(text).filter((file) => file.path === path);
}

/** Memory through an open /proc/PID/mem. */
class MemoryFile {
  #descriptor: number | undefined;
  readonly paged: PagedMemory;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
    this.paged = new PagedMemory((address, target) => this.#fetch(address, target));
  }

  close(): void {
    if (this.#descriptor !== undefined) {
      closeSync(this.#descriptor);
      this.#descriptor = undefined;
      this.paged.invalidate();
    }
  }

  #fetch(address: number, target: Uint8Array): number {
    if (this.#descriptor === undefined) {
      return 0;
    }
    let done = 0;
    try {
      while (done < target.length) {
        const count = readSync(this.#descriptor, target, done, target.length - done, address + done);
        if (count === 0) {
          break;
        }
        done += count;
      }
    } catch (error) {
      // EIO: from there on nothing is mapped. ESRCH: the process has ended. What came before is right.
      if (systemErrorCode(error) === undefined) {
        throw error;
      }
    }
    return done;
  }
}

/** The executable that a process runs, which may be gone from its path or be another one there. */
function goProgram(pid: number, executable: string, bias: Parameters<typeof openProgram>[1]): Program {
  try {
    return openProgram(`/proc/${pid}/exe`, bias);
  } catch (error) {
    if (!(error instanceof BinaryError)) {
      throw error;
    }
    throw new ProcessError(`${executable} (process ${pid}) cannot be read: ${error.what}`, {
      wayOut:
        "a Go program for linux/amd64 is needed; of a script or a wrapper, name the program that it starts",
      cause: error,
    });
  }
}

/**
 * Opens a live process.
 *
 * @param pid the kernel's id of it
 * @throws ProcessError when there is no such process, its memory may not be read, its executable is no Go program that can be read, or
 *   is not where it should be
 */
export function openProcess(pid: number): LiveProcess {
  if (!Number.isSafeInteger(pid) || pid <= 0) {
    throw new ProcessError(`${pid} is no process id`);
  }
  if (process.platform !== "linux") {
    throw new ProcessError("live processes can be read on Linux only", {
      wayOut:
        "on other systems, make a core on the Linux machine where the program runs, or use `maptrap run`",
    });
  }
  const executable = executableOf(pid);
  const entry = entryAddress(orExplained(pid, () => readProc(`/proc/${pid}/auxv`)));
  const program = goProgram(pid, executable, (image) => {
    const bias = loadBias(image, entry, image.movable ? mappingsOf(pid, executable) : []);
    if (bias === undefined) {
      throw new ProcessError(`it is not known where process ${pid} has its executable in memory`);
    }
    return bias;
  });
  const file = new MemoryFile(orExplained(pid, () => openSync(`/proc/${pid}/mem`, "r")));
  const mismatch = programMismatch(program, file.paged);
  if (mismatch !== undefined) {
    file.close();
    throw new ProcessError(`process ${pid} does not run ${executable} as it is: ${mismatch}`);
  }
  return {
    pid,
    executable,
    program,
    memory: file.paged,
    invalidate: () => {
      file.paged.invalidate();
    },
    threadIds: () =>
      orExplained(pid, () => readdirSync(`/proc/${pid}/task`).map(Number).filter(Number.isSafeInteger)),
    close: () => {
      file.close();
    },
  };
}
