/**
 * Workers of the page, in one way for both builds. The worker's file is imported with `?worker`: in the served page it is a file of
 * its own; in the single one all workers are one script, which lies within the page's (app/single.worker.ts), and the name says which
 * of them it is to be.
 *
 *     // sums.ts: what both sides know
 *     export interface SumCalls {
 *       readonly sum: Call<readonly number[], number, { readonly done: number }>;
 *     }
 *
 *     // sums.worker.ts
 *     serveCalls<SumCalls>("sums", { sum: (numbers, { news }) => … });
 *
 *     // in a view
 *     import SumWorker from "./sums.worker.ts?worker";
 *     const worker = connectWorker<SumCalls>(() => new SumWorker({ name: "sums" }));
 *     const total = await worker.call("sum", [1, 2], { onNews: ({ done }) => … });
 *     worker.close();
 */
import { MaptrapError } from "../../src/base/errors.js";

/** One thing that a worker can be asked; `News` is what it says meanwhile. */
export interface Call<Request, Answer, News = never> {
  readonly request: Request;
  readonly answer: Answer;
  readonly news: News;
}

/** All that a worker can be asked, by name. */
type Calls<T> = { readonly [Name in keyof T]: Call<unknown, unknown, unknown> };

/** What a worker's answer is made with. */
export interface Answering<News> {
  /** Says something before the answer. */
  readonly news: (news: News, transfer?: readonly Transferable[]) => void;
  /** Is aborted when the page does not want the answer any more; seen only where the work awaits something. */
  readonly signal: AbortSignal;
  /** Parts of the answer that move to the page instead of being copied. */
  readonly transfer: (...parts: readonly Transferable[]) => void;
}

/** Something failed in a worker: an error as it was thrown there, or the worker's own end. */
export class WorkerError extends MaptrapError {}

/** A worker, as the page speaks to it. */
export interface ConnectedWorker<T extends Calls<T>> {
  /**
   * Asks. Answers come in any order.
   *
   * @throws WorkerError when it fails in the worker
   * @throws the signal's reason when it is aborted
   */
  readonly call: <Name extends keyof T & string>(
    name: Name,
    request: T[Name]["request"],
    options?: CallOptions<T[Name]["news"]>,
  ) => Promise<T[Name]["answer"]>;
  /** Ends the worker, whatever it is doing. Calls that have no answer yet fail with a WorkerError. */
  readonly close: () => void;
}

/** How something is asked. */
export interface CallOptions<News> {
  readonly onNews?: ((news: News) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Parts of the request that move to the worker instead of being copied. */
  readonly transfer?: readonly Transferable[] | undefined;
}

type ToWorker =
  | { readonly kind: "call"; readonly id: number; readonly name: string; readonly request: unknown }
  | { readonly kind: "abort"; readonly id: number };

type FromWorker =
  | { readonly kind: "news"; readonly id: number; readonly news: unknown }
  | { readonly kind: "answer"; readonly id: number; readonly answer: unknown }
  | {
      readonly kind: "failure";
      readonly id: number;
      readonly message: string;
      readonly wayOut: string | undefined;
    };

interface Waiting {
  readonly onNews: (news: unknown) => void;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Starts a worker and speaks to it. */
export function connectWorker<T extends Calls<T>>(start: () => Worker): ConnectedWorker<T> {
  const worker = start();
  const waiting = new Map<number, Waiting>();
  let next = 0;
  let ended: WorkerError | undefined;
  const end = (error: WorkerError): void => {
    ended ??= error;
    worker.terminate();
    for (const { reject } of waiting.values()) {
      reject(ended);
    }
    waiting.clear();
  };
  worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => take(data, waiting));
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    end(
      new WorkerError(`a worker of the page ended: ${event.message || "its code could not be loaded"}`, {
        wayOut: "load the page again; what is open may be too large for the browser's memory",
      }),
    );
  });
  worker.addEventListener("messageerror", () => {
    end(new WorkerError("what a worker of the page answered could not be read"));
  });
  const post = (message: ToWorker, transfer: readonly Transferable[] = []): void => {
    worker.postMessage(message, [...transfer]);
  };
  return {
    call: async (name, request, { onNews, signal, transfer } = {}) => {
      if (ended !== undefined) {
        throw ended;
      }
      signal?.throwIfAborted();
      const id = next++;
      return new Promise<unknown>((resolve, reject) => {
        const onAbort = (): void => {
          waiting.delete(id);
          post({ kind: "abort", id });
          reject(reasonOf(signal));
        };
        const settled =
          <V>(settle: (value: V) => void) =>
          (value: V): void => {
            signal?.removeEventListener("abort", onAbort);
            settle(value);
          };
        waiting.set(id, {
          onNews: (news) => onNews?.(news),
          resolve: settled(resolve),
          reject: settled(reject),
        });
        signal?.addEventListener("abort", onAbort);
        post({ kind: "call", id, name, request }, transfer);
      });
    },
    close: () => end(new WorkerError("the work was ended")),
  };
}

