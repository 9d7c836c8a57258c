import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeEventFile } from "../../support/event-file.js";
import { shopConflict } from "../../support/incidents.js";
import { maptrap } from "../../support/maptrap-command.js";
import { shopProgram, wholeText } from "../../support/shop-crash.js";
import { expectAccessible, picture, withStudio } from "../support/browser.js";
import { RealFiles } from "../support/real-files.js";

const fixtures = fileURLToPath(new URL("../../fixtures/studio/", import.meta.url));
let folder = "";
let real: RealFiles;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "opening-"));
  real = new RealFiles(path.join(folder, "real"));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

/** Picks files on the start screen. */
async function pick(
  page: Page,
  files: readonly string[] | { name: string; mimeType: string; buffer: Buffer }[],
) {
  await page.getByLabel("Choose files").setInputFiles([...files] as string[]);
}

/** Pastes outside of any field, as Ctrl-V does. */
async function paste(page: Page, text: string, into = "body"): Promise<void> {
  await page.evaluate(
    ([pasted, selector]) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", pasted);
      document
        .querySelector(selector)
        ?.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
    },
    [text, into] as const,
  );
}

/** Drops files on the page. */
async function drop(page: Page, files: Readonly<Record<string, string>>): Promise<void> {
  await page.evaluate((dropped) => {
    const dataTransfer = new DataTransfer();
    for (const [name, content] of Object.entries(dropped)) {
      dataTransfer.items.add(new File([content], name));
    }
    document
      .querySelector(".file-drop")
      ?.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
  }, files);
}

const main = (page: Page): (() => Promise<string | null>) => {
  return () => page.textContent("main");
};

describe("the start screen", () => {
  it.each([
    ["light", 1280],
    ["dark", 390],
  ] as const)("says what can be opened: %s, %i pixels wide", async (theme, width) => {
    await withStudio(
      [],
      async (page) => {
        await page.getByRole("heading", { name: "What do you have?" }).waitFor();
        await expectAccessible(page);
        await picture(page, `start-${theme}-${width}`);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        await page.getByRole("link", { name: "step through a small program" }).click();
        await expect.poll(() => page.url()).toContain("#/-/model");
      },
      { theme, width },
    );
  });

  it("has an example, explained from its text and its source", async () => {
    await withStudio([], async (page) => {
      await page.getByRole("button", { name: "Try an example" }).click();
      await expect.poll(main(page)).toContain("settings[name] = value");
      await expect.poll(() => main(page)()).toContain("inferred");
      await page.goBack();
      await page.getByRole("heading", { name: "What do you have?" }).waitFor();
      await page.getByRole("link", { name: "d0 example: config-reload" }).click();
      await expect.poll(main(page)).toContain("config.Reload");
    });
  });
});

describe("opening in the page", () => {
  it("explains a text that is pasted, and names the other side when its source is dropped later", async () => {
    await withStudio([], async (page) => {
      await paste(page, wholeText);
      await expect.poll(main(page)).toContain("cache.go");
      await expect.poll(() => main(page)()).not.toContain("inferred 0");
      await drop(page, { "main.go": "package main\n", "notes.txt": "nothing" });
      await expect.poll(() => page.getByRole("alert").textContent()).toContain("notes.txt holds no crash");
      const source = path.join(folder, "shop");
      for (const [name, content] of Object.entries(shopProgram)) {
        await mkdir(path.dirname(path.join(source, name)), { recursive: true });
        await writeFile(path.join(source, name), content);
      }
      await page.keyboard.press("o");
      await page.getByLabel("Choose a folder").setInputFiles(source);
      await expect.poll(() => page.textContent("main")).toContain("Source: shop");
      await page.getByRole("link", { name: "d0 pasted text" }).click();
      await expect.poll(main(page)).toContain("inferred 0");
    });
  });

  it("explains what is written into the field; a mangled and packed text, too", async () => {
    const text = await readFile(`${fixtures}crash-1.27.txt`, "utf8");
    await withStudio([], async (page) => {
      await page.getByLabel("Or paste what it printed").fill(text);
      await page.getByRole("button", { name: "Explain" }).click();
      await expect.poll(main(page)).toContain("main.go");
      const log = text
        .split("\n")
        .map((line) => `2026-01-02T03:04:05Z stderr F ${line}\n`)
        .join("");
      await page.keyboard.press("o");
      await pick(page, [{ name: "pod.log.gz", mimeType: "application/gzip", buffer: gzipSync(log) }]);
      await expect.poll(() => page.title()).toContain("pod.log.gz");
      await expect.poll(main(page)).toContain("main.go");
    });
  });

  it("opens a text of megabytes that is pasted into the field at once", async () => {
    const text = await readFile(`${fixtures}crash-1.27.txt`, "utf8");
    await withStudio([], async (page) => {
      await page.getByLabel("Or paste what it printed").waitFor();
      await paste(page, `${"x".repeat(2_000_000)}\n${text}`, "#crash-text");
      await expect.poll(main(page)).toContain("main.go");
    });
  });

  it("opens several files, each under a wrong name, and says what it could not", async () => {
    const names = [
      "trap-case.json.gz",
      "trace-1.27.json.gz",
      "map-1.23.json.gz",
      "asm-1.27.json.gz",
      "explore.json.gz",
    ];
    const buffers = await Promise.all(
      names.map(async (name) => gunzipSync(await readFile(`${fixtures}${name}`))),
    );
    await withStudio([], async (page) => {
      await pick(page, [
        ...buffers.map((buffer, index) => ({ name: `photo-${index}.png`, mimeType: "image/png", buffer })),
        { name: "line.txt", mimeType: "text/plain", buffer: Buffer.alloc(10_000_000, "a") },
      ]);
      await expect.poll(() => page.getByRole("alert").textContent()).toContain("line.txt holds no crash");
      await expect
        .poll(() => page.getByLabel("What is shown").locator("option").allTextContents())
        .toEqual(names.map((_, index) => `d${index} photo-${index}.png`));
    });
  });

  it("can be cancelled", async () => {
    const log = path.join(folder, "long.log");
    const line = "goroutine 7 is mentioned in a line, and 0xc000012345 with +0x18 too\n";
    await writeFile(
      log,
      `fatal error: concurrent map writes\n\ngoroutine 1 [running]:\n${line.repeat(600_000)}`,
    );
    await withStudio([], async (page) => {
      await pick(page, [log]);
      await page.getByRole("button", { name: "Cancel" }).click();
      await expect.poll(() => page.getByRole("button", { name: "Cancel" }).count()).toBe(0);
      await page.getByRole("heading", { name: "What do you have?" }).waitFor();
      await paste(page, wholeText);
      await expect.poll(main(page)).toContain("cache.go");
    });
  });
});

