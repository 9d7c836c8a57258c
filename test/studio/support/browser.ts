/**
 * Debian's Chromium for tests of the page. A page is served by what `maptrap studio` itself uses; everything that a page must never do
 * (an error, a request to elsewhere, a breach of its content security policy) fails the test that opened it.
 */
import { existsSync, mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, expect } from "vitest";
import { MessageLog } from "../../../src/cli/studio-server/messages.js";
import { startStudioServer } from "../../../src/cli/studio-server/server.js";
import type { StudioDocument } from "../../../src/document/document.js";

/** Where screenshots go. */
const pictures = fileURLToPath(new URL("../../../.cache/pictures", import.meta.url));

/** Milliseconds that a page has for what it is to show: another file's browser may have the processors. */
const patience = 60_000;

let browser: Promise<Browser> | undefined;

/** The browser; one for each test file. */
async function chromiumBrowser(): Promise<Browser> {
  const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
  if (executablePath === undefined) {
    throw new Error("Chromium is missing: scripts/need-programs.sh installs it");
  }
  browser ??= chromium.launch({ executablePath, args: ["--no-sandbox"] });
  return browser;
}

afterAll(async () => {
  await (await browser)?.close();
  browser = undefined;
});

/** How a page is opened. */
export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: "dark" | "light";
  /** What stands after "#". */
  readonly hash?: string;
  /** Is done before the page is opened. */
  readonly before?: (page: Page) => Promise<void>;
}

/** Opens the page with documents, as the server sends them, and closes it afterwards. */
export async function withStudio(
  documents: readonly StudioDocument[],
  use: (page: Page) => Promise<void>,
  options: PageOptions = {},
): Promise<void> {
  const messages = new MessageLog();
  documents.forEach((document) => messages.add({ kind: "document", document }));
  messages.add({ kind: "end" });
  const server = await startStudioServer({ messages });
  try {
    await withPage(`${server.url}${options.hash ?? ""}`, use, options);
  } finally {
    await server.close();
  }
}

/** Opens an address in a page of its own. */
export async function withPage(
  address: string,
  use: (page: Page) => Promise<void>,
  { width = 1280, height = 800, theme = "light", before }: PageOptions = {},
): Promise<void> {
  const context = await (
    await chromiumBrowser()
  ).newContext({ viewport: { width, height }, colorScheme: theme, reducedMotion: "reduce" });
  context.setDefaultTimeout(patience);
  const wrong: string[] = [];
  const origin = new URL(address).origin;
  const page = await context.newPage();
  page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || /content security policy/i.test(message.text())) {
      wrong.push(`console: ${message.text()}`);
    }
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!/^(?:data|blob|about):/.test(url) && new URL(url).origin !== origin) {
      wrong.push(`request: ${url}`);
    }
  });
  page.on("dialog", (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
      // oxlint-disable-next-line no-console -- it reaches the listener above
      console.error(`content security policy: ${violatedDirective} ${blockedURI}`);
    });
  });
  try {
    await before?.(page);
    await page.goto(address);
    await use(page);
    expect(wrong).toEqual([]);
  } finally {
    await context.close();
  }
}

/**
 * Waits until a view is there, and answers keys. While documents are read, the start screen is shown; while the code of a view is
 * loaded, the page has another heading, which is not seen. Views listen to keys after the frame in which they were drawn.
 */
export async function viewIsThere(page: Page): Promise<void> {
  await expect
    .poll(() =>
      page.evaluate(
        () =>
          document.querySelector("main h1:not(.visually-hidden)") !== null &&
          document.querySelector(".state-loading") === null,
      ),
    )
    .toBe(true);
  await afterDrawing(page);
}

/** Waits until what a page does after it has drawn is done: effects of what was just shown. */
export async function afterDrawing(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let frames = 0; frames < 2; frames += 1) {
      await new Promise((resolve) => {
        requestAnimationFrame(() => setTimeout(resolve));
      });
    }
  });
}

/** Holds the page's requests for addresses that end so, until they are let go: for looking at what is shown meanwhile. */
export function holdRequests(pattern: RegExp): {
  readonly before: (page: Page) => Promise<void>;
  readonly letGo: () => void;
} {
  let letGo: () => void = () => undefined;
  const until = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  return {
    before: async (page) => {
      await page.route(pattern, async (route) => {
        await until;
        // The page may be closed by now, or not want the answer any more.
        await route.continue().catch(() => undefined);
      });
    },
    letGo: () => letGo(),
  };
}

/** Keeps a picture of the page in .cache/pictures, for looking at and for the documents. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: path.join(pictures, `${name}.png`) });
}

/** That axe-core has nothing to say against the page as it is. */
export async function expectAccessible(page: Page): Promise<void> {
  const source = await readFile(
    fileURLToPath(new URL("../../../node_modules/axe-core/axe.min.js", import.meta.url)),
    "utf8",
  );
  // Not as a script of the page, which its content security policy would refuse.
  if (await page.evaluate(() => Reflect.get(globalThis, "axe") === undefined)) {
    await page.evaluate(source);
  }
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run: () => Promise<{
          violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
        }>;
      };
    };
    const result = await axe.run();
    return result.violations.map(
      ({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""} ${nodes[0]?.failureSummary ?? ""}`,
    );
  });
  expect(violations).toEqual([]);
}
