/** The view of instructions, with programs that are built here and with what `maptrap asm --json` prints of them. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AsmJson, asmSchema } from "../../../src/document/asm-schema.js";
import { type Bytes, emptyDocument, type StudioDocument } from "../../../src/document/document.js";
import { maptrap } from "../../support/maptrap-command.js";
import { programFolder } from "../../support/programs.js";
import { goCommand, goEnvironment, type GoVersion } from "../../support/toolchains.js";
import { MessageLog } from "../../../src/cli/studio-server/messages.js";
import { ServedFile } from "../../../src/cli/studio-server/served-file.js";
import { startStudioServer } from "../../../src/cli/studio-server/server.js";
import { expectAccessible, picture, withPage, withStudio } from "../support/browser.js";

const assign = "runtime.mapassign_fast64";
const access = "runtime.mapaccess1_fast64";

let folder = "";
const file = (version: GoVersion): string => path.join(folder, `ops-${version}`);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "maptrap-studio-asm-"));
  for (const version of ["1.23", "1.27"] as const) {
    execFileSync(goCommand(version), ["build", "-ldflags=-s -w", "-o", file(version), "."], {
      cwd: programFolder("map-operations"),
      env: goEnvironment({ CGO_ENABLED: "0" }),
    });
  }
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function embedded(bytes: Uint8Array): Bytes {
  return { kind: "embedded", base64: gzipSync(bytes, { level: 1 }).toString("base64"), size: bytes.length };
}

/** A document with programs; the name of each is its path, as for `maptrap asm`. */
function programs(...versions: readonly GoVersion[]): StudioDocument {
  return {
    ...emptyDocument("d0", "programs"),
    programs: versions.map((version) => ({
      name: file(version),
      bytes: embedded(readFileSync(file(version))),
    })),
  };
}

/** What `maptrap asm --json` prints. */
async function asm(...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await maptrap(["asm", ...args, "--json"]);
  expect([status, stderr]).toEqual([0, ""]);
  return stdout;
}

function codeDocument(text: string): StudioDocument {
  return { ...emptyDocument("d0", "asm.json"), code: asmSchema.parse(JSON.parse(text)) };
}

/** What "Save as JSON" gives. */
async function saved(page: Page): Promise<string> {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as JSON" }).click();
  return readFileSync(await (await download).path(), "utf8");
}

const shownFunctions = (page: Page): Promise<string[]> =>
  page.getByRole("columnheader").locator(".instructions-name").allTextContents();

/** Goes through the listing and gives the offsets of the rows over which the bar runs, on the left. */
async function barredOffsets(page: Page): Promise<number[]> {
  const found = new Set<number>();
  const grid = page.getByRole("grid");
  await grid.evaluate((box) => (box.scrollTop = 0));
  for (;;) {
    // Rows come after the frame in which it was scrolled.
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    const offsets = await page
      .locator(
        ".instructions-row:not(.instructions-row-source) .instructions-side:first-child:is(.instructions-bar-within, .instructions-bar-clear) .instructions-offset",
      )
      .allTextContents();
    offsets.forEach((text) => found.add(Number.parseInt(text.slice(1), 16)));
    const more = await grid.evaluate((box) => {
      const before = box.scrollTop;
      box.scrollTop += box.clientHeight / 2;
      return box.scrollTop > before;
    });
    if (!more) {
      return [...found].toSorted((a, b) => a - b);
    }
  }
}

/** Offsets at which the mark is set, as the document has it. */
function windowOffsets(code: AsmJson, index: number): number[] {
  const one = code.functions[index];
  return (one?.mark?.windows ?? [])
    .flatMap(({ within }) => within.map((at) => one?.instructions[at]?.offset ?? -1))
    .toSorted((a, b) => a - b);
}

