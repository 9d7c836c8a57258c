/**
 * What single lines of a crash text look like, as the Go runtime, its race detector and maptrap's probe write them.
 *
 * This file tells kinds apart; lines.ts takes the parts out of a line. Both are strict: a clean line has its tab and no
 * prefix, because that is how a line is told from prose. Work is linear in the length of a line.
 */

/** What a clean line is. Each is shown with a line as it was really printed. */
export type LineKind =
  /** `fatal error: concurrent map writes`, `panic: boom [recovered]`, `SIGQUIT: quit`; nested panics begin with a tab. */
  | "headline"
  /** `[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x4941ab]` */
  | "signal"
  /** `PC=0x4643a1 m=0 sigcode=0` */
  | "program-counter"
  /** `goroutine 7 [chan receive, 2 minutes]:`, `goroutine 1 gp=0xc000002380 m=0 mp=0x55d4a0 [running]:` */
  | "header"
  /** `runtime stack:` */
  | "runtime-stack"
  /** `[originating from goroutine 1]:` */
  | "ancestor"
  /** `main.(*Cache).Get(0xc000012345, {0x4a3f21?, 0x3?})` */
  | "function"
  /** `	/home/ada/shop/cache.go:12 +0x44 fp=0xc00006ef50 sp=0xc00006eee0 pc=0x48f1a4` */
  | "file"
  /** `created by main.main in goroutine 1` */
  | "created-by"
  /** `...23 frames elided...`, `...additional frames elided...` */
  | "elided"
  /** `	goroutine running on other thread; stack unavailable` */
  | "unavailable"
  /** `rax    0xca`, `fault   0x0` */
  | "register"
  /** `WARNING: DATA RACE` */
  | "race-warning"
  /** `Read at 0x00c00012a0f0 by goroutine 7:`, `Previous write by goroutine 6:` */
  | "race-access"
  /** `Goroutine 7 (running) created at:` */
  | "race-created"
  /** `  [failed to restore the stack]` */
  | "race-lost"
  /** `Found 2 data race(s)` */
  | "race-total"
  /** `  main.main.func1()`: in a race report or a probe report */
  | "indented-function"
  /** `      /home/ada/shop/cache.go:12 +0x44`: in a race report or a probe report */
  | "indented-file"
  /** `WARNING: CONCURRENT MAP USE (maptrap, caught)` */
  | "probe-warning"
  /** `map[string]int at 0xc000012345, 3 elements` */
  | "probe-map"
  /** `Iteration (held in a trap for 512µs) by goroutine 8:`; its `Read by …` and `Write by …` are "race-access" too. */
  | "probe-side"
  /** `Goroutine 7 was started by goroutine 1 at:` */
  | "probe-start"
  /** `The other side was not recorded.` */
  | "probe-no-other"
  /** `  (callers were not recorded)`, `  (callers as they were 12 changes before)` */
  | "probe-no-callers"
  /** `==================`; `-----` between the threads of a dump made with GOTRACEBACK=crash */
  | "separator"
  /** `exit status 2` */
  | "exit-status"
  /** Nothing, or blanks only. */
  | "blank"
  | "other";

const TAB = 9;
const SPACE = 32;
const DOT = 46;
const COLON = 58;
const OPEN = 40;
const CLOSE = 41;

/** The longest line that is looked at; a longer one is "other". */
export const maxLineLength = 16_384;

/** What a clean line is. */
export function classifyLine(text: string): LineKind {
  if (text.length === 0) {
    return "blank";
  }
  if (text.length > maxLineLength) {
    return startsHeadline(text) ? "headline" : "other";
  }
  const first = text.charCodeAt(0);
  if (first === TAB) {
    return classifyTabbed(text);
  }
  if (first === SPACE) {
    return classifyIndented(text);
  }
  // By far the most lines at this place are function lines.
  if (text.charCodeAt(text.length - 1) === CLOSE && isFunctionText(text, 0)) {
    return "function";
  }
  return classifyWord(text, first);
}

