/** The run that is open in the model's worker: its story, its moments, and where a person drives it. */
import type { MapJson } from "../../../src/document/map-schema.js";
import { modelMapJson } from "../../../src/document/model-map.js";
import { EndMemory } from "../../../src/gomap/programs/end-memory.js";
import { RunCursor } from "../../../src/gomap/programs/moment.js";
import { parseProgram } from "../../../src/gomap/programs/parser.js";
import { driven, type MadeRun, Runs } from "../../../src/gomap/programs/run.js";
import { stretchesOf } from "../../../src/gomap/explore/schedule.js";
import { MARK_NONE } from "../../../src/gomap/programs/mark.js";
import { nodeTexts, type StoryStep, storyStep } from "../../../src/gomap/programs/story.js";
import { endOfRun } from "../../../src/report/text/model-run.js";
import { isMissed, partStarts, storyPart, type StoryPart } from "../../../src/report/text/model-story.js";
import { lengthText } from "../../../src/report/text/model.js";
import type { ModelCalls, MomentAnswer, OpenedRun, ProgramRequest } from "./calls.js";

/** A longer part of a story is told by its first and last steps anyway. */
const longestPart = 2000;

/** Makes the runs of one program after the other, and keeps the last one open. */
export class OpenRuns {
  #key = "";
  #runs: Runs | undefined;
  #open: OpenRun | undefined;

  /** A drawn run's token. */
  draw({ depth, ...request }: ModelCalls["draw"]["request"]): string {
    const runs = this.#runsOf(request);
    return runs.tokenOf(runs.draw(depth));
  }

  /** Opens the run of a token. */
  open({ token, ...request }: ModelCalls["open"]["request"]): OpenedRun {
    const runs = this.#runsOf(request);
    // It is called as it was asked for: of the last letter of a token some bits say nothing.
    this.#open = new OpenRun(
      runs,
      token === "" ? runs.make(new Uint8Array()) : { ...runs.replay(token), token },
    );
    return this.#open.opened();
  }

  /** The open run. */
  get current(): OpenRun {
    if (this.#open === undefined) {
      throw new RangeError("no run is open");
    }
    return this.#open;
  }

  #runsOf({ program, settings }: ProgramRequest): Runs {
    const key = JSON.stringify([program, settings]);
    if (this.#runs === undefined || key !== this.#key) {
      this.#runs = new Runs(parseProgram(program), settings);
      this.#key = key;
    }
    return this.#runs;
  }
}

/** A run. */
class OpenRun {
  readonly #cursor: RunCursor;
  readonly #left: EndMemory;
  readonly #starts: readonly number[];

  constructor(
    private readonly runs: Runs,
    private readonly run: MadeRun,
  ) {
    const { compiled } = runs;
    const { record } = run;
    this.#cursor = new RunCursor(runs, record);
    this.#left = new EndMemory(compiled);
    this.#starts = partStarts(record.length, (at) => ({
      goroutine: String((record.process[at] ?? 0) % record.goroutines),
      reachesMemory: (record.process[at] ?? 0) >= record.goroutines,
      ...nodeTexts(compiled, record.node[at] ?? 0),
    }));
  }

  /** What the page has to know of it at once. */
  opened(): OpenedRun {
    const { record, token, outcome } = this.run;
    const missed = new Uint8Array(record.length);
    for (let at = 0; at < record.length; at++) {
      if (record.mark[at] !== MARK_NONE) {
        const { mark } = this.#step(at);
        missed[at] = mark !== undefined && isMissed(mark) ? 1 : 0;
      }
    }
    return {
      token,
      steps: record.length,
      goroutines: this.runs.program.goroutines.map(({ name }) => name),
      process: record.process.slice(),
      mark: record.mark.slice(),
      missed,
      marked: record.marked.slice(),
      partStarts: Int32Array.from(this.#starts),
      length: lengthText(record.length, Math.max(0, stretchesOf(record.process).length - 1)),
      end: endOfRun(this.run),
      group: outcome?.group ?? null,
    };
  }

  /** Parts of the story, or single steps. */
  story({ from, until, every }: ModelCalls["story"]["request"]): readonly StoryPart[] {
    const { length } = this.run.record;
    const count = every ? length : this.#starts.length;
    const parts: StoryPart[] = [];
    for (let index = Math.max(0, from); index < Math.min(until, count); index++) {
      const start = every ? index : (this.#starts[index] ?? 0);
      const end = every ? index + 1 : (this.#starts[index + 1] ?? length);
      parts.push(this.#part(start, end));
    }
    return parts;
  }

  /** What is to be seen after so many steps. */
  moment(step: number): MomentAnswer {
    const before = Math.max(0, Math.min(step, this.run.record.length) - 1);
    this.#cursor.goTo(before);
    const previous = step > 0 ? this.#maps() : undefined;
    this.#cursor.goTo(step);
    const moment = this.#cursor.moment();
    const now = this.#maps();
    return {
      token: this.run.token,
      moment,
      last: moment.step === 0 ? null : this.#part(moment.step - 1, moment.step),
      maps: [...now].map(([name, map]) => ({ name, map, previous: previous?.get(name) ?? null })),
    };
  }

  /** The token of what a person makes of it. */
  drive({ at, process, distance }: ModelCalls["drive"]["request"]): ModelCalls["drive"]["answer"] {
    const schedule = driven(this.runs, this.run.schedule, { at, process, distance });
    return { token: this.runs.tokenOf(schedule), step: distance === "end" ? at + 1 : schedule.length };
  }

  #maps(): Map<string, MapJson> {
    this.#left.load(this.#cursor.execution);
    const maps = new Map<string, MapJson>();
    for (const [name, { functions, address }] of this.runs.compiled.shared.maps) {
      maps.set(name, modelMapJson(this.#left.memory, functions, address));
    }
    return maps;
  }

  #part(start: number, end: number): StoryPart {
    const { record } = this.run;
    const last = Math.min(end, start + longestPart);
    const steps = Array.from({ length: last - start }, (_, index) => this.#step(start + index));
    const before = start === 0 ? undefined : this.#step(start - 1).goroutine;
    return { ...storyPart(steps, start, before), steps: Math.min(end, record.length) - start };
  }

  #step(at: number): StoryStep {
    return storyStep(this.runs.compiled, this.run.record, at);
  }
}
