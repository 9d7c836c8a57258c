/** `maptrap map`: shows a map of a process or a core as it is in memory. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../base/errors.js";
import { statFields } from "../base/process-stat.js";
import type { StudioDocument } from "../document/document.js";
import { mapDocumentSchema } from "../document/map-schema.js";
import { GdbSession } from "../evidence/gdb/session.js";
import { openCore } from "../evidence/process/core.js";
import { openProcess } from "../evidence/process/process.js";
import type { DecodedMap } from "../golang/maps/decoded.js";
import { ProgramMaps } from "../golang/maps/program-maps.js";
import { type Json, mapJsonPieces } from "../report/json/map.js";
import { coloursOf } from "../report/text/colours.js";
import { mapLines } from "../report/text/map.js";
import { wrapped } from "../report/text/shown.js";
import { wantsColour } from "./case-output.js";
import type { CommandContext } from "./context.js";
import { documentOf, HtmlFile } from "./html-file.js";
import { shownSlots } from "./map-slots.js";
import { findSubject, type MapSubject } from "./map-subject.js";

/** Of what a command is called with, that which it takes to show a map. */
export type MapContext = Pick<CommandContext, "environment" | "workingDirectory">;

/** The options, as they come out of the command line. */
export type MapFlags = {
  readonly pid?: number | undefined;
  readonly core?: string | undefined;
  readonly exe?: string | undefined;
  readonly type?: string | undefined;
  readonly slots?: number | undefined;
  readonly stop?: true | undefined;
  readonly gdb?: string | undefined;
  readonly json?: true | undefined;
  readonly html?: string | undefined;
};

/** What a map is read from. */
interface OpenTarget {
  readonly view: Omit<MapView, "subject" | "found" | "map">;
  readonly program: Parameters<typeof findSubject>[2];
}

/** All that is shown. */
interface MapView {
  readonly subject: string;
  readonly found: MapSubject;
  readonly map: DecodedMap;
  readonly source: { readonly [name: string]: Json };
  /** Whether it stood still while it was read. */
  readonly stoodStill: boolean;
}

/**
 * Shows a map.
 *
 * @param subject its address, or a variable
 * @throws MaptrapError
 */
export async function showMap(subject: string, flags: MapFlags, context: MapContext): Promise<void> {
  const html = await HtmlFile.at(flags.html, context.workingDirectory);
  const { view, whole } = await readView(subject, flags, context);
  if (flags.json === true) {
    await writeAll(mapViewJson(view));
  } else {
    process.stdout.write(drawn(view, wantsColour(process.stdout, context.environment)));
  }
  await html?.write([mapDocument(whole)]);
}

/** What people read is short (shownSlots); programs get all there is. */
const jsonSlots = 1 << 21;
const pageSlots = 1 << 16;
const jsonBytes = 1 << 26;
const jsonValues = { text: 1 << 16, string: 1 << 14, elements: 1 << 12, depth: 16 };

/** So much text is gathered before it is written, in characters. */
const pieceSize = 1 << 18;

/** Writes pieces one after another, no faster than they are taken. */
async function writeAll(pieces: Iterable<string>): Promise<void> {
  let gathered = "";
  const write = async (): Promise<void> => {
    if (!process.stdout.write(gathered)) {
      await once(process.stdout, "drain");
    }
    gathered = "";
  };
  for (const piece of pieces) {
    gathered += piece;
    if (gathered.length >= pieceSize) {
      await write();
    }
  }
  await write();
}

async function readView(
  subject: string,
  flags: MapFlags,
  context: MapContext,
): Promise<{
  readonly view: MapView;
  /** With as many slots and bytes as the page shows. */
  readonly whole: MapView;
}> {
  return withTarget(flags, context, async ({ view, program }) => {
    const found = await findSubject(subject, flags.type, program);
    const slots = flags.slots ?? (flags.json === true ? jsonSlots : shownSlots);
    const decoded = (most: number, kept: number): MapView => {
      const map = program.maps.decode(found.address, found.type, { slots: most, tables: most, kept });
      return { ...view, subject, found, map };
    };
    const read = decoded(slots, flags.json === true ? jsonBytes : 0);
    // Keys and elements of the page are as long as those of the report, unless --json asks for more.
    const more = flags.html !== undefined && flags.json !== true;
    return { view: read, whole: more ? decoded(flags.slots ?? pageSlots, jsonBytes) : read };
  });
}

