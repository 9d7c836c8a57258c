/** Drops files and folders on the page as a file manager does: with real drag data, through the browser's own protocol. */
import type { Page } from "playwright-core";

/** Drops what is at these absolute paths. */
export async function dropPaths(page: Page, paths: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await session.send("Input.dispatchDragEvent", { type, x: 300, y: 300, data });
  }
  await session.detach();
}

/** A document of the page's worker, as plain data. */
export interface MadeDocument {
  readonly handle: string;
  readonly title: string;
  readonly notes: readonly string[];
  readonly case: unknown;
  readonly trace: unknown;
  readonly maps: readonly unknown[];
  readonly code: unknown;
  readonly model: unknown;
  readonly goroutines: readonly unknown[];
  readonly programs: readonly unknown[];
  readonly recordings: readonly { readonly places: readonly unknown[] }[];
}

/** From now on what workers of the page make is kept, for {@link madeDocuments}. */
export async function watchWorkers(page: Page): Promise<void> {
  await page.evaluate(() => {
    const kept: unknown[] = [];
    Reflect.set(globalThis, "keptDocuments", kept);
    const Original = globalThis.Worker;
    globalThis.Worker = class extends Original {
      constructor(...args: ConstructorParameters<typeof Worker>) {
        super(...args);
        this.addEventListener(
          "message",
          ({ data }: MessageEvent<{ kind: string; id: number; news?: unknown; answer?: unknown }>) => {
            const news = data.news as { kind?: string; document?: unknown } | undefined;
            if (data.kind === "news" && news?.kind === "document") {
              kept.push(news.document);
            } else if (data.kind === "answer" && data.id === 0 && data.answer === null) {
              kept.push("end");
            }
          },
        );
      }
    };
  });
}

/** The documents that workers made until everything was opened, each as it was in the end. */
export async function madeDocuments(page: Page, timeout = 250_000): Promise<readonly MadeDocument[]> {
  await page.waitForFunction(
    () => (Reflect.get(globalThis, "keptDocuments") as unknown[]).at(-1) === "end",
    null,
    {
      timeout,
    },
  );
  const text = await page.evaluate(() =>
    JSON.stringify((Reflect.get(globalThis, "keptDocuments") as unknown[]).splice(0)),
  );
  const all = JSON.parse(text) as (MadeDocument | "end")[];
  return [...new Map(all.flatMap((one) => (one === "end" ? [] : [[one.handle, one] as const]))).values()];
}

/** A case without what depends on where and when it was made. */
export function timeless(incident: unknown): unknown {
  return { ...Object(incident), created: "", command: [], workingDirectory: "" } as unknown;
}
