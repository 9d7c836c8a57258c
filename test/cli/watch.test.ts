import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UsageError } from "../../src/base/errors.js";
import { watchCommand } from "../../src/cli/commands/watch.js";
import { ListenError } from "../../src/cli/http-server.js";
import { serveMetrics } from "../../src/cli/watch-server.js";
import { BinaryError } from "../../src/evidence/binary/errors.js";
import { encodeEventFile, plainRecordedConflict } from "../support/event-file.js";
import { runningHeader } from "../support/file-on-disk.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "maptrap-watch-"));
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(folder, { recursive: true });
});

function put(name: string, content: Uint8Array | string): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** Calls the command: what it has printed so far, and what it would end with. */
function start(...words: string[]) {
  const printed = { output: "", errors: "" };
  const written = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed.output += String(text);
    return true;
  });
  const complained = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    printed.errors += String(text);
    return true;
  });
  const context = {
    call: ["maptrap", "watch", ...words],
    environment: { NO_COLOR: "1" },
    workingDirectory: folder,
  };
  const done = watchCommand(context)
    .exitOverride()
    .configureOutput({ writeErr: (text) => (printed.errors += text) })
    .parseAsync(words, { from: "user" })
    .then(() => ({ ...printed, status: process.exitCode }))
    .finally(() => {
      written.mockRestore();
      complained.mockRestore();
    });
  return { printed, done };
}

/** The same, to its end. */
async function watch(...words: string[]) {
  return start(...words).done;
}

/** Calls the command, and ends it with a signal once it has begun to serve metrics: from then on it watches. */
async function watchUntil(signal: "SIGINT" | "SIGTERM", ...words: string[]) {
  const { printed, done } = start(...words);
  // The first call loads the command's modules, which takes long where much else is running.
  await vi.waitFor(() => expect(printed.errors).toContain("metrics are at"), { timeout: 100_000 });
  process.emit(signal);
  return done;
}

const quiet = encodeEventFile({ header: { ...runningHeader(), state: "exited", exitStatus: 0 } });
const conflicting = encodeEventFile({
  header: { ...runningHeader(), state: "exited", exitStatus: 2 },
  conflicts: [plainRecordedConflict],
});

describe("maptrap watch", () => {
  it("ends with 0 where nothing was found, and says so", async () => {
    const { output, status } = await watch(put("1.maptrap", quiet));
    expect(output).toContain("exited with status 0\nNo conflict in 1 process:");
    expect(status).toBe(0);
  });

  it("ends with 66 after a conflict", async () => {
    const { output, status } = await watch("--json", put("1.maptrap", conflicting));
    const lines = output.trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { readonly type: string }).type)).toEqual([
      "watch",
      "process",
      "conflict",
      "ended",
      "summary",
    ]);
    expect(status).toBe(66);
  });

  it("shows all files of a folder once, also those of processes that have ended", async () => {
    put("1.maptrap", conflicting);
    put("2.maptrap", quiet);
    const { output, status } = await watch("--once", folder);
    expect(output).toContain(`1 conflict in 2 processes:`);
    expect(status).toBe(66);
  });

  it("tells of files that are left out, and where metrics are; ends at SIGTERM", async () => {
    put("1.maptrap", quiet);
    const { errors, output } = await watchUntil("SIGTERM", "--metrics", "0", folder);
    expect(errors).toMatch(
      /^maptrap: 1 event file is of a process that has ended, and is left out; maptrap read shows it\nmaptrap: metrics are at http:\/\/127\.0\.0\.1:\d+\/metrics\n/,
    );
    expect(output).toBe("");
  });

  it("warns where other machines may reach the metrics", async () => {
    const { errors } = await watchUntil("SIGINT", "--metrics", "0.0.0.0:0", folder);
    expect(errors).toContain("0.0.0.0 may be reached from other machines");
  });

  it("gives errors with a way out", async () => {
    const file = put("1.maptrap", quiet);
    await expect(watch("--once", "--metrics", "0", file)).rejects.toThrow(UsageError);
    await expect(watch("--interval", "0", file)).rejects.toThrow("Write milliseconds from 10 to 60000.");
    await expect(watch("--metrics", "nowhere", file)).rejects.toThrow("Write a port, or a host and a port");
    await expect(watch("--exe", put("shop", "no binary"), file)).rejects.toThrow(BinaryError);
    await expect(watch("--once", path.join(folder, "none"))).rejects.toMatchObject({
      exitStatus: 2,
      wayOut: "without --once, maptrap watch waits for it",
    });
    const server = await serveMetrics({ host: "127.0.0.1", port: 0 }, () => "");
    await expect(watch("--metrics", String(server.address.port), folder)).rejects.toThrow(ListenError);
    await server.close();
  });
});
