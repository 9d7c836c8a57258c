import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { command, maptrap } from "../../support/maptrap-command.js";
import { probedBuild } from "../../support/probed-build.js";
import { expectAccessible, withStudio } from "../support/browser.js";
import { copyExample } from "../support/real-files.js";
import { dropPaths, madeDocuments, timeless, watchWorkers } from "../support/dropping.js";

/** The module of a service that failed, with what its runs left in it. */
let folder = "";
let module = "";
/** The same evidence without the source. */
let apart = "";
const evidence = ["record.maptrap", "record.log", "trap.maptrap", "trap.log", "order.maptrap", "service"];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "dropping-"));
  module = path.join(folder, "article");
  apart = path.join(folder, "evidence");
  await Promise.all([copyExample("article", module), mkdir(apart)]);
  const program = path.join(folder, "built");
  await probedBuild({ version: "1.27", args: ["."], cwd: module, order: true }, program);
  for (const mode of ["record", "trap", "order"]) {
    await left(program, mode);
  }
  // Where it was when it ran it is no more: names come from what is given.
  await rename(program, path.join(apart, "service"));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

/** Runs the program until it leaves a conflict; in order mode any run has it. */
async function left(program: string, mode: string): Promise<void> {
  const events = path.join(folder, "events");
  for (let tries = 0; tries < 1000; tries += 1) {
    await rm(events, { recursive: true, force: true });
    await mkdir(events);
    const run = await command(program, [], { environment: { MAPTRAP: mode, MAPTRAP_DIR: events } });
    const sign = { record: "fatal error: concurrent map", trap: "CONCURRENT MAP USE", order: "" }[mode] ?? "";
    const [name] = await readdir(events);
    if (run.stderr.includes(sign) && name !== undefined) {
      await rename(path.join(events, name), path.join(apart, `${mode}.maptrap`));
      await writeFile(path.join(apart, `${mode}.log`), run.stderr);
      return;
    }
  }
  throw new Error(`no conflict in 1000 runs with MAPTRAP=${mode}`);
}

/** From now on the page gets so many parts of folders, and more only when that is let go on: a walk that is to be ended has not ended. */
async function holdFolders(page: Page, parts: number): Promise<() => Promise<void>> {
  await page.evaluate((allowed) => {
    const until = new Promise((resolve) => Reflect.set(globalThis, "goOnReading", resolve));
    let given = 0;
    const hold = (reader: FileSystemDirectoryReader): void => {
      const read = reader.readEntries.bind(reader);
      reader.readEntries = (...how) => {
        given += 1;
        if (given <= allowed) {
          read(...how);
        } else {
          void until.then(() => read(...how));
        }
      };
    };
    // Chromium has no name for the class of folders; one that is dropped has the class.
    // oxlint-disable-next-line typescript/unbound-method -- it is called on what was dropped
    const { webkitGetAsEntry } = DataTransferItem.prototype;
    DataTransferItem.prototype.webkitGetAsEntry = function () {
      const entry = webkitGetAsEntry.call(this);
      if (entry?.isDirectory === true) {
        const folders = Object.getPrototypeOf(entry) as FileSystemDirectoryEntry;
        // oxlint-disable-next-line typescript/unbound-method -- it is called on each folder
        const { createReader } = folders;
        folders.createReader = function () {
          const reader = createReader.call(this);
          hold(reader);
          return reader;
        };
        DataTransferItem.prototype.webkitGetAsEntry = webkitGetAsEntry;
      }
      return entry;
    };
  }, parts);
  return () =>
    page.evaluate(() => {
      (Reflect.get(globalThis, "goOnReading") as () => void)();
    });
}

const alert = (page: Page) => (): Promise<string | null> => page.getByRole("alert").textContent();
const main = (page: Page) => (): Promise<string | null> => page.textContent("main");

