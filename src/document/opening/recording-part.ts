/** The part of a document that a recorder's event file gives: its bytes, and the names of the places in it. */
import type { PlacedFrame } from "../../case/case.js";
import type { CodeContext } from "../../analysis/origin.js";
import { EventPlaces } from "../../analysis/recording/places.js";
import { placeFrames } from "../../analysis/stack.js";
import type { EventFile } from "../../evidence/ring/format.js";
import { RecordedPlaces } from "../../evidence/ring/places.js";
import { type EventColumns, eventKinds, type Recording } from "../../evidence/ring/recording.js";
import { caseFrame, misfitOf } from "../../evidence/ring/stacks.js";
import type { Symbolizer } from "../../evidence/ring/symbolizer.js";
import type { Bytes, RecordingPart } from "../document.js";

/** So many places are named; a damaged file may have as many different ones as events. */
const mostPlaces = 20_000;

/** What the part is made from. */
export interface RecordingPartInput {
  /** Handle of the file in the case. */
  readonly evidence: string;
  readonly eventFile: EventFile;
  /** The symbols of the process, where they are known; ones that do not fit are not used. */
  readonly symbols: Symbolizer | undefined;
  readonly bytes: Bytes;
}

/** Makes the part; null where the file is none of a recorder. */
export function recordingPart({
  evidence,
  eventFile,
  symbols,
  bytes,
}: RecordingPartInput): RecordingPart | null {
  const { recording } = eventFile;
  if (recording === null) {
    return null;
  }
  const fits = symbols !== undefined && misfitOf(eventFile, symbols) === undefined;
  return { evidence, bytes, places: fits ? placesIn(recording, eventFile, symbols) : [] };
}

function placesIn(recording: Recording, { header }: EventFile, binary: Symbolizer): RecordingPart["places"] {
  const context: CodeContext = { modulePath: binary.modulePath ?? null, goroot: null };
  const recorded = new RecordedPlaces({ text: header.text, stack: recording.stack, binary });
  const places = new EventPlaces(recorded, context);
  const found: { stack: number; site: number; frame: PlacedFrame }[] = [];
  const { events } = recording;
  for (const { stack, site, starts } of pairsIn(events)) {
    const frame = starts ? entryFrame(site, binary, context) : places.siteOf(stack, site);
    if (frame !== null) {
      found.push({ stack, site, frame });
    }
  }
  return found;
}

/** The first function of a goroutine: its site is where the function begins, and no return address. */
function entryFrame(site: number, binary: Symbolizer, context: CodeContext): PlacedFrame | null {
  const entry = binary.symbolizeEntry(site);
  return entry === undefined ? null : (placeFrames([caseFrame(entry)], context)[0] ?? null);
}

interface Pair {
  readonly stack: number;
  readonly site: number;
  /** Whether a goroutine starts there. */
  readonly starts: boolean;
}

/** The distinct pairs of stack and site; of one that is both a place and where a goroutine starts, the place. */
function pairsIn({ length, stack, site, kind }: EventColumns): readonly Pair[] {
  const known = new Map<number, Map<number, Pair>>();
  let count = 0;
  let lastStack = -1;
  let lastSite = -1;
  for (let row = 0; row < length && count < mostPlaces; row++) {
    const atStack = stack[row] ?? 0;
    const atSite = site[row] ?? 0;
    if ((atStack === lastStack && atSite === lastSite) || (atStack === 0 && atSite === 0)) {
      continue;
    }
    const starts = kind[row] === eventKinds.goroutineStarts && atStack === 0;
    const bySite = known.get(atStack) ?? new Map<number, Pair>();
    known.set(atStack, bySite);
    const before = bySite.get(atSite);
    if (before === undefined || (before.starts && !starts)) {
      count += before === undefined ? 1 : 0;
      bySite.set(atSite, { stack: atStack, site: atSite, starts });
    }
    // A place that only starts goroutines so far may still be found to be another.
    lastStack = starts ? -1 : atStack;
    lastSite = starts ? -1 : atSite;
  }
  return [...known.values()].flatMap((bySite) => [...bySite.values()]);
}
