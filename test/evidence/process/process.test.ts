import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { entryAddress, loadBias } from "../../../src/evidence/process/auxiliary.js";
import { ProcessError } from "../../../src/evidence/process/errors.js";
import { parseMaps } from "../../../src/evidence/process/maps.js";
import { openProcess } from "../../../src/evidence/process/process.js";
import type { ExecutableImage } from "../../../src/evidence/binary/image.js";
import { noRelocations } from "../../../src/evidence/binary/image.js";

/** A process id that no process has. */
function unusedId(): number {
  return Number(execFileSync("sh", ["-c", "echo $$"], { encoding: "utf8" }));
}

describe("a process that cannot be read", () => {
  it("is refused with what to do about it", () => {
    expect(() => openProcess(unusedId())).toThrow(
      expect.objectContaining({
        name: "ProcessError",
        wayOut: expect.stringContaining("pgrep") as string,
      }) as Error,
    );
    expect(() => openProcess(unusedId())).toThrow(/^there is no process \d+$/);
    for (const id of [0, -1, 0.5, Number.NaN]) {
      expect(() => openProcess(id)).toThrow(ProcessError);
    }
  });

  it("is refused when it is no Go program", () => {
    const sleeping = spawn("sleep", ["60"], { stdio: "ignore" });
    try {
      const open = (): unknown => openProcess(sleeping.pid ?? 0);
      expect(open).toThrow(ProcessError);
      expect(open).toThrow(/sleep \(process \d+\) cannot be read: it holds no Go function table/);
    } finally {
      sleeping.kill("SIGKILL");
    }
  });

  it("is refused when it has ended and its parent does not know yet", async () => {
    // The shell becomes a program that does not ask for the end of its child.
    const command = "sleep 0.5 & echo $!; exec sleep 60";
    const shell = spawn("sh", ["-c", command], { stdio: ["ignore", "pipe", "ignore"] });
    try {
      const text = await new Promise<string>((resolve) => {
        shell.stdout.setEncoding("utf8").once("data", resolve);
      });
      const stat = `/proc/${text.trim()}/stat`;
      await expect.poll(() => readFileSync(stat, "utf8"), { timeout: 20_000 }).toMatch(/\) Z /);
      expect(() => openProcess(Number(text))).toThrow(/runs no executable: it has ended already/);
    } finally {
      shell.kill("SIGKILL");
    }
  });
});

describe("where an executable is in memory", () => {
  const image = (movable: boolean): ExecutableImage => ({
    format: "ELF",
    architecture: "amd64",
    entry: 0x7_e160n,
    movable,
    segments: [
      { name: "", address: 0n, fileOffset: 0, size: 0x100, writable: false, memorySize: 0x100 },
      { name: "", address: 0x9_b123n, fileOffset: 0x9_a123, size: 0x100, writable: false, memorySize: 0x100 },
    ],
    sections: [],
    notes: [],
    relocations: () => noRelocations,
  });
  const files = [{ start: 0x5600_0009_b000, end: 0x5600_000a_0000, offset: 0x9_a000, path: "/p" }];

  it("is where it was linked to when it cannot be moved", () => {
    expect(loadBias(image(false), 0x1234, [])).toBe(0);
  });

  it("follows from where the program started, or from where its file is mapped", () => {
    expect(loadBias(image(true), 0x5600_0007_e160, [])).toBe(0x5600_0000_0000);
    expect(loadBias(image(true), undefined, files)).toBe(0x5600_0000_0000);
    expect(loadBias(image(true), 0x5600_0007_e161, files)).toBe(0x5600_0000_0000);
    expect(loadBias(image(true), undefined, [])).toBeUndefined();
  });

  it("is told by the auxiliary vector", () => {
    const vector = new Uint8Array(BigUint64Array.of(3n, 0x40n, 9n, 0x5600n, 0n, 0n).buffer);
    expect(entryAddress(vector)).toBe(0x5600);
    expect(entryAddress(vector.subarray(0, 24))).toBeUndefined();
    expect(entryAddress(new Uint8Array(new BigUint64Array([9n, 1n << 60n]).buffer))).toBeUndefined();
  });

  it("is told by the list of mappings", () => {
    const text = `1a326c000000-1a326c400000 ---p 00000000 00:00 0
5610fd88e000-5610fd929000 r-xp 0009b000 fe:00 2496904                    /home/a b/prog (deleted)
7fff84343000-7fff84364000 rw-p 00000000 00:00 0                          [stack]
nonsense
`;
    expect(parseMaps(text)).toEqual([
      { start: 0x5610fd88e000, end: 0x5610fd929000, offset: 0x9b000, path: "/home/a b/prog (deleted)" },
    ]);
  });
});