/** Opens what is to be read for as long as `use` runs. */
async function withTarget<T>(
  flags: MapFlags,
  context: MapContext,
  use: (target: OpenTarget) => Promise<T>,
): Promise<T> {
  if (flags.pid !== undefined && flags.core === undefined) {
    return withProcess(flags.pid, flags, context, use);
  }
  if (flags.pid === undefined && flags.core !== undefined) {
    return withCore(flags.core, flags, context, use);
  }
  throw new UsageError(
    flags.core === undefined
      ? "it is not said what the map is of"
      : "a map is of a process or of a core, not of both",
    "name a process with --pid, or a core with --core",
  );
}

async function withProcess<T>(
  pid: number,
  flags: MapFlags,
  { environment, workingDirectory }: MapContext,
  use: (target: OpenTarget) => Promise<T>,
): Promise<T> {
  if (flags.exe !== undefined) {
    throw new UsageError("--exe goes with --core only", "a process tells its executable itself");
  }
  const live = openProcess(pid);
  let session: GdbSession | undefined;
  try {
    if (flags.stop === true) {
      session = await GdbSession.attach(pid, { environment, workingDirectory, gdb: flags.gdb });
      live.invalidate();
    }
    const stoodStill = session !== undefined || isStopped(pid);
    const maps = new ProgramMaps(live.memory, live.program, flags.json === true ? jsonValues : {});
    return await use({
      view: { source: { kind: "process", pid, executable: live.executable }, stoodStill },
      program: {
        memory: live.memory,
        symbols: live.program,
        maps,
        ask: { executable: `/proc/${pid}/exe`, gdb: flags.gdb, environment },
      },
    });
  } finally {
    await session?.close();
    live.close();
  }
}

async function withCore<T>(
  file: string,
  flags: MapFlags,
  { environment, workingDirectory }: MapContext,
  use: (target: OpenTarget) => Promise<T>,
): Promise<T> {
  if (flags.stop === true) {
    throw new UsageError("--stop goes with --pid only", "a core stands still");
  }
  const core = openCore(file, flags.exe);
  try {
    const maps = new ProgramMaps(core.memory, core.program, flags.json === true ? jsonValues : {});
    const executable = path.resolve(workingDirectory, core.executable);
    return await use({
      view: { source: { kind: "core", core: file, executable }, stoodStill: true },
      program: {
        memory: core.memory,
        symbols: core.program,
        maps,
        ask: { executable, gdb: flags.gdb, environment },
      },
    });
  } finally {
    core.close();
  }
}

/** Whether all of a process is stopped: by a signal, or by a debugger. */
function isStopped(pid: number): boolean {
  try {
    const [state] = statFields(readFileSync(`/proc/${pid}/stat`, "latin1"));
    return state === "T" || state === "t";
  } catch {
    return false;
  }
}

const moving =
  "The process was running while this was read: it is a moving picture, and what is called impossible may be the middle of a change. " +
  "--stop holds the process with GDB.";

function notesOf(view: MapView): readonly string[] {
  return view.stoodStill ? view.found.notes : [moving, ...view.found.notes];
}

function drawn(view: MapView, colour: boolean): string {
  const lines = mapLines(view.map, { colours: coloursOf(colour), subject: view.subject });
  const notes = notesOf(view).flatMap((note) => ["", ...wrapped(note, 100)]);
  return `${[...lines, ...notes].join("\n")}\n`;
}

/** What the page gets is what a file with the same JSON would give it. */
function mapDocument(view: MapView): StudioDocument {
  const { subject, notes, map } = mapDocumentSchema.parse(JSON.parse([...mapViewJson(view)].join("")));
  return documentOf(subject, { maps: [{ title: subject, file: "", map, notes }] });
}

function mapViewJson(view: MapView): Iterable<string> {
  const around = {
    format: "maptrap map",
    version: 1,
    subject: view.subject,
    source: view.source,
    stoodStill: view.stoodStill,
    typeSource: view.found.typeSource,
    notes: notesOf(view),
  };
  return mapJsonPieces(around, view.map);
}