/** Whether lines of this kind are written by nothing but a crash or a race report. */
export function isReportLine(kind: LineKind): boolean {
  return kind !== "other" && kind !== "blank" && kind !== "separator" && kind !== "exit-status";
}

function classifyTabbed(text: string): LineKind {
  if (isFileText(text, 1)) {
    return "file";
  }
  if (text.startsWith("goroutine running on other thread", 1)) {
    return "unavailable";
  }
  if (text.startsWith("panic: ", 1) || text.startsWith("fatal error: ", 1)) {
    return "headline";
  }
  return isBlank(text) ? "blank" : "other";
}

function classifyIndented(text: string): LineKind {
  let indent = 1;
  while (text.charCodeAt(indent) === SPACE) {
    indent++;
  }
  if (indent === 2) {
    if (text.charCodeAt(text.length - 1) === CLOSE && isFunctionText(text, 2)) {
      return "indented-function";
    }
    if (text === "  [failed to restore the stack]") {
      return "race-lost";
    }
    if (isCallersNote(text.slice(2))) {
      return "probe-no-callers";
    }
    if (elidedLine.test(text.slice(2))) {
      return "elided";
    }
  }
  if (indent === 6 && isFileText(text, 6)) {
    return "indented-file";
  }
  return isBlank(text) ? "blank" : "other";
}

/** Lines that begin with a word, told apart by its first letter. */
function classifyWord(text: string, first: number): LineKind {
  switch (first) {
    case 0x67: // g
      return isHeaderText(text) ? "header" : fallback(text);
    case 0x63: // c
      return createdByName(text) === null ? fallback(text) : "created-by";
    case DOT:
      return elidedLine.test(text) ? "elided" : "other";
    case 0x5b: // [
      return classifyBracket(text);
    case 0x66: // f
    case 0x70: // p
    case 0x53: // S
      return startsHeadline(text) ? "headline" : fallback(text);
    case 0x52: // R
    case 0x57: // W
    case 0x50: // P
    case 0x41: // A
    case 0x47: // G
    case 0x46: // F
    case 0x44: // D
    case 0x49: // I
    case 0x43: // C
    case 0x4c: // L
    case 0x54: // T
      return classifyCapital(text);
    case 0x3d: // =
      return text === "==================" ? "separator" : "other";
    case 0x2d: // -
      return text === "-----" ? "separator" : "other";
    case 0x65: // e
      return exitStatusLine.test(text) ? "exit-status" : fallback(text);
    default:
      return fallback(text);
  }
}

function classifyBracket(text: string): LineKind {
  if (text.startsWith("[signal ")) {
    return "signal";
  }
  return ancestorLine.test(text) ? "ancestor" : "other";
}

function classifyCapital(text: string): LineKind {
  if (text === "WARNING: DATA RACE") {
    return "race-warning";
  }
  if (text.startsWith("WARNING: CONCURRENT MAP USE (maptrap")) {
    return "probe-warning";
  }
  if (text === "The other side was not recorded.") {
    return "probe-no-other";
  }
  if (programCounterLine.test(text)) {
    return "program-counter";
  }
  if (raceTotalLine.test(text)) {
    return "race-total";
  }
  if (text.charCodeAt(text.length - 1) !== COLON) {
    return "other";
  }
  if (raceAccessLine.test(text)) {
    return "race-access";
  }
  if (raceCreatedLine.test(text)) {
    return "race-created";
  }
  if (probeSideLine.test(text)) {
    return "probe-side";
  }
  return probeStartLine.test(text) ? "probe-start" : "other";
}

/** What can begin with any letter. */
function fallback(text: string): LineKind {
  if (text === "runtime stack:") {
    return "runtime-stack";
  }
  if (text.length <= 80 && registerLine.test(text)) {
    return "register";
  }
  return (text.endsWith(" elements") || text.endsWith(" evacuated)")) && probeMapLine.test(text)
    ? "probe-map"
    : "other";
}

