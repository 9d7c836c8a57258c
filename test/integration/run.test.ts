import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeCase } from "../../src/case/file.js";
import { documentsInPage } from "../../src/document/documents-in-page.js";
import { goCommand } from "../support/toolchains.js";
import { command, entry, folderWith, maptrap, removeFolder, sitesOf } from "../support/maptrap-command.js";

/** A module with one program for each thing that is tested. */
const programs = {
  "go.mod": "module example.com/shop\n\ngo 1.19\n",

  // Two goroutines change one map; reads its input, and says where it is and what it was given.
  "cmd/prices/main.go": `package main

import (
	"fmt"
	"io"
	"os"
	"sync"
)

var prices = map[string]int{}

func main() {
	input, _ := io.ReadAll(os.Stdin)
	folder, _ := os.Getwd()
	fmt.Printf("%q %q %s\\n", os.Args[1:], input, folder)
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		prices["tea"] = 3
	}()
	go func() {
		defer wg.Done()
		delete(prices, "tea")
	}()
	wg.Wait()
}
`,

  // No conflict; ends with a status of its own.
  "cmd/quiet/main.go": `package main

import (
	"io"
	"os"
	"sync"
)

var stock = map[string]int{}

func main() {
	input, _ := io.ReadAll(os.Stdin)
	os.Stdout.WriteString("read " + string(input) + "\\n")
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			mu.Lock()
			defer mu.Unlock()
			stock["tea"]++
		}()
	}
	wg.Wait()
	os.Exit(3)
}
`,

  // A server with a conflict that runs until it is told to end.
  "cmd/server/main.go": `package main

import (
	"os"
	"os/signal"
	"time"
)

var seen = map[int]int{}

func visit(n int) {
	for {
		seen[n]++
		time.Sleep(5 * time.Millisecond)
	}
}

func main() {
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	go visit(1)
	go visit(2)
	os.WriteFile(os.Args[1], []byte("up"), 0o600)
	<-interrupted
	os.Exit(4)
}
`,

  "cmd/forever/main.go": `package main

import "time"

func main() {
	time.Sleep(time.Hour)
}
`,
};

const change = /cmd\/prices\/main\.go:20$/;
const removal = /cmd\/prices\/main\.go:24$/;

let module: string;
beforeAll(async () => {
  module = await folderWith(programs);
});
afterAll(() => removeFolder(module));

function expectBothSides(report: string): void {
  const sites = sitesOf(report);
  expect(sites).toHaveLength(2);
  expect(sites.some((site) => change.test(site))).toBe(true);
  expect(sites.some((site) => removal.test(site))).toBe(true);
}

/** Sends Ctrl-C half a second after the program has written its file. */
async function interruptOnceUp(child: ChildProcess, up: string): Promise<void> {
  while (!existsSync(up)) {
    await setTimeout(50);
  }
  await setTimeout(500);
  child.kill("SIGINT");
}

