/**
 * The parts that prefixes of log lines are made of, each with a real line. A prefix is any sequence of them:
 *
 *     web-1  | 2024-01-02T03:04:05.678Z stderr F E0102 03:04:05.678901       1 cache.go:12] goroutine 7 [running]:
 *     └ compose └ time stamp            └ CRI    └ klog                                     └ what is looked for
 *
 * Every pattern is sticky and has bounded repetitions only, so that a hostile line costs linear time.
 */
import { bit } from "./undone.js";

/** One part that can stand in a prefix. */
export interface PrefixPart {
  /** One letter, unique: the shape of a prefix is the letters of its parts. */
  readonly id: string;
  readonly pattern: RegExp;
  readonly bits: number;
  /** A character that it has in it, to pass over lines without quickly. */
  readonly needs?: string;
  /** Whether the groups are year, month, day, hour, minute, second, fraction. */
  readonly time?: "date" | "month-name" | "clock";
  /** Makes the process's name of the groups. */
  readonly process?: (match: RegExpExecArray) => string | null;
  /** Whether it may only follow a time stamp. */
  readonly afterTime?: boolean;
  /** Whether lines that differ in having it still have the same shape. */
  readonly unshaped?: boolean;
}

const zone =
  "(?: [+-]\\d{4} [A-Z]{3,4}| ?(?:Z|[+-]\\d\\d:?\\d\\d|UTC|GMT|CEST|CET|EST|EDT|PST|PDT|MST|MDT|CST|CDT|MSK|IST|JST|BST|AEST|AEDT)(?![A-Za-z]))?";
const clock = "(\\d{1,2}):(\\d\\d):(\\d\\d)(?:[.,](\\d{1,9}))?";
const afterTime = "(?:: |:$| [|-] |\\| |, | {1,2}|\\t)?";

const levels =
  "TRACE|DEBUG|DEBU|INFO|NOTICE|WARNING|WARN|ERROR|ERRO|ERR|CRITICAL|CRIT|FATAL|FATA|PANIC|PANI|SEVERE|ALERT|EMERG|" +
  "trace|debug|info|notice|warning|warn|error|err|crit|critical|fatal|alert|emerg|Trace|Debug|Info|Notice|Warning|Warn|" +
  "Error|Critical|Fatal|DBG|INF|WRN|FTL|TRC|DPANIC|dpanic";

/** `2024-01-02T03:04:05.678901234Z `, `2024/01/02 03:04:05 `, `2024-01-02 03:04:05,678 +0100 - ` */
const dateTime: PrefixPart = {
  id: "t",
  needs: ":",
  pattern: new RegExp(
    `(\\d{4})[-/.](\\d\\d)[-/.](\\d\\d)(?: @ |[T ,_\\t]{1,2})${clock}${zone}(?: m=[+-][\\d.]{1,24})?${afterTime}`,
    "y",
  ),
  bits: bit.time,
  time: "date",
};

/** `02/Jan/2024:03:04:05 +0000 `, `01/02/2024 03:04:05 PM ` */
const slashedDate: PrefixPart = {
  id: "t",
  needs: ":",
  pattern: new RegExp(
    `\\d{1,2}[/.-](?:\\d{1,2}|[A-Za-z]{3})[/.-](?:\\d{4}|\\d\\d)[T ,:]{1,2}${clock}(?: [AP]M)?${zone}${afterTime}`,
    "y",
  ),
  bits: bit.time,
  time: "clock",
};

/** `03:04:05.678 ` */
const clockOnly: PrefixPart = {
  id: "t",
  needs: ":",
  pattern: new RegExp(`${clock}(?: ?[AP]M)?${zone}${afterTime}`, "y"),
  bits: bit.time,
  time: "clock",
};

/** `Mar 12 10:11:12.123456 `, `Mon Jan  2 15:04:05 2006 `, `Mär 12 10:11:12 `, `févr. 12 10:11:12 `, `Jan 2, 2024 @ 03:04:05.678 ` */
const monthName: PrefixPart = {
  id: "d",
  needs: ":",
  pattern: new RegExp(
    `(?:\\p{L}{2,12}\\.?,? )?\\p{L}{1,12}\\.? {1,2}(\\d{1,2}),? (?:\\d{4},? )?(?:@ )?${clock}${zone}(?: \\d{4}(?= |:|$))?${afterTime}`,
    "uy",
  ),
  bits: bit.time,
  time: "month-name",
};

/** `12 mars 10:11:12 `, `12. März 2024 10:11:12 ` */
const dayFirst: PrefixPart = {
  id: "d",
  needs: ":",
  pattern: new RegExp(`(\\d{1,2})\\.? \\p{L}{1,12}\\.?,?(?: \\d{4})?,? ${clock}${zone}${afterTime}`, "uy"),
  bits: bit.time,
  time: "month-name",
};

/** `3月 12 10:11:12 `: Chinese, Japanese and Korean months are numbers with a word behind */
const numberedMonth: PrefixPart = {
  id: "d",
  needs: ":",
  pattern: new RegExp(
    `\\d{1,2} ?[\\u6708\\uc6d4]\\.? {0,2}(\\d{1,2})[\\u65e5\\uc77c]? ${clock}${zone}${afterTime}`,
    "uy",
  ),
  bits: bit.time,
  time: "month-name",
};