/** `...additional frames elided...` */
const elidedLine = /^\.\.\.(?:additional|\d{1,9}) frames elided\.\.\.$/;
/** `exit status 2`, as `go run` and `go test` print it */
const exitStatusLine = /^exit status \d{1,3}$/;
/** `[originating from goroutine 1]:`, with GODEBUG=tracebackancestors=N */
const ancestorLine = /^\[originating from goroutine \d{1,16}\]:$/;
/** `PC=0x4643a1 m=0 sigcode=0` */
const programCounterLine = /^PC=0x[0-9a-f]{1,16} m=\d/;
/** `Found 2 data race(s)` */
const raceTotalLine = /^Found \d{1,9} data race\(s\)$/;
/** `rax    0xca`; some architectures print two on a line: `r0   0x0	r1   0x7ffdc0` */
const registerLine =
  /^[a-z]{1,8}\d{0,2}[ \t]{1,8}0x[0-9a-f]{1,16}(?:[ \t]{1,8}[a-z]{1,8}\d{0,2}[ \t]{1,8}0x[0-9a-f]{1,16})?$/;
/** `Previous atomic write at 0x00c00012a0f0 by main goroutine:`; without an address up to Go 1.6 */
const raceAccessLine =
  /^(?:Previous )?(?:[Aa]tomic )?(?:[Rr]ead|[Ww]rite)(?: at 0x[0-9a-f]{1,16})? by (?:goroutine \d{1,16}|main goroutine):$/;
/** `Goroutine 7 (finished) created at:` */
const raceCreatedLine = /^Goroutine \d{1,16} \([a-z ]{1,32}\) created at:$/;
/** `Iteration (held in a trap for 512µs) by goroutine 8:`, `Write (the other side; its changes began 1203µs before) by goroutine 7:` */
const probeSideLine =
  /^(?:Read|Write|Delete|Iteration|Clear|Clone|Length)(?: \((?:held in a trap for \d{1,16}µs|the side that noticed|the other side(?:; [a-z ]{1,60} began \d{1,16}µs before)?)\))? by goroutine \d{1,16}:$/;
/** `Goroutine 7 was started by goroutine 1 at:` */
const probeStartLine = /^Goroutine \d{1,16} was started (?:by goroutine \d{1,16} )?at:$/;
/** `map[string]int at 0xc000012345, 3 elements`, `… 3 elements, growing to the same size (3 of 8 old buckets evacuated)` */
const probeMapLine =
  /^\S[^\r\n]{0,1000} at 0x[0-9a-f]{1,16}, \d{1,20} elements(?:, growing (?:to the same size )?\(\d{1,20} of \d{1,20} old buckets evacuated\))?$/;
/**
 * Below the last frame of the other side, behind two blanks: its callers were not recorded, or were taken from an earlier change at
 * the same place.
 */
export function isCallersNote(text: string): boolean {
  return callersNote.test(text);
}

const callersNote = /^\(callers (?:were not recorded|as they were \d{1,20} changes before)\)$/;
/** `SIGQUIT: quit`; also `SIGABRT: abort`, `SIGSEGV: segmentation violation` */
const signalHeadline = /^SIG[A-Z]{2,8}(?:\d{1,2})?: [a-z ]{3,40}$/;

function startsHeadline(text: string): boolean {
  return text.startsWith("fatal error: ") || text.startsWith("panic: ") || signalHeadline.test(text);
}

function isBlank(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code !== SPACE && code !== TAB) {
      return false;
    }
  }
  return true;
}

/** `goroutine 20 [runnable] {http.route: /api}:` */
export function isHeaderText(text: string): boolean {
  if (!text.startsWith("goroutine ") || text.charCodeAt(text.length - 1) !== COLON) {
    return false;
  }
  return headerLine.test(text);
}