describe("maptrap run", () => {
  it("names both sides, leaves stdout to the program, and passes everything on", async () => {
    const result = await maptrap(["run", "./cmd/prices", "--", "--runs", "a b"], {
      cwd: module,
      stdin: "in",
    });
    expect(result.status).toBe(66);
    expectBothSides(result.stderr);
    expect(result.stdout.split("\n")[0]).toBe(`["--runs" "a b"] "in" ${module}`);
    expect(result.stderr).toMatch(/maptrap: seed \d+/);
    expect(result.stderr).not.toContain("concurrent map writes\ngoroutine");
  });

  it.each(["1.19", "1.23", "1.24"] as const)("works with Go %s from --go", async (version) => {
    const result = await maptrap(["run", "--go", goCommand(version), "cmd/prices"], { cwd: module });
    expect(result.status).toBe(66);
    expectBothSides(result.stderr);
  });

  it("finds the module of a folder from elsewhere, and takes .go files", async () => {
    const file = path.join(module, "cmd/prices/main.go");
    const results = await Promise.all([maptrap(["run", path.dirname(file)]), maptrap(["run", file])]);
    for (const result of results) {
      expect(result.status).toBe(66);
      expectBothSides(result.stderr);
    }
  });

  it("passes build flags on, and finds the source of a -trimpath build", async () => {
    const flags = ["--build-flag=-trimpath", "--build-flag=-ldflags=-s -w", "--build-flag=-buildmode=pie"];
    const result = await maptrap(["run", ...flags, "./cmd/prices"], { cwd: module });
    expect(result.status).toBe(66);
    expectBothSides(result.stderr);
    expect(result.stderr).toContain('> 20 |         prices["tea"] = 3');
  });

  it("gives the case file alone on stdout with --json, in a file with --output, and in the page of --html", async () => {
    const file = path.join(module, "case.json");
    const page = path.join(module, "run.html");
    const to = ["--json", "--output", file, "--html", page];
    const result = await maptrap(["run", ...to, "./cmd/prices"], { cwd: module });
    expect(result.status).toBe(66);
    const incident = decodeCase(result.stdout, "stdout");
    expect(incident.findings).toHaveLength(1);
    expect(incident.findings[0]).toMatchObject({ kind: "concurrent map writes", certainty: "caught" });
    expect(incident.toolchain.platform).toBe("linux/amd64");
    expect(await readFile(file, "utf8")).toBe(result.stdout);
    const [document] = documentsInPage(await readFile(page, "utf8")) ?? [];
    expect(document?.case).toEqual(incident);
    expect(result.stderr).toContain(`[] "" ${module}`);
  });

  it("keeps the program's own status where nothing was trapped", async () => {
    const result = await maptrap(["run", "--runs", "2", "./cmd/quiet"], { cwd: module, stdin: "once" });
    expect(result.status).toBe(3);
    expect(result.stdout).toBe("read once\nread \n");
    expect(result.stderr).toMatch(/are ordered, and none was\s+trapped/);
    expect(result.stderr).toContain("2 runs, ");
    expect(result.stderr).toContain("standard input was read by the first run");
  });

  it("lets each run read a file from its start", async () => {
    const script = '"$0" "$1" run --runs 2 ./cmd/quiet < input';
    await writeFile(path.join(module, "input"), "again");
    const result = await command("/bin/sh", ["-c", script, process.execPath, entry], { cwd: module });
    expect(result.stdout).toBe("read again\nread again\n");
    expect(result.stderr).not.toContain("standard input was read");
  });

  it("stops at the first conflict with --halt", async () => {
    const result = await maptrap(["run", "--halt", "./cmd/prices"], { cwd: module });
    expect(result.status).toBe(66);
    expect(result.stderr).toContain("--halt");
    expectBothSides(result.stderr);
  });

  it("ends runs that take too long, and goes on", async () => {
    const result = await maptrap(["run", "--runs", "1", "--timeout", "1s", "./cmd/forever"], {
      cwd: module,
    });
    expect(result.status).toBe(143);
    expect(result.stderr).toContain("No map was used by two goroutines");
  });

  it("passes Ctrl-C on, reports what was found, and leaves nothing behind", async () => {
    const temporary = await folderWith({});
    const up = path.join(temporary, "up");
    const result = await maptrap(["run", "./cmd/server", "--", up], {
      cwd: module,
      environment: { TMPDIR: temporary },
      onStart: (child) => void interruptOnceUp(child, up),
    });
    expect(result.status).toBe(66);
    expect(sitesOf(result.stderr)).toEqual(["cmd/server/main.go:13", "cmd/server/main.go:13"]);
    expect(result.stderr).toContain("it was interrupted");
    expect(await readdir(temporary)).toEqual(["up"]);
    await removeFolder(temporary);
  });

  it("keeps everything with --keep, for maptrap read", async () => {
    const temporary = await folderWith({});
    const environment = { TMPDIR: temporary };
    const result = await maptrap(["run", "--keep", "--runs", "1", "./cmd/prices"], {
      cwd: module,
      environment,
    });
    const kept = /kept in (\S+)/.exec(result.stderr)?.[1] ?? "";
    expect(path.dirname(kept)).toBe(temporary);
    const again = await maptrap(["read", path.join(kept, "run-1")], { cwd: module });
    expect(again.status).toBe(66);
    expectBothSides(again.stdout);
    await removeFolder(temporary);
  });

  it("runs a program that was built with the overlay", async () => {
    const build = 'GOFLAGS=$("$0" "$1" overlay --goflags) go build -o built ./cmd/prices';
    const built = await command("/bin/sh", ["-c", build, process.execPath, entry], { cwd: module });
    expect(built).toEqual({ status: 0, stdout: "", stderr: "" });
    // Without the switch it is the plain program.
    const plain = await command(path.join(module, "built"), ["x"], { cwd: module });
    expect(plain.stdout).toBe(`["x"] "" ${module}\n`);
    const result = await maptrap(["run", "./built"], { cwd: module, environment: { PATH: "/usr/bin:/bin" } });
    expect(result.status).toBe(66);
    expectBothSides(result.stderr);
  });
});
