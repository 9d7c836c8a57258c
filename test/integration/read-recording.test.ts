/** A program that dies by Go's own check, recorded: what read and explain say of it, alone and together. */
import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Case } from "../../src/case/case.js";
import { decodeCase } from "../../src/case/file.js";
import { command, folderWith, maptrap, removeFolder } from "../support/maptrap-command.js";
import { probedBuild } from "../support/probed-build.js";
import { TESTED } from "../support/toolchains.js";

/** One goroutine fills the map under a lock, the other one reads it without. */
const program = `package main

import (
	"sync"
	"time"
)

type Cache struct {
	mu    sync.Mutex
	items map[int]int
}

func (c *Cache) Put(key int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items[key] = key // the change
}

func (c *Cache) Get(key int) int {
	return c.items[key] // the read
}

var garbage []byte

func main() {
	cache := &Cache{items: map[int]int{}}
	go func() {
		for i := 0; ; i++ {
			cache.Put(i % 5000)
		}
	}()
	go func() {
		for i := 0; ; i++ {
			cache.Get(i % 5000)
		}
	}()
	for {
		garbage = make([]byte, 1<<16)
		time.Sleep(100 * time.Microsecond)
	}
}
`;
const lines = program.split("\n");
const changeLine = lines.findIndex((line) => line.endsWith("// the change")) + 1;
const readLine = lines.findIndex((line) => line.endsWith("// the read")) + 1;

let work: string;
beforeAll(async () => {
  work = await folderWith({ "go.mod": "module example.com/cache\n\ngo 1.19\n", "main.go": program });
});
afterAll(() => removeFolder(work));

/** Operation and line of both sides of a case's findings. */
function sidesOf({ findings }: Case): string[][] {
  return findings.map(({ sides }) => sides.map(({ operation, site }) => `${operation} ${site?.line ?? "?"}`));
}

describe.each(TESTED)("Go %s", (version) => {
  const names = [1, 2, 3, 4].map((run) => `death-${run}`);

  beforeAll(async () => {
    const file = path.join(work, `cache-${version}`);
    await probedBuild({ version, args: ["."], cwd: work, environment: { CGO_ENABLED: "0" } }, file);
    for (const name of names) {
      const environment = { MAPTRAP: "record", MAPTRAP_FILE: path.join(work, `${version}-${name}.maptrap`) };
      const death = await command(file, [], { cwd: work, environment });
      expect(death.status).toBe(2);
      await writeFile(path.join(work, `${version}-${name}.log`), death.stderr);
    }
  });

  it("read names both sides of every death, with the life of the map up to it", async () => {
    for (const name of names) {
      const { stdout, status, stderr } = await maptrap(["read", "--json", `${version}-${name}.maptrap`], {
        cwd: work,
      });
      expect(stderr).toBe("");
      const incident = decodeCase(stdout, name);
      expect(sidesOf(incident)).toEqual([[`write ${changeLine}`, `read ${readLine}`]]);
      expect(incident.findings[0]).toMatchObject({ certainty: "caught", map: { type: "map[int]int" } });
      const recording = incident.observations.find((one) => one.kind === "recording");
      const [map] = recording?.maps ?? [];
      expect(map?.conflicts).toEqual(incident.findings[0]?.observations);
      expect(map?.counted.changes).toBeGreaterThan(0);
      expect(recording?.timeline).toMatchObject({ conflict: map?.conflicts[0], address: map?.address });
      // The other side may still have gone on for a moment.
      const conflict = recording?.timeline?.events.find(({ kind }) => kind === "conflict");
      expect(conflict?.atNanoseconds).toBe(recording?.timeline?.zeroNanoseconds);
      expect(status).toBe(66);
    }
  });

  it("explain names the same sides from the text alone, and nobody else", async () => {
    for (const name of names) {
      const { stdout, stderr } = await maptrap(["explain", "--json", `${version}-${name}.log`], {
        cwd: work,
      });
      expect(stderr).toBe("");
      const incident = decodeCase(stdout, name);
      expect(sidesOf(incident)).toEqual([[`write ${changeLine}`, `read ${readLine}`]]);
      expect(incident.findings[0]).toMatchObject({ certainty: "caught", map: { name: "Cache.items" } });
      expect(incident.findings[0]?.advice.join(" ")).toContain("c.mu");
    }
  });

  it("both together are one incident, and all deaths are one finding", async () => {
    const [name] = names;
    const files = [`${version}-${name}.maptrap`, `${version}-${name}.log`];
    const { stdout } = await maptrap(["read", ...files], { cwd: work });
    expect(stdout.match(/^[mo]\d+ {2}.*/gm)).toEqual(["m0  concurrent map read and map write"]);
    expect(stdout).toMatch(/^ {2}text: .*\.log, lines 1 to \d+: the crash, \d+ goroutines?$/m);
    const all = (await readdir(work)).filter((file) => file.startsWith(version) && file.endsWith(".maptrap"));
    const { stdout: json } = await maptrap(["read", "--json", ...all], { cwd: work });
    const incident = decodeCase(json, "all");
    expect(incident.findings).toMatchObject([{ seen: names.length, certainty: "caught" }]);
    expect(incident.summary?.recorded).toMatchObject({ processes: names.length, conflicts: names.length });
  });
});