/**
 * States have no brackets in them; labels can, which are quoted within the brackets in Go 1.26, and behind them from 1.27 on:
 *
 *     goroutine 19 gp=0x243223d003c0 m=3 mp=0x243223ca1008 [running labels:{"req id": "a [b] c"}]:
 */
const headerLine =
  /^goroutine \d{1,16}(?: gp=0x[0-9a-f]{1,16} m=(?:nil|\d{1,9})(?: mp=0x[0-9a-f]{1,16})?)? \[(?:[^[\]]{1,300}\](?: \{.*\})?|[^[\]{]{1,300} labels:\{.*\}[^[\]{}]{0,300}\]):$/;

/**
 * Whether a function line stands at `from`: a name, and arguments in parentheses up to the end of the text.
 *
 *     main.(*Cache).Get(0xc000012345, {0x4a3f21?, 0x3?}, _, ...)
 */
export function isFunctionText(text: string, from: number): boolean {
  const open = argumentsStart(text);
  if (open <= from) {
    return false;
  }
  if (text.charCodeAt(from) === SPACE || text.charCodeAt(from) === DOT) {
    return false;
  }
  return isFunctionName(text, from, open);
}

/**
 * Where the arguments of a function line begin: at the last opening parenthesis, when nothing but arguments follows.
 *
 * @returns -1 when they are not arguments
 */
export function argumentsStart(text: string): number {
  let i = text.length - 2;
  for (; i >= 0; i--) {
    const code = text.charCodeAt(i);
    if (code === OPEN) {
      return i;
    }
    if (!isArgumentCode(code)) {
      return -1;
    }
  }
  return -1;
}

/** `0x1f`, `{`, `}`, `_`, `?`, `...`, commas and blanks between them; old versions can print a sign. */
function isArgumentCode(code: number): boolean {
  return (
    (code >= 48 && code <= 57) || // 0-9
    (code >= 97 && code <= 102) || // a-f
    code === 120 || // x
    code === SPACE ||
    code === 44 || // ,
    code === DOT ||
    code === 63 || // ?
    code === 95 || // _
    code === 123 || // {
    code === 125 // }
  );
}

/**
 * A function's name has a dot: `main.main`. The exceptions are `panic` and what C code is called. Blanks stand only within
 * brackets of a kind: `main.(*struct { sync.Mutex }).Lock`, `main.F[go.shape.struct { a int }]`.
 */
function isFunctionName(text: string, from: number, to: number): boolean {
  let dots = 0;
  let depth = 0;
  // The compiler's own: `type:.eq.net/http.connectMethodKey`, `go:buildid`.
  const start = text.startsWith("type:", from) ? from + 5 : text.startsWith("go:", from) ? from + 3 : from;
  for (let i = start; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      dots++;
    } else if (code === OPEN || code === 91 || code === 123) {
      depth++;
    } else if (code === CLOSE || code === 93 || code === 125) {
      depth--;
    } else if (depth <= 0 && (code <= SPACE || isNoNameCode(code))) {
      return false;
    }
  }
  return depth === 0 && (dots > 0 ? text.charCodeAt(to - 1) !== DOT : isDotlessName(text, from, to));
}

/** Quotes, `=`, `:` and `@`: what prose and key=value pairs have, and names do not. */
function isNoNameCode(code: number): boolean {
  return code === 34 || code === 39 || code === 61 || code === COLON || code === 64;
}

/** The function and the goroutine of a `created by` line. */
export interface CreatedBy {
  readonly function: string;
  readonly goroutine: number | null;
}

/** Takes `created by main.main in goroutine 1` apart; null when it is no such line. */
export function createdByName(text: string): CreatedBy | null {
  if (!text.startsWith("created by ")) {
    return null;
  }
  const id = inGoroutine.exec(text);
  const end = id === null ? text.length : id.index;
  return end > 11 && isFunctionName(text, 11, end)
    ? { function: text.slice(11, end), goroutine: id === null ? null : Number(id[1]) }
    : null;
}