describe("a folder that is dropped", () => {
  it("with all that belongs together is one case, with names and source; folders in it are gone into", async () => {
    const whole = path.join(folder, "whole");
    await cp(module, path.join(whole, "src/article"), { recursive: true });
    await mkdir(path.join(whole, "var/log/deep"), { recursive: true });
    await mkdir(path.join(whole, "bin"));
    await Promise.all([
      cp(path.join(apart, "record.maptrap"), path.join(whole, "var/record.maptrap")),
      cp(path.join(apart, "record.log"), path.join(whole, "var/log/deep/stderr.1")),
      cp(path.join(apart, "service"), path.join(whole, "bin/service")),
      writeFile(path.join(whole, "var/log/access.log"), "GET / 200\n".repeat(1000)),
      writeFile(path.join(whole, "README.md"), "fatal error: concurrent map writes\n"),
    ]);
    await withStudio([], async (page) => {
      await watchWorkers(page);
      await dropPaths(page, [whole]);
      const documents = await madeDocuments(page);
      expect(documents.map(({ title }) => title)).toEqual(["whole/var/record.maptrap"]);
      expect(documents[0]?.recordings[0]?.places.length).toBeGreaterThan(0);
      expect(documents[0]?.programs).toHaveLength(1);
      expect(documents[0]?.case).toMatchObject({
        evidence: [
          { kind: "event-file", symbols: "binary" },
          { kind: "crash-text", path: "whole/var/log/deep/stderr.1" },
        ],
      });
      await expect.poll(main(page)).toContain("m[i] = i * 2");
      await expect.poll(main(page)).toContain("caught");
      expect(await page.getByRole("alert").count()).toBe(0);
      await expectAccessible(page);
    });
  });

  it("with nothing for it among thousands of files says so, and goes on when it is cancelled", async () => {
    const web = path.join(folder, "web");
    for (let lib = 0; lib < 40; lib++) {
      const inner = path.join(web, `lib${lib}`, "dist");
      await mkdir(inner, { recursive: true });
      await Promise.all(
        Array.from({ length: 100 }, async (_, file) =>
          writeFile(path.join(inner, file % 5 === 0 ? `data${file}` : `f${file}.js`), "nothing\n"),
        ),
      );
    }
    await withStudio([], async (page) => {
      await page.evaluate(() => {
        const texts = new Set<string>();
        Reflect.set(globalThis, "texts", texts);
        new MutationObserver(() =>
          document.querySelectorAll("[role=status]").forEach((one) => texts.add(one.textContent ?? "")),
        ).observe(document.body, { subtree: true, childList: true, characterData: true });
      });
      await dropPaths(page, [web, path.join(apart, "trap.log")]);
      await expect
        .poll(alert(page))
        .toContain("web is a folder with nothing that can be opened: 800 files looked at");
      await expect.poll(main(page)).toContain("main.go");
      const texts = await page.evaluate(() =>
        [...(Reflect.get(globalThis, "texts") as Set<string>)].join("\n"),
      );
      expect(texts).toMatch(/looking through web: [\d,]+ entries/);
      expect(texts).toContain("looking at web/lib");
      await page.keyboard.press("o");
      await page.getByRole("heading", { name: "What do you have?" }).waitFor();
      const goOn = await holdFolders(page, 5);
      await dropPaths(page, [web]);
      await page.getByRole("button", { name: "Cancel" }).click();
      await goOn();
      await expect.poll(() => page.getByRole("button", { name: "Cancel" }).count()).toBe(0);
      await page.getByRole("heading", { name: "What do you have?" }).waitFor();
    });
  });

  it("a file that was changed since is named, and does not stop the others", async () => {
    const log = path.join(folder, "changed.log");
    await cp(path.join(apart, "record.log"), log);
    await withStudio([], async (page) => {
      await dropPaths(page, [log]);
      await expect.poll(main(page)).toContain("main.go");
      await expect.poll(() => page.locator(".state-loading").count()).toBe(0);
      await writeFile(log, "something else, and longer or shorter than it was\n");
      // Source that comes later has texts read again.
      await dropPaths(page, [module]);
      await expect.poll(alert(page)).toContain("changed.log cannot be read: it is gone, was changed since");
      expect(await main(page)()).toContain("main.go");
    });
  });

  it("a text that is still being read when the source comes is explained with it", async () => {
    const log = path.join(folder, "long.log");
    const before = "GET /index.html 200, a line like any other\n".repeat(500_000);
    await writeFile(log, before + (await readFile(path.join(apart, "record.log"), "utf8")));
    await withStudio([], async (page) => {
      await dropPaths(page, [log]);
      await dropPaths(page, [module]);
      await expect.poll(main(page)).toContain("_ = m[i]");
    });
  });
});

