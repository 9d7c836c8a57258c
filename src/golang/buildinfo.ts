/**
 * Build information: what `go version -m` shows, which is in every Go executable, stripped or not.
 *
 * It begins with 32 bytes: a magic of 14 bytes, the size of a pointer, flags. With flag 2 (Go 1.18 and newer) two texts
 * follow, each after its length as a variable-length number: the Go version and the module information. Without it, two
 * pointers to Go strings follow the flags, and flag 1 says that they are big-endian.
 *
 * Sources: Go's src/debug/buildinfo/buildinfo.go and src/runtime/debug/mod.go, 1.27.
 */
import { ByteReader } from "../base/bytes.js";
import { GoTableError } from "./pclntab/errors.js";

/** What build information begins with: `\xff Go buildinf:`. */
export const buildInfoMagic: Uint8Array = Uint8Array.of(0xff, ...new TextEncoder().encode(" Go buildinf:"));

/** Build information begins at addresses that are a multiple of this. */
export const buildInfoAlignment = 16;

/** Size of the fixed part, in bytes. */
export const buildInfoHeaderSize = 32;

/** The texts of the build information, as they are. */
export interface BuildInfoTexts {
  /** As runtime.Version() gives it: `go1.24.4`, `go1.24.4 X:noswissmap`, `devel go1.28-1a2b3c`. */
  readonly version: string;
  /** The module information, without the marks at its ends; empty for programs that were built without modules. */
  readonly moduleText: string;
}

/** What the module information says. */
export interface ModuleInfo {
  /** Import path of the main package; `command-line-arguments` for programs that were built from named files. */
  readonly packagePath: string | undefined;
  /** Path of the main module. */
  readonly modulePath: string | undefined;
  /** Version of the main module; `(devel)` when it was built in its own folder. */
  readonly moduleVersion: string | undefined;
  /** The settings of the build: `-trimpath`, `-ldflags`, `GOARCH`, `GOEXPERIMENT`, `CGO_ENABLED`, `vcs.revision` … */
  readonly settings: ReadonlyMap<string, string>;
}

/** Reads memory of the executable by address; undefined when it is not all there. */
export type ReadMemory = (address: bigint, length: number) => Uint8Array | undefined;

/** No text is longer: a list of modules has some hundred bytes for each. */
const maxTextLength = 16 << 20;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A text after its length, and where it ends. */
function prefixedText(reader: ByteReader, offset: number): { readonly text: string; readonly end: number } {
  let length = 0;
  let at = offset;
  for (let factor = 1; ; factor *= 128) {
    const byte = reader.has(at, 1) && at - offset < 5 ? reader.u8(at) : undefined;
    if (byte === undefined) {
      throw new GoTableError("the build information's text lengths are damaged", offset);
    }
    at++;
    length += (byte & 0x7f) * factor;
    if (byte < 0x80) {
      break;
    }
  }
  if (length > maxTextLength || !reader.has(at, length)) {
    throw new GoTableError(
      `the build information holds a text of ${length} bytes that is not all there`,
      offset,
    );
  }
  return { text: reader.text(at, length), end: at + length };
}

function word(bytes: Uint8Array, offset: number, size: number, bigEndian: boolean): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return size === 8 ? view.getBigUint64(offset, !bigEndian) : BigInt(view.getUint32(offset, !bigEndian));
}

/** A Go string (address and length) that a pointer in the header names. */
function pointedText(reader: ByteReader, index: number, memory: ReadMemory): string {
  const size = reader.u8(14);
  const bigEndian = (reader.u8(15) & 1) === 1;
  if (size !== 4 && size !== 8) {
    throw new GoTableError(`the build information has pointers of ${size} bytes`, 14);
  }
  const pointer = word(reader.bytes(16, 16), index * size, size, bigEndian);
  const string = memory(pointer, 2 * size);
  const length = string === undefined ? 0n : word(string, size, size, bigEndian);
  const bytes =
    string === undefined || length > maxTextLength
      ? undefined
      : memory(word(string, 0, size, bigEndian), Number(length));
  if (bytes === undefined) {
    throw new GoTableError("the build information points to a text that is not there", 16 + index * size);
  }
  return decoder.decode(bytes);
}

