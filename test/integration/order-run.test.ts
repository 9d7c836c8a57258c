import { readdir } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Case } from "../../src/case/case.js";
import { decodeCase } from "../../src/case/file.js";
import { command, entry, folderWith, maptrap, removeFolder, sitesOf } from "../support/maptrap-command.js";
import { shopModule } from "../support/shop-module.js";
import { goCommand, TESTED } from "../support/toolchains.js";

/** A module with one program or package for each thing that is tested. */
const files = {
  ...shopModule,

  // The read comes long after the write: no short delay brings them together.
  "far/main.go": `package main

import "time"

var prices = map[string]int{}

func main() {
	go func() { prices["tea"] = 3 }()
	time.Sleep(1500 * time.Millisecond)
	println(prices["tea"])
}
`,

  // Everything is ordered: by a lock, a channel, a WaitGroup.
  "ordered/main.go": `package main

import "sync"

var stock = map[string]int{}

func main() {
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
	done := make(chan int)
	go func() { done <- stock["tea"] }()
	println(<-done)
}
`,

  // The writer dies of another error, and the reader never comes near it.
  "panics/main.go": `package main

import "time"

var seen = map[int]bool{}

func main() {
	go func() { seen[1] = true }()
	time.Sleep(300 * time.Millisecond)
	println(seen[1])
	var none map[int]bool
	none[1] = true
}
`,

  // The conflict is in a child process.
  "parent/main.go": `package main

import (
	"os"
	"os/exec"
	"time"
)

var orders = map[int]int{}

func main() {
	if len(os.Args) > 1 {
		go func() { orders[1]++ }()
		time.Sleep(300 * time.Millisecond)
		delete(orders, 1)
		return
	}
	child := exec.Command(os.Args[0], "child")
	if err := child.Run(); err != nil {
		panic(err)
	}
}
`,

  // Very many events, all ordered.
  "busy/main.go": `package main

var last = map[int]int{}

func main() {
	turns, back := make(chan int), make(chan int)
	go func() {
		for n := range turns {
			last[n%8]++
			back <- n
		}
		close(back)
	}()
	for n := 0; n < 60000; n++ {
		last[n%8]++
		turns <- n
		<-back
	}
	close(turns)
	<-back
}
`,

  "cart/cart_test.go": `package cart

import (
	"sync"
	"testing"
	"time"
)

func TestAdd(t *testing.T) {
	c := New()
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		c.Add("tea")
	}()
	go func() {
		defer wg.Done()
		// Longer than where order is observed a goroutine is held, on a busy machine too.
		time.Sleep(100 * time.Millisecond)
		c.Count("milk")
	}()
	wg.Wait()
}

func TestAlone(t *testing.T) {
	c := New()
	c.Add("tea")
	if c.Count("tea") != 1 {
		t.Fatal("no tea")
	}
}
`,
};

let module: string;
beforeAll(async () => {
  module = await folderWith(files);
});
afterAll(() => removeFolder(module));

/** The case that a command prints with --json. */
async function caseOf(
  ...args: readonly string[]
): Promise<{ readonly status: number | null; incident: Case }> {
  const { status, stdout } = await maptrap([...args.slice(0, 1), "--json", ...args.slice(1)], {
    cwd: module,
  });
  return { status, incident: decodeCase(stdout, "stdout") };
}

/** The lines of both sides of each finding. */
function linesIn({ findings }: Case): (string | undefined)[][] {
  return findings.map(({ sides }) =>
    sides.map(({ site }) => site?.file?.replace(`${module}/`, "").concat(`:${site.line ?? 0}`)),
  );
}

const farSides = [["far/main.go:8", "far/main.go:10"]];

describe.each(TESTED)("order with Go %s", (version) => {
  const go = ["--go", goCommand(version)];

  it("finds what never meets, in one run, and says why it is unordered", async () => {
    const { status, incident } = await caseOf("run", ...go, "--only", "order", "./far");
    expect(status).toBe(66);
    expect(linesIn(incident)).toEqual(farSides);
    expect(incident.findings[0]).toMatchObject({ certainty: "unordered", runs: [1] });
    expect(incident.evidence).toMatchObject([{ mode: "order", run: 1, ending: "exited" }]);
  });

  it("is silent where all is ordered, over several runs", async () => {
    const { status, incident } = await caseOf("run", ...go, "--only", "order", "--runs", "3", "./ordered");
    expect(status).toBe(0);
    expect(incident.findings).toEqual([]);
    expect(incident.summary?.runs).toBe(3);
    expect(incident.summary?.ordered?.sharedMaps).toBe(3);
  });

  it("traps what it found: the two sides are held until they meet", async () => {
    const { status, incident } = await caseOf("test", ...go, "--runs", "4", "./cart");
    expect(status).toBe(66);
    expect(linesIn(incident)).toEqual([["cart/cart.go:7", "cart/cart.go:9"]]);
    expect(incident.findings[0]).toMatchObject({
      certainty: "caught",
      tests: [{ package: "example.com/shop/cart", name: "TestAdd" }],
    });
    expect(incident.findings[0]?.runs[0]).toBe(1);
    expect(incident.evidence.map((one) => one.kind === "event-file" && one.mode)).toContain("trap");
  });
});

