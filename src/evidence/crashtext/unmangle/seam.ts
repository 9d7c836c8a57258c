/**
 * Puts the two parts of a line that was cut together again. A window cuts anywhere and keeps every character; what wraps at
 * words eats the blank there. The runtime writes blanks at few places only, so the words on both sides tell:
 *
 *     concurrent map read and map | write     →  a blank: these words stand next to each other in a message
 *     concurrent ma | p read and map write    →  none
 *     main.f(0x1, | 0x2)                      →  a blank: behind a comma
 */

/** Whatever the runtime writes with blanks in it. */
const phrases = ` ${[
  "fatal error: concurrent map read and map write",
  "fatal error: concurrent map writes",
  "fatal error: concurrent map iteration and map write",
  "fatal error: concurrent map clone and map write",
  "fatal error: all goroutines are asleep - deadlock!",
  "fatal error: unexpected signal during runtime execution",
  "goroutine running on other thread; stack unavailable",
  "chan receive (nil chan) minutes, locked to thread",
  "chan send (nil chan) synctest bubble",
  "chan receive (durable) (leaked) (scan)",
  "select (no cases) IO wait finalizer wait cleanup wait",
  "force gc (idle) GC sweep wait GC scavenge wait GC worker (idle) GC assist wait GC assist marking",
  "trace reader (blocked) debug call preempted copystack sleep semacquire runnable running syscall",
  "created by in goroutine runtime stack: exit status additional frames elided... data race(s)",
  "WARNING: DATA RACE Read at by goroutine Write at by goroutine by main goroutine",
  "Previous read at Previous write at Previous atomic read at Goroutine (running) created at: (finished) created at:",
  "[failed to restore the stack] WARNING: CONCURRENT MAP USE (maptrap, caught) (maptrap, recorded) (maptrap, inferred)",
  "The other side was not recorded. (callers were not recorded) (callers as they were changes before)",
].join(" | ")} `;

/** Whether a goroutine's state with a blank in it is one that the runtime knows. */
export function isKnownState(state: string): boolean {
  return phrases.includes(state);
}

/** The line that two parts make. */
export function sewn(start: string, rest: string): string {
  if (/\s$/.test(start) || /^\s/.test(rest) || start === "" || rest === "") {
    return start + rest;
  }
  return needsBlank(start, rest) ? `${start} ${rest}` : start + rest;
}

function needsBlank(start: string, rest: string): boolean {
  const last = start.slice(-1);
  if (last === ",") {
    return /^[\w{(."*]/.test(rest);
  }
  if (/^(?:\+0x|[fsp][pc]=0x|gp=0x|mp=0x|m=(?:\d|nil)|in goroutine)/.test(rest)) {
    return /[\w)\]]/.test(last);
  }
  if (start.endsWith("created by") || (/^\[[A-Za-z]/.test(rest) && /goroutine \d[^[]{0,80}$/.test(start))) {
    return true;
  }
  const before = /(?:\\[nt])?([^\s"\\]{1,40})$/.exec(start.slice(-42))?.[1] ?? "";
  const after = /^[^\s"\\]{1,40}/.exec(rest.slice(0, 40))?.[0] ?? "";
  if (/^\d{1,9}$/.test(after) && /^(?:goroutine|status)$/.test(before)) {
    return true;
  }
  if (/^\d{1,9}$/.test(before) && /^(?:minutes?|frames)/.test(after)) {
    return true;
  }
  return after !== "" && before !== "" && isPhrase(before, after);
}

/** Words that stand next to each other in a phrase. */
const wordPairs: ReadonlySet<string> = new Set(
  phrases.split(" | ").flatMap((phrase) => {
    const words = phrase.trim().split(" ");
    return words.slice(1).map((word, index) => `${words[index] ?? ""} ${word}`);
  }),
);

/** Brackets and the like around a phrase do not count. */
function isPhrase(before: string, after: string): boolean {
  const one = before.replace(/^[[(]+/, "");
  const other = after.replace(/[\],:]+$/, "");
  return (
    wordPairs.has(`${one} ${other}`) ||
    wordPairs.has(`${before} ${after}`) ||
    wordPairs.has(`${one} ${after}`)
  );
}
