/** Schedules as data: which process did each step, in a row; as stretches; as a token that replays a run. */
import { fromBase64Url, toBase64Url } from "../../base/base64url.js";
import { MaptrapError } from "../../base/errors.js";
import { type Execution } from "./execution.js";

/** Steps of one process in a row. */
export interface Stretch {
  readonly process: number;
  readonly steps: number;
}

/** A schedule as stretches. */
export function stretchesOf(schedule: Uint8Array): Stretch[] {
  const stretches: { process: number; steps: number }[] = [];
  for (const process of schedule) {
    const last = stretches.at(-1);
    if (last?.process === process) {
      last.steps++;
    } else {
      stretches.push({ process, steps: 1 });
    }
  }
  return stretches;
}

/** A token is damaged, of another version, or of another program. */
export class TokenError extends MaptrapError {
  constructor(message: string) {
    super(message, {
      wayOut: "a token replays a run of the program, with the options, that it was printed for",
      exitStatus: 2,
    });
  }
}

const prefix = "mt1-";
/** More stretches than any run has that ends within the limits. */
const mostSteps = 1_000_000;

/**
 * The token of a schedule: `mt1-` and base64url of a checksum (over the program's text, the options and the schedule) and
 * the stretches, each as process and number of steps.
 *
 * @param bound what the schedule is for: program and options, in words
 */
export function tokenOf(schedule: Uint8Array, bound: string): string {
  const bytes: number[] = [];
  for (const { process, steps } of stretchesOf(schedule)) {
    bytes.push(process);
    let rest = steps;
    for (; rest >= 0x80; rest >>>= 7) {
      bytes.push((rest & 0x7f) | 0x80);
    }
    bytes.push(rest);
  }
  const sum = checksum(bound, bytes);
  const whole = Uint8Array.from([sum >>> 24, (sum >>> 16) & 0xff, (sum >>> 8) & 0xff, sum & 0xff, ...bytes]);
  return prefix + toBase64Url(whole);
}

/**
 * The schedule of a token.
 *
 * @throws TokenError
 */
export function scheduleOf(token: string, bound: string): Uint8Array {
  const version = /^mt(?<version>\d+)-/.exec(token)?.groups?.["version"];
  if (version === undefined) {
    throw new TokenError("this is no token of a run: it would begin with mt1-");
  }
  if (version !== "1") {
    throw new TokenError(`the token is of version ${version}; version 1 is understood`);
  }
  const body = token.slice(prefix.length);
  if (!/^[A-Za-z0-9_-]*$/.test(body)) {
    throw new TokenError("the token has characters that are in no token");
  }
  const bytes = fromBase64Url(body) ?? new Uint8Array();
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  const rows = bytes.subarray(4);
  if (bytes.length < 4 || ((a << 24) | (b << 16) | (c << 8) | d) !== checksum(bound, rows)) {
    throw new TokenError("the token is damaged, or of another program or other options");
  }
  return unpack(rows);
}

function unpack(rows: Uint8Array): Uint8Array {
  const schedule: number[] = [];
  for (let at = 0; at < rows.length;) {
    const process = rows[at++] ?? 0;
    let steps = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = rows[at++] ?? 0;
      steps |= (byte & 0x7f) << shift;
      if (byte < 0x80 || shift > 21) {
        break;
      }
    }
    if (steps <= 0 || schedule.length + steps > mostSteps) {
      throw new TokenError("the token is damaged");
    }
    for (let step = 0; step < steps; step++) {
      schedule.push(process);
    }
  }
  return Uint8Array.from(schedule);
}

/** FNV-1a, over text and bytes. */
function checksum(text: string, bytes: Iterable<number>): number {
  let hash = 0x811c9dc5;
  const add = (value: number): void => {
    hash = Math.imul(hash ^ value, 0x01000193);
  };
  new TextEncoder().encode(text).forEach(add);
  for (const byte of bytes) {
    add(byte);
  }
  return hash | 0;
}

/**
 * Does the steps of a schedule from where the execution is.
 *
 * @returns how many it could do: all of them, unless the schedule is of something else
 */
export function replay(execution: Execution, schedule: Uint8Array): number {
  let done = 0;
  for (const process of schedule) {
    if (process >= execution.processes || (execution.enabled() & (1 << process)) === 0) {
      return done;
    }
    execution.execute(process);
    done++;
  }
  return done;
}

/** Undoes all steps. */
export function rewind(execution: Execution): void {
  while (execution.depth > 0) {
    execution.undo();
  }
}