function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new DOMException("The work was cancelled.", "AbortError");
}

function take(message: FromWorker, waiting: Map<number, Waiting>): void {
  const one = waiting.get(message.id);
  if (one === undefined) {
    return;
  }
  if (message.kind === "news") {
    one.onNews(message.news);
    return;
  }
  waiting.delete(message.id);
  if (message.kind === "answer") {
    one.resolve(message.answer);
  } else {
    one.reject(new WorkerError(message.message, { wayOut: message.wayOut }));
  }
}

/** What a worker does for each call. */
export type Answers<T extends Calls<T>> = {
  readonly [Name in keyof T]: (
    request: T[Name]["request"],
    answering: Answering<T[Name]["news"]>,
  ) => T[Name]["answer"] | Promise<T[Name]["answer"]>;
};

/** The part of a worker's global object that is used here; the page's types have another one. */
interface WorkerScope {
  readonly name: string;
  addEventListener(type: "message", listener: (event: MessageEvent<ToWorker>) => void): void;
  postMessage(message: FromWorker, transfer: Transferable[]): void;
}

/**
 * To be called once by a worker: answers what the page asks. What is thrown arrives there as a WorkerError.
 *
 * @param name of the worker, which the page gives it: a script that holds several workers is the one of this name
 */
export function serveCalls<T extends Calls<T>>(
  name: string,
  answers: Answers<T>,
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- in a worker it is one
  scope: WorkerScope = globalThis as unknown as WorkerScope,
): void {
  if (scope.name !== name) {
    return;
  }
  const running = new Map<number, AbortController>();
  const byName = new Map<string, (request: unknown, answering: Answering<unknown>) => unknown>(
    Object.entries(answers),
  );
  scope.addEventListener("message", ({ data }) => {
    if (data.kind === "abort") {
      running.get(data.id)?.abort();
      return;
    }
    const abort = new AbortController();
    running.set(data.id, abort);
    void answer(data, byName.get(data.name), abort.signal, scope).finally(() => running.delete(data.id));
  });
}

async function answer(
  { id, name, request }: Extract<ToWorker, { readonly kind: "call" }>,
  work: ((request: unknown, answering: Answering<unknown>) => unknown) | undefined,
  signal: AbortSignal,
  scope: WorkerScope,
): Promise<void> {
  const moving: Transferable[] = [];
  try {
    if (work === undefined) {
      throw new TypeError(`this worker knows nothing of ${name}`);
    }
    const result = await work(request, {
      news: (news, transfer = []) => scope.postMessage({ kind: "news", id, news }, [...transfer]),
      signal,
      transfer: (...parts) => void moving.push(...parts),
    });
    scope.postMessage({ kind: "answer", id, answer: result }, moving);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const wayOut = error instanceof MaptrapError ? error.wayOut : undefined;
    scope.postMessage({ kind: "failure", id, message, wayOut }, []);
  }
}
