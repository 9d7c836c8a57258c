import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CancelledError } from "../../../src/base/errors.js";
import { Connection } from "../../../src/evidence/gdb/connection.js";
import {
  GdbEndedError,
  GdbMissingError,
  GdbRefusedError,
  GdbTimeoutError,
} from "../../../src/evidence/gdb/errors.js";
import type { MiRecord } from "../../../src/evidence/gdb/record.js";
import { itemsOf, textOf, valueOf } from "../../../src/evidence/gdb/record.js";
import { readStop } from "../../../src/evidence/gdb/stop.js";
import { repositoryRoot } from "../../support/toolchains.js";

const sessions = path.join(repositoryRoot, "test/fixtures/gdb-sessions");
let folder = "";
let connection: Connection | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "connection-"));
});
afterEach(async () => {
  await connection?.kill();
  rmSync(folder, { recursive: true, force: true });
});

async function connect(session: string): Promise<Connection> {
  connection = await Connection.start({
    command: process.execPath,
    args: [path.join(sessions, "fake-gdb.mjs"), path.join(sessions, `${session}.session`)],
    environment: {},
    workingDirectory: folder,
    programStreams: ["ignore", "ignore", "ignore"],
    logFile: path.join(folder, "mi.log"),
  });
  return connection;
}

test("requests meet their results, and everything else goes to who listens", async () => {
  const gdb = await connect("stops");
  const records: MiRecord[] = [];
  gdb.listen((record) => records.push(record));
  await gdb.request("exec-continue");
  const threads = await gdb.request("thread-info");
  expect(itemsOf(valueOf(threads, "threads")).map((thread) => textOf(thread, "target-id"))).toEqual([
    "LWP 4241",
    "LWP 4242",
  ]);
  await expect(gdb.request("exec-continue")).rejects.toThrow(GdbRefusedError);
  await gdb.request("exec-continue");
  await gdb.close(30_000);
  const stops = records.flatMap((record) =>
    record.kind === "exec" && record.class === "stopped" ? [readStop(record.results, false)] : [],
  );
  expect(stops).toEqual([
    {
      kind: "stopped",
      why: "breakpoint",
      thread: 2,
      address: 0x462f1c,
      breakpoint: 3,
      signal: undefined,
      stoppedThreads: undefined,
      values: undefined,
    },
    { kind: "exited", status: 3, signal: undefined },
  ]);
  expect(gdb.said).toContain("warning: something");
  const log = readFileSync(path.join(folder, "mi.log"), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.replace(/^\d+\.\d+ /, ""));
  expect(log).toContain('← =thread-group-added,id="i1"');
  expect(log.filter((line) => line.startsWith("→"))).toEqual([
    "→ 1-exec-continue",
    "→ 2-thread-info",
    "→ 3-exec-continue",
    "→ 4-exec-continue",
  ]);
  expect(log.at(-1)).toBe('← *stopped,reason="exited",exit-code="03"');
});

test("a GDB that ends is told of at once, also to who asks later", async () => {
  const gdb = await connect("dies");
  await expect(gdb.request("exec-continue")).rejects.toThrow(GdbEndedError);
  await expect(gdb.request("exec-continue")).rejects.toThrow("exit status 7");
});

test("one that hangs is not waited for, and ends when it is told to", async () => {
  const gdb = await connect("hangs");
  await expect(gdb.request("exec-continue", [], { timeoutMilliseconds: 100 })).rejects.toThrow(
    GdbTimeoutError,
  );
  const aborted = new AbortController();
  const request = gdb.request("thread-info", [], { signal: aborted.signal });
  aborted.abort();
  await expect(request).rejects.toThrow(CancelledError);
  await gdb.close(100);
  await expect(gdb.ended).resolves.toBeDefined();
});

test("one that is missing is named, with the way out", async () => {
  const missing = Connection.start({
    command: path.join(folder, "no-gdb"),
    args: [],
    environment: {},
    workingDirectory: folder,
    programStreams: ["ignore", "ignore", "ignore"],
  });
  await expect(missing).rejects.toThrow(GdbMissingError);
  await expect(missing).rejects.toMatchObject({
    wayOut: expect.stringContaining("apt-get install gdb") as unknown,
  });
});