describe("a program", () => {
  it("is decoded in the page as maptrap asm decodes it, a write beside a read at first", async () => {
    await withStudio(
      [programs("1.23")],
      async (page) => {
        await page.getByRole("grid").waitFor();
        await expect.poll(() => shownFunctions(page)).toEqual([assign, access]);
        expect(await saved(page)).toBe(await asm(file("1.23"), assign, access));
      },
      { hash: "#/d0/instructions" },
    );
  });

  it("stands beside another one, and the window is marked as the document has it", async () => {
    const hash = `#/d0/instructions?left=mapassign_fast64&leftIn=d0.p0&right=mapassign_fast64&rightIn=d0.p1`;
    const text = await asm(file("1.23"), assign, "--against", file("1.27"));
    await withStudio(
      [programs("1.23", "1.27")],
      async (page) => {
        await page.getByRole("grid").waitFor();
        expect(await saved(page)).toBe(text);
        const code = asmSchema.parse(JSON.parse(text));
        const barred = await barredOffsets(page);
        expect(barred).toEqual(windowOffsets(code, 0));
        expect(barred.length).toBeGreaterThan(100);
      },
      { hash },
    );
  });

  it("fetches the decoder only when a program is decoded", async () => {
    const requested: string[] = [];
    await withStudio(
      [{ ...codeDocument(await asm(file("1.27"), assign)), programs: programs("1.27").programs }],
      async (page) => {
        page.on("request", (request) => requested.push(request.url()));
        await page.getByRole("link", { name: "Instructions" }).click();
        await page.getByRole("grid").waitFor();
        expect(requested.filter((url) => /iced|\.wasm|decode\.worker/.test(url))).toEqual([]);
        await page.getByLabel("Left from").selectOption("d0.p0");
        await expect.poll(() => requested.some((url) => url.endsWith(".wasm"))).toBe(true);
        await expect.poll(() => page.getByRole("status").count()).toBeLessThan(3);
      },
      { hash: "#/d0/model" },
    );
  });

  it("gives any function by its name, and says what is similar where there is none", async () => {
    await withStudio(
      [programs("1.27")],
      async (page) => {
        await page.getByRole("grid").waitFor();
        const left = page.getByRole("combobox", { name: "Left", exact: true });
        await left.fill("growToTable");
        await page.getByRole("option", { name: /growToTable/ }).waitFor();
        await page.keyboard.press("Enter");
        await expect.poll(async () => (await shownFunctions(page))[0]).toContain("growToTable");
        await page.goBack();
        await expect.poll(async () => (await shownFunctions(page))[0]).toBe(assign);
        await page.getByRole("button", { name: "Left alone" }).click();
        await expect.poll(() => shownFunctions(page)).toEqual([assign]);
        await left.fill("mapasign_fast64");
        await page.keyboard.press("Enter");
        await expect
          .poll(() => page.textContent("main"))
          .toMatch(/holds no function mapasign_fast64.*it holds .*mapassign_fast64/s);
      },
      { hash: "#/d0/instructions" },
    );
  });
});

describe("a program on the server of maptrap studio", () => {
  it("is read in ranges, without its debug information", async () => {
    const unstripped = path.join(folder, "unstripped");
    execFileSync(goCommand("1.27"), ["build", "-o", unstripped, "."], {
      cwd: programFolder("map-operations"),
      env: goEnvironment({ CGO_ENABLED: "0" }),
    });
    const served = await ServedFile.open(unstripped);
    const messages = new MessageLog();
    const bytes: Bytes = { kind: "served", url: "file/0", size: served.size };
    const document = { ...emptyDocument("d0", "x"), programs: [{ name: unstripped, bytes }] };
    messages.add({ kind: "document", document });
    messages.add({ kind: "end" });
    const server = await startStudioServer({ messages, files: [served] });
    let read = 0;
    try {
      await withPage(`${server.url}#/d0/model`, async (page) => {
        page.on("response", (response) => {
          if (response.url().endsWith("/file/0")) {
            expect(response.status()).toBe(206);
            read += Number(response.headers()["content-length"]);
          }
        });
        await page.getByRole("link", { name: "Instructions" }).click();
        await page.getByRole("grid").waitFor();
        expect(await saved(page)).toBe(await asm(unstripped, assign, access));
      });
    } finally {
      await server.close();
      await served.close();
    }
    expect(read).toBeGreaterThan(1_000_000);
    expect(read).toBeLessThan(1.5 * served.size);
  });
});