const inGoroutine = / in goroutine (\d{1,16})$/;

function isDotlessName(text: string, from: number, to: number): boolean {
  return dotlessName.test(text.slice(from, to));
}

/** `panic(…)` is what the runtime prints for runtime.gopanic; the others are cgo's. */
const dotlessName = /^(?:panic|_?_?cgo\w{0,60}|crosscall\w{0,20}|_rt0_\w{1,40}|x_cgo\w{0,60})$/;

/**
 * Whether the second line of a frame stands at `from`: a path, a line number and, where known, offsets.
 *
 *     /usr/local/go/src/runtime/panic.go:605 +0x95 fp=0xc420d6a790 sp=0xc420d6a770 pc=0x42bb85
 *     C:/Users/ada/shop/main.go:12 +0x1d
 *     <autogenerated>:1 +0x2b
 */
export function isFileText(text: string, from: number): boolean {
  return filePathEnd(text, from) !== -1;
}

/**
 * Where the path of a frame's second line ends: at the colon before the line number, or, where people dropped the number,
 * after the file's ending.
 *
 * @returns -1 when it is no such line
 */
export function filePathEnd(text: string, from: number): number {
  const end = offsetsStart(text);
  const first = text.charCodeAt(from);
  if (first === SPACE || first === TAB) {
    return -1;
  }
  let i = end - 1;
  while (i > from && isDigit(text.charCodeAt(i))) {
    i--;
  }
  if (text.charCodeAt(i) === COLON && i < end - 1 && i > from && end - i < 12) {
    return isPath(text, from, i) ? i : -1;
  }
  return isSourcePath(text, from, end) ? end : -1;
}

/** Where ` +0x95 fp=0x… sp=0x… pc=0x…` begins: the end of the text when there is none. */
function offsetsStart(text: string): number {
  let end = text.length;
  for (let words = 0; words < 5; words++) {
    const blank = text.lastIndexOf(" ", end - 1);
    if (blank <= 0 || !isOffset(text, blank + 1, end)) {
      break;
    }
    end = blank;
  }
  return end;
}

/** `+0x95`, `fp=0xc420d6a790`, `sp=…`, `pc=…` */
function isOffset(text: string, from: number, to: number): boolean {
  let i = from;
  if (text.charCodeAt(i) === 43) {
    i += 1; // +
  } else if (text.charCodeAt(i + 2) === 61 && /^[fsp][pc]=/.test(text.slice(i, i + 3))) {
    i += 3;
  } else {
    return false;
  }
  if (text.charCodeAt(i) !== 48 || text.charCodeAt(i + 1) !== 120 || i + 2 >= to) {
    return false;
  }
  for (i += 2; i < to; i++) {
    if (!isHex(text.charCodeAt(i))) {
      return false;
    }
  }
  return true;
}

/** With a line number after it, anything that has an ending or a slash is a path. */
function isPath(text: string, from: number, to: number): boolean {
  let marks = 0;
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT || code === 47 || code === 92 || code === 60 || code === 63) {
      marks++;
    } else if (code < SPACE || code === 34) {
      return false;
    }
  }
  return marks > 0 && endsLikeFile(text, from, to);
}

/** `.go`, `.s`, `.c`; a `//line` directive may name any other file. */
function endsLikeFile(text: string, from: number, to: number): boolean {
  return fileEnding.test(text.slice(Math.max(from, to - 20), to));
}

const fileEnding = /(?:\.[A-Za-z]\w{0,9}|<autogenerated>|\?\?)$/;

function isSourcePath(text: string, from: number, to: number): boolean {
  return (
    to - from > 3 &&
    /[^\s/\\]\.(?:go|s)$/.test(text.slice(Math.max(from, to - 40), to)) &&
    isPath(text, from, to)
  );
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isHex(code: number): boolean {
  return isDigit(code) || (code >= 97 && code <= 102);
}
