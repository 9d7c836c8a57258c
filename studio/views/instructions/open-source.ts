/** Opens a source of functions: code that is in a document, or a program, which a worker decodes. */
import {
  findFunctions,
  mapFunctions,
  type NamedFunctions,
  namesHolding,
} from "../../../src/analysis/asm/find-functions.js";
import { MaptrapError } from "../../../src/base/errors.js";
import type { InstructionView } from "../../../src/analysis/asm/function-view.js";
import { binaryView, functionViewInPieces, type GivenFunction } from "../../../src/document/asm-view.js";
import type { Bytes } from "../../../src/document/document.js";
import { listed } from "../../../src/report/text/shown.js";
import { type ConnectedWorker, connectWorker, WorkerError } from "../../parts/workers.js";
import DecodeWorker from "./decode.worker.ts?worker";
import type { DecodingCalls, FoundNames } from "./decoding.js";
import { inSlices } from "./slices.js";
import type { CodeSource } from "./sources.js";
import { line } from "./text-parts.js";

/** A source that is open. */
export interface OpenSource {
  readonly source: CodeSource;
  /** Names of the functions of Go's maps. */
  readonly mapFunctions: readonly string[];
  readonly functionCount: number;
  /** Functions whose names hold a text. */
  readonly find: (text: string, most: number) => Promise<FoundNames>;
  /**
   * A function, by a name as `maptrap asm` takes it.
   *
   * @throws MaptrapError when there is none
   */
  readonly load: (name: string) => Promise<GivenFunction>;
}

/**
 * Opens a source.
 *
 * @param onNews is told what is being done
 * @throws MaptrapError when it cannot be opened
 */
export async function openSource(source: CodeSource, onNews: (text: string) => void): Promise<OpenSource> {
  return source.kind === "code" ? openCode(source) : openProgram(source, onNews);
}

function openCode(source: Extract<CodeSource, { readonly kind: "code" }>): OpenSource {
  const { code, binary } = source;
  const functions = code.functions.filter((one) => one.binary === binary);
  const ranges = functions.map(({ name, address, bytes }) => ({
    name,
    start: address,
    end: address + bytes,
  }));
  const symbols: NamedFunctions = {
    functions: () => ranges,
    functionsNamed: (name) => ranges.filter((range) => range.name === name),
  };
  return {
    source,
    mapFunctions: mapFunctions(symbols).map(({ name }) => name),
    functionCount: functions.length,
    find: async (text, most) => {
      const names = namesHolding(symbols, text);
      return Promise.resolve({ names: names.slice(0, most), count: names.length });
    },
    load: async (name) => {
      const found = findFunctions(symbols, name);
      const [range] = found.functions;
      const json = range === undefined ? undefined : functions[ranges.indexOf(range)];
      if (json === undefined) {
        throw missing(name, source, found.similar);
      }
      const of = binaryView(code, binary);
      const view = await inSlices(functionViewInPieces(json, of.goVersion));
      return { view, binary: of, program: source.id };
    },
  };
}

let worker: ConnectedWorker<DecodingCalls> | undefined;

/** One for the page: a program that was read stays open while its functions are looked at. */
function decoding(): ConnectedWorker<DecodingCalls> {
  worker ??= connectWorker<DecodingCalls>(() => new DecodeWorker({ name: "decode" }));
  return worker;
}

/** Ends the worker; the next program starts it again. */
export function endDecoding(): void {
  worker?.close();
  worker = undefined;
}

async function openProgram(
  source: Extract<CodeSource, { readonly kind: "program" }>,
  onNews: (text: string) => void,
): Promise<OpenSource> {
  if (import.meta.env["STUDIO_SINGLE"] === true) {
    throw new MaptrapError("a page in one file does not decode programs", {
      wayOut: `open the program with maptrap studio, or put some of its functions into a page with maptrap asm ${line(source.name)} FUNCTION --html FILE`,
    });
  }
  const key = source.id;
  const asked = decoding();
  const opened = await asked.call(
    "open",
    { program: key, name: source.name, bytes: absolute(source.bytes) },
    { onNews: ({ text }) => onNews(line(text)) },
  );
  return {
    source,
    mapFunctions: opened.mapFunctions,
    functionCount: opened.functionCount,
    find: async (text, most) => asked.call("find", { program: key, text, most }),
    load: async (name) => {
      const instructions: InstructionView[] = [];
      const { found, similar } = await asked.call(
        "decode",
        { program: key, name },
        { onNews: (next) => instructions.push(...next) },
      );
      if (found === null) {
        throw missing(name, source, similar);
      }
      return { view: { ...found.view, instructions }, binary: found.binary, program: key };
    },
  };
}

/** An address of the page is not one of the worker, which lies in another folder. */
function absolute(bytes: Bytes): Bytes {
  return bytes.kind === "served" ? { ...bytes, url: new URL(bytes.url, document.baseURI).href } : bytes;
}

function missing(name: string, source: CodeSource, similar: readonly string[]): MaptrapError {
  return new MaptrapError(`${line(source.title)} holds no function ${line(name)}`, {
    wayOut:
      similar.length === 0
        ? "choose another function"
        : `it holds ${listed(similar.map((one) => line(one)))}`,
  });
}

/** An error as it is shown. */
export function saidOf(error: unknown): { readonly sentence: string; readonly wayOut: string } {
  const sentence = line(error instanceof Error ? error.message : String(error));
  const wayOut = error instanceof MaptrapError ? error.wayOut : undefined;
  const usual =
    error instanceof WorkerError
      ? "see that it is a whole Go program for linux/amd64"
      : "choose another function";
  return { sentence, wayOut: wayOut === undefined ? usual : line(wayOut) };
}