describe("a program that is none", () => {
  it.each([
    ["cut off", (bytes: Uint8Array) => bytes.subarray(0, bytes.length >> 1)],
    ["without its tables", (bytes: Uint8Array) => Uint8Array.from(bytes, (byte, at) => (at < 64 ? byte : 0))],
    [
      "of random bytes behind its header",
      (bytes: Uint8Array) =>
        Uint8Array.from(bytes, (byte, at) => (at < 64 ? byte : (at * 2654435761) >>> 24)),
    ],
    ["empty", () => new Uint8Array()],
  ])("%s is told, with a way out", async (_, change) => {
    const bytes = embedded(change(readFileSync(file("1.23"))));
    const document = { ...emptyDocument("d0", "x"), programs: [{ name: "x", bytes }] };
    await withStudio(
      [document],
      async (page) => {
        const error = page.locator(".state-error");
        await error.waitFor();
        expect((await error.textContent())?.length).toBeGreaterThan(10);
        await expect.poll(() => error.locator(".way-out").textContent()).toMatch(/\w/);
        await page.getByRole("button", { name: "Try again" }).click();
        await error.waitFor();
      },
      { hash: "#/d0/instructions" },
    );
  });
});

describe("what maptrap asm --json prints", () => {
  it("is shown as the command compared it, and gone through with keys", async () => {
    const text = await asm(file("1.23"), assign, access);
    const code = asmSchema.parse(JSON.parse(text));
    const offset = (kind: string, nth = 0): string =>
      `+0x${code.functions[0]!.instructions.filter(({ mark }) => mark === kind)[nth]!.offset.toString(16)}`;
    await withStudio(
      [codeDocument(text)],
      async (page) => {
        await page.getByRole("grid").waitFor();
        expect(await saved(page)).toBe(text);
        for (const sentence of [...code.conclusions.follows, ...code.conclusions.doesNot]) {
          await expect.poll(() => page.textContent("main")).toContain(sentence);
        }
        const details = page.getByRole("region", { name: "The selected instruction" });
        await page.keyboard.press("w");
        await expect.poll(() => details.textContent()).toContain("SETS the mark");
        await expect.poll(() => details.textContent()).toContain(offset("set"));
        await page.keyboard.press("n");
        await expect.poll(() => details.textContent()).toContain(offset("test", 1));
        await expect.poll(() => details.textContent()).toContain("whoever tests it now finds it");
        await page.keyboard.press("p");
        await expect.poll(() => details.textContent()).toContain(offset("set"));
        await page.keyboard.press("f");
        await expect.poll(() => details.textContent()).toContain("concurrent map writes");
        await page.goBack();
        await expect.poll(() => details.textContent()).toContain("SETS the mark");
        await page.getByRole("grid").focus();
        await page.keyboard.press("ArrowDown");
        await expect.poll(() => details.textContent()).toContain("before this instruction the mark is set");
        await page.keyboard.press("/");
        await page.keyboard.type("hashGrow");
        await page.keyboard.press("Enter");
        await expect.poll(() => details.textContent()).toContain("call runtime.hashGrow");
        await expect
          .poll(async () => (await page.getByRole("grid").getAttribute("aria-activedescendant")) ?? "")
          .toMatch(/^instructions-row-\d+$/);
        await page.keyboard.press("Escape");
        await picture(page, "instructions");
        await expectAccessible(page);
      },
      { hash: "#/d0/instructions" },
    );
  });

  it("is read at 390 pixels, one function at a time, in the dark", async () => {
    await withStudio(
      [codeDocument(await asm(file("1.27"), assign, access))],
      async (page) => {
        await page.getByRole("grid").waitFor();
        await expect.poll(() => shownFunctions(page)).toEqual([assign]);
        await page.getByRole("button", { name: "To the window" }).click();
        await expect.poll(() => page.textContent("main")).toContain("SETS the mark");
        await picture(page, "instructions-narrow-dark");
        await page.getByRole("button", { name: access }).click();
        await expect.poll(() => shownFunctions(page)).toEqual([access]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
        const grid = page.getByRole("grid");
        await expect.poll(() => grid.evaluate((box) => box.scrollWidth > box.clientWidth)).toBe(true);
        await expectAccessible(page);
      },
      { hash: "#/d0/instructions", width: 390, height: 844, theme: "dark" },
    );
  });

  it("draws registers and arcs where the instructions use them", async () => {
    await withStudio(
      [codeDocument(await asm(file("1.23"), assign))],
      async (page) => {
        await page.getByRole("grid").waitFor();
        const drawn = page.locator(".instructions-canvases canvas");
        await expect.poll(() => drawn.count()).toBe(2);
        const painted = (): Promise<number[]> =>
          drawn.evaluateAll((all) =>
            all.map((canvas) => {
              const { width, height } = canvas as HTMLCanvasElement;
              const data = (canvas as HTMLCanvasElement)
                .getContext("2d")!
                .getImageData(0, 0, width, height).data;
              return data.filter((_, at) => at % 4 === 3).filter((alpha) => alpha > 0).length;
            }),
          );
        // They are drawn after the frame in which they came.
        await expect.poll(async () => Math.min(...(await painted()))).toBeGreaterThan(200);
        // The first instruction reads the stack pointer and the goroutine and nothing else; before it is a row for its source.
        await page.getByRole("grid").evaluate((box) => (box.scrollTop = 0));
        const used = (): Promise<boolean[]> =>
          drawn.nth(1).evaluate((canvas) => {
            const { width } = canvas as HTMLCanvasElement;
            const row = (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(0, 30, width, 1).data;
            return Array.from({ length: width / 14 }, (_, column) => {
              const side = row.slice(4 * (14 * column + 1), 4 * (14 * column + 4));
              return side.some((value, at) => at % 4 === 3 && value > 0);
            });
          });
        const { registers } = asmSchema.parse(JSON.parse(await asm(file("1.23"), assign))).functions[0]!;
        await expect
          .poll(async () => {
            const columns = await used();
            return registers.flatMap(({ register }, index) => (columns[index] === true ? [register] : []));
          })
          .toEqual(["rsp", "r14"]);
      },
      { hash: "#/d0/instructions" },
    );
  });
});

describe("opened by a person", () => {
  it("a page in one file shows what maptrap asm --html put into it, and says who decodes a program", async () => {
    const withCode = path.join(folder, "code.html");
    const made = await maptrap(["asm", file("1.27"), assign, access, "--html", withCode]);
    expect(made.status).toBe(0);
    await withPage(`${pathToFileURL(withCode).href}#/d0/instructions`, async (page) => {
      await page.getByRole("grid").waitFor();
      await expect.poll(() => shownFunctions(page)).toEqual([assign, access]);
      await page.keyboard.press("w");
      await expect.poll(() => page.textContent("main")).toContain("SETS the mark");
      await page.keyboard.press("o");
      await page.locator("input[type=file]").first().setInputFiles(file("1.23"));
      const error = page.locator(".state-error");
      await error.waitFor();
      await expect
        .poll(() => error.textContent())
        .toMatch(/does not decode programs.*maptrap studio.*maptrap asm/s);
    });
  });

  it("a program that is picked in the served page is decoded there", async () => {
    await withStudio([], async (page) => {
      await page.locator("input[type=file]").first().setInputFiles(file("1.23"));
      await page.getByRole("grid").waitFor();
      await expect.poll(() => shownFunctions(page)).toEqual([assign, access]);
    });
  });
});
