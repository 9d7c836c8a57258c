/** What GDB says when the program stops, in our words. */
import { itemsOf, type MiTuple, numberOf, textOf, valueOf } from "./record.js";

/** The program, or one of its threads, stands still. */
export interface Stopped {
  readonly kind: "stopped";
  readonly why:
    "breakpoint" | "watchpoint" | "signal" | "interrupted" | "step" | "exec" | "fork" | "start" | "other";
  /** GDB's number of the thread that the event is about; undefined when it does not say. */
  readonly thread: number | undefined;
  /** Where that thread stands. */
  readonly address: number | undefined;
  /** Number of the breakpoint or watchpoint. */
  readonly breakpoint: number | undefined;
  /** `SIGSEGV` … */
  readonly signal: string | undefined;
  /** GDB's numbers of the threads that stand still now; undefined when all of them do. */
  readonly stoppedThreads: readonly number[] | undefined;
  /** For a watchpoint: the values before and after. */
  readonly values: { readonly before: string; readonly after: string } | undefined;
}

/** The program has ended. */
export interface Exited {
  readonly kind: "exited";
  /** The exit status; undefined when a signal ended it. */
  readonly status: number | undefined;
  readonly signal: string | undefined;
}

/** Either. */
export type StopEvent = Stopped | Exited;

const reasons: ReadonlyMap<string, Stopped["why"]> = new Map([
  ["breakpoint-hit", "breakpoint"],
  ["watchpoint-trigger", "watchpoint"],
  ["read-watchpoint-trigger", "watchpoint"],
  ["access-watchpoint-trigger", "watchpoint"],
  ["signal-received", "signal"],
  ["end-stepping-range", "step"],
  ["exec", "exec"],
  ["fork", "fork"],
  ["vfork", "fork"],
]);

/**
 * Reads the results of a `*stopped` record.
 *
 * @param asked whether the stop was asked for: then the signal by which GDB does it is not the program's
 */
export function readStop(results: MiTuple, asked: boolean): StopEvent {
  const reason = textOf(results, "reason");
  if (reason === "exited-normally") {
    return { kind: "exited", status: 0, signal: undefined };
  }
  if (reason === "exited") {
    const code = textOf(results, "exit-code") ?? "";
    return {
      kind: "exited",
      status: /^[0-7]+$/.test(code) ? Number.parseInt(code, 8) : undefined,
      signal: undefined,
    };
  }
  if (reason === "exited-signalled") {
    return { kind: "exited", status: undefined, signal: textOf(results, "signal-name") };
  }
  const signal = textOf(results, "signal-name");
  const ours = signal === "0" || signal === "SIGSTOP" || signal === "SIGINT";
  const why =
    reason === undefined || (reason === "signal-received" && (signal === "0" || (asked && ours)))
      ? "interrupted"
      : (reasons.get(reason) ?? "other");
  const watch =
    valueOf(results, "wpt") ?? valueOf(results, "hw-rwpt") ?? valueOf(results, "hw-awpt") ?? undefined;
  const value = valueOf(results, "value");
  return {
    kind: "stopped",
    why,
    thread: numberOf(results, "thread-id"),
    address: numberOf(valueOf(results, "frame"), "addr"),
    breakpoint: numberOf(results, "bkptno") ?? numberOf(watch, "number"),
    signal: why === "signal" ? signal : undefined,
    stoppedThreads: stoppedThreads(results),
    values:
      value === undefined
        ? undefined
        : {
            before: textOf(value, "old") ?? "",
            after: textOf(value, "new") ?? textOf(value, "value") ?? "",
          },
  };
}

function stoppedThreads(results: MiTuple): readonly number[] | undefined {
  const value = valueOf(results, "stopped-threads");
  if (value === undefined || value === "all") {
    return undefined;
  }
  return (typeof value === "string" ? [value] : itemsOf(value))
    .map(Number)
    .filter((id) => Number.isSafeInteger(id));
}
