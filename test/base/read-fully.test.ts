import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readFully } from "../../src/base/read-fully.js";

describe("readFully", () => {
  let folder: string;
  let descriptor: number;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "read-fully-"));
    const file = path.join(folder, "file");
    writeFileSync(file, Buffer.from([0, 1, 2, 3, 4, 5, 6, 7]));
    descriptor = openSync(file, "r");
  });
  afterAll(() => {
    closeSync(descriptor);
    rmSync(folder, { recursive: true });
  });

  it("fills the target from a place on", () => {
    const target = new Uint8Array(3);
    expect(readFully(descriptor, target, 2)).toBe(3);
    expect([...target]).toEqual([2, 3, 4]);
  });

  it("says how many bytes there were at the end of the file, and leaves the rest of the target", () => {
    const target = new Uint8Array(4).fill(9);
    expect(readFully(descriptor, target, 6)).toBe(2);
    expect([...target]).toEqual([6, 7, 9, 9]);
    expect(readFully(descriptor, target, 100)).toBe(0);
  });
});
