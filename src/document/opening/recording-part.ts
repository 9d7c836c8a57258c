/** The part of a document that a recorder's event file gives: its bytes, and the names of the places in it. */
import type { PlacedFrame } from "../../case/case.js";
import type { CodeContext } from "../../analysis/origin.js";
import { EventPlaces } from "../../analysis/recording/places.js";
import { placeFrames } from "../../analysis/stack.js";
import type { EventFile } from "../../evidence/ring/format.js";
import { RecordedPlaces } from "../../evidence/ring/places.js";
import { partsOf } from "../../evidence/ring/event-sequence.js";
import { type EventColumns, eventKinds, type Events, type Recording } from "../../evidence/ring/recording.js";
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
  /** The places of its events, where they were gathered; else they are. */
  readonly pairs?: PlacePairs | undefined;
}

/** Makes the part; null where the file is none of a recorder. */
export function recordingPart({
  evidence,
  eventFile,
  symbols,
  bytes,
  pairs,
}: RecordingPartInput): RecordingPart | null {
  const { recording } = eventFile;
  if (recording === null) {
    return null;
  }
  const fits = symbols !== undefined && misfitOf(eventFile, symbols) === undefined;
  return {
    evidence,
    bytes,
    places: fits ? placesIn(pairs ?? pairsIn(recording), recording, eventFile, symbols) : [],
  };
}

function placesIn(
  pairs: PlacePairs,
  recording: Recording<Events>,
  { header }: EventFile,
  binary: Symbolizer,
): RecordingPart["places"] {
  const context: CodeContext = { modulePath: binary.modulePath ?? null, goroot: null };
  const recorded = new RecordedPlaces({ text: header.text, stack: recording.stack, binary });
  const places = new EventPlaces(recorded, context);
  const found: { stack: number; site: number; frame: PlacedFrame }[] = [];
  for (const { stack, site, starts } of pairs.all()) {
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

function pairsIn({ events }: Recording<Events>): PlacePairs {
  const pairs = new PlacePairs();
  for (const part of partsOf(events)) {
    pairs.accept(part);
  }
  return pairs;
}

/** The distinct pairs of stack and site; of one that is both a place and where a goroutine starts, the place. */
export class PlacePairs {
  readonly #known = new Map<number, Map<number, Pair>>();
  #count = 0;
  #lastStack = -1;
  #lastSite = -1;

  /** Takes events that follow those of the last call. */
  accept({ length, stack, site, kind }: EventColumns): void {
    for (let row = 0; row < length && this.#count < mostPlaces; row++) {
      const atStack = stack[row] ?? 0;
      const atSite = site[row] ?? 0;
      if ((atStack !== this.#lastStack || atSite !== this.#lastSite) && (atStack !== 0 || atSite !== 0)) {
        this.#add(atStack, atSite, kind[row] === eventKinds.goroutineStarts && atStack === 0);
      }
    }
  }

  /** All of them. */
  all(): readonly Pair[] {
    return [...this.#known.values()].flatMap((bySite) => [...bySite.values()]);
  }

  #add(stack: number, site: number, starts: boolean): void {
    const bySite = this.#known.get(stack) ?? new Map<number, Pair>();
    this.#known.set(stack, bySite);
    const before = bySite.get(site);
    if (before === undefined || (before.starts && !starts)) {
      this.#count += before === undefined ? 1 : 0;
      bySite.set(site, { stack, site, starts });
    }
    // A place that only starts goroutines so far may still be found to be another.
    this.#lastStack = starts ? -1 : stack;
    this.#lastSite = starts ? -1 : site;
  }
}
