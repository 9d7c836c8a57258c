/** `maptrap asm`: functions of a Go program as instructions. */
import { type AsmProgram, asmProgram, viewIn } from "../analysis/asm/asm-program.js";
import { compareFunctions } from "../analysis/asm/compare.js";
import { conclusionsOn } from "../analysis/asm/conclusions.js";
import { findFunctions, mapFunctions } from "../analysis/asm/find-functions.js";
import type { BinaryView } from "../analysis/asm/function-view.js";
import { MaptrapError, UsageError } from "../base/errors.js";
import { asmExcerpts } from "../document/asm-excerpts.js";
import { asmSchema } from "../document/asm-schema.js";
import type { StudioDocument } from "../document/document.js";
import { openProgram } from "../evidence/binary/program.js";
import { loadInstructionDecoder } from "../golang/instructions/decoder.js";
import type { CodeRange } from "../golang/program-symbols.js";
import { type AsmDocument, asmJson } from "../report/json/asm.js";
import {
  type AsmOptions,
  comparisonLines,
  conclusionLines,
  functionLines,
  overviewLines,
} from "../report/text/asm.js";
import { coloursOf } from "../report/text/colours.js";
import { shown, wrapped } from "../report/text/shown.js";
import { wantsColour } from "./case-output.js";
import type { CommandContext } from "./context.js";
import { documentOf, HtmlFile } from "./html-file.js";
import { sourceReader } from "./source-reader.js";

/** Of what a command is called with, that which it takes to show instructions. */
export type AsmContext = Pick<CommandContext, "environment" | "workingDirectory">;

/** The options, as they come out of the command line. */
export type AsmFlags = {
  readonly against?: string | undefined;
  readonly syntax: string;
  readonly limit: number;
  readonly lines?: { readonly from: number; readonly to: number } | undefined;
  readonly width?: number | undefined;
  readonly json?: true | undefined;
  readonly html?: string | undefined;
};

/** How many functions are shown in one call. */
const maxFunctions = 200;
/** The report's width where the terminal does not tell. */
const usualWidth = 120;

/**
 * Shows functions of a program.
 *
 * @param names functions; none for all map functions
 * @throws MaptrapError
 */
export async function showAsm(
  binary: string,
  names: readonly string[],
  flags: AsmFlags,
  context: AsmContext,
): Promise<void> {
  const html = await HtmlFile.at(flags.html, context.workingDirectory);
  const work = new AsmWork(flags, context);
  const document = await work.read(binary, names);
  process.stdout.write(flags.json === true ? asmJson(document) : work.text(document, names.length === 0));
  if (html !== undefined) {
    await html.write([codeDocument(binary, document)]);
  }
}

/** What the page gets is what a file with the same JSON would give it. */
function codeDocument(binary: string, document: AsmDocument): StudioDocument {
  const code = asmSchema.parse(JSON.parse(asmJson(document)));
  return documentOf(binary, { code, excerpts: asmExcerpts(code, sourceReader([])) });
}

/** The work of one call. */
class AsmWork {
  readonly #flags: AsmFlags;
  readonly #context: AsmContext;

  constructor(flags: AsmFlags, context: AsmContext) {
    this.#flags = flags;
    this.#context = context;
  }

  /** Decodes what was asked for. */
  async read(binary: string, names: readonly string[]): Promise<AsmDocument> {
    const left = await this.#open(binary);
    const right = this.#flags.against === undefined ? undefined : await this.#open(this.#flags.against);
    return right === undefined ? this.#oneProgram(left, names) : this.#twoPrograms(left, right, names);
  }

