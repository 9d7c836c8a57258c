/** What the model view knows: what the address says, what the workers found, and how to go on. */
import { batch, computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { MaptrapError } from "../../../src/base/errors.js";
import type { ModelJson } from "../../../src/document/model-schema.js";
import { parseProgram } from "../../../src/gomap/programs/parser.js";
import type { Moment } from "../../../src/gomap/programs/moment.js";
import type { DriveDistance } from "../../../src/gomap/programs/run.js";
import { type Program, ProgramSyntaxError } from "../../../src/gomap/programs/syntax.js";
import { navigate, route } from "../../page/route.js";
import { connectWorker, type ConnectedWorker } from "../../parts/workers.js";
import type { Compared, Explored, ModelCalls, MomentAnswer, OpenedRun, Several, TaskNews } from "./calls.js";
import { type Choice, choiceFrom, choiceOf, firstChoice, paramsOf, type Task } from "./link.js";
import ModelWorker from "./model.worker.ts?worker";

/** What went wrong, with its way out. */
export interface Trouble {
  readonly sentence: string;
  readonly wayOut: string | undefined;
}

/** How far the task is. */
export type TaskState =
  | { readonly kind: "none" }
  | { readonly kind: "running"; readonly task: Task; readonly news: TaskNews; readonly stopping: boolean }
  | { readonly kind: "explored"; readonly explored: Explored }
  | { readonly kind: "compared"; readonly compared: Compared }
  | { readonly kind: "several"; readonly several: Several }
  | { readonly kind: "ended" }
  | { readonly kind: "failed"; readonly trouble: Trouble };

/** The run that is open. */
export type RunState =
  | { readonly kind: "none" }
  | { readonly kind: "opening" }
  | { readonly kind: "open"; readonly run: OpenedRun }
  | { readonly kind: "failed"; readonly trouble: Trouble };

type Connected = ConnectedWorker<ModelCalls>;

/** Priorities change so often in a drawn run: as on the command line. */
const drawnDepth = 3;

/** See the file's comment. */
export class ModelSession {
  /** What the view is at; what is wrong with the address, where it is. */
  readonly choice: ReadonlySignal<Choice | Trouble>;
  /** The program, or where it is wrong. */
  readonly program: ReadonlySignal<Program | ProgramSyntaxError | undefined>;
  readonly task = signal<TaskState>({ kind: "none" });
  readonly run = signal<RunState>({ kind: "none" });
  readonly moment = signal<MomentAnswer | undefined>(undefined);
  readonly playing = signal(false);
  /** Whether the open run is still to be brought into view. */
  isToBeShown = true;
  #taskWorker: Connected | undefined;
  #runWorker: Connected | undefined;
  /** The last choice that the address said while this view was shown. */
  #last: Choice | Trouble = firstChoice;
  #asked = "";
  /** Counts what was asked of the open run, so that what has changed meanwhile is asked again. */
  #wanted = 0;
  #isAsking = false;
  #driving: Promise<void> = Promise.resolve();

  constructor(model: ModelJson | null) {
    const otherwise = model === null ? firstChoice : choiceOf(model);
    this.choice = computed(() => {
      const { view, params } = route.value;
      if (view === "model" || view === "") {
        this.#last = tried(() => choiceFrom(params, otherwise));
      }
      return this.#last;
    });
    this.program = computed(() => {
      const now = this.choice.value;
      return isTrouble(now) ? undefined : parsed(now.text);
    });
  }

  /** Follows the address. Gives what ends that. */
  start(): () => void {
    const ends = [
      effect(() => this.#followTask(this.#taskKey.value)),
      effect(() => this.#followRun(this.#runKey.value)),
      effect(() => {
        const now = this.choice.value;
        if (this.run.value.kind === "open" && !isTrouble(now)) {
          void this.#askMoment(now.step);
        }
      }),
    ];
    return () => {
      ends.forEach((end) => end());
      this.#taskWorker?.close();
      this.#runWorker?.close();
    };
  }

  /** Changes what the view is at. */
  go(change: Partial<Choice>, how: "push" | "replace" = "push"): void {
    const now = this.choice.peek();
    navigate(
      { view: "model", params: paramsOf({ ...(isTrouble(now) ? firstChoice : now), ...change }) },
      how,
    );
  }

  /** Another program, other conditions or another task: the open run does not belong to it. */
  look(change: Partial<Choice>): void {
    this.playing.value = false;
    this.go({ token: "", step: 0, place: "", ...change });
  }

  /** Does the same task again, from its beginning. */
  again(): void {
    this.#asked = "";
    this.#followTask(this.#taskKey.peek());
  }

  /** Goes to where so many steps are done. */
  goTo(step: number, how: "push" | "replace" = "push"): void {
    const run = this.run.peek();
    if (run.kind === "open") {
      this.go({ step: Math.max(0, Math.min(run.run.steps, step)) }, how);
    }
  }

  /** Opens a run, at its beginning. */
  follow(token: string): void {
    this.isToBeShown = true;
    this.playing.value = false;
    this.go({ token, step: 0, place: "" });
  }

  /** A person decides who goes on. Who is quicker than the page has it done where the page will be then. */
  async drive(process: number, distance: DriveDistance): Promise<void> {
    this.playing.value = false;
    this.#driving = this.#driving.then(async () => this.#drive(process, distance));
    return this.#driving;
  }

  async #drive(process: number, distance: DriveDistance): Promise<void> {
    const moment = await this.#caughtUp();
    const state = this.run.peek();
    const canGoOn = moment?.goroutines.some(
      (one) =>
        (one.process === process && one.state === "ready") || (one.bufferProcess === process && one.canFlush),
    );
    if (moment === undefined || state.kind !== "open" || canGoOn !== true) {
      return;
    }
    if (distance === "step" && state.run.process[moment.step] === process) {
      // Who would have gone on anyway goes on in the same run.
      this.goTo(moment.step + 1);
      return;
    }
    try {
      const { token, step } = await this.#runs().call("drive", { at: moment.step, process, distance });
      this.go({ token, step });
    } catch (error) {
      this.run.value = { kind: "failed", trouble: troubleOf(error) };
    }
  }

  /** The moment that the address says, as soon as it is there; undefined where there will be none. */
  async #caughtUp(): Promise<Moment | undefined> {
    return new Promise((resolve) => {
      let isDone = false;
      const end = effect(() => {
        const now = this.choice.value;
        const state = this.run.value;
        const answer = this.moment.value;
        const isOver = isTrouble(now) || now.token === "" || state.kind === "failed";
        const isThere =
          !isTrouble(now) &&
          state.kind === "open" &&
          answer?.token === now.token &&
          answer.moment.step === Math.min(now.step, state.run.steps) &&
          state.run.token === now.token;
        if (!isDone && (isOver || isThere)) {
          isDone = true;
          resolve(isThere ? answer.moment : undefined);
          // Not while the effect still runs for the first time.
          queueMicrotask(() => end());
        }
      });
    });
  }

  /** Opens the run of no steps, for a person to drive. */
  async begin(): Promise<void> {
    const now = this.choice.peek();
    if (isTrouble(now)) {
      return;
    }
    const { text: program, settings } = now;
    try {
      const { token } = await this.#runs().call("open", { program, settings, token: "" });
      this.follow(token);
    } catch (error) {
      this.run.value = { kind: "failed", trouble: troubleOf(error) };
    }
  }

  /** Ends the task, with what it has found so far. */
  async stop(): Promise<void> {
    const now = this.task.peek();
    if (now.kind !== "running") {
      return;
    }
    if (!now.stopping) {
      this.task.value = { ...now, stopping: true };
      // A worker that was ended meanwhile has nothing to stop.
      await this.#tasks()
        .call("stop", null)
        .catch(() => null);
      return;
    }
    this.#taskWorker?.close();
    this.#taskWorker = undefined;
    const { compared, several } = now.news;
    this.task.value =
      compared !== undefined
        ? { kind: "compared", compared: { ...compared, stopped: true } }
        : several !== undefined
          ? { kind: "several", several: { ...several, stopped: true } }
          : { kind: "ended" };
  }

  /** What a goroutine can come to load, in the exploration that is shown. */
  async seen(goroutine: string): Promise<ModelCalls["seen"]["answer"]> {
    return this.#tasks().call("seen", { goroutine });
  }

  /** Parts of the story of the open run. */
  async story(request: ModelCalls["story"]["request"]): Promise<ModelCalls["story"]["answer"]> {
    try {
      return await this.#runs().call("story", request);
    } catch (error) {
      this.run.value = { kind: "failed", trouble: troubleOf(error) };
      return [];
    }
  }

  readonly #taskKey = computed(() => {
    const now = this.choice.value;
    if (isTrouble(now) || !isProgram(this.program.value)) {
      return "";
    }
    const { text, shipped, settings, task, plan, runs } = now;
    const drawn = task === "run" ? [now.token === ""] : [];
    const what = task === "several" ? shipped : text;
    return JSON.stringify([what, settings, task, task === "compare" ? runs : plan, ...drawn]);
  });

  readonly #runKey = computed(() => {
    const now = this.choice.value;
    return isTrouble(now) || now.token === "" || !isProgram(this.program.value)
      ? ""
      : JSON.stringify([now.text, now.settings, now.token]);
  });

  #followTask(key: string): void {
    const now = this.choice.peek();
    if (key !== "" && key === this.#asked) {
      return;
    }
    this.#asked = key;
    if (this.task.peek().kind === "running") {
      this.#taskWorker?.close();
      this.#taskWorker = undefined;
    }
    this.task.value = { kind: "none" };
    if (key !== "" && !isTrouble(now)) {
      void this.#do(now, key);
    }
  }

  async #do(choice: Choice, key: string): Promise<void> {
    const { text: program, settings, task, token } = choice;
    const isCurrent = (): boolean => this.#asked === key;
    const onNews = (news: TaskNews): void => {
      const last = this.task.peek();
      if (isCurrent()) {
        const stopping = last.kind === "running" && last.stopping;
        this.task.value = { kind: "running", task, news, stopping };
      }
    };
    try {
      if (task === "run") {
        if (token === "") {
          // By the worker that opens it then: it knows the goroutines' histories already.
          const drawn = await this.#runs().call("draw", { program, settings, depth: drawnDepth });
          if (isCurrent()) {
            this.go({ token: drawn, step: 0 }, "replace");
          }
        }
        return;
      }
      onNews({ text: "laying out the program", share: null });
      const done = await this.#doTask(choice, onNews);
      if (isCurrent()) {
        this.task.value = done;
      }
    } catch (error) {
      if (isCurrent() && this.task.peek().kind === "running") {
        this.task.value = { kind: "failed", trouble: troubleOf(error) };
      }
    }
  }

  async #doTask(
    { text: program, shipped = "", settings, task, plan, runs }: Choice,
    onNews: (news: TaskNews) => void,
  ): Promise<TaskState> {
    const worker = this.#tasks();
    switch (task) {
      case "several": {
        const several = await worker.call("several", { shipped, settings, plan }, { onNews });
        return { kind: "several", several };
      }
      case "compare": {
        const compared = await worker.call("compare", { program, settings, runs }, { onNews });
        return { kind: "compared", compared };
      }
      default: {
        const explored = await worker.call("explore", { program, settings, plan }, { onNews });
        return { kind: "explored", explored };
      }
    }
  }

  #followRun(key: string): void {
    const now = this.choice.peek();
    if (key === "" || isTrouble(now)) {
      batch(() => {
        this.run.value = { kind: "none" };
        this.moment.value = undefined;
      });
      return;
    }
    if (this.run.peek().kind !== "open") {
      this.run.value = { kind: "opening" };
    }
    const { text: program, settings, token } = now;
    void this.#open({ program, settings, token }, key);
  }

  async #open(request: ModelCalls["open"]["request"], key: string): Promise<void> {
    try {
      const run = await this.#runs().call("open", request);
      if (this.#runKey.peek() === key) {
        this.run.value = { kind: "open", run };
      }
    } catch (error) {
      if (this.#runKey.peek() === key) {
        this.run.value = { kind: "failed", trouble: troubleOf(error) };
        this.moment.value = undefined;
      }
    }
  }

  /** One question at a time; of several that come meanwhile, the last. */
  async #askMoment(step: number): Promise<void> {
    this.#wanted++;
    if (this.#isAsking) {
      return;
    }
    const asked = this.#wanted;
    this.#isAsking = true;
    try {
      this.moment.value = await this.#runs().call("moment", { step });
    } catch (error) {
      this.run.value = { kind: "failed", trouble: troubleOf(error) };
    }
    this.#isAsking = false;
    const now = this.choice.peek();
    if (this.#wanted !== asked && this.run.peek().kind === "open" && !isTrouble(now)) {
      void this.#askMoment(now.step);
    }
  }

  #tasks(): Connected {
    this.#taskWorker ??= connectWorker<ModelCalls>(() => new ModelWorker({ name: "model" }));
    return this.#taskWorker;
  }

  #runs(): Connected {
    this.#runWorker ??= connectWorker<ModelCalls>(() => new ModelWorker({ name: "model" }));
    return this.#runWorker;
  }
}

/** Whether a choice could not be made of the address. */
export function isTrouble(one: Choice | Trouble): one is Trouble {
  return "sentence" in one;
}

/** Whether a program could be understood. */
export function isProgram(one: Program | ProgramSyntaxError | undefined): one is Program {
  return one !== undefined && !(one instanceof ProgramSyntaxError);
}

/** Reads a program, or says where it is wrong. */
export function parsed(text: string): Program | ProgramSyntaxError {
  try {
    return parseProgram(text);
  } catch (error) {
    if (error instanceof ProgramSyntaxError) {
      return error;
    }
    throw error;
  }
}

function tried(make: () => Choice): Choice | Trouble {
  try {
    return make();
  } catch (error) {
    return troubleOf(error);
  }
}

function troubleOf(error: unknown): Trouble {
  return {
    sentence: error instanceof Error ? error.message : String(error),
    wayOut: error instanceof MaptrapError ? error.wayOut : undefined,
  };
}
