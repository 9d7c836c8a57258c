/**
 * What a file is, told by its content; its name is not asked. Each kind has signs of its own, and a file that shows none of them is a
 * text: a crash, a log, or nothing that is known.
 */
import { TextDecoder } from "node:util";
import { parseJson } from "../base/json.js";
import { isEventFile } from "../evidence/ring/frame.js";
import { caseFormat } from "../case/schema.js";
import { documentFormat } from "./document.js";
import { beginsAsMap, largeMapFile } from "./opening/map-lines.js";
import type { GivenFile } from "./surroundings.js";

/** Kinds of JSON that commands of maptrap print, by the field "format". */
const jsonFormats: ReadonlyMap<string, JsonKind> = new Map<string, JsonKind>([
  [caseFormat, "case"],
  [documentFormat, "document"],
  ["maptrap-gdb-trace", "trace"],
  ["maptrap map", "map"],
  ["maptrap-asm", "code"],
  ["maptrap model run", "model"],
  ["maptrap model explore", "model"],
  ["maptrap model compare", "model"],
]);

/** What a JSON file of maptrap is. */
export type JsonKind = "case" | "document" | "trace" | "map" | "code" | "model";

/** What a file is. */
export type Recognised =
  /** A map that is too large to be read whole. */
  | { readonly kind: "large map" }
  | { readonly kind: JsonKind; readonly value: unknown }
  /** JSON that says that it is of maptrap, and of no kind that is known. */
  | { readonly kind: "unknown format"; readonly format: string }
  /** A text that begins as JSON of maptrap, and is none: it was cut, most likely. */
  | { readonly kind: "broken JSON"; readonly endsEarly: boolean }
  | {
      readonly kind:
        "event file" | "executable" | "core" | "gzip" | "page" | "short text" | "text" | "binary" | "empty";
    };

/** So much of a file is looked at, in bytes. */
export const lookedAt = 1 << 16;
/** The largest JSON file that is read, in bytes: a text of JavaScript has no more characters. */
const largestJson = 400 * 1024 * 1024;
/** The largest text that is tried as a program of the model, in bytes. */
export const largestProgram = 64 * 1024;

/** Tells what a file is. */
export async function recognise(file: GivenFile): Promise<Recognised> {
  const start = await file.read(0, Math.min(lookedAt, file.size));
  if (start.length === 0) {
    return { kind: "empty" };
  }
  return (
    recogniseBytes(start) ?? (await recogniseJson(file, start)) ?? { kind: recogniseText(start, file.size) }
  );
}

function recogniseBytes(start: Uint8Array): Recognised | undefined {
  if (isEventFile(start)) {
    return { kind: "event file" };
  }
  if (start[0] === 0x1f && start[1] === 0x8b && start[2] === 8) {
    return { kind: "gzip" };
  }
  if (start[0] === 0x7f && start[1] === 0x45 && start[2] === 0x4c && start[3] === 0x46) {
    // e_type 4 is ET_CORE, in the byte order that byte 5 tells.
    const type = start[5] === 2 ? start[17] : start[16];
    return { kind: type === 4 ? "core" : "executable" };
  }
  return isOtherExecutable(start) ? { kind: "executable" } : undefined;
}

/** Mach-O of 64 bits, and PE with its pointer to the header. */
function isOtherExecutable(start: Uint8Array): boolean {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  if (start.length < 64) {
    return false;
  }
  const magic = view.getUint32(0, true);
  if (magic === 0xfeedfacf || magic === 0xcffaedfe) {
    return true;
  }
  const header = view.getUint32(60, true);
  return (
    view.getUint16(0, true) === 0x5a4d &&
    header + 4 <= start.length &&
    view.getUint32(header, true) === 0x4550
  );
}

async function recogniseJson(file: GivenFile, start: Uint8Array): Promise<Recognised | undefined> {
  const beginning = decodeText(start, false);
  if (file.size >= largeMapFile && beginsAsMap(beginning)) {
    return { kind: "large map" };
  }
  if (!/^\s*\{\s*["}]/.test(beginning) || file.size > largestJson || isLines(beginning, file.size)) {
    return undefined;
  }
  return recogniseWhole(file);
}

/** As {@link recognise}, of a file that is JSON, whatever it is; undefined where it is none that is known. */
export async function recogniseWhole(file: GivenFile): Promise<Recognised | undefined> {
  if (file.size > largestJson) {
    return undefined;
  }
  const text = decodeText(await file.read(0, file.size), true);
  const value = parseJson(text);
  if (value instanceof SyntaxError) {
    return beginsAsOurs.test(text.slice(0, lookedAt))
      ? { kind: "broken JSON", endsEarly: /\bend\b|unterminated/i.test(value.message) }
      : undefined;
  }
  const format = typeof value === "object" && value !== null && "format" in value ? value.format : undefined;
  if (typeof format !== "string") {
    return undefined;
  }
  const kind = jsonFormats.get(format);
  if (kind !== undefined) {
    return { kind, value };
  }
  return format.startsWith("maptrap") ? { kind: "unknown format", format } : undefined;
}

/** Whether the first line is a JSON object by itself and others follow: a log, one object a line. */
function isLines(beginning: string, size: number): boolean {
  const end = beginning.indexOf("\n");
  return (
    end !== -1 &&
    end < size - 1 &&
    /\}\s*$/.test(beginning.slice(0, end)) &&
    /^\s*\{/.test(beginning.slice(end))
  );
}

/** How all JSON of maptrap begins: the field "format" is its first. */
const beginsAsOurs = /^\s*\{\s*"format"\s*:\s*"maptrap/;

function recogniseText(start: Uint8Array, size: number): "page" | "short text" | "text" | "binary" {
  const text = decodeText(start, false);
  if (/^\s*<(?:!doctype html|html|\?xml)/i.test(text)) {
    return "page";
  }
  if (looksBinary(start)) {
    return "binary";
  }
  return size <= largestProgram ? "short text" : "text";
}

/** Whether bytes are hardly a text: one of UTF-16 has zeros at every other place, and says so at its beginning or is all of that. */
function looksBinary(start: Uint8Array): boolean {
  const controls = start.reduce(
    (sum, byte) => sum + (byte < 9 || (byte > 13 && byte < 27) || (byte > 27 && byte < 32) ? 1 : 0),
    0,
  );
  const zeros = start.reduce((sum, byte) => sum + (byte === 0 ? 1 : 0), 0);
  const isWide =
    Math.abs(zeros - start.length / 2) < start.length / 8 && controls - zeros < start.length / 50;
  return controls > start.length / 10 && !isWide;
}

/**
 * The text of bytes: UTF-8, or UTF-16 with a mark, as PowerShell writes what a command prints.
 *
 * @param whole whether these are all bytes; else a character may be cut at the end
 */
export function decodeText(bytes: Uint8Array, whole: boolean): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? "utf-16le"
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? "utf-16be"
        : "utf-8";
  return new TextDecoder(encoding).decode(bytes, { stream: !whole });
}