/** `1704164645.678 ` */
const epoch: PrefixPart = {
  id: "e",
  pattern: /\d{10}(?:\d{3}|\d{6}|\d{9})?(?:\.\d{1,9})?(?:: |[ \t|]{1,2})/y,
  bits: bit.time,
};

/** `12) `, ` 12 │ `: a list, or the gutter of an editor */
const numberGutter: PrefixPart = {
  id: "n",
  pattern: /\d{1,7}(?:[.)] (?=\S)| {0,2}[│┃|](?: |$)?)/y,
  bits: bit.table,
};

/** `E0102 03:04:05.678901       1 cache.go:12] ` */
const klog: PrefixPart = {
  id: "k",
  needs: "]",
  pattern: /[IWEF]\d{4} (\d\d):(\d\d):(\d\d)\.(\d{1,9}) {1,9}\d{1,10} [^\s:\]]{1,200}:\d{1,6}\](?: |$)/y,
  bits: bit.log,
  time: "clock",
};

/** `stderr F `, `stderr P `: Kubernetes' container runtime interface */
const containerStream: PrefixPart = {
  id: "c",
  pattern: /(?:stdout|stderr)(?: [FP](?::[^\s]{1,40})?(?: |$)| ?[|:] ?| )/y,
  bits: bit.container,
};

/** `web-1  | `, `web.1.x7k2p@node-3    | `, `10:11:12 web.1  | ` */
const compose: PrefixPart = {
  id: "o",
  needs: "|",
  pattern: /([A-Za-z0-9][\w.@/-]{0,127}) {0,80}\|(?: |$)/y,
  bits: bit.container,
  process: (match) => match[1] ?? null,
};

/** `host svc[123]: `, `svc[123] ` without the colon, glued to the time `10:11:12svc[123]: ` */
const syslogTag: PrefixPart = {
  id: "s",
  needs: "[",
  pattern: /(?:([^\s[\]:(){}"'=]{1,253}) {1,2})?([^\s[\]:(){}"'=]{1,128})\[(\d{1,10})\]:?(?: |\t|$)/y,
  bits: bit.syslog,
  afterTime: true,
  process: (match) => hosted(match[1], `${match[2] ?? ""}[${match[3] ?? ""}]`),
};

/** `host svc: ` */
const syslogName: PrefixPart = {
  id: "s",
  needs: ":",
  pattern: new RegExp(
    `(?!(?:${levels}) )([^\\s[\\]:(){}"'=|<>]{1,253}) ([^\\s[\\]:(){}"'=|<>]{1,128}):(?: |\\t|$)`,
    "y",
  ),
  bits: bit.syslog,
  afterTime: true,
};

/** RFC 5424: `host svc 123 - - `, `host svc 123 ID47 [a@1 b="c"] ` */
const syslogFields: PrefixPart = {
  id: "s",
  pattern: /([^\s]{1,253}) ([^\s]{1,48}) (\d{1,10}|-) ([^\s]{1,32}) (?:-|(?:\[[^\]]{0,500}\]){1,9})(?: |$)/y,
  bits: bit.syslog,
  afterTime: true,
  process: (match) => (match[3] === "-" ? null : hosted(match[1], `${match[2] ?? ""}[${match[3] ?? ""}]`)),
};

/** `INFO `, `error: `, `ERRO[0012] ` */
const level: PrefixPart = {
  id: "l",
  pattern: new RegExp(`(?:${levels})(?:\\[\\d{1,8}\\])?(?: ?[:|-](?: {1,5}|$)| {1,5}|\\t)`, "y"),
  bits: bit.level,
};

/** `[pod/web-7d9f/app] `: `kubectl logs --prefix` */
const podBracket: PrefixPart = {
  id: "o",
  needs: "]",
  pattern: /\[pod\/([^/\]]{1,253})\/[^\]]{1,253}\](?: |$)/y,
  bits: bit.container,
  process: (match) => match[1] ?? null,
};

/** `[ TRACE ] `, `[2024-01-02 03:04:05] `, `[worker 3] ` */
const bracketed: PrefixPart = {
  id: "b",
  needs: "]",
  pattern:
    /\[(?![A-Za-z][\w .,()]{0,80}[a-z)]\]:$|signal |originating |failed to |recovered|\.\.\.)([^[\]]{1,160})\](?:[:|] ?| - )? {0,3}/y,
  bits: bit.level,
};