/** The last document that the page's worker makes of files. */
async function caseInPage(page: Page, files: Readonly<Record<string, Buffer>>): Promise<unknown> {
  const [worker] = (
    await readdir(fileURLToPath(new URL("../../../dist/studio/served/assets", import.meta.url)))
  ).filter((name) => /^opening\.worker-.*\.js$/.test(name));
  return page.evaluate(
    async ({ code, given }) => {
      const held = Object.entries(given).map(([name, base64]) => ({
        name,
        blob: new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))]),
      }));
      const started = new Worker(new URL(`assets/${code}`, document.baseURI), {
        type: "module",
        name: "opening",
      });
      return new Promise<unknown>((resolve) => {
        let last: unknown = null;
        started.addEventListener("message", ({ data }) => {
          const message = data as { kind: string; news?: { kind: string; document?: { case: unknown } } };
          if (message.kind !== "news") {
            resolve(last);
          } else if (message.news?.kind === "document") {
            last = message.news.document?.case;
          }
        });
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it is a worker
        started.postMessage({ kind: "call", id: 0, name: "open", request: { files: held, source: null } });
      });
    },
    {
      code: worker ?? "",
      given: Object.fromEntries(
        Object.entries(files).map(([name, bytes]) => [name, bytes.toString("base64")]),
      ),
    },
  );
}

/** A case without what depends on where and when it was made. */
function timeless(incident: unknown): unknown {
  return { ...Object(incident), created: "", command: [], workingDirectory: "" } as unknown;
}

describe("the case that the page makes", () => {
  it("is the one that the command line makes", async () => {
    const crash = await readFile(`${fixtures}crash-1.23.txt`);
    const trap = Buffer.from(encodeEventFile({ conflicts: [shopConflict] }));
    const { file } = await real.recorded("1.27");
    const recorded = await readFile(file);
    const program = await readFile(path.join(await real.source(), "recorded-1.27"));
    await Promise.all(
      Object.entries({ "crash.log": crash, "trap.maptrap": trap, "rings.maptrap": recorded, program }).map(
        async ([name, bytes]) => writeFile(path.join(folder, name), bytes),
      ),
    );
    const calls = [
      [["explain", "--no-source", "--json", "crash.log"], { "crash.log": crash }],
      [["read", "--json", "trap.maptrap"], { "trap.maptrap": trap }],
      [["read", "--json", "--exe", "program", "rings.maptrap"], { "rings.maptrap": recorded, program }],
    ] as const;
    await withStudio([], async (page) => {
      for (const [args, files] of calls) {
        const printed = await maptrap(args, { cwd: folder });
        expect(printed.status).toBe(66);
        expect(timeless(await caseInPage(page, files))).toEqual(timeless(JSON.parse(printed.stdout)));
      }
    });
  });

  it("is shown, with the names of an executable that was dropped beside the recording", async () => {
    const { file } = await real.recorded("1.27");
    await withStudio([], async (page) => {
      await pick(page, [file, path.join(await real.source(), "recorded-1.27")]);
      await expect.poll(main(page)).toContain("main.main.func");
      await expect.poll(() => main(page)()).toContain("caught");
      await page.getByRole("link", { name: "Instructions" }).click();
      await expect.poll(main(page)).not.toContain("Open a Go program");
    });
  });
});

describe("the built workers", () => {
  it("import nothing of Node, and none of what a page has not is left open", async () => {
    const assets = fileURLToPath(new URL("../../../dist/studio/served/assets/", import.meta.url));
    const names = (await readdir(assets)).filter((name) => name.endsWith(".js"));
    expect(names.filter((name) => name.includes("opening.worker"))).toHaveLength(1);
    for (const name of names) {
      const code = await readFile(`${assets}${name}`, "utf8");
      expect(/(?:from|import)\s*\(?\s*["']node:/.test(code)).toBe(false);
    }
    const [worker = ""] = names.filter((name) => name.includes("opening.worker"));
    expect(await readFile(`${assets}${worker}`, "utf8")).not.toContain("__vite-browser-external");
  });
});
