/**
 * Makes documents from files, whatever they are: on the command line and in the page alike.
 *
 *     files ─ recognised ─┬─ event files + texts + executables ─► one case    (as maptrap read)
 *                         ├─ a text                            ─► a case      (as maptrap explain)
 *                         ├─ maps                              ─► one document, a state each
 *                         └─ case files, traces, …             ─► a document each
 */
import { decodeCaseValue } from "../case/file.js";
import { chooseMap, type ModelSettings } from "../gomap/programs/settings.js";
import { asmExcerpts } from "./asm-excerpts.js";
import { asmSchema } from "./asm-schema.js";
import { type DocumentMessage, emptyDocument, type MapPart, type StudioDocument } from "./document.js";
import { documentSchema, documentsInPage } from "./documents-in-page.js";
import { modelFileSchema } from "./model-schema.js";
import { checked } from "./opening/checked.js";
import { openEventFiles, openText, othersTurn, programPart, withCase } from "./opening/evidence.js";
import { failureOf } from "./opening/failure.js";
import { FoundFiles } from "./opening/found-files.js";
import { readWhole } from "./opening/given-file.js";
import { readAhead } from "./opening/read-ahead.js";
import { openLargeMap, mapPart } from "./opening/large-map.js";
import { type SortedFile, sortFile } from "./opening/sort-files.js";
import { decodeText } from "./recognise.js";
import type { GivenFile, Surroundings } from "./surroundings.js";
import { traceSchema } from "./trace-schema.js";

/**
 * Opens files. Never throws for what is in them: what cannot be opened becomes a failure, and the others still come.
 *
 * @returns documents, of which a later one with the same handle replaces an earlier one, and failures; no end
 */
export async function* openGiven(
  files: readonly GivenFile[],
  surroundings: Surroundings,
): AsyncGenerator<DocumentMessage> {
  const sorted: SortedFile[] = [];
  const found = new FoundFiles();
  let turn = -Infinity;
  let index = 0;
  for await (const file of readAhead(files)) {
    if (performance.now() - turn > betweenTurns) {
      surroundings.progress(`looking at ${file.name}`, files.length > many ? index / files.length : null);
      await othersTurn();
      turn = performance.now();
    }
    index++;
    try {
      const one = file.foundIn === undefined ? await sortFile(file) : await found.look(file);
      sorted.push(...(one === undefined ? [] : [one]));
    } catch (error) {
      yield failureOf(file.name, error);
    }
  }
  yield* found.failures();
  let handles = 0;
  const nextHandle = (): string => `d${handles++}`;
  for (const group of groupsOf(sorted)) {
    try {
      yield* openGroup(group, nextHandle, surroundings);
    } catch (error) {
      yield failureOf(nameOf(group[0]), error);
    }
    await othersTurn();
  }
}

/** Files that make documents together, in the order in which the first of each was given. */
function groupsOf(sorted: readonly SortedFile[]): readonly (readonly [SortedFile, ...SortedFile[]])[] {
  const hasEvents = sorted.some(({ kind }) => kind === "event file");
  const groups = new Map<string, [SortedFile, ...SortedFile[]]>();
  for (const [index, one] of sorted.entries()) {
    const ofEvents = hasEvents && ["event file", "text", "executable"].includes(one.kind);
    const isMap = one.kind === "large map" || (one.kind === "json" && one.json === "map");
    const key = ofEvents ? "events" : isMap ? "maps" : `${index}`;
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [one]);
    } else {
      group.push(one);
    }
  }
  return [...groups.values()];
}

function nameOf(sorted: SortedFile): string {
  return sorted.kind === "executable" ? sorted.executable.file.name : sorted.file.name;
}

async function* openGroup(
  group: readonly [SortedFile, ...SortedFile[]],
  nextHandle: () => string,
  surroundings: Surroundings,
): AsyncGenerator<DocumentMessage> {
  const [first] = group;
  if (group.some(({ kind }) => kind === "event file")) {
    yield* openEventFiles(
      {
        files: group.filter((one) => one.kind === "event file").map(({ file }) => file),
        texts: group.filter((one) => one.kind === "text").map(({ file }) => file),
        executables: group.filter((one) => one.kind === "executable").map(({ executable }) => executable),
      },
      nextHandle(),
      surroundings,
    );
    return;
  }
  if (first.kind === "large map" || (first.kind === "json" && first.json === "map")) {
    yield* openMaps(group, nextHandle, surroundings);
    return;
  }
  for (const one of group) {
    for (const document of await openOne(one, nextHandle, surroundings)) {
      yield { kind: "document", document };
    }
  }
}