describe("maptrap run with order", () => {
  it("keeps as unordered what cannot be met", async () => {
    const { status, incident } = await caseOf("run", "--budget", "300ms", "./far");
    expect(status).toBe(66);
    expect(linesIn(incident)).toEqual(farSides);
    expect(incident.findings[0]?.certainty).toBe("unordered");
    expect(incident.summary?.runs).toBe(3);
    expect(incident.summary?.plannedDelays).toBeGreaterThan(0);
  });

  it("tells of a program that dies of something else, with the program's own output", async () => {
    const result = await maptrap(["run", "--only", "order", "./panics"], { cwd: module });
    expect(result.status).toBe(66);
    expect(result.stderr).toContain("assignment to entry in nil map");
    expect(sitesOf(result.stderr)).toEqual(["panics/main.go:8", "panics/main.go:10"]);
  });

  it("looks at children too, and leaves nothing behind", async () => {
    const temporary = await folderWith({});
    const result = await maptrap(["run", "--only", "order", "./parent"], {
      cwd: module,
      environment: { TMPDIR: temporary },
    });
    expect(result.status).toBe(66);
    expect(sitesOf(result.stderr).toSorted()).toEqual(["parent/main.go:13", "parent/main.go:15"]);
    expect(result.stderr).toContain("Order of 2 processes");
    expect(await readdir(temporary)).toEqual([]);
    await removeFolder(temporary);
  });

  it("says when the events were too many, and until when they reach", async () => {
    const result = await maptrap(["run", "--only", "order", "--max-size", "1M", "./busy"], { cwd: module });
    expect(result.status).toBe(0);
    expect(result.stderr).toMatch(
      /Recording ended after [\d.]+m?s, because it had its largest size; --max-size/,
    );
    const whole = await maptrap(["run", "--only", "order", "./busy"], { cwd: module });
    expect(whole.stderr).not.toContain("Recording ended");
    expect(whole.stderr).toContain("are ordered");
  });

  it("uses the trap alone in a race build, and says so", async () => {
    const both = ["run", "--race", "./cart"];
    const refused = await maptrap([...both, "--only", "order"], { cwd: module });
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain("order cannot be observed: the program is built with the race detector");
    const result = await maptrap(["test", "--race", "--runs", "1", "./cart", "--", "-run", "TestAlone"], {
      cwd: module,
    });
    expect(result.status).toBe(0);
    expect(result.stderr).toContain("only the trap was used");
  });

  it("observes no order with --only trap", async () => {
    const { incident } = await caseOf("run", "--only", "trap", "./ordered");
    expect(incident.evidence.map((one) => one.kind === "event-file" && one.mode)).not.toContain("order");
    expect(incident.summary?.ordered).toBeNull();
  });

  it("takes programs that were built with the overlay for order, and refuses others", async () => {
    const build = (...flags: string[]): string =>
      `GOFLAGS=$("$0" "$1" overlay ${flags.join(" ")} --goflags) go build -o built ./far`;
    const shell = { cwd: module };
    await command("/bin/sh", ["-c", build(), process.execPath, entry], shell);
    const refused = await maptrap(["run", "--only", "order", "./built"], { cwd: module });
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain("was built without the hooks for it");
    expect(refused.stderr).toContain("maptrap overlay --order --goflags");
    const built = await command("/bin/sh", ["-c", build("--order"), process.execPath, entry], shell);
    expect(built).toEqual({ status: 0, stdout: "", stderr: "" });
    const plain = await command(path.join(module, "built"), [], shell);
    expect(plain).toEqual({ status: 0, stdout: "", stderr: "3\n" });
    const result = await maptrap(["run", "--only", "order", "./built"], { cwd: module });
    expect(result.status).toBe(66);
    expect(sitesOf(result.stderr)).toEqual(farSides[0]);
    expect(result.stderr).not.toContain("Plain calls of sync/atomic were not recorded");
  });
});
