/** `maptrap watch` on real programs that record: it sees them share a map, let it grow, and die. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { entry, folderWith, maptrap, removeFolder } from "../support/maptrap-command.js";
import { probedBuild } from "../support/probed-build.js";
import { readExposition } from "../support/prometheus.js";
import { type GoVersion, goEnvironment, TESTED } from "../support/toolchains.js";

const files = {
  "go.mod": "module example.com/shop\n\ngo 1.19\n",
  "main.go": `package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"sync"
)

type Cache struct {
	mu    sync.Mutex
	items map[int]int
}

func (c *Cache) Put(k int) {
	c.mu.Lock()
	c.items[k] = k // put
	c.mu.Unlock()
}

func (c *Cache) Get(k int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.items[k] // get
}

func break1(c *Cache) {
	for i := 0; ; i++ {
		c.items[i&7] = i // first
	}
}

func break2(c *Cache) {
	for i := 0; ; i++ {
		c.items[i&7] = i // second
	}
}

func main() {
	c := &Cache{items: map[int]int{}}
	fmt.Println("ready")
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		switch lines.Text() {
		case "share":
			done := make(chan bool)
			for i := 0; i < 1000; i++ {
				c.Put(i)
			}
			go func() {
				c.Get(1)
				for i := 0; i < 3000; i++ {
					c.Put(i)
				}
				done <- true
			}()
			<-done
		case "collect":
			runtime.GC()
		case "exit":
			os.Exit(3)
		case "die":
			go break1(c)
			break2(c)
		}
		fmt.Println("done")
	}
}
`,
};

/** The line of the program that has this comment at its end. */
function lineOf(comment: string): number {
  return files["main.go"].split("\n").findIndex((line) => line.endsWith(`// ${comment}`)) + 1;
}

type Told = Readonly<Record<string, unknown>> & { readonly type: string };

let folder: string;
const running: ChildProcess[] = [];

beforeAll(async () => {
  folder = await folderWith(files);
  for (const version of new Set<GoVersion>([...TESTED, "1.27"])) {
    await probedBuild({ version, args: ["."], cwd: folder }, path.join(folder, `shop-${version}`));
  }
});

afterAll(async () => {
  running.forEach((child) => child.kill("SIGKILL"));
  await removeFolder(folder);
});

/** A program that records. */
class Recorded {
  readonly #child: ChildProcess;
  readonly ended: Promise<void>;
  #output = "";