/** Several maps are states of one, or are compared: they come in one document. */
async function* openMaps(
  group: readonly SortedFile[],
  nextHandle: () => string,
  surroundings: Surroundings,
): AsyncGenerator<DocumentMessage> {
  const maps: MapPart[] = [];
  for (const one of group) {
    try {
      if (one.kind === "large map") {
        maps.push(await openLargeMap(one.file, surroundings));
      } else if (one.kind === "json") {
        maps.push(mapPart(one.value, one.file.name));
      }
    } catch (error) {
      yield failureOf(nameOf(one), error);
    }
  }
  const [first] = maps;
  if (first !== undefined) {
    const title = maps.length === 1 ? first.file : `${first.file} and ${maps.length - 1} more`;
    yield { kind: "document", document: { ...emptyDocument(nextHandle(), title), maps } };
  }
}

/** Opens a file that belongs to no other. */
async function openOne(
  sorted: SortedFile,
  nextHandle: () => string,
  surroundings: Surroundings,
): Promise<readonly StudioDocument[]> {
  switch (sorted.kind) {
    case "json":
      return [openJson(sorted, nextHandle, surroundings)];
    case "executable": {
      const { executable } = sorted;
      const document = emptyDocument(nextHandle(), executable.file.name);
      return [{ ...document, programs: [programPart(executable)] }];
    }
    case "program":
      return [openProgram(sorted.file, sorted.text, nextHandle())];
    case "page":
      return openPage(sorted.file, nextHandle, surroundings);
    case "text":
      return [await openText(sorted.file, nextHandle(), surroundings, sorted.binary)];
    case "event file":
    case "large map":
      // They come in a group of their own.
      return [];
    default:
      return sorted satisfies never;
  }
}

function openJson(
  { json, file: { name }, value }: Extract<SortedFile, { readonly kind: "json" }>,
  nextHandle: () => string,
  surroundings: Surroundings,
): StudioDocument {
  const document = emptyDocument(nextHandle(), name);
  switch (json) {
    case "case":
      return withCase(document, decodeCaseValue(value, name), surroundings);
    case "trace":
      return { ...document, trace: checked(traceSchema, value, name) };
    case "map":
      return { ...document, maps: [mapPart(value, name)] };
    case "code": {
      const code = checked(asmSchema, value, name);
      return { ...document, code, excerpts: asmExcerpts(code, surroundings.readSource) };
    }
    case "model": {
      const { format, program, settings, token, label, plan, runs } = checked(modelFileSchema, value, name);
      const begin =
        format === "maptrap model run"
          ? "run"
          : format === "maptrap model explore"
            ? "explore"
            : format === "maptrap model compare"
              ? "compare"
              : (format satisfies never);
      return {
        ...document,
        model: {
          label: label ?? name,
          program,
          settings,
          token: token ?? null,
          begin,
          ...(plan === undefined ? {} : { plan }),
          ...(begin === "compare" && runs !== undefined ? { runs: Math.max(2, runs) } : {}),
        },
      };
    }
    case "document":
      return { ...checked(documentSchema, value, name), handle: document.handle };
    default:
      return json satisfies never;
  }
}

/** A program of the model as text: the page begins with a run of it. */
function openProgram(file: GivenFile, program: string, handle: string): StudioDocument {
  const settings: ModelSettings = {
    ...chooseMap(undefined, undefined),
    memory: "sc",
    policy: "panic",
    seed: 1,
    afterFatal: "stop",
  };
  return {
    ...emptyDocument(handle, file.name),
    model: { label: file.name, program, settings, token: null, begin: "explore" },
  };
}

/** Documents that are in a page of `--html`; any other page is a text. */
async function openPage(
  file: GivenFile,
  nextHandle: () => string,
  surroundings: Surroundings,
): Promise<readonly StudioDocument[]> {
  const documents =
    file.size > largestPage ? undefined : documentsInPage(decodeText(await readWhole(file), true));
  return documents === undefined
    ? [await openText(file, nextHandle(), surroundings, false)]
    : documents.map((document) => ({ ...document, handle: nextHandle() }));
}

/** Of so many files it is said how far they were looked at. */
const many = 20;
/** So long, in milliseconds, files are looked at before others get their turn. */
const betweenTurns = 50;
/** The largest page that documents are taken out of, in bytes. */
const largestPage = 400 * 1024 * 1024;
