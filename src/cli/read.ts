/** `maptrap read`: shows what event files hold, or a case file. */
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { CaseBuilder, type CaseProcess } from "../analysis/build-case.js";
import type { CaseLog } from "../analysis/gc/logs.js";
import { MaptrapError, systemErrorCode, UsageError } from "../base/errors.js";
import { sanitizeTerminal } from "../base/text.js";
import type { Case } from "../case/case.js";
import { decodeCase } from "../case/file.js";
import { excerptsOf } from "../document/excerpts.js";
import { readProcess } from "../document/opening/read-process.js";
import { readLog } from "../document/opening/read-text.js";
import { openGoBinary } from "../evidence/binary/open.js";
import { copyEventFile } from "../evidence/ring/copy.js";
import { NotAnEventFileError } from "../evidence/ring/errors.js";
import { readEventFile } from "../evidence/ring/read.js";
import type { Symbolizer } from "../evidence/ring/symbolizer.js";
import { renderJson } from "../report/json/render.js";
import { renderText } from "../report/text/render.js";
import { bytesText } from "../report/text/table.js";
import { openSymbols, SymbolCache } from "./binary-symbols.js";
import { trappedStatus, wantsColour } from "./case-output.js";
import type { CommandContext } from "./context.js";
import { moduleAbove } from "./module-above.js";
import { holdsOrder } from "./order-file.js";
import { documentOf, HtmlFile } from "./html-file.js";
import { PageRecordings } from "./page-recordings.js";
import { progressOn } from "./progress.js";
import { type ModulePlace, sourceBelow, sourceReader } from "./source-reader.js";

/** Event files end so. */
export const eventFileExtension = ".maptrap";
/** The largest file that is read, in bytes. */
const largestFile = 1 << 30;

/** A file that was named cannot be read, or holds nothing to read. Exit status 2. */
export class UnreadableInputError extends MaptrapError {
  constructor(
    readonly file: string,
    reason: string,
    wayOut?: string,
  ) {
    super(`${file} ${reason}`, { wayOut, exitStatus: 2 });
  }
}

/** The options, as they come out of the command line. */
export type ReadFlags = {
  readonly exe?: string | undefined;
  readonly json?: true | undefined;
  readonly html?: string | undefined;
  readonly last?: number | undefined;
  readonly log?: string | undefined;
  readonly maps?: number | undefined;
};

/** Of what a command is called with, that which it takes to read. */
export type ReadContext = Pick<CommandContext, "call" | "environment" | "workingDirectory">;

/**
 * Shows what event files hold, or a case file, and sets the exit status.
 *
 * @throws UnreadableInputError, UsageError, and what reading a file of its kind throws
 */
export async function showRead(
  names: readonly string[],
  flags: ReadFlags,
  context: ReadContext,
): Promise<void> {
  const html = await HtmlFile.at(flags.html, context.workingDirectory);
  const recordings = html === undefined ? undefined : new PageRecordings();
  const incident = await readCase(names, flags, context, recordings);
  process.stdout.write(flags.json === true ? renderJson(incident) : drawn(incident, flags, context));
  process.exitCode = hasConflict(incident) ? trappedStatus : 0;
  await html?.write([
    documentOf(names.join(", "), {
      case: incident,
      excerpts: excerptsOf(incident, readSourceFor(incident, context.workingDirectory)),
      ...recordings?.partsFor(incident),
    }),
  ]);
}

/** Whether a conflict was found; Go's check may have found one of which the other side is not known. */
function hasConflict({ findings, observations }: Case): boolean {
  return findings.length > 0 || observations.some(({ kind }) => kind === "detection");
}

function drawn(
  incident: Case,
  { maps }: ReadFlags,
  { environment, workingDirectory }: Pick<CommandContext, "environment" | "workingDirectory">,
): string {
  return renderText(incident, {
    colour: wantsColour(process.stdout, environment),
    workingDirectory,
    maps,
    readSource: readSourceFor(incident, workingDirectory),
  });
}

/** Gives the source near the files of a case, and that which it was made with. */
function readSourceFor(incident: Case, workingDirectory: string): (file: string) => string | undefined {
  const paths = incident.evidence.map((evidence) => evidence.path);
  const near = sourceReader(modulesNear(paths, workingDirectory));
  const root = incident.evidence.find((evidence) => evidence.kind === "source")?.path;
  const below = root === undefined ? undefined : sourceBelow(root);
  // Places that were found in the source are relative to its folder.
  return (file) => below?.(file) ?? near(file);
}

/** Modules whose source may be near: that of the folder we are called in, and those that the event files lie in. */
export function modulesNear(paths: readonly string[], workingDirectory: string): ModulePlace[] {
  const folders = paths.map((file) => path.dirname(path.resolve(workingDirectory, file)));
  const modules = [...new Set([workingDirectory, ...folders])].map(moduleAbove);
  return modules.filter((place) => place !== undefined);
}