  async #open(file: string): Promise<AsmProgram> {
    const program = openProgram(file, 0);
    const decoder = await loadInstructionDecoder();
    const decode =
      this.#flags.syntax === "intel" ? decoder.decodeIntel.bind(decoder) : decoder.decode.bind(decoder);
    return asmProgram(program, file, { decode, decodeIntel: decode });
  }

  #oneProgram(open: AsmProgram, names: readonly string[]): AsmDocument {
    const ranges = names.length === 0 ? mapFunctions(open.program) : this.#found(open, names);
    const views = ranges.map((range) => viewIn(open, range, "by name"));
    const [left, right] = views;
    // Two that were named stand beside each other; what a pattern found stands below each other.
    const pair = names.length === 2 && views.length === 2 && left !== undefined && right !== undefined;
    return {
      binaries: [open.view],
      functions: views.map((view) => ({ binary: 0, view })),
      comparisons: pair ? [{ left: 0, right: 1, comparison: compareFunctions(left, right) }] : [],
      conclusions: conclusionsOn(names.length === 0 ? [] : views),
    };
  }

  #twoPrograms(a: AsmProgram, b: AsmProgram, names: readonly string[]): AsmDocument {
    const ranges = names.length === 0 ? mapFunctions(a.program) : this.#found(a, names);
    const pairs = ranges.flatMap((range) => {
      const [other] = b.program.functionsNamed(range.name);
      return other === undefined
        ? []
        : [{ left: viewIn(a, range, "with version"), right: viewIn(b, other, "with version") }];
    });
    if (pairs.length === 0) {
      throw new MaptrapError(
        `${shown(b.view.file)} holds none of the functions that were found in ${shown(a.view.file)}: ${ranges
          .slice(0, 3)
          .map(({ name }) => shown(name))
          .join(", ")}`,
        { wayOut: "name a function that both have; without a name, all map functions of both are compared" },
      );
    }
    return {
      binaries: [a.view, b.view],
      functions: pairs.flatMap(({ left, right }) => [
        { binary: 0, view: left },
        { binary: 1, view: right },
      ]),
      comparisons: pairs.map(({ left, right }, index) => ({
        left: 2 * index,
        right: 2 * index + 1,
        comparison: compareFunctions(left, right),
      })),
      conclusions: conclusionsOn(names.length === 0 ? [] : pairs.flatMap(({ left, right }) => [left, right])),
    };
  }

  #found(open: AsmProgram, names: readonly string[]): readonly CodeRange[] {
    const found = new Map<number, CodeRange>();
    for (const name of names) {
      const { functions, similar } = findFunctions(open.program, name);
      if (functions.length === 0) {
        throw new UsageError(
          `${shown(open.view.file)} holds no function ${shown(name)}`,
          similar.length === 0
            ? `maptrap asm ${shown(open.view.file)} lists its map functions`
            : `it holds ${similar.map(shown).join(", ")}`,
        );
      }
      functions.forEach((range) => found.set(range.start, range));
    }
    if (found.size > maxFunctions) {
      throw new UsageError(
        `these names fit ${found.size} functions, and at most ${maxFunctions} are shown in one call`,
        "write more of the name",
      );
    }
    return [...found.values()];
  }

  /**
   * Draws it.
   *
   * @param all whether no function was named
   */
  text({ binaries, functions, comparisons, conclusions }: AsmDocument, all: boolean): string {
    const options = this.#options();
    const binaryOf = (index: number): BinaryView => {
      const binary = binaries[functions[index]?.binary ?? 0];
      if (binary === undefined) {
        throw new RangeError("a function without a binary");
      }
      return binary;
    };
    const lines: string[] = [];
    if (all && comparisons.length === 0) {
      lines.push(
        ...overviewLines(functions.map(({ view }) => view)),
        "",
        ...wrapped(
          "tests, sets, clears: where the mark of Go's check is tested, set and cleared; window: instructions between setting and clearing, on the shortest and on the longest way. Name functions to see them.",
          options.width,
        ),
      );
    } else if (comparisons.length > 0) {
      for (const { left, right, comparison } of comparisons) {
        lines.push(...comparisonLines(comparison, [binaryOf(left), binaryOf(right)], options), "");
      }
    } else {
      functions.forEach(({ view }, index) => {
        lines.push(...functionLines({ view, binary: binaryOf(index) }, options), "");
      });
    }
    return `${[...lines, ...conclusionLines(conclusions, options)]
      .join("\n")
      .replace(/\n{3,}/g, "\n\n")
      .trimEnd()}\n`;
  }

  #options(): AsmOptions {
    const known = new Map<string, string | undefined>();
    const read = sourceReader([]);
    return {
      colours: coloursOf(wantsColour(process.stdout, this.#context.environment)),
      width: Math.max(60, this.#flags.width ?? process.stdout.columns ?? usualWidth),
      limit: this.#flags.limit,
      lines: this.#flags.lines,
      workingDirectory: this.#context.workingDirectory,
      readSource: (file) => {
        if (!known.has(file)) {
          known.set(file, read(file));
        }
        return known.get(file);
      },
    };
  }
}
