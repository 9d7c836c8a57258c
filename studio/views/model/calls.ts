/** What the model view asks its workers. Everything is computed there, by what the command line calls. */
import type { MapJson } from "../../../src/document/map-schema.js";
import type { SearchPlan } from "../../../src/gomap/programs/exploration.js";
import type { Moment } from "../../../src/gomap/programs/moment.js";
import type { DriveDistance } from "../../../src/gomap/programs/run.js";
import type { ModelSettings } from "../../../src/gomap/programs/settings.js";
import type { ExplorationRow } from "../../../src/report/text/model.js";
import type { SeveralTable } from "../../../src/report/text/model-several.js";
import type { SeenTable } from "../../../src/report/text/model-seen.js";
import type { StoryPart } from "../../../src/report/text/model-story.js";
import type { Call } from "../../parts/workers.js";

/** A program, and under which conditions it is looked at. */
export interface ProgramRequest {
  readonly program: string;
  readonly settings: ModelSettings;
}

/** Several programs by their name. */
export interface SeveralRequest {
  readonly shipped: string;
  readonly settings: ModelSettings;
  readonly plan: SearchPlan;
}

/** An exploration, as the table and its examples show it. */
export interface Explored {
  readonly summary: readonly string[];
  readonly rows: readonly ExplorationRow[];
  /** Whether interleavings were counted. */
  readonly counted: boolean;
  /** One for each outcome. */
  readonly examples: readonly Example[];
  /** Whether it was ended before its end. */
  readonly stopped: boolean;
}

/** The example of an outcome. */
export interface Example {
  readonly title: string;
  readonly token: string;
  /** `34 steps, 1 change of goroutine` */
  readonly length: string;
}

/** How far a long task is. `share` is between 0 and 1; null where nobody knows. */
export interface TaskNews {
  readonly text: string;
  readonly share: number | null;
  /** Of a comparison, and of several programs: what is there already. */
  readonly compared?: Compared;
  readonly several?: Several;
}

/** Policies and checks under one memory model. */
export interface ComparedMemory {
  readonly memory: ModelSettings["memory"];
  readonly title: string;
  readonly policies: readonly (readonly string[])[];
  /** Where it was cancelled: what is missing. */
  readonly incomplete: string | null;
  /** Null until all policies were looked at. */
  readonly checks: {
    readonly title: string;
    readonly rows: readonly (readonly string[])[];
    readonly note: string | null;
  } | null;
}

/** Policies and checks, under both memory models. */
export interface Compared {
  readonly memories: readonly ComparedMemory[];
  /** Whether it was ended before its end. */
  readonly stopped: boolean;
}

/** Several programs that come with maptrap under one name, explored; a row for each, in their order. */
export interface Several {
  readonly table: SeveralTable;
  readonly stopped: boolean;
}

/** A run that is open for stepping. The columns have a row for each step. */
export interface OpenedRun {
  readonly token: string;
  readonly steps: number;
  readonly goroutines: readonly string[];
  readonly process: Uint8Array;
  /** MARK_… of gomap/programs/mark.ts */
  readonly mark: Uint8Array;
  /** 1 where the mark misses somebody. */
  readonly missed: Uint8Array;
  /** 1 where a mark is set in memory after the step. */
  readonly marked: Uint8Array;
  /** First steps of the parts of its story. */
  readonly partStarts: Int32Array;
  readonly length: string;
  readonly end: { readonly sentence: string; readonly details: readonly string[] };
  /** Of its outcome; null where goroutines could go on. */
  readonly group: string | null;
}

/** A run in its middle. */
export interface MomentAnswer {
  /** Of the run. */
  readonly token: string;
  readonly moment: Moment;
  /** The part of the last step alone; null at the beginning. */
  readonly last: StoryPart | null;
  /** Each map as it lies in memory, and as it lay before the last step. */
  readonly maps: readonly {
    readonly name: string;
    readonly map: MapJson;
    readonly previous: MapJson | null;
  }[];
}

/** See the file's comment. */
export interface ModelCalls {
  readonly explore: Call<ProgramRequest & { readonly plan: SearchPlan }, Explored, TaskNews>;
  readonly compare: Call<ProgramRequest & { readonly runs: number }, Compared, TaskNews>;
  readonly several: Call<SeveralRequest, Several, TaskNews>;
  /** What a goroutine can come to load, in the last exploration; null where there was none. */
  readonly seen: Call<{ readonly goroutine: string }, SeenTable | null>;
  /** Ends a task, which then answers with what it has found so far. */
  readonly stop: Call<null, null>;
  /** Draws a run; gives its token. */
  readonly draw: Call<ProgramRequest & { readonly depth: number }, string>;
  readonly open: Call<ProgramRequest & { readonly token: string }, OpenedRun>;
  /** Parts of the story of the open run, or its steps. */
  readonly story: Call<
    { readonly from: number; readonly until: number; readonly every: boolean },
    readonly StoryPart[]
  >;
  readonly moment: Call<{ readonly step: number }, MomentAnswer>;
  /** The run that a person makes of the open one: its first steps, then somebody. `steps` are done afterwards by the one chosen. */
  readonly drive: Call<
    { readonly at: number; readonly process: number; readonly distance: DriveDistance },
    { readonly token: string; readonly step: number }
  >;
}
