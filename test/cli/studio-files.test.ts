import { appendFile, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CancelledError, UsageError } from "../../src/base/errors.js";
import { UnreadableInputError } from "../../src/cli/input-files.js";
import { givenFile, openFiles } from "../../src/cli/studio-files.js";
import type { ServedFile } from "../../src/cli/studio-server/served-file.js";
import { encodeEventFile } from "../support/event-file.js";

let folder = "";
let files: readonly ServedFile[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "maptrap-files-"));
  await mkdir(path.join(folder, "private"));
});

afterEach(async () => {
  await Promise.all(files.map(async (file) => file.close()));
  files = [];
  await rm(folder, { recursive: true });
});

async function opened(names: readonly string[], text?: PassThrough, stop = new AbortController().signal) {
  const input = (text ?? new PassThrough()) as unknown as NodeJS.ReadStream;
  files = await openFiles(names, { folder: path.join(folder, "private"), input, stop });
  return files;
}

/** An event file, as one would find it an hour later. */
async function recording(state: "running" | "exited", processId: number): Promise<string> {
  const file = path.join(folder, "shop.maptrap");
  await writeFile(file, encodeEventFile({ header: { mode: "record", state, processId } }));
  const then = Date.now() / 1000 - 3600;
  await utimes(file, then, then);
  return file;
}

describe("openFiles", () => {
  it("copies a recording that a process still writes, so that it is served as it was read", async () => {
    const file = await recording("running", process.pid);
    const whole = await readFile(file);
    const [served] = await opened([file]);
    await appendFile(file, "more");
    expect(served?.name).toBe(file);
    expect(served?.path).not.toBe(file);
    await served?.check();
    expect(Buffer.from((await served?.read(0, whole.length)) ?? []).equals(whole)).toBe(true);
  });

  it("leaves alone a recording of which the process has ended, whether or not it said so", async () => {
    for (const [state, processId] of [
      ["exited", process.pid],
      ["running", 0x7fff_fff0],
    ] as const) {
      const file = await recording(state, processId);
      const [served] = await opened([file]);
      expect(served?.path).toBe(file);
      await served?.close();
      files = [];
    }
  });

  it("opens the event files of a folder, and standard input", async () => {
    const file = await recording("exited", 1);
    const text = new PassThrough();
    text.end("fatal error: x");
    const found = await opened([folder, "-"], text);
    expect(found.map(({ name }) => name)).toEqual([file, "standard input"]);
    const given = found.map(givenFile)[1];
    expect(given?.bytes).toEqual({ kind: "served", url: "file/1", size: 14 });
    const target = new Uint8Array(8);
    expect(given?.readNow(target, 10)).toBe(4);
    expect(new TextDecoder().decode(target.subarray(0, 4))).toBe("r: x");
  });

  it("says what is not there, what has nothing, and what can be read once only", async () => {
    await expect(opened([path.join(folder, "none")])).rejects.toThrow(UnreadableInputError);
    await expect(opened([path.join(folder, "private")])).rejects.toThrow(/holds no event files/);
    await expect(opened(["-", "-"])).rejects.toThrow(UsageError);
    await expect(opened(["-"], undefined, AbortSignal.timeout(20))).rejects.toThrow(CancelledError);
  });
});