/** Reads the files that were named into one case. */
async function readCase(
  names: readonly string[],
  flags: ReadFlags,
  context: Pick<CommandContext, "call" | "workingDirectory">,
  recordings: PageRecordings | undefined,
): Promise<Case> {
  const logs = flags.log === undefined ? [] : [await readLogFile(flags.log)];
  const files = (await Promise.all(names.map(filesOf))).flat();
  const [only] = files;
  const { call: command, workingDirectory } = context;
  const readSource = sourceReader(modulesNear(files, workingDirectory));
  const builder = new CaseBuilder({ command, workingDirectory, last: flags.last, readSource }, files.length);
  if (only !== undefined && files.length === 1) {
    const bytes = await readWhole(only);
    if (!isJson(bytes)) {
      builder.add(await readOne(bytes, only, symbolSource(flags.exe), recordings));
      return builder.build(logs);
    }
    if (flags.log !== undefined) {
      throw new UsageError(`${only} is a case file`, "--log goes with event files only");
    }
    return decodeCase(new TextDecoder().decode(bytes), only);
  }
  const texts = await readMany(
    { files, named: names, symbols: symbolSource(flags.exe), recordings },
    builder,
  );
  return builder.build([...logs, ...(await Promise.all(texts.map(readLogFile)))]);
}

/** Reads what a process printed: crashes, and what its runtime says of the garbage collector. */
async function readLogFile(file: string): Promise<CaseLog> {
  const found = await orUnreadable(file, stat(file));
  if (found.isDirectory()) {
    throw new UnreadableInputError(file, "is a folder");
  }
  return orUnreadable(file, readLog(file, createReadStream(file)));
}

/**
 * Reads several event files into a case, one after another: together they may be larger than the memory. One that cannot be read
 * is named on stderr, and the others still count.
 *
 * @returns files that were named and are no event files: what the processes printed
 */
async function readMany(
  { files, named, symbols, recordings }: ManyFiles,
  builder: CaseBuilder,
): Promise<readonly string[]> {
  let count = 0;
  const texts: string[] = [];
  const failures: MaptrapError[] = [];
  for (const file of files) {
    try {
      builder.add(await readOne(await readWhole(file), file, symbols, recordings));
      count++;
    } catch (error) {
      if (!(error instanceof MaptrapError)) {
        throw error;
      }
      const isText =
        error instanceof NotAnEventFileError && named.includes(file) && !file.endsWith(eventFileExtension);
      if (isText) {
        texts.push(file);
      } else {
        failures.push(error);
      }
    }
  }
  const [first] = failures;
  const [text] = texts;
  if (count === 0 && text !== undefined) {
    throw new NotAnEventFileError(text);
  }
  if (count === 0 && first !== undefined) {
    throw first;
  }
  for (const failure of failures) {
    process.stderr.write(`maptrap: ${sanitizeTerminal(failure.message)}\n`);
  }
  return texts;
}

async function readOne(
  bytes: Uint8Array,
  file: string,
  symbols: SymbolSource,
  recordings: PageRecordings | undefined,
): Promise<CaseProcess> {
  const eventFile = readEventFile(bytes, file);
  const binary = symbols(eventFile.header.executable);
  await recordings?.add(eventFile, bytes, binary);
  const progress = progressOn(process.stderr);
  try {
    return await readProcess(eventFile, file, binary, {
      onProgress: (done, of) => {
        const percent = of > 0 ? Math.floor((100 * done) / of) : 100;
        progress.say(`reading order events, ${bytesText(of)}: ${percent} %`);
      },
    });
  } finally {
    progress.clear();
  }
}

/** Several files that belong together. */
interface ManyFiles {
  readonly files: readonly string[];
  /** What was written on the command line. */
  readonly named: readonly string[];
  readonly symbols: SymbolSource;
  readonly recordings: PageRecordings | undefined;
}

/** Gives the symbols for the executable that an event file names. */
export type SymbolSource = (executable: string) => Symbolizer | undefined;

export function symbolSource(exe: string | undefined): SymbolSource {
  if (exe === undefined) {
    const cache = new SymbolCache();
    return (executable) => (path.isAbsolute(executable) ? cache.open(executable) : undefined);
  }
  const symbols = openSymbols(exe);
  if (symbols === undefined) {
    // It was named, so why it cannot be read is worth an error; this says it.
    openGoBinary(exe);
  }
  return () => symbols;
}

/** A JSON text begins with a brace; an event file never does. */
function isJson(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 64)).trimStart().startsWith("{");
}

/** The files that a name stands for: itself, or the event files in a folder. */
export async function filesOf(name: string): Promise<string[]> {
  const found = await orUnreadable(name, stat(name));
  if (!found.isDirectory()) {
    return [name];
  }
  const entries = await orUnreadable(name, readdir(name));
  const files = entries.filter((entry) => entry.endsWith(eventFileExtension)).toSorted();
  if (files.length === 0) {
    throw new UnreadableInputError(
      name,
      `holds no event files (*${eventFileExtension})`,
      "see that the program was built with the probe and ran with MAPTRAP=trap and MAPTRAP_DIR",
    );
  }
  return files.map((entry) => path.join(name, entry));
}

async function readWhole(file: string): Promise<Uint8Array> {
  const found = await orUnreadable(file, stat(file));
  if (!found.isFile()) {
    throw new UnreadableInputError(file, "is not a regular file");
  }
  if (found.size > largestFile && !(await orUnreadable(file, holdsOrder(file)))) {
    throw new UnreadableInputError(file, `has ${found.size} bytes, more than any event file`);
  }
  return orUnreadable(file, copyEventFile(file));
}

/** What the system says against reading a file becomes a sentence. */
async function orUnreadable<T>(file: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) {
      throw error;
    }
    throw new UnreadableInputError(file, code === "ENOENT" ? "does not exist" : `cannot be read (${code})`);
  }
}
