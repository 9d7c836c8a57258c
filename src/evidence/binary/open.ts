/**
 * Opens a Go executable: what it was built from and with, and what its program counters mean.
 */
import { MaptrapError } from "../../base/errors.js";
import {
  type BuildInfoTexts,
  experiments,
  type ModuleInfo,
  parseBuildInfo,
  parseModuleInfo,
} from "../../golang/buildinfo.js";
import { GoTableError } from "../../golang/pclntab/errors.js";
import { buildIdentity } from "../../golang/pclntab/identity.js";
import { findFunctionData, type ReadFunctionData } from "../../golang/pclntab/inline.js";
import type { ModuleData } from "../../golang/pclntab/moduledata.js";
import { type Frame, Symbolizer } from "../../golang/pclntab/symbolizer.js";
import type { Pclntab } from "../../golang/pclntab/table.js";
import { BinaryError } from "./errors.js";
import { type ExecutableImage, readMemory, sectionNamed, segmentFrom } from "./image.js";
import {
  locateBuildInfo,
  type LocatedModuleData,
  locateModuleData,
  locateTable,
  type LocatedTable,
} from "./locate.js";
import { readImage } from "./formats.js";
import { type ByteSource, withFile } from "./source.js";

/** A Go executable. Everything is in memory; the file is closed. */
export interface GoBinary {
  /** The file. */
  readonly file: string;
  readonly format: ExecutableImage["format"];
  readonly architecture: ExecutableImage["architecture"];
  /** The Go version, as runtime.Version() gives it (`go1.24.4 X:noswissmap`); undefined when it is not readable. */
  readonly goVersion: string | undefined;
  /** The experiments that were on, as GOEXPERIMENT names them: `noswissmap` … */
  readonly experiments: readonly string[];
  /** Path of the main module; undefined when it was built without one. */
  readonly modulePath: string | undefined;
  /** Import path of the main package. */
  readonly packagePath: string | undefined;
  /** The build's settings: `-trimpath`, `-ldflags`, `GOARCH`, `vcs.revision` … */
  readonly buildSettings: ReadonlyMap<string, string>;
  /** Address of runtime.text as the linker laid it out; undefined when it is not known. PCs here count from it. */
  readonly textStart: bigint | undefined;
  /** A number that is equal for two runs of one build and hardly ever for two builds; undefined when it is not known. */
  readonly identity: bigint | undefined;
  /** How many functions the table holds. */
  readonly functionCount: number;
  /** What could not be read, one sentence each; the rest is right nevertheless. */
  readonly problems: readonly string[];
  /** {@link Symbolizer.symbolize} */
  symbolize(textOffset: number): readonly Frame[];
  /** {@link Symbolizer.symbolizeInnermost} */
  symbolizeInnermost(textOffset: number): Frame | undefined;
  /** {@link Symbolizer.symbolizeExact} */
  symbolizeExact(textOffset: number): readonly Frame[];
  /** {@link Symbolizer.functionAt} */
  functionAt(textOffset: number): Frame | undefined;
}

/** Makes a function that reads what lies within some bytes. */
function within(bytes: Uint8Array): ReadFunctionData {
  return (offset, length) =>
    offset >= 0 && offset + length <= bytes.length ? bytes.subarray(offset, offset + length) : undefined;
}

/** All memory from the function data on; undefined with a problem noted when it is not found. */
function readFunctionData(
  source: ByteSource,
  image: ExecutableImage,
  table: Pclntab,
  module: ModuleData,
): ReadFunctionData | "none needed" | undefined {
  const candidates = module.functionDataCandidates.filter(
    (address) => segmentFrom(image, address) !== undefined,
  );
  const readers = candidates.map(
    (address): ReadFunctionData =>
      (offset, length) =>
        readMemory(source, image, address + BigInt(offset), length),
  );
  const found = findFunctionData(table, readers);
  if (typeof found !== "number") {
    return found;
  }
  const region = segmentFrom(image, candidates[found] ?? 0n);
  return region === undefined ? undefined : within(source.read(region.fileOffset, region.size));
}

/** The build information; undefined with a problem noted when it is damaged or not there. */
function readBuildInfo(
  source: ByteSource,
  image: ExecutableImage,
  problems: string[],
): BuildInfoTexts | undefined {
  const bytes = locateBuildInfo(source, image);
  if (bytes === undefined) {
    problems.push("there is no build information");
    return undefined;
  }
  try {
    return parseBuildInfo(bytes, (address, length) => readMemory(source, image, address, length));
  } catch (error) {
    problems.push(sentence(error));
    return undefined;
  }
}