/** The text between the two marks of 16 bytes around it; empty when there are none. */
function withoutMarks(text: string): string {
  return text.length >= 33 && text.at(-17) === "\n" ? text.slice(16, -16) : "";
}

/**
 * Reads the build information.
 *
 * @param bytes from the magic on; what follows the information does no harm
 * @param memory reads the executable's memory, for the form that was written up to Go 1.17
 * @throws GoTableError when it is damaged
 */
export function parseBuildInfo(bytes: Uint8Array, memory: ReadMemory): BuildInfoTexts {
  const reader = new ByteReader(bytes);
  if (!reader.has(0, buildInfoHeaderSize) || buildInfoMagic.some((byte, index) => bytes[index] !== byte)) {
    throw new GoTableError("the build information does not begin as it should", 0);
  }
  if ((reader.u8(15) & 2) === 0) {
    return {
      version: pointedText(reader, 0, memory),
      moduleText: withoutMarks(pointedText(reader, 1, memory)),
    };
  }
  const version = prefixedText(reader, buildInfoHeaderSize);
  // The marks are not UTF-8. Each of their bytes that is none becomes one character, so they are cut off as bytes.
  const module = prefixedText(reader, version.end);
  return { version: version.text, moduleText: withoutMarks(module.text) };
}

/** A key or value of a build setting: as it is, or quoted as in Go source. */
function unquoted(text: string): string {
  if (text.length >= 2 && text.startsWith("`") && text.endsWith("`")) {
    return text.slice(1, -1);
  }
  if (!text.startsWith('"')) {
    return text;
  }
  const simple: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\\": "\\", '"': '"' };
  return text.slice(1, -1).replace(/\\(.)/gs, (all, letter: string) => simple[letter] ?? all);
}

/** Splits `key=value`, where the key may be quoted and hold an equals sign itself. */
function setting(text: string): readonly [string, string] | undefined {
  const match = /^("(?:[^"\\]|\\.)*"|`[^`]*`|[^=]+)=(.*)$/s.exec(text);
  return match === null ? undefined : [unquoted(match[1] ?? ""), unquoted(match[2] ?? "")];
}

/**
 * Reads the module information: lines of `path`, `mod`, `dep`, `=>` and `build`, each followed by a tab. Lines that are
 * not known, or not as they should be, are left out.
 *
 * @param text as {@link parseBuildInfo} gives it
 */
export function parseModuleInfo(text: string): ModuleInfo {
  const settings = new Map<string, string>();
  const columns = new Map<string, readonly string[]>();
  for (const line of text.split("\n")) {
    const tab = line.indexOf("\t");
    const kind = line.slice(0, Math.max(tab, 0));
    const rest = line.slice(tab + 1);
    const pair = kind === "build" ? setting(rest) : undefined;
    if (pair !== undefined) {
      settings.set(...pair);
    } else if ((kind === "path" || kind === "mod") && !columns.has(kind)) {
      columns.set(kind, rest.split("\t"));
    }
  }
  const [modulePath, moduleVersion] = columns.get("mod") ?? [];
  return { packagePath: columns.get("path")?.[0], modulePath, moduleVersion, settings };
}

/**
 * The experiments that a program was built with, as GOEXPERIMENT names them: `noswissmap`, `synctest` …
 *
 * They are a part of the version (`go1.24.4 X:noswissmap`), and may be a build setting too.
 *
 * @param version as {@link parseBuildInfo} gives it
 * @param settings of the build
 */
export function experiments(version: string, settings: ReadonlyMap<string, string>): readonly string[] {
  const inVersion = / X:(\S+)/.exec(version)?.[1] ?? "";
  const names = `${inVersion},${settings.get("GOEXPERIMENT") ?? ""}`.split(",");
  return [...new Set(names.filter((name) => name !== ""))];
}
