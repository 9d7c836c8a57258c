/** What the commands of `maptrap model` have in common: which program, under which conditions. */
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { MaptrapError, UsageError } from "../base/errors.js";
import type { StudioDocument } from "../document/document.js";
import type { ModelJson } from "../document/model-schema.js";
import { policies, type Policy } from "../gomap/programs/map-access.js";
import { parseProgram } from "../gomap/programs/parser.js";
import { chooseMap, type ModelSettings } from "../gomap/programs/settings.js";
import { shippedPrograms } from "../gomap/programs/shipped.js";
import type { Program } from "../gomap/programs/syntax.js";
import { documentOf, htmlText } from "./html-file.js";

export type ModelFlags = {
  readonly map?: "classic" | "swiss" | undefined;
  readonly go?: number | undefined;
  readonly memory: "sc" | "tso";
  readonly policy: Policy;
  readonly seed: number;
  readonly afterFatal: "stop" | "continue";
  readonly json?: true | undefined;
  readonly html?: string | undefined;
};

/** A program with what it is called. */
export interface NamedProgram {
  readonly label: string;
  readonly program: Program;
}

/** Largest file that is read. */
const largestFile = 64 * 1024;

/** Makes a command with the options that say under which conditions a program is looked at. */
export function modelSubcommand(name: string): Command<[], ModelFlags> {
  return new Command(name)
    .addOption(
      new Option("--map <kind>", "which map: classic (Go 1.19 to 1.23) or swiss (Go 1.24 to 1.27)").choices([
        "classic",
        "swiss",
      ] as const),
    )
    .option(
      "--go <version>",
      "Go version, for example 1.23 (default: 1.23 for classic, 1.27 for swiss)",
      parseGo,
    )
    .addOption(
      new Option("--memory <model>", "sc: sequentially consistent; tso: x86 with store buffers")
        .choices(["sc", "tso"] as const)
        .default("sc" as const),
    )
    .addOption(
      new Option("--policy <policy>", "what is done about accesses at the same time")
        .choices(policies)
        .default("panic" as const),
    )
    .addOption(
      new Option("--after-fatal <what>", "whether the other goroutines stop with the first that is stopped")
        .choices(["stop", "continue"] as const)
        .default("stop" as const),
    )
    .option("--seed <n>", "seed of hashes and of random choices", parseNatural, 1)
    .option("--json", "print JSON")
    .option("--html <file>", htmlText);
}

/** A program as a document has it: with its conditions, and where the page begins. */
export function modelDocument(
  { label, program }: NamedProgram,
  settings: ModelSettings,
  { begin, token = null }: { readonly begin: ModelJson["begin"]; readonly token?: string | null },
  number = 0,
): StudioDocument {
  return documentOf(label, { model: { label, program: program.text, settings, token, begin } }, number);
}

/** The conditions. */
export function settingsOf(flags: ModelFlags): ModelSettings {
  const { memory, policy, seed, afterFatal } = flags;
  return { ...chooseMap(flags.map, flags.go), memory, policy, seed, afterFatal };
}

/**
 * Finds a program: text, a shipped one by its name, or a file.
 *
 * @throws ProgramSyntaxError, UsageError
 */
export function findPrograms(word: string, workingDirectory: string): readonly NamedProgram[] {
  const shipped = shippedPrograms.find(({ name }) => name === word);
  if (shipped !== undefined) {
    return shipped.programs.map(({ label, text }) => ({ label, program: parseProgram(text) }));
  }
  if (/[:\n]/.test(word) && !isFile(path.resolve(workingDirectory, word))) {
    return [{ label: "program", program: parseProgram(word) }];
  }
  const file = path.resolve(workingDirectory, word);
  if (!isFile(file)) {
    throw new UsageError(
      `there is no shipped program and no file ${JSON.stringify(word)}`,
      "`maptrap model list` shows the shipped programs; a program can also be written out: 'a: m[1]=2 | b: _=m[1]'",
    );
  }
  if (statSync(file).size > largestFile) {
    throw new MaptrapError(`${word} is larger than a program can be`, { exitStatus: 2 });
  }
  return [{ label: path.basename(word), program: parseProgram(readFileSync(file, "utf8")) }];
}

/** One program, where several cannot be shown. */
export function findProgram(word: string, workingDirectory: string): NamedProgram {
  const programs = findPrograms(word, workingDirectory);
  const [first] = programs;
  if (first === undefined || programs.length > 1) {
    throw new UsageError(`${word} is several programs; only explore shows them all`);
  }
  return first;
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

function parseGo(text: string): number {
  const minor = /^(?:go)?1\.(?<minor>\d{1,3})(?:\.\d{1,3})?$/.exec(text)?.groups?.["minor"];
  if (minor === undefined) {
    throw new InvalidArgumentError("a Go version looks like 1.23");
  }
  return Number(minor);
}

/** A whole number from 0 on. */
export function parseNatural(text: string): number {
  if (!/^\d{1,12}$/.test(text)) {
    throw new InvalidArgumentError("a whole number is wanted");
  }
  return Number(text);
}
