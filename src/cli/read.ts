/** `maptrap read`: shows what event files hold, or a case file. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { CaseBuilder, type CaseProcess } from "../analysis/build-case.js";
import type { CaseLog } from "../analysis/gc/logs.js";
import { MaptrapError, UsageError } from "../base/errors.js";
import { sanitizeTerminal } from "../base/text.js";
import type { Case } from "../case/case.js";
import { decodeCase } from "../case/file.js";
import { excerptsOf } from "../document/excerpts.js";
import { readProcess } from "../document/opening/read-process.js";
import { readLog } from "../document/opening/read-text.js";
import { copyEventFile } from "../evidence/ring/copy.js";
import { NotAnEventFileError } from "../evidence/ring/errors.js";
import { readEventFile } from "../evidence/ring/read.js";
import { renderJson } from "../report/json/render.js";
import { renderText } from "../report/text/render.js";
import { bytesText } from "../report/text/table.js";
import { type SymbolSource, symbolSource } from "./binary-symbols.js";
import { trappedStatus, wantsColour } from "./case-output.js";
import type { CommandContext } from "./context.js";
import { eventFileExtension, filesOf, orUnreadable, UnreadableInputError } from "./input-files.js";
import { modulesNear } from "./module-above.js";
import { holdsOrder } from "./order-file.js";
import { documentOf, HtmlFile } from "./html-file.js";
import { PageRecordings } from "./page-recordings.js";
import { progressOn } from "./progress.js";
import { sourceBelow, sourceReader } from "./source-reader.js";

/** The largest file that is read, in bytes. */
const largestFile = 1 << 30;

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

/** A JSON text begins with a brace; an event file never does. */
function isJson(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 64)).trimStart().startsWith("{");
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
