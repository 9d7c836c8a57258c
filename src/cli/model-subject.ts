/** Which program a command of `maptrap model` is about, and under which conditions. */
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { MaptrapError, UsageError } from "../base/errors.js";
import type { StudioDocument } from "../document/document.js";
import type { ModelJson } from "../document/model-schema.js";
import { parseProgram } from "../gomap/programs/parser.js";
import { chooseMap, type ModelSettings } from "../gomap/programs/settings.js";
import { shippedPrograms } from "../gomap/programs/shipped.js";
import type { Program } from "../gomap/programs/syntax.js";
import type { ModelFlags } from "./commands/model-options.js";
import { documentOf } from "./html-file.js";

/** A program with what it is called. */
export interface NamedProgram {
  readonly label: string;
  readonly program: Program;
}

/** Largest file that is read. */
const largestFile = 64 * 1024;

/** A program as a document has it: with its conditions, and where the page begins. */
export function modelDocument(
  { label, program }: NamedProgram,
  settings: ModelSettings,
  { token = null, ...rest }: Pick<ModelJson, "begin" | "plan" | "runs"> & { readonly token?: string | null },
  number = 0,
): StudioDocument {
  return documentOf(label, { model: { label, program: program.text, settings, token, ...rest } }, number);
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