/** An expected error's message; any other error is a mistake of ours and goes on. */
function sentence(error: unknown): string {
  if (error instanceof GoTableError) {
    return error.message;
  }
  throw error;
}

/** The tables of a Go executable. */
export interface Symbols {
  readonly table: Pclntab;
  readonly symbolizer: Symbolizer;
  /** Address of runtime.text as the linker laid it out. */
  readonly textStart: bigint | undefined;
  readonly identity: bigint | undefined;
  readonly module: LocatedModuleData | undefined;
}

function readSymbols(source: ByteSource, image: ExecutableImage, problems: string[]): Symbols {
  const { table, address }: LocatedTable = locateTable(source, image);
  const module = locateModuleData(source, image, table.header, address);
  if (module === undefined) {
    problems.push("the module data was not found, so inlined calls cannot be told apart");
    // Without a C compiler involved, runtime.text is the first thing in the section.
    const text = sectionNamed(image, [".text", "__text"]);
    return {
      table,
      symbolizer: new Symbolizer(table, undefined),
      textStart: text?.address,
      identity: undefined,
      module,
    };
  }
  const data = readFunctionData(source, image, table, module);
  if (data === undefined) {
    problems.push("the function data was not found, so inlined calls cannot be told apart");
  }
  const symbolizer = new Symbolizer(table, data === "none needed" ? undefined : data);
  return { table, symbolizer, textStart: module.textStart, identity: buildIdentity(table, module), module };
}

/** A Go executable with the tables that its answers come from. */
export interface GoBinaryParts {
  readonly binary: GoBinary;
  readonly image: ExecutableImage;
  readonly symbols: Symbols;
}

/**
 * Reads a Go executable from any source of bytes.
 *
 * @throws BinaryError when it is no executable that is supported, holds no Go program, or is damaged
 */
export function readGoBinary(source: ByteSource): GoBinary {
  return readGoBinaryParts(source).binary;
}

/**
 * Reads a Go executable, and gives its tables too.
 *
 * @throws BinaryError as {@link readGoBinary} does
 */
export function readGoBinaryParts(source: ByteSource): GoBinaryParts {
  try {
    const image = readImage(source);
    const problems: string[] = [];
    const symbols = readSymbols(source, image, problems);
    const info = readBuildInfo(source, image, problems);
    return { binary: goBinary(source.name, image, { symbols, info, problems }), image, symbols };
  } catch (error) {
    if (error instanceof MaptrapError && !(error instanceof BinaryError)) {
      const offset = error instanceof GoTableError ? error.offset : 0;
      throw new BinaryError(
        source.name,
        error instanceof GoTableError ? error.what : error.message,
        offset,
        error,
      );
    }
    throw error;
  }
}

function goBinary(
  file: string,
  image: ExecutableImage,
  parts: {
    readonly symbols: Symbols;
    readonly info: BuildInfoTexts | undefined;
    readonly problems: readonly string[];
  },
): GoBinary {
  const { table, symbolizer, textStart, identity } = parts.symbols;
  const modules: ModuleInfo = parseModuleInfo(parts.info?.moduleText ?? "");
  return {
    file,
    format: image.format,
    architecture: image.architecture,
    goVersion: parts.info?.version,
    experiments: experiments(parts.info?.version ?? "", modules.settings),
    modulePath: modules.modulePath,
    packagePath: modules.packagePath,
    buildSettings: modules.settings,
    textStart,
    identity,
    functionCount: table.functionCount,
    problems: parts.problems,
    symbolize: (textOffset) => symbolizer.symbolize(textOffset),
    symbolizeInnermost: (textOffset) => symbolizer.symbolizeInnermost(textOffset),
    symbolizeExact: (textOffset) => symbolizer.symbolizeExact(textOffset),
    functionAt: (textOffset) => symbolizer.functionAt(textOffset),
  };
}

/**
 * Opens a Go executable.
 *
 * @param path the file
 * @throws BinaryError when it cannot be opened, is no executable that is supported, holds no Go program, or is damaged
 */
export function openGoBinary(path: string): GoBinary {
  return withFile(path, readGoBinary);
}
