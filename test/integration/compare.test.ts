import { readdir } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { folderWith, maptrap, removeFolder } from "../support/maptrap-command.js";
import { shopModule, shopTill } from "../support/shop-module.js";
import { goCommand } from "../support/toolchains.js";

const files = {
  ...shopModule,
  ...shopTill,
  "main.go": `package main

import (
	"os"
	"time"
)

var prices = map[string]int{}
var sum int

func main() {
	go func() {
		sum++
		prices["tea"] = len(os.Args)
	}()
	time.Sleep(300 * time.Millisecond)
	println(prices["tea"], sum)
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
	for i := 0; i < 2; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			// Nothing orders the two, but they do not meet: Go's own check would end the test before a detector has written its report.
			time.Sleep(time.Duration(i) * 20 * time.Millisecond)
			c.Add("tea")
		}(i)
	}
	wg.Wait()
}
`,
  "broken/broken_test.go": "package broken\n\nfunc missing() { nowhere() }\n",
};

let module: string;
beforeAll(async () => {
  module = await folderWith(files);
});
afterAll(() => removeFolder(module));

/** What the tests look at in the JSON of a comparison. */
interface Comparison {
  readonly findings: readonly { readonly order: number[]; readonly race: number[] }[];
  readonly otherRaces: number;
  readonly runs: readonly { readonly way: string; readonly wall: number; readonly memory: number }[];
}

describe("maptrap compare", () => {
  it.each(["1.23", "1.27"] as const)(
    "shows what order and -race find in tests, with Go %s",
    async (version) => {
      const result = await maptrap(
        ["compare", "--go", goCommand(version), "--runs", "2", "./cart", "./till"],
        {
          cwd: module,
        },
      );
      expect(result.stderr).toBe("");
      expect(result.status).toBe(66);
      expect(result.stdout).toMatch(/^1 conflict on maps/);
      expect(result.stdout).toMatch(
        /1 {2}Write {2}cart\.\(\*Cart\)\.Add at cart\/cart\.go:7 {2}2 of 2 {2}2 of 2/,
      );
      expect(result.stdout).toContain("Found by both: 1; by order alone: 0; by -race alone: 0.");
      expect(result.stdout).not.toContain("till");
      for (const way of ["plain", "order", "  reading the events", "-race"]) {
        expect(result.stdout).toMatch(new RegExp(`^${way} +[\\d.]+(?:ms|s) `, "m"));
      }
    },
  );

  it("compares runs of a program, as JSON, and leaves nothing behind", async () => {
    const temporary = await folderWith({});
    const output = path.join(module, "comparison.json");
    const result = await maptrap(["compare", "--run", "--runs", "1", "--json", "--output", output, "."], {
      cwd: module,
      environment: { TMPDIR: temporary },
    });
    expect(result.status).toBe(66);
    const comparison = JSON.parse(result.stdout) as Comparison;
    expect(comparison.findings).toMatchObject([{ order: [1], race: [1] }]);
    expect(comparison.otherRaces).toBe(1);
    expect(comparison.runs.map(({ way }) => way)).toEqual(["plain", "order", "race"]);
    const [plain, , race] = comparison.runs;
    expect(plain!.wall).toBeGreaterThan(300e6);
    expect(race!.memory).toBeGreaterThan(plain!.memory);
    expect(await readdir(temporary)).toEqual([]);
    await removeFolder(temporary);
  });

  it("ends with 0 where nothing was found", async () => {
    const result = await maptrap(["compare", "--runs", "1", "./till"], { cwd: module });
    expect(result.stdout).toContain("No conflict on a map was found: 1 run of order, 1 run of -race.");
    expect(result.status).toBe(0);
  });

  it("shows what go test says where nothing can be run", async () => {
    const result = await maptrap(["compare", "--runs", "1", "./broken"], { cwd: module });
    expect(result.status).toBe(1);
    expect(result.stderr).toContain("undefined: nowhere");
    expect(result.stderr).toContain("go test failed with exit status 1");
  });

  it("says what is needed where there is no race detector", async () => {
    const result = await maptrap(["compare", "./till"], { cwd: module, environment: { CGO_ENABLED: "0" } });
    expect(result.status).toBe(1);
    expect(result.stderr).toContain("Go cannot build with its race detector here: ");
    expect(result.stderr).toContain("install one");
  });
});
