/** What the page asks the worker that decodes programs. */
import type { BinaryView, FunctionView, InstructionView } from "../../../src/analysis/asm/function-view.js";
import type { Bytes } from "../../../src/document/document.js";
import type { Call } from "../../parts/workers.js";

/** A program that was opened. */
export interface OpenedProgram {
  readonly goVersion: string | null;
  readonly mapImplementation: "classic" | "swiss";
  readonly functionCount: number;
  /** Those of Go's maps. */
  readonly mapFunctions: readonly string[];
}

/** Functions that a search found. */
export interface FoundNames {
  readonly names: readonly string[];
  /** How many there are in all. */
  readonly count: number;
}

/** A function that was decoded, or why it is not there. Its instructions come before it, as news. */
export interface DecodedFunction {
  readonly found: {
    readonly view: Omit<FunctionView, "instructions">;
    readonly binary: BinaryView;
  } | null;
  /** Names that are similar, when there is none of this name. */
  readonly similar: readonly string[];
}

/** The worker holds programs by keys that the page gives them. */
export interface DecodingCalls {
  readonly open: Call<
    { readonly program: string; readonly name: string; readonly bytes: Bytes },
    OpenedProgram,
    { readonly text: string }
  >;
  /** Functions whose names hold a text, in any case, or fit a pattern; an empty one finds all. */
  readonly find: Call<{ readonly program: string; readonly text: string; readonly most: number }, FoundNames>;
  /** The news are the next instructions each: to take all of a long function at once would hold up the page. */
  readonly decode: Call<
    { readonly program: string; readonly name: string },
    DecodedFunction,
    readonly InstructionView[]
  >;
}