  constructor(version: GoVersion, environment: Readonly<Record<string, string>>) {
    const child = spawn(path.join(folder, `shop-${version}`), [], {
      env: goEnvironment({ MAPTRAP: "record", ...environment }),
      stdio: ["pipe", "pipe", "ignore"],
    });
    running.push(child);
    child.stdin.on("error", () => undefined);
    child.stdout.on("data", (piece: Buffer) => (this.#output += piece.toString()));
    this.#child = child;
    this.ended = new Promise((resolve) => child.once("exit", () => resolve()));
  }

  get processId(): number {
    return this.#child.pid!;
  }

  /** Tells it what to do, and waits until it has. */
  async does(...words: readonly string[]): Promise<void> {
    for (const word of words) {
      const done = this.#output.split("done").length;
      this.says(word);
      await until(() => this.#output.split("done").length > done);
    }
  }

  /** Tells it what to do. */
  says(word: string): void {
    this.#child.stdin?.write(`${word}\n`);
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }
}

/** `maptrap watch`, while it runs. */
class Watch {
  readonly ended: Promise<number | null>;
  child: ChildProcess | undefined;
  output = "";
  errors = "";

  constructor(args: readonly string[]) {
    const child = spawn(process.execPath, [entry, "watch", ...args], {
      cwd: folder,
      env: goEnvironment({ NO_COLOR: "1" }),
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.push(child);
    child.stdout.on("data", (piece: Buffer) => (this.output += piece.toString()));
    child.stderr.on("data", (piece: Buffer) => (this.errors += piece.toString()));
    this.child = child;
    this.ended = new Promise((resolve) => child.once("close", (status) => resolve(status)));
  }

  get told(): Told[] {
    return this.output
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Told);
  }

  of(type: string): Told[] {
    return this.told.filter((one) => one.type === type);
  }
}

async function until(fulfilled: () => boolean, what = "what the test waits for"): Promise<void> {
  const end = Date.now() + 240_000;
  while (!fulfilled()) {
    if (Date.now() > end) {
      throw new Error(`${what} did not come`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A name for an event file that is not there yet. */
async function freshFile(): Promise<string> {
  return path.join(await mkdtemp(path.join(folder, "events-")), "shop.maptrap");
}

/** A program that runs and is watched. */
async function start(version: GoVersion, ...flags: readonly string[]) {
  const file = await freshFile();
  const program = new Recorded(version, { MAPTRAP_FILE: file });
  const watch = new Watch([...flags, file]);
  await until(() => /\bprocess\b/.test(watch.output), "the watching");
  return { file, program, watch };
}

function place(line: number) {
  return { frame: { file: path.join(folder, "main.go"), line } };
}

describe.each(TESTED)("maptrap watch, Go %s", (version) => {
  it("sees a program share a map, let it grow, and die of a conflict", async () => {
    const { program, watch } = await start(version, "--json");
    expect(watch.of("process")).toMatchObject([
      {
        pid: program.processId,
        executable: path.join(folder, `shop-${version}`),
        mode: "record",
        noSymbols: null,
      },
    ]);
    await program.does("share");
    await until(() => watch.of("pair").length > 0 && watch.of("growth").length > 0, "pair and growth");
    const [shared] = watch.of("shared");
    expect(shared).toMatchObject({
      first: { operation: "write", goroutine: 1, ...place(lineOf("put")) },
      second: { operation: "read", ...place(lineOf("get")) },
    });
    expect(watch.of("pair")[0]).toMatchObject({
      earlier: { operation: "write", ...place(lineOf("put")) },
      later: { operation: "read", ...place(lineOf("get")) },
    });
    await program.does("collect");
    await until(() => watch.of("gc").length > 0, "a cycle of the garbage collector");
    program.says("die");
    expect(await watch.ended).toBe(66);
    const [conflict] = watch.of("conflict");
    const finding = conflict!["finding"] as {
      readonly sides: { readonly site: { readonly line: number } }[];
    };
    expect(conflict).toMatchObject({ conflict: "concurrent map writes" });
    expect(finding.sides.map(({ site }) => site.line).toSorted((one, other) => one - other)).toEqual([
      lineOf("first"),
      lineOf("second"),
    ]);
    expect(watch.of("ended")).toMatchObject([{ ending: "fatal error", pid: program.processId }]);
    // Both goroutines may come to Go's check before the program has ended.
    const conflicts = watch.of("conflict").length;
    expect(conflicts).toBeLessThanOrEqual(2);
    expect(watch.told.at(-1)).toMatchObject({ type: "summary", conflicts, sharedMaps: 1 });
    // A second goroutine that notices it may be stopped in the midst of telling.
    const unfinished = /^maptrap: .*it was not finished when the process ended\n/gm;
    expect(watch.errors.replace(unfinished, "")).toBe("");
  });
});

describe("maptrap watch", () => {
  it("prints plain lines, and ends with 0 when the program exits", async () => {
    const { program, watch } = await start("1.27");
    await program.does("share");
    await until(() => watch.output.includes("growth"));
    program.says("exit");
    expect(await watch.ended).toBe(0);
    expect(watch.output).not.toContain("\u001b");
    const lines = watch.output.split("\n");
    expect(lines[0]).toMatch(
      new RegExp(`^\\d\\d:\\d\\d:\\d\\d\\.\\d{3}  process   ${program.processId} is shop-1.27, go1.27`),
    );
    expect(watch.output).toContain(`write at main.go:${lineOf("put")} (main.(*Cache).Put)`);
    expect(watch.output).toContain(`process ${program.processId} exited with status 3`);
    expect(watch.output).toContain("No conflict in 1 process: 1 shared map,");
  });

  it("waits for the file, and says when the program was killed", async () => {
    const file = await freshFile();
    const watch = new Watch(["--json", file]);
    await until(() => watch.errors !== "");
    expect(watch.errors).toBe(`maptrap: waiting for ${file}\n`);
    const program = new Recorded("1.27", { MAPTRAP_FILE: file });
    await program.does("share");
    await until(() => watch.of("shared").length === 1);
    program.kill();
    expect(await watch.ended).toBe(0);
    expect(watch.of("ended")).toMatchObject([{ ending: "gone", exitStatus: null }]);
  });

  it("ends with a summary at Ctrl-C, and leaves the program alone", async () => {
    const { program, watch } = await start("1.27", "--json");
    await program.does("share");
    watch.child?.kill("SIGINT");
    expect(await watch.ended).toBe(0);
    expect(watch.told.at(-1)).toMatchObject({ type: "summary", processes: 1 });
    await program.does("collect");
    program.kill();
  });

  it("shows with --once what is there now, also of a program that died", async () => {
    const { file, program, watch } = await start("1.27", "--json");
    program.says("die");
    await watch.ended;
    const once = await maptrap(["watch", "--once", file], { cwd: folder });
    expect(once.status).toBe(66);
    expect(once.stdout).toMatch(/CONFLICT {2}concurrent map writes/);
    expect(once.stdout).toMatch(
      new RegExp(`^ {2}[AB] {2}Write by goroutine \\d+ at main.go:${lineOf("first")}`, "m"),
    );
    const none = await maptrap(["watch", "--once", path.join(folder, "none.maptrap")], { cwd: folder });
    expect([none.status, none.stderr]).toEqual([
      2,
      `maptrap: there is nothing to show in ${folder}/none.maptrap yet\nmaptrap: without --once, maptrap watch waits for it\n`,
    ]);
  });

  it("is quiet when whoever reads its lines goes away", async () => {
    const { program, watch } = await start("1.27", "--json");
    watch.child?.stdout?.destroy();
    await program.does("share");
    expect(await watch.ended).toBe(0);
    expect(watch.errors).toBe("");
    program.kill();
  });

  it("serves metrics of all programs in a folder", async () => {
    const events = path.dirname(await freshFile());
    const watch = new Watch(["--json", "--metrics", "0", events]);
    await until(() => watch.errors.includes("/metrics"));
    const url = /http:\/\/127\.0\.0\.1:\d+\/metrics/.exec(watch.errors)![0];
    const one = new Recorded("1.27", { MAPTRAP_DIR: events });
    const two = new Recorded("1.27", { MAPTRAP_DIR: events });
    await one.does("share", "collect");
    await two.does("share");
    await until(() => watch.of("shared").length === 2);
    two.says("die");
    await two.ended;
    await until(() => watch.of("ended").length === 1);
    const response = await fetch(url);
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const families = readExposition(await response.text());
    const sum = (name: string): number =>
      families.get(name)!.samples.reduce((total, { value }) => total + value, 0);
    expect(sum("maptrap_shared_maps_total")).toBe(2);
    expect(sum("maptrap_conflicts_total")).toBe(watch.of("conflict").length);
    expect(sum("maptrap_conflicts_total")).toBeGreaterThan(0);
    expect(sum("maptrap_map_growths_total")).toBeGreaterThan(10);
    expect(sum("maptrap_gc_cycles_total")).toBe(1);
    expect(sum("maptrap_process_up")).toBe(1);
    const accesses = families.get("maptrap_cross_goroutine_accesses_total")!.samples;
    expect(accesses).toContainEqual(
      expect.objectContaining({
        labels: {
          site: `${folder}/main.go:${lineOf("get")}`,
          function: "main.(*Cache).Get",
          operation: "read",
        },
      }),
    );
    watch.child?.kill("SIGTERM");
    expect(await watch.ended).toBe(66);
    one.kill();
  });
});