describe("a recording that is too large for the memory of a page", () => {
  it("is on the timeline first, and then the case of the command line", async () => {
    const file = path.join(folder, "large.maptrap");
    await cp(path.join(apart, "record.maptrap"), file);
    // What follows the rings belongs to no one; the file takes no room on the disk.
    await truncate(file, 300_000_000);
    const program = path.join(apart, "service");
    const printed = await maptrap(["read", "--json", "--exe", program, "large.maptrap"], { cwd: folder });
    await withStudio([], async (page) => {
      await watchWorkers(page);
      await dropPaths(page, [file, program]);
      await page.waitForFunction(() => (Reflect.get(globalThis, "keptDocuments") as unknown[]).length > 0);
      // The document was there before its case: with the recording, for the timeline.
      const first = await page.evaluate(() => {
        const [{ case: incident, recordings }] = Reflect.get(globalThis, "keptDocuments") as [
          { case: unknown; recordings: unknown[] },
        ];
        return { incident, recordings: recordings.length };
      });
      expect(first).toEqual({ incident: null, recordings: 1 });
      const [document] = await madeDocuments(page);
      expect(timeless(document?.case)).toEqual(timeless(JSON.parse(printed.stdout)));
      expect(document?.recordings[0]?.places.length).toBeGreaterThan(0);
      // Who looks at the timeline stays there, and is offered the finding.
      const offer = page.getByRole("link", { name: "show Finding" });
      await offer.waitFor();
      await page.locator(".timeline-canvas").waitFor();
      expect(page.url()).toMatch(/#\/d0\/timeline/);
      await offer.click();
      await expect.poll(main(page)).toContain("caught");
      await expect.poll(() => offer.count()).toBe(0);
    });
  });
});

describe("files that are dropped", () => {
  it("are the case of the command line: of order, of the trap and its report, of the recorder", async () => {
    const calls: readonly (readonly [readonly string[], readonly string[]])[] = [
      [
        ["read", "--exe", "service", "order.maptrap"],
        ["order.maptrap", "service"],
      ],
      [["read", "order.maptrap"], ["order.maptrap"]],
      [
        ["read", "--exe", "service", "trap.maptrap"],
        ["trap.maptrap", "service"],
      ],
      [["explain", "--no-source", "trap.log"], ["trap.log"]],
      [
        ["read", "--exe", "service", "trap.maptrap", "trap.log"],
        ["trap.maptrap", "trap.log", "service"],
      ],
      [
        ["read", "--exe", "service", "record.maptrap", "record.log"],
        ["record.maptrap", "record.log", "service"],
      ],
      [
        [
          "read",
          "--exe",
          "service",
          "order.maptrap",
          "record.maptrap",
          "trap.maptrap",
          "record.log",
          "trap.log",
        ],
        ["service", "order.maptrap", "record.maptrap", "trap.maptrap", "record.log", "trap.log"],
      ],
    ];
    expect((await readdir(apart)).toSorted()).toEqual([...evidence, "order.log"].toSorted());
    await withStudio([], async (page) => {
      await watchWorkers(page);
      for (const [args, files] of calls) {
        const [name = "", ...rest] = args;
        const printed = await maptrap([name, "--json", ...rest], { cwd: apart });
        expect(printed.status, args.join(" ")).toBe(66);
        await page.keyboard.press("o");
        await dropPaths(
          page,
          files.map((file) => path.join(apart, file)),
        );
        const [document, ...others] = await madeDocuments(page);
        expect(others).toEqual([]);
        expect(timeless(document?.case), args.join(" ")).toEqual(timeless(JSON.parse(printed.stdout)));
      }
    });
  });
});
