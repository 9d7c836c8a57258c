/** Watching: opens event files as they appear, looks at all of them, and tells what is new. */
import path from "node:path";
import { LiveFigures } from "../analysis/live/figures.js";
import { messageOf } from "../analysis/live/messages.js";
import type { News } from "../analysis/live/news.js";
import { Pace, type PaceLimits } from "../analysis/live/pace.js";
import { totalsOf } from "../analysis/live/totals.js";
import { MaptrapError, systemErrorCode } from "../base/errors.js";
import { EventFileNotReadyError } from "../evidence/ring/errors.js";
import type { Symbolizer } from "../evidence/ring/symbolizer.js";
import { expositionText } from "../report/metrics/exposition.js";
import { type ProcessGauges, watchMetrics } from "../report/metrics/families.js";
import { counted } from "../report/text/shown.js";
import { Losses } from "./watch-losses.js";
import type { WatchedFiles } from "./watch-files.js";
import type { WatchOutput } from "./watch-output.js";
import { FollowedProcess, type Look, type OpenSymbols } from "./watch-process.js";

/** So many files are followed at once; each of them takes memory and time. */
const mostFollowed = 64;
/** So many pairs of places that share maps are remembered. */
const mostSharedPlaces = 4096;
/** So many files that cannot be watched are remembered, so that each is named once. */
const mostRefused = 10_000;
/** How often a folder is looked through, milliseconds. */
const lookThroughEvery = 1000;
/** Of the places of a ring, so many are to be written between two looks, so that a pause of ours loses nothing yet. */
const wantedFill = 0.2;
/** No time between two looks is shorter, milliseconds: what watching costs has an end. */
const shortestPause = 20;
/** After so many looks that brought nothing, looks become rarer, but not rarer than this, milliseconds. */
const quietLooks = 8;
const longestPause = 1000;
/** Processes that have ended stay in the metrics, so that their end can be seen: the last ones. */
const keptEnded = 16;

const textPace: PaceLimits = { burst: 10, perSecond: 2, every: 5000 };
const jsonPace: PaceLimits = { burst: 2000, perSecond: 500, every: 5000 };

/** What watching needs. */
export interface WatchingOptions {
  readonly output: WatchOutput;
  /** Says something that does not belong to what was watched. */
  readonly note: (text: string) => void;
  /** Whether a program reads what is told; it takes more than a person. */
  readonly json: boolean;
  readonly binary: Symbolizer | undefined;
  readonly openSymbols: OpenSymbols;
  readonly call: readonly string[];
  readonly workingDirectory: string;
  /** Called at each conflict. */
  readonly onConflict: () => void;
}

/** A process, and what is still to be told about it. */
interface Followed {
  readonly process: FollowedProcess;
  readonly losses: Losses;
  readonly complaints: Complaints;
  /** How often it was looked at. */
  looks: number;
  link: Look["link"];
}

/**
 * The moment, nanoseconds since the process started. At the first look the process may have ended long ago; then it is that of
 * its last event.
 */
function momentOf({ process: { watched, lastClock }, looks }: Followed): number {
  return looks <= 1 || watched.started === null
    ? (lastClock ?? 0)
    : Math.max(lastClock ?? 0, (Date.now() - watched.started) * 1e6);
}

/** How many different complaints about one file are passed on. */
const mostComplaints = 8;

/** What cannot be read in a file, each said once. */
class Complaints {
  readonly #said = new Set<string>();

  /** Those that were not said yet. */
  fresh(reasons: readonly string[]): string[] {
    return reasons.filter((reason) => {
      const isFresh = !this.#said.has(reason) && this.#said.size < mostComplaints;
      if (isFresh) {
        this.#said.add(reason);
      }
      return isFresh;
    });
  }
}

/** Watches files. */
export class Watching {
  readonly #figures = new LiveFigures();
  readonly #followed = new Map<string, Followed>();
  readonly #ended: ProcessGauges[] = [];
  readonly #pace: Pace;
  readonly #refused = new Set<string>();
  readonly #sharedPlaces = new Set<string>();
  #processes = 0;
  #lookedThrough = -Infinity;
  #begun = false;
  #toldWaiting = 0;
  #fill = 0;
  #quietLooks = 0;

  constructor(
    private readonly files: WatchedFiles,
    private readonly options: WatchingOptions,
  ) {
    this.#pace = new Pace(options.json ? jsonPace : textPace, performance.now());
  }

