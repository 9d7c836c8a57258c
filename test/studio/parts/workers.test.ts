import { describe, expect, it } from "vitest";
import { MaptrapError } from "../../../src/base/errors.js";
import {
  type Answers,
  type Call,
  connectWorker,
  serveCalls,
  WorkerError,
} from "../../../studio/parts/workers.js";

interface SumCalls {
  readonly sum: Call<readonly number[], number, { readonly done: number }>;
  readonly fails: Call<null, never>;
  readonly waits: Call<null, string>;
}

/** Both ends within one process: messages are copied, as between a page and its worker. */
function connected(answers: Answers<SumCalls>): {
  readonly worker: ReturnType<typeof connectWorker<SumCalls>>;
  readonly terminated: () => boolean;
  readonly fail: (message: string) => void;
} {
  const page = new EventTarget();
  const within = new EventTarget();
  let over = false;
  const send = (to: EventTarget, data: unknown): void => {
    const copy: unknown = structuredClone(data);
    setTimeout(() => over || to.dispatchEvent(new MessageEvent("message", { data: copy })));
  };
  const scope = {
    name: "sums",
    addEventListener: (type: string, listener: (event: never) => void) =>
      within.addEventListener(type, listener as (event: Event) => void),
    postMessage: (message: unknown) => send(page, message),
  };
  serveCalls<SumCalls>("sums", answers, scope);
  // As where one script holds several workers: the others are silent.
  serveCalls<SumCalls>("others", { ...answers, sum: () => -1, waits: () => "another's" }, scope);
  const worker = connectWorker<SumCalls>(
    () =>
      Object.assign(page, {
        postMessage: (message: unknown) => send(within, message),
        terminate: () => (over = true),
      }) as unknown as Worker,
  );
  return {
    worker,
    terminated: () => over,
    fail: (message) =>
      page.dispatchEvent(Object.assign(new Event("error", { cancelable: true }), { message })),
  };
}

const answers: Answers<SumCalls> = {
  sum: (numbers, { news }) => {
    news({ done: numbers.length });
    return numbers.reduce((sum, one) => sum + one, 0);
  },
  fails: () => {
    throw new MaptrapError("the file has no end", { wayOut: "give it one" });
  },
  waits: async (_, { signal }) =>
    new Promise((resolve) => signal.addEventListener("abort", () => resolve("too late"))),
};

describe("workers", () => {
  it("answers calls, with news before the answer", async () => {
    const { worker } = connected(answers);
    const news: number[] = [];
    const sums = await Promise.all([
      worker.call("sum", [1, 2, 3], { onNews: ({ done }) => news.push(done) }),
      worker.call("sum", [4]),
    ]);
    expect(sums).toEqual([6, 4]);
    expect(news).toEqual([3]);
  });

  it("hands errors over with their way out", async () => {
    const { worker } = connected(answers);
    const error: unknown = await worker.call("fails", null).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(WorkerError);
    expect(error).toMatchObject({ message: "the file has no end", wayOut: "give it one" });
  });

  it("rejects at once what is aborted, and tells the worker", async () => {
    const { worker } = connected(answers);
    const abort = new AbortController();
    const waiting = worker.call("waits", null, { signal: abort.signal });
    abort.abort();
    await expect(waiting).rejects.toThrow("abort");
    expect(await worker.call("sum", [1])).toBe(1);
  });

  it("fails what is under way when it is closed or its worker ends, and what is asked later", async () => {
    const one = connected(answers);
    const waiting = one.worker.call("waits", null);
    one.worker.close();
    await expect(waiting).rejects.toThrow("ended");
    expect(one.terminated()).toBe(true);
    const other = connected(answers);
    const lost = other.worker.call("waits", null);
    other.fail("out of memory");
    await expect(lost).rejects.toThrow("out of memory");
    await expect(other.worker.call("sum", [])).rejects.toThrow("out of memory");
  });
});
