/** Why the system does not let GDB look into a process, and what to do about it. */
import { readFileSync } from "node:fs";
import { TracingDeniedError } from "./errors.js";

const denied = /Operation not permitted|Permission denied|Could not trace the inferior/i;

/**
 * The error for GDB's words, when they say that tracing is not permitted.
 *
 * @param attempted "start the program", "attach to process 12"
 * @param said GDB's words
 */
export function tracingDenied(attempted: string, said: string): TracingDeniedError | undefined {
  if (!denied.test(said)) {
    return undefined;
  }
  const words = said
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => denied.test(line));
  return new TracingDeniedError(
    attempted,
    words[0] ?? said.trim(),
    wayOut(attempted.startsWith("attach"), scope()),
  );
}

/** The setting of the Yama security module; undefined where there is none. */
function scope(): number | undefined {
  try {
    const value = Number(readFileSync("/proc/sys/kernel/yama/ptrace_scope", "utf8"));
    return Number.isInteger(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What helps. */
export function wayOut(attaches: boolean, ptraceScope: number | undefined): string {
  if (ptraceScope !== undefined && (ptraceScope > 1 || (attaches && ptraceScope === 1))) {
    return ptraceScope === 3
      ? "kernel.yama.ptrace_scope is 3, which lasts until the next start of the system: change it and start again"
      : "allow it as root: sysctl kernel.yama.ptrace_scope=0";
  }
  return attaches
    ? "be the process's user or root; in a container, start the container with --cap-add=SYS_PTRACE"
    : "in a container, start the container with --cap-add=SYS_PTRACE";
}