/** `level=error `, `time="2024-01-02T03:04:05Z" ` */
const keyValue: PrefixPart = {
  id: "f",
  needs: "=",
  pattern:
    /(?!(?:[fsp]?[pc]?=0x|(?:msg|message|log|text|err|error|stack|stacktrace|panic)="))[A-Za-z_@][\w.-]{0,40}=(?:"[^"]{0,500}"|[^\s"]{1,500})(?: |$)/y,
  bits: bit.log,
  unshaped: true,
};

/** `main.go:12: `, `pkg/cache.go:12] `, `cache/cache.go:12⇥` */
const sourcePlace: PrefixPart = {
  id: "p",
  needs: ":",
  pattern:
    /[\w./@-]{1,200}\.(?:go|cc|py|rs|js|java):\d{1,6}(?::\d{1,6})?(?::(?: |$)|\](?: |$)| [|-] |\t(?=\S))/y,
  bits: bit.log,
};

/** `plugin: `, `terraform-provider-aws_v2.1: `, `worker[3]: ` */
const loggerName: PrefixPart = {
  id: "g",
  needs: ":",
  pattern: /[A-Za-z_@][\w./@#-]{0,120}(?:\[\d{1,10}\])?:(?: {1,2}|\t|$)/y,
  bits: bit.log,
};

/** `build⇥Run tests⇥2024-01-02T03:04:05.6789012Z `: `gh run view --log` */
const columns: PrefixPart = {
  id: "h",
  needs: "\t",
  pattern: /[^\t]{1,160}\t[^\t]{1,160}\t\ufeff?(?=\d{4}-\d\d-\d\dT)/y,
  bits: bit.log,
};

/** `web-7d9f8c6b5-x7k2p app `: stern */
const podAndContainer: PrefixPart = {
  id: "r",
  pattern:
    /([a-z0-9][a-z0-9.]{0,100}(?:-[a-z0-9]{1,60}){1,12}) ([a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?)(?: [›>|])? /y,
  bits: bit.container,
  process: (match) => match[1] ?? null,
};

/** `<13>`, `<13>1 `, `<error> ` */
const priority: PrefixPart = {
  id: "i",
  pattern: new RegExp(`<(?:\\d{1,3}>(?:1 )?|(?:${levels})>(?:: | |$))`, "y"),
  bits: bit.syslog,
};

/** `(stderr) ` */
const parenthesised: PrefixPart = {
  id: "b",
  pattern: /\([\w .:-]{1,40}\)(?:: | )/y,
  bits: bit.level,
};

/** `> `, `>> `, `| `, `// `, ` * `, `- `, `# `, `;; ` */
const quoteMark: PrefixPart = {
  id: "q",
  pattern:
    /(?:(?:> ?){1,20}|\/\/\/? |\/\/(?!\/\/)|\/\/$|\/\*{1,2}(?: |$)|\*(?: |$)|\|{1,2}(?: |$|(?=[^|\s]))|[-+](?: |$)|#{1,6}(?: |$)|;{1,3}(?: |$)|: (?=\S)|%{1,2} |--(?: |$)|[•◦‣●·▸▪](?: |$))/y,
  bits: bit.quote,
};

/** `│ `, `╷`, `┃ ` */
const boxDrawing: PrefixPart = {
  id: "x",
  pattern: /[─-╿▀-▟⎪❘｜⎸⎹]{1,400}(?: |$)?/y,
  bits: bit.table,
};

/** A byte order mark in front of a line, zero-width blanks. */
const invisible: PrefixPart = { id: "u", pattern: /[\ufeff\u200b\u2060]{1,8}/y, bits: 0, unshaped: true };

/** Backticks around a line; `**`. */
const emphasis: PrefixPart = {
  id: "m",
  pattern: /(?:`{1,3}(?=[^`])|\*\*(?=[^*\s{}0-9]))/y,
  bits: bit.markdown,
};

const digits = [
  dateTime,
  slashedDate,
  clockOnly,
  numberedMonth,
  dayFirst,
  epoch,
  numberGutter,
  compose,
  syslogTag,
];
const letters = [
  columns,
  monthName,
  klog,
  containerStream,
  compose,
  syslogTag,
  syslogName,
  syslogFields,
  level,
  keyValue,
  sourcePlace,
  loggerName,
  podAndContainer,
];
const marks = [quoteMark, boxDrawing, emphasis, invisible];
const byFirst = new Map<string, readonly PrefixPart[]>([
  ["[", [podBracket, bracketed]],
  ["<", [priority]],
  ["(", [parenthesised]],
  ["_", [loggerName, sourcePlace, keyValue, syslogTag]],
  ["@", [loggerName, keyValue]],
  [".", [sourcePlace]],
  ["/", [quoteMark, sourcePlace, syslogTag]],
]);

/** The parts that can begin with a character. */
export function partsFor(code: number): readonly PrefixPart[] {
  if (code >= 48 && code <= 57) {
    return digits;
  }
  if ((code >= 65 && code <= 90) || (code >= 97 && code <= 122)) {
    return letters;
  }
  if (code < 128) {
    return byFirst.get(String.fromCharCode(code)) ?? marks;
  }
  // Letters beyond ASCII begin month names; the rest is box drawing and list marks.
  return isBeyondLetters(code) ? marks : [monthName, syslogTag];
}

function isBeyondLetters(code: number): boolean {
  return (code >= 0x2000 && code <= 0x2bff) || code === 0xb7 || code === 0xfeff || code === 0xff5c;
}

/** The host counts only where two hosts use the same process name and number; see the cleaner. */
function hosted(host: string | undefined, process: string): string {
  return host === undefined ? process : `${process} on ${host}`;
}
