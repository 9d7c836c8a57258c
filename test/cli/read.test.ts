import { mkdtemp, rm, writeFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MaptrapError } from "../../src/base/errors.js";
import { decodeCase, encodeCase } from "../../src/case/file.js";
import { readCommand } from "../../src/cli/commands/read.js";
import { UnreadableInputError } from "../../src/cli/input-files.js";
import { BinaryError } from "../../src/evidence/binary/errors.js";
import { EventFileTruncatedError, NotAnEventFileError } from "../../src/evidence/ring/errors.js";
import { orderKinds } from "../../src/evidence/order/events.js";
import { encodeEventFile } from "../support/event-file.js";
import { shopCase, shopConflict } from "../support/incidents.js";
import { encodeOrderFile, type WrittenOrderEvent } from "../support/order-events.js";
import { recordedConflict, recordedShop } from "../support/recordings.js";
import { oneSidedText } from "../support/shop-crash.js";

const conflicting = encodeEventFile({ conflicts: [shopConflict] });
const quiet = encodeEventFile({ header: { state: "exited", exitStatus: 0 } });

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "maptrap-read-"));
});

afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  await rm(folder, { recursive: true });
});

/** Writes a file into the test's folder and gives its path. */
async function put(name: string, content: Uint8Array | string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return file;
}

/** Calls the command and gives what it printed and what it would end with. */
async function read(...words: string[]) {
  let output = "";
  let errors = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    output += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    errors += String(text);
    return true;
  });
  const context = {
    call: ["maptrap", "read", ...words],
    environment: { NO_COLOR: "1" },
    workingDirectory: folder,
  };
  try {
    await readCommand(context).parseAsync(words, { from: "user" });
  } finally {
    vi.restoreAllMocks();
  }
  return { output, errors, status: process.exitCode };
}

const { access, acquire, release, start } = orderKinds;
const map = 0xc000012340;

/** Goroutine 1 starts 7, both access a map; with a channel the write of 7 comes before the read of 1. */
function orderEvents(ordered: boolean): WrittenOrderEvent[] {
  const channel = 0xc000200000;
  return [
    { goroutine: 1, kind: start, value: 7, stack: [0x402000] },
    { goroutine: 7, kind: access + 2, value: map, number: 5, stack: [0x403000, 0x403100] },
    ...(ordered
      ? [
          { goroutine: 7, kind: release, value: channel },
          { goroutine: 1, kind: acquire, value: channel },
        ]
      : []),
    { goroutine: 1, kind: access + 1, value: map, number: 5, stack: [0x404000] },
  ];
}

describe("maptrap read of order events", () => {
  const header = { state: "exited", exitStatus: 0, delays: 0, sharedMaps: 0 } as const;

  it("finds what nothing orders and ends with 66", async () => {
    const file = await put("1.maptrap", encodeOrderFile(orderEvents(false), { header }));
    const { output, errors, status } = await read(file);
    expect(output).toContain("m0  concurrent map read and map write");
    expect(output).toContain("sure:  unordered.");
    expect(output).toContain("B's goroutine started that of A and went on: B's read comes after that go");
    expect(output).toContain("A  Write by goroutine 7");
    expect(output).toContain("B  Read by goroutine 1");
    expect(output).toContain("Order of 1 process: 2 accesses to 1 map (1 shared)");
    expect(errors).toBe("");
    expect(status).toBe(66);
  });

  it("finds nothing where a channel orders them, and ends with 0", async () => {
    const file = await put("1.maptrap", encodeOrderFile(orderEvents(true), { header }));
    const { output, status } = await read(file);
    expect(output).toContain("All accesses of different goroutines to one map");
    expect(status).toBe(0);
  });

  it("puts several files of a folder into one case, and prints it", async () => {
    await put("1.maptrap", encodeOrderFile(orderEvents(false), { header }));
    await put("2.maptrap", encodeOrderFile(orderEvents(true), { header }));
    await put("3.maptrap", conflicting);
    const { output, status } = await read(folder, "--json");
    const incident = decodeCase(output, "stdout");
    expect(incident.findings.map(({ certainty }) => certainty)).toEqual(["caught", "unordered"]);
    expect(incident.summary?.ordered).toMatchObject({ processes: 2, accesses: 4, sharedMaps: 2 });
    expect(status).toBe(66);
  });

  it("reads what is there of a file that is cut anywhere", async () => {
    const bytes = encodeOrderFile(orderEvents(false), { header });
    for (let size = 8; size < bytes.length; size += 257) {
      const file = await put("cut.maptrap", bytes.subarray(0, size));
      try {
        const { status } = await read(file);
        expect([0, 66]).toContain(status);
      } catch (error) {
        expect(error).toBeInstanceOf(MaptrapError);
      }
    }
  });
});

