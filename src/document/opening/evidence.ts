/** Documents with a case: from event files with all that belongs to them, and from texts. */
import { CaseBuilder } from "../../analysis/build-case.js";
import { buildCrashCase } from "../../analysis/crash/build-crash-case.js";
import type { CaseLog } from "../../analysis/gc/logs.js";
import type { Case } from "../../case/case.js";
import type { EventFile } from "../../evidence/ring/format.js";
import { bytesText } from "../../report/text/table.js";
import { type DocumentMessage, emptyDocument, type RecordingPart, type StudioDocument } from "../document.js";
import { excerptsOf } from "../excerpts.js";
import { goroutinesParts } from "../goroutines/parts.js";
import type { GivenFile, Surroundings } from "../surroundings.js";
import { failureOf } from "./failure.js";
import { GivenFileError, piecesOfFile } from "./given-file.js";
import { readProcess } from "./read-process.js";
import { readCaseText, readLog } from "./read-text.js";
import { PlacePairs, recordingPart } from "./recording-part.js";
import { isRecording, largestInMemory, readGivenEventFile, whatCanBeOpened } from "./sort-files.js";
import { type GivenExecutable, symbolsFor } from "./symbols.js";

/** Files that make one case. */
export interface EventFiles {
  readonly files: readonly GivenFile[];
  readonly texts: readonly GivenFile[];
  readonly executables: readonly GivenExecutable[];
}

/**
 * A recording up to this size, in bytes, has its case within a second or so: the page begins with what was found. Of a larger one the
 * events are shown meanwhile.
 */
const readAtOnce = 32 * 1024 * 1024;

/**
 * Opens event files, as `maptrap read` reads them. What a large recording holds comes first, so that it can be looked at while its case is
 * summed up.
 */
export async function* openEventFiles(
  { files, texts, executables }: EventFiles,
  handle: string,
  surroundings: Surroundings,
): AsyncGenerator<DocumentMessage> {
  const { command, workingDirectory, readSource } = surroundings;
  const frame = {
    ...emptyDocument(handle, titleOf(files.map(({ name }) => name))),
    programs: executables.map(programPart),
  };
  const recorded = files.flatMap((file, index) => (isRecording(file) ? [{ file, index }] : []));
  const early = recorded.some(({ file: { size } }) => size > readAtOnce) ? recorded : [];
  if (early.length > 0) {
    const recordings = early.map(({ file: { bytes }, index }) => ({
      evidence: `e${index}`,
      bytes,
      places: [],
    }));
    yield { kind: "document", document: { ...frame, recordings } };
    if (early.some(({ file: { size } }) => size > largestInMemory)) {
      await surroundings.beforeCase?.();
    }
  }
  const builder = new CaseBuilder({ command, workingDirectory, readSource }, files.length);
  const recordings: RecordingPart[] = [];
  const failures: DocumentMessage[] = [];
  const tooLarge: GivenFile[] = [];
  let count = 0;
  for (const file of files) {
    if (file.size > (surroundings.largestRecording ?? Infinity) && isRecording(file)) {
      tooLarge.push(file);
      continue;
    }
    try {
      const what = `reading ${file.name}, ${bytesText(file.size)}`;
      surroundings.progress(what, null);
      const eventFile = await readGivenEventFile(file, async (share) => {
        surroundings.progress(what, share);
        await othersTurn();
      });
      const symbols = await symbolsFor(eventFile, executables, surroundings);
      const pairs = new PlacePairs();
      const process = await readWithOrder(eventFile, file, symbols, surroundings);
      builder.add({ ...process, along: (part) => pairs.accept(part) });
      const part = recordingPart({ evidence: `e${count}`, eventFile, symbols, bytes: file.bytes, pairs });
      recordings.push(...(part === null ? [] : [part]));
      count++;
    } catch (error) {
      failures.push(failureOf(file.name, error));
    }
    await othersTurn();
  }
  const logs: CaseLog[] = [];
  for (const text of texts) {
    try {
      logs.push(await readLog(text.name, reported(text, surroundings)));
    } catch (error) {
      failures.push(failureOf(text.name, error));
    }
  }
  yield* failures;
  // Their handles are those that the case has not.
  recordings.push(
    ...tooLarge.map(({ bytes }, index) => ({
      evidence: `e${count + logs.length + index}`,
      bytes,
      places: [],
    })),
  );
  const document = { ...frame, recordings, notes: tooLarge.map(tooLargeNote) };
  if (count > 0) {
    yield { kind: "document", document: withCase(document, builder.build(logs), surroundings) };
  } else if (tooLarge.length > 0) {
    yield { kind: "document", document };
  } else if (early.length > 0) {
    // What was shown already is taken back.
    yield { kind: "document", document: frame };
  }
}

