/** `--html` of the commands that look at programs as they are, and of the model: written beside the report, and no different from it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mapDocumentSchema } from "../../../src/document/map-schema.js";
import {
  command,
  type CommandResult,
  folderWith,
  maptrap,
  removeFolder,
} from "../../support/maptrap-command.js";
import { markedSite, programFolder } from "../../support/programs.js";
import { goCommand } from "../../support/toolchains.js";
import { documentsIn, fromDisk } from "../support/from-disk.js";

/** A program that says so when its map is ready, and stands still until its input ends. */
let standing: ChildProcess;
let folder = "";
const file = (name: string): string => path.join(folder, name);
const sparseSource = path.join(programFolder("gdb"), "sparse", "main.go");

beforeAll(async () => {
  folder = await folderWith({});
  for (const [name, source] of [
    ["standing", path.join(programFolder("standing"), "main.go")],
    ["sparse", sparseSource],
  ] as const) {
    const built = await command(goCommand("1.27"), ["build", "-o", file(name), source]);
    expect(built.stderr).toBe("");
  }
  standing = spawn(file("standing"), [], { stdio: ["pipe", "pipe", "inherit"] });
  await once(standing.stdout!, "data");
});

afterAll(async () => {
  standing.kill("SIGKILL");
  await removeFolder(folder);
});

/** What a command says on stderr besides where the page is. */
function saidBesides({ stderr }: CommandResult, page: string): string {
  const line = `maptrap: the page is in ${page}\n`;
  expect(stderr).toContain(line);
  return stderr.replace(line, "");
}

const main = (page: Page): Promise<string> => page.locator("main").innerText();

describe("--html", () => {
  it("of map: the map as it is in memory, with --json too", async () => {
    const words = ["map", "main.stock", "--pid", String(standing.pid)];
    const plain = await maptrap(words);
    const both = await maptrap([...words, "--json", "--html", file("map.html")]);
    expect([both.status, saidBesides(both, file("map.html"))]).toEqual([0, plain.stderr]);
    const printed = mapDocumentSchema.parse(JSON.parse(both.stdout));
    expect((await documentsIn(file("map.html"))).map(({ maps }) => maps[0]?.map)).toEqual([printed.map]);
    const [headline = ""] = plain.stdout.split("\n");
    expect(headline).toMatch(/^main\.stock: map\[string\]int at 0x[0-9a-f]+, [\d,]+ elements$/);
    await fromDisk(file("map.html"), async (page) => {
      await expect.poll(() => main(page)).toContain(headline);
    });
  });

  it("of gdb core: who was where", async () => {
    const crash = `ulimit -c unlimited; GOTRACEBACK=crash exec ${file("standing")}`;
    const dying = spawn("sh", ["-c", crash], { cwd: folder, stdio: ["pipe", "pipe", "ignore"] });
    await once(dying.stdout, "data");
    dying.kill("SIGABRT");
    await once(dying, "close");
    const [core = ""] = (await readdir(folder)).filter((name) => name.startsWith("core")).map(file);
    const plain = await maptrap(["gdb", "core", core]);
    const read = await maptrap(["gdb", "core", core, "--html", file("core.html")]);
    expect([read.status, read.stdout, saidBesides(read, file("core.html"))]).toEqual([0, "", plain.stderr]);
    await fromDisk(file("core.html"), async (page) => {
      await expect.poll(() => main(page)).toContain("No goroutine has noticed a conflict");
      await page.getByRole("link", { name: "Goroutines", exact: true }).click();
      await expect.poll(() => main(page)).toContain("main.main");
    });
  });

  it("of gdb attach: that nothing was found, where nothing was", async () => {
    const words = ["--detach-after", "100ms", String(standing.pid)];
    const attached = await maptrap(["gdb", "attach", "--html", file("attach.html"), ...words]);
    const sentence = "In that time Go's own check found no conflict on a map; the process runs on.";
    expect([attached.status, saidBesides(attached, file("attach.html"))]).toEqual([0, `${sentence}\n`]);
    await fromDisk(file("attach.html"), async (page) => {
      await expect.poll(() => main(page)).toContain(sentence);
    });
  });

  it("of gdb park: both sides, with --json and --case too", async () => {
    const put = markedSite(sparseSource, "put");
    const to = ["--json", "--case", file("park.json"), "--html", file("park.html")];
    const parked = await maptrap(["gdb", "park", "--at", put, ...to, file("sparse")]);
    expect(parked.status, parked.stderr).toBe(66);
    const [document] = await documentsIn(file("park.html"));
    expect(document?.case).toEqual(JSON.parse(parked.stdout));
    await fromDisk(file("park.html"), async (page) => {
      await expect.poll(() => main(page)).toContain("concurrent map read and map write");
      const text = await main(page);
      expect(text).toContain(put);
      expect(text).toContain(markedSite(sparseSource, "get"));
      expect(text).toContain("had been held for");
    });
  });

  it("of gdb run and gdb trace: a program in which nothing happens, and its map's events", async () => {
    const run = await maptrap(["gdb", "run", "--html", file("run.html"), file("sparse"), "gone"]);
    // The program has its own output.
    expect([run.status, run.stdout]).toEqual([0, "done 8\n"]);
    const [sentence = ""] = saidBesides(run, file("run.html")).split("\n");
    expect(sentence).toContain("Go's own check found no conflict");
    await fromDisk(file("run.html"), async (page) => {
      await expect.poll(() => main(page)).toContain(sentence);
    });
    const to = ["--map", "main.cache", "--events", "20", "--json", "--html", file("trace.html")];
    const traced = await maptrap(["gdb", "trace", ...to, file("sparse"), "gone"]);
    expect(traced.status, traced.stderr).toBe(0);
    const { events } = JSON.parse(traced.stdout) as { readonly events: readonly unknown[] };
    const [document] = await documentsIn(file("trace.html"));
    expect(document?.trace?.events).toHaveLength(events.length);
    await fromDisk(file("trace.html"), async (page) => {
      await expect.poll(() => main(page)).toContain(`${events.length} events of`);
    });
  });

  it("of model run, replay, explore and compare: the run with its steps, the ends, the policies", async () => {
    const program = "a: m[1]=2 | b: _=m[1]";
    const shows = async (words: readonly string[], ...texts: readonly string[]): Promise<string> => {
      const plain = await maptrap(["model", ...words]);
      const page = file(`${words[0]}.html`);
      const written = await maptrap(["model", ...words, "--html", page]);
      expect([written.status, written.stdout]).toEqual([plain.status, plain.stdout]);
      expect(saidBesides(written, page)).toBe(plain.stderr);
      await fromDisk(page, async (shown) => {
        for (const text of texts) {
          expect(plain.stdout).toContain(text);
          await expect.poll(() => main(shown)).toContain(text);
        }
      });
      return plain.stdout;
    };
    const ran = await shows(["run", program], "set writing: load m.writing -> 0, store m.writing = 1");
    const token = /mt1-\S+/.exec(ran)?.[0] ?? "";
    await shows(["replay", program, token], "check again: load m.writing -> 1");
    const random = ["explore", program, "--random", "300", "--depth", "5"];
    await shows(random, "300 runs made at random: ");
    const plan = { kind: "random", runs: 300, depth: 5 };
    expect((await documentsIn(file("explore.html")))[0]?.model).toMatchObject({ begin: "explore", plan });
    const runs = ["compare", program, "--runs", "200"];
    await shows(runs, "lock-always", "the two accesses were under way at the same time", "200 random runs");
    expect((await documentsIn(file("compare.html")))[0]?.model).toMatchObject({
      begin: "compare",
      runs: 200,
    });
  });
});