describe("maptrap read", () => {
  it("shows a conflict and ends with 66", async () => {
    const { output, status } = await read(await put("1.maptrap", conflicting));
    expect(output).toContain("m0  concurrent map read and map write");
    expect(status).toBe(66);
  });

  it("says that nothing was found and ends with 0", async () => {
    const { output, status } = await read(await put("1.maptrap", quiet));
    expect(output).toContain("No conflict was trapped in 1 run.");
    expect(status).toBe(0);
  });

  it("prints the case file, and reads it again", async () => {
    const { output } = await read(await put("1.maptrap", conflicting), "--json");
    const incident = decodeCase(output, "stdout");
    expect(incident.findings).toHaveLength(1);
    expect(incident.command.slice(0, 2)).toEqual(["maptrap", "read"]);
    const again = await read(await put("case.json", encodeCase(shopCase())));
    expect(again.output).toContain("example.com/shop.(*Cache).Put");
    expect(again.status).toBe(66);
  });

  it("reads all event files in a folder, and names those that it cannot read", async () => {
    await put("1.maptrap", conflicting);
    await put("2.maptrap", quiet);
    await put("3.maptrap", quiet.subarray(0, 5000));
    await put("notes.txt", "nothing");
    const { output, errors, status } = await read(folder);
    expect(output).toContain("1 conflict, 2 runs");
    expect(errors).toBe(
      `maptrap: ${folder}/3.maptrap is cut short: 5000 of ${quiet.length} bytes are there\n`,
    );
    expect(status).toBe(66);
  });

  it("shows a recording, and takes what the process printed beside it", async () => {
    const file = await put("1.maptrap", encodeEventFile(recordedShop));
    const text = await put("crash.log", oneSidedText.replaceAll("goroutine 6", "goroutine 8"));
    const alone = await read(file);
    expect(alone.output).toContain("The last 1.1ms before the conflict");
    expect(alone.status).toBe(66);
    for (const words of [
      [file, text],
      [file, "--log", text],
    ]) {
      const { output, errors, status } = await read(...words);
      expect(output.match(/^[mo]\d+ {2}.*/gm)).toEqual(["m0  concurrent map read and map write"]);
      expect(output).toContain("crash.log, lines 1 to 11: the crash, 1 goroutine");
      expect(errors).toBe("");
      expect(status).toBe(66);
    }
    expect((await read(file, "--last", "30us")).output).toContain("The last 30µs before the conflict");
    await expect(read(file, "--maps", "0")).rejects.toThrow();
  });

  it("ends with 66 when Go's check found a conflict, also where the other side is not known", async () => {
    const details = { ...recordedConflict.details, otherSide: "unknown" as const, age: null, repeats: null };
    const one = { ...recordedShop, conflicts: [{ ...recordedConflict, first: null, details }] };
    const { output, status } = await read(await put("1.maptrap", encodeEventFile(one)));
    expect(output).toContain("the other side is not known");
    expect(status).toBe(66);
  });

  it("gives errors with a way out", async () => {
    const binary = await put("shop", "no binary");
    const file = await put("1.maptrap", conflicting);
    const empty = path.join(folder, "empty");
    await mkdir(empty);
    await expect(read(path.join(folder, "none"))).rejects.toThrow(
      new UnreadableInputError(path.join(folder, "none"), "does not exist"),
    );
    await expect(read(empty)).rejects.toMatchObject({
      exitStatus: 2,
      wayOut: expect.stringContaining("MAPTRAP_DIR") as string,
    });
    await expect(read(await put("a.txt", "fatal error"))).rejects.toThrow(NotAnEventFileError);
    await expect(read(await put("cut.maptrap", conflicting.subarray(0, 100)))).rejects.toThrow(
      EventFileTruncatedError,
    );
    await expect(read(file, "--exe", binary)).rejects.toThrow(BinaryError);
    if (process.platform !== "win32") {
      await expect(read("/dev/null")).rejects.toThrow("/dev/null is not a regular file");
    }
  });
});
