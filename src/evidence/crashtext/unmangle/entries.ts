/**
 * Log entries that hold text in a field: JSON objects, `key="…"` pairs, rows of comma-separated values.
 *
 *     {"log":"goroutine 7 [running]:\n","stream":"stderr","time":"2024-01-02T03:04:05.678901234Z"}
 *     time="2024-01-02T03:04:05Z" level=error msg="goroutine 7 [running]:\nmain.f()\n\t/src/main.go:12 +0x1d"
 *     "Jan 2, 2024 @ 03:04:05.678","goroutine 7 [running]:"
 */
import { looseKind } from "./piece.js";

/** What an entry holds. */
export interface Entry {
  readonly texts: readonly string[];
  /** The process that its fields name. */
  readonly process: string | null;
  /** When it was written, as the entry says: text of a date and time. */
  readonly time: string | null;
  /** Whether it is one line of an object that is printed over several. */
  readonly member?: boolean;
}

/** Entries longer than this are not taken apart. */
const longestEntry = 16 * 1024 * 1024;
/** Whether text is the begin of a JSON object. */
export function startsLikeJson(text: string): boolean {
  return /^\s{0,40}\{\s{0,8}"/.test(text);
}

/** The text in a log entry; undefined when the line is none. */
export function entryOf(given: string): Entry | undefined {
  if (given.length > longestEntry) {
    return undefined;
  }
  const text = withoutFrame(given);
  switch (text.charCodeAt(0)) {
    case 0x7b: // {
      return jsonEntry(text);
    case 0x2a: // *
      return text.startsWith('***"') ? jsonEntry(unmaskObject(text)) : undefined;
    case 0x22: // "
      return memberEntry(text) ?? rowEntry(text);
    default:
      return text.includes('="') ? fieldEntry(text) : undefined;
  }
}

function jsonEntry(text: string): Entry | undefined {
  const end = /\}[\s`\\|*,;'"─-╿-]{1,80}$/.exec(text.length > 200 ? text.slice(-200) : text);
  const value = parseJson(end === null ? text : text.slice(0, text.length - end[0].length + 1));
  if (!isRecord(value)) {
    return undefined;
  }
  const texts = textsOf(value);
  if (texts.length === 0) {
    return undefined;
  }
  return {
    texts,
    process: processOf(value),
    time: timeOf(value),
  };
}

/** An object whose braces were masked as secrets; those within its strings stay masked. */
function unmaskObject(text: string): string {
  return text
    .replace(/^\*\*\*(?=")/, "{")
    .replace(/(:\s?)\*\*\*(?=")/g, "$1{")
    .replace(
      /(["\d\]el])((?:\*\*\*)+)(?=,|$)/g,
      (_, before: string, masks: string) => before + "}".repeat(masks.length / 3),
    );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Fields that hold the text of an entry, best first. */
const textKeys = [
  "log",
  "message",
  "msg",
  "textPayload",
  "MESSAGE",
  "@message",
  "@m",
  "short_message",
  "full_message",
  "body",
  "Body",
  "text",
  "line",
  "event",
  "content",
  "data",
  "value",
  "_raw",
  "stringValue",
];

/** Within a dump, or in front of one. */
const dumpEvidence =
  /goroutine \d{1,16} .{0,80}\[|fatal error: |^panic: |WARNING: DATA RACE|\.go:\d{1,9} \+0x|\n\t/;

/**
 * The texts of an entry: every string that holds part of a dump, none twice; or the field that is meant for text.
 */
function textsOf(value: Readonly<Record<string, unknown>>): readonly string[] {
  const strings: Named[] = [];
  collect(value, "", strings, 0);
  const evident: string[] = [];
  for (const { text } of strings) {
    if (dumpEvidence.test(text) && !evident.some((other) => other.includes(text))) {
      // A field that holds more than an earlier one takes its place.
      const covered = evident.findIndex((other) => text.includes(other));
      if (covered === -1) {
        evident.push(text);
      } else {
        evident[covered] = text;
      }
    }
  }
  if (evident.length > 0) {
    return evident;
  }
  for (const key of textKeys) {
    const found = strings.find((string) => string.key === key);
    if (found !== undefined) {
      return [found.text];
    }
  }
  return [];
}

interface Named {
  readonly key: string;
  readonly text: string;
}

const maxStrings = 400;
const maxDepth = 6;

function collect(value: unknown, key: string, into: Named[], depth: number): void {
  if (into.length >= maxStrings || depth > maxDepth) {
    return;
  }
  if (typeof value === "string") {
    into.push({ key, text: value });
  } else if (Array.isArray(value)) {
    for (const item of value.slice(0, maxStrings)) {
      collect(item, key, into, depth + 1);
    }
  } else if (isRecord(value)) {
    for (const [name, item] of Object.entries(value)) {
      collect(item, name, into, depth + 1);
    }
  }
}

/** Where an entry names its process: path of keys, best first. */
const processKeys = [
  "kubernetes.pod_name",
  "kubernetes.pod.name",
  "resource.labels.pod_name",
  "pod_name",
  "pod",
  "resource.labels.container_name",
  "container_name",
  "container",
  "container.name",
  "docker.container_name",
  "service",
  "source",
];

function processOf(value: Readonly<Record<string, unknown>>): string | null {
  for (const path of processKeys) {
    const found = at(value, path);
    if (typeof found === "string" && found !== "") {
      return found.slice(0, 300);
    }
  }
  const pid = value["pid"] ?? value["_PID"] ?? value["SYSLOG_PID"];
  const name = value["name"] ?? value["SYSLOG_IDENTIFIER"] ?? value["hostname"];
  return isNumberLike(pid) && typeof name === "string" ? `${name.slice(0, 300)}[${String(pid)}]` : null;
}

function isNumberLike(value: unknown): value is string | number {
  return typeof value === "number" || (typeof value === "string" && /^\d{1,12}$/.test(value));
}

function at(value: Readonly<Record<string, unknown>>, path: string): unknown {
  const direct = value[path];
  if (direct !== undefined) {
    return direct;
  }
  let current: unknown = value;
  for (const key of path.split(".")) {
    if (!isRecord(current)) {
      return undefined;
    }
    current = current[key];
  }
  return current;
}

function timeOf(value: Readonly<Record<string, unknown>>): string | null {
  for (const key of ["time", "timestamp", "@timestamp", "ts", "receiveTimestamp", "t"]) {
    const found = value[key];
    if (typeof found === "string") {
      return found;
    }
  }
  return null;
}

/** One line of an object that is printed over several lines: `"textPayload": "goroutine 7 [running]:\n",` */
const member =
  /^"(?:log|message|msg|textPayload|MESSAGE|@message|body|text|line|_raw|stack|stacktrace|error|content)"\s{0,8}:\s{0,8}(".*"),?$/;

function memberEntry(text: string): Entry | undefined {
  const match = member.exec(text);
  const value = match?.[1] === undefined ? undefined : parseJson(match[1]);
  return typeof value === "string" ? { ...plainEntry([value]), member: true } : undefined;
}

/** Without the border, the code mark, the dash column that was put behind. */
function withoutFrame(given: string): string {
  const text = given.trim();
  return /[`\\|│┃║-]$/.test(text)
    ? text.slice(0, -200) + text.slice(-200).replace(/(?:\s{1,200}[-–]|[\s`\\|│┃║]{1,200})$/, "")
    : text;
}

/** A line of such an object that holds no text: `},`, `"timestamp": "2024-01-02T03:04:05Z",` */
export function isEntrySyntax(given: string): boolean {
  const text = given.length > 2000 ? given : withoutFrame(given);
  return (
    text.length < 2000 &&
    /^\s{0,80}(?:[[\]{}]{1,3},?|"[\w@./-]{1,80}"\s{0,8}:\s{0,8}(?:[[{]{1,2}|[[{]{1,2}[\]}]{1,2},?|"(?:[^"\\]|\\.){0,400}",?|[-\w.]{1,40},?))\s{0,400}$/.test(
      text,
    ) &&
    !member.test(text.trim())
  );
}

/** A row of comma-separated values, or one string of a list of them. */
function rowEntry(text: string): Entry | undefined {
  const fields = rowFields(text, false) ?? rowFields(text, true);
  if (fields === undefined) {
    return undefined;
  }
  const found = fields.filter((field) => dumpEvidence.test(field) || looseKind(field) !== "other");
  const text1 = found.find((field) => field !== "") ?? (fields.length > 1 ? fields.at(-1) : undefined);
  return text1 === undefined ? undefined : plainEntry([text1]);
}

const maxFields = 100;

function rowFields(text: string, backslashes: boolean): string[] | undefined {
  const fields: string[] = [];
  let i = 0;
  while (i < text.length && fields.length < maxFields) {
    if (text.charCodeAt(i) !== 0x22) {
      const comma = text.indexOf(",", i);
      const end = comma === -1 ? text.length : comma;
      fields.push(text.slice(i, end));
      i = end + 1;
      continue;
    }
    const end = closingQuote(text, i + 1, backslashes);
    if (end === -1) {
      return undefined;
    }
    const inside = text.slice(i + 1, end);
    fields.push(backslashes ? unquoted(inside) : inside.replaceAll('""', '"'));
    if (end + 1 < text.length && text.charCodeAt(end + 1) !== 44) {
      return undefined;
    }
    i = end + 2;
  }
  return fields;
}

/** Where a quoted field ends: at a quote that is neither doubled nor behind a backslash. */
function closingQuote(text: string, from: number, backslashes: boolean): number {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5c && backslashes) {
      i++;
    } else if (code === 0x22) {
      if (backslashes || text.charCodeAt(i + 1) !== 0x22) {
        return i;
      }
      i++;
    }
  }
  return -1;
}

function unquoted(inside: string): string {
  const value = inside.includes("\\") ? parseJson(`"${inside}"`) : inside;
  return typeof value === "string" ? value : inside;
}

/** `msg="…"`: of logfmt and klog's structured entries. */
function fieldEntry(text: string): Entry | undefined {
  const values: string[] = [];
  let from = 0;
  for (let round = 0; round < maxFields; round++) {
    const start = text.indexOf('="', from);
    if (start === -1) {
      break;
    }
    const end = closingQuote(text, start + 2, true);
    if (end === -1) {
      break;
    }
    const key = /[\w@.]{1,40}$/.exec(text.slice(Math.max(0, start - 40), start))?.[0] ?? "";
    const value = unquoted(text.slice(start + 2, end));
    if (dumpEvidence.test(value) || (from === 0 && start < 12 && /^(?:msg|message|log|text)$/.test(key))) {
      values.push(value);
    }
    from = end + 1;
  }
  return values.length === 0 ? undefined : plainEntry(values);
}

function plainEntry(texts: readonly string[]): Entry {
  return { texts, process: null, time: null };
}
