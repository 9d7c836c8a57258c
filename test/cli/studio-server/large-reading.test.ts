import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import { isLarge, LargeReading } from "../../../src/cli/studio-server/large-reading.js";
import { MessageLog } from "../../../src/cli/studio-server/messages.js";
import { ServedFile } from "../../../src/cli/studio-server/served-file.js";
import { startStudioServer } from "../../../src/cli/studio-server/server.js";

const megabyte = 1024 * 1024;
const patient = { timeout: 25_000 };

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

describe("while the page reads a large recording", () => {
  it("is waited for its end, and never for ever", () => {
    const reading = new LargeReading();
    const other = new LargeReading(reading.shared);
    expect(timed(() => other.wait({ begin: 60, end: 25_000 }))).toBeGreaterThan(50);
    reading.begin();
    expect(timed(() => other.wait({ begin: 25_000, end: 60 }))).toBeGreaterThan(50);
    reading.end();
    expect(timed(() => other.wait({ begin: 25_000, end: 25_000 }))).toBeLessThan(20_000);
  });

  it("is told by the server from the first byte to the last, of large files alone", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "maptrap-studio-"));
    const page = path.join(folder, "page");
    await mkdir(page);
    await writeFile(path.join(page, "index.html"), "<!doctype html>the page");
    const file = path.join(folder, "large");
    await writeFile(file, "");
    await truncate(file, 64 * megabyte);
    const served = await ServedFile.open(file);
    const reading = new LargeReading();
    const [begin, end] = [vi.spyOn(reading, "begin"), vi.spyOn(reading, "end")];
    const server = await startStudioServer({ messages: new MessageLog(), files: [served], page, reading });
    try {
      const part = await fetch(`${server.url}file/0`, { headers: { range: "bytes=0-4095" } });
      expect((await part.arrayBuffer()).byteLength).toBe(4096);
      expect(begin).not.toHaveBeenCalled();
      const whole = await fetch(`${server.url}file/0`);
      expect([begin.mock.calls.length, end.mock.calls.length]).toEqual([1, 0]);
      expect((await whole.arrayBuffer()).byteLength).toBe(served.size);
      await vi.waitFor(() => expect(end).toHaveBeenCalledTimes(1), patient);
      const given = await fetch(`${server.url}file/0`);
      await given.body?.cancel();
      await vi.waitFor(() => expect(end).toHaveBeenCalledTimes(2), patient);
    } finally {
      await server.close();
      await served.close();
      await rm(folder, { recursive: true });
    }
    expect([isLarge(64 * megabyte), isLarge(megabyte)]).toEqual([true, false]);
  });
});