  /** How many conflicts were found. */
  get conflicts(): number {
    return this.#figures.allConflicts;
  }

  /** Whether nothing is followed yet. */
  get isWaiting(): boolean {
    return this.#processes === 0;
  }

  /**
   * How long to wait until the next look: shorter where rings would else be full before, longer where nothing happens.
   *
   * @param usual how long it is when little happens, milliseconds
   */
  pause(usual: number): number {
    if (this.#quietLooks >= quietLooks) {
      return Math.max(usual, Math.min(usual * 4, longestPause));
    }
    return Math.max(Math.min(shortestPause, usual), usual * Math.min(1, wantedFill / this.#fill));
  }

  /** What is going on, for a line that is replaced by the next one. */
  status(): string {
    const { events, lost, sharedMaps } = totalsOf(this.#figures, this.#processes);
    const followed = counted(this.#followed.size, "process", "processes");
    return `following ${followed}: ${counted(events, "event")}, ${lost} lost, ${counted(sharedMaps, "shared map")}`;
  }

  /** Says something on stderr. */
  note(text: string): void {
    this.options.note(text);
  }

  /**
   * Looks at everything.
   *
   * @returns whether there is more to come
   * @throws MaptrapError when the one file that was named cannot be watched
   */
  look(): boolean {
    this.#begin();
    this.#fill = 0;
    const now = performance.now();
    if (!this.files.several || now - this.#lookedThrough >= lookThroughEvery) {
      this.#lookedThrough = now;
      this.#open();
    }
    this.#pace.goOn(now);
    for (const [file, followed] of this.#followed) {
      const look = this.#tryLook(file, followed);
      if (look !== undefined) {
        this.#tell(file, followed, look);
      }
    }
    this.#quietLooks = this.#fill === 0 ? this.#quietLooks + 1 : 0;
    const omitted = this.#pace.omitted(now);
    if (omitted !== undefined) {
      this.options.output.omitted(omitted);
    }
    return this.files.several || this.#processes === 0 || this.#followed.size > 0;
  }

  /**
   * Shows what is there now.
   *
   * @param name what was named
   * @throws MaptrapError when there is nothing
   */
  lookOnce(name: string): void {
    this.look();
    if (this.#processes === 0) {
      throw new MaptrapError(`there is nothing to show in ${name} yet`, {
        wayOut: "without --once, maptrap watch waits for it",
        exitStatus: 2,
      });
    }
  }

  /** Tells what is still to be told, and closes all files. */
  end(): void {
    const now = performance.now();
    for (const followed of this.#followed.values()) {
      this.#tellLosses(followed, true);
      followed.process.close();
    }
    const omitted = this.#pace.omitted(now, true);
    if (omitted !== undefined) {
      this.options.output.omitted(omitted);
    }
    if (this.#processes > 0) {
      const file = this.files.several ? undefined : this.files.name;
      this.options.output.totals(totalsOf(this.#figures, this.#processes), file);
    }
  }

  /** The figures for Prometheus. */
  metrics(): string {
    const running = Array.from(this.#followed.values(), ({ process }) => gaugesOf(process, true));
    return expositionText(watchMetrics(this.#figures, [...running, ...this.#ended]));
  }

  #begin(): void {
    if (!this.#begun) {
      this.#begun = true;
      this.options.output.begin();
    }
  }

  #open(): void {
    for (const file of this.files.next(mostFollowed - this.#followed.size)) {
      try {
        this.#follow(file);
      } catch (error) {
        this.#notOpened(file, error);
      }
    }
    const { waiting } = this.files;
    if (waiting > 0 && this.#toldWaiting === 0) {
      this.note(`${mostFollowed} files are followed at once; ${waiting} more have to wait until one ends`);
    }
    this.#toldWaiting = waiting;
  }

  #follow(file: string): void {
    const { binary, openSymbols, call, workingDirectory } = this.options;
    const process = new FollowedProcess(file, {
      number: this.#processes + 1,
      figures: this.#figures,
      binary,
      openSymbols,
      call,
      workingDirectory,
    });
    this.#processes += 1;
    this.#refused.delete(file);
    const losses = new Losses(performance.now());
    const followed: Followed = { process, losses, complaints: new Complaints(), looks: 0, link: "there" };
    this.#followed.set(file, followed);
    // The first look reads what the rings still hold; how much was gone is known only then.
    const look = this.#tryLook(file, followed);
    if (look !== undefined) {
      const { watched, goneBefore, noSymbols } = process;
      this.options.output.tell({ kind: "process", process: watched, at: 0, goneBefore, noSymbols });
      this.#tell(file, followed, look);
    }
  }

  /** What is not ready yet will be tried again. What cannot be watched ends all when it was named; in a folder it is said once. */
  #notOpened(file: string, error: unknown): void {
    const gone = [error, error instanceof Error ? error.cause : error].some(
      (reason) => systemErrorCode(reason) === "ENOENT",
    );
    if (error instanceof EventFileNotReadyError || gone) {
      this.files.giveBack(file);
      return;
    }
    if (!this.files.several || !(error instanceof MaptrapError || systemErrorCode(error) !== undefined)) {
      throw error;
    }
    if (!this.#refused.has(file)) {
      if (this.#refused.size >= mostRefused) {
        this.#refused.clear();
      }
      this.#refused.add(file);
      this.note(error instanceof Error ? error.message : String(error));
    }
  }

  /** Looks; a file that cannot be read any more is let go, and what was seen until then stays. */
  #tryLook(file: string, followed: Followed): Look | undefined {
    followed.looks += 1;
    try {
      return followed.process.look();
    } catch (error) {
      if (!(error instanceof MaptrapError)) {
        throw error;
      }
      const { watched } = followed.process;
      this.options.output.tell({
        kind: "failed",
        process: watched,
        at: momentOf(followed),
        reason: error.message,
      });
      this.#letGo(file, followed);
      return undefined;
    }
  }

  #tell(file: string, followed: Followed, look: Look): void {
    const { output, onConflict } = this.options;
    const { process, losses } = followed;
    const { watched, places } = process;
    this.#fill = Math.max(this.#fill, look.fill);
    for (const news of look.news) {
      if (this.#isKnown(news) ? this.#pace.omit(news.kind) : this.#pace.admits(news.kind)) {
        output.tell(messageOf(news, watched, places));
      }
    }
    for (const { at, kind, finding } of look.conflicts) {
      onConflict();
      output.tell({ kind: "conflict", process: watched, at, conflict: kind, finding });
    }
    for (const reason of followed.complaints.fresh(look.unreadable)) {
      this.note(`${watched.file}: ${reason}`);
    }
    losses.add(look);
    this.#tellLosses(followed, look.ended !== undefined);
    if (look.link !== followed.link && look.link !== "there") {
      output.tell({ kind: "link", process: watched, at: momentOf(followed), link: look.link });
    }
    followed.link = look.link;
    if (look.ended !== undefined) {
      output.tell({ kind: "ended", process: watched, at: momentOf(followed), ...look.ended });
      this.#letGo(file, followed);
    }
  }

  /** A person does not want to be told of each map that is shared between the same two places. */
  #isKnown(news: News): boolean {
    if (this.options.json || news.kind !== "shared") {
      return false;
    }
    const places = [news.first, news.second].map((access) => `${access?.operation} ${access?.site}`).join();
    if (this.#sharedPlaces.has(places)) {
      return true;
    }
    if (this.#sharedPlaces.size >= mostSharedPlaces) {
      this.#sharedPlaces.clear();
    }
    this.#sharedPlaces.add(places);
    return false;
  }

  #tellLosses(followed: Followed, atOnce: boolean): void {
    const lost = followed.losses.take(performance.now(), atOnce);
    if (lost !== undefined) {
      const { watched } = followed.process;
      this.options.output.tell({ kind: "lost", process: watched, at: momentOf(followed), ...lost });
    }
  }

  #letGo(file: string, { process, link }: Followed): void {
    process.close();
    this.#followed.delete(file);
    this.#ended.push(gaugesOf(process, false));
    this.#ended.splice(0, Math.max(0, this.#ended.length - keptEnded));
    if (link === "replaced") {
      // Another process writes a file of this name.
      this.files.giveBack(file);
    }
  }
}

function gaugesOf({ watched, lastClock, rings }: FollowedProcess, running: boolean): ProcessGauges {
  const { started } = watched;
  return {
    processId: watched.processId,
    program: path.basename(watched.executable),
    file: path.basename(watched.file),
    running,
    lastEventAge:
      lastClock === null || started === null
        ? null
        : Math.max(0, (Date.now() - started - lastClock / 1e6) / 1000),
    rings,
  };
}