async function readWithOrder(
  eventFile: EventFile,
  file: GivenFile,
  symbols: Awaited<ReturnType<typeof symbolsFor>>,
  { progress }: Pick<Surroundings, "progress">,
): ReturnType<typeof readProcess> {
  const source = {
    name: file.name,
    size: file.size,
    read: (target: Uint8Array, offset: number) => file.readNow(target, offset),
    close: () => undefined,
  };
  return readProcess(eventFile, source, symbols, {
    onProgress: (done, of) =>
      progress(`reading order events, ${bytesText(of)}`, of > 0 ? Math.min(1, done / of) : null),
  });
}

function tooLargeNote({ name, size }: GivenFile): string {
  return `${name}, ${bytesText(size)}, is too large to be summed up here: it is in the timeline only, without names; maptrap studio ${name} shows all of it`;
}

/** A document with its case, and the lines of source around the places in it. */
export function withCase(
  document: StudioDocument,
  incident: Case,
  { readSource }: Pick<Surroundings, "readSource">,
): StudioDocument {
  return { ...document, case: incident, excerpts: excerptsOf(incident, readSource) };
}

/** The executable itself, for the view of instructions. */
export function programPart({ file }: GivenExecutable): StudioDocument["programs"][number] {
  return { name: file.name, bytes: file.bytes };
}

function titleOf(names: readonly string[]): string {
  const [first = ""] = names;
  return names.length === 1 ? first : `${first} and ${names.length - 1} more`;
}

/** Others get their turn: a server its requests, a page its messages. */
export async function othersTurn(): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

/** The pieces of a text, with word on how far it is. */
async function* reported(
  file: GivenFile,
  { progress }: Pick<Surroundings, "progress">,
): AsyncGenerator<Uint8Array> {
  let told = 0;
  let turn = Date.now();
  for await (const piece of piecesOfFile(file, (done) => (told = done))) {
    yield piece;
    if (Date.now() - turn > betweenTurns) {
      progress(`reading ${file.name}, ${bytesText(file.size)}`, told / file.size);
      await othersTurn();
      turn = Date.now();
    }
  }
}

/** So long, in milliseconds, a text is read before others get their turn. */
const betweenTurns = 100;

/**
 * Opens a text, as `maptrap explain` explains it.
 *
 * @param binary whether it hardly looks like a text
 * @throws GivenFileError when nothing of a Go program is in it
 */
export async function openText(
  file: GivenFile,
  handle: string,
  surroundings: Surroundings,
  binary: boolean,
): Promise<StudioDocument> {
  surroundings.progress(`reading ${file.name}, ${bytesText(file.size)}`, 0);
  const text = await readCaseText(file.name, reported(file, surroundings), { everyGoroutine: true });
  const { reports } = text.text;
  const source = reports.length === 0 ? undefined : await surroundings.factsFor(reports);
  const { command, workingDirectory } = surroundings;
  const incident = buildCrashCase({ command, workingDirectory, texts: [text], source });
  if (incident.observations.length === 0) {
    throw new GivenFileError(
      binary
        ? `${file.name} is of no kind that is known here`
        : `${file.name} holds no crash of a Go program, and no line of GODEBUG=gctrace=1`,
      { wayOut: whatCanBeOpened },
    );
  }
  const document = { ...emptyDocument(handle, file.name), goroutines: goroutinesParts(incident, [text]) };
  return withCase(document, incident, surroundings);
}
