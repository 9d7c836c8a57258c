import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DocumentMessage, StudioDocument } from "../../src/document/document.js";
import { openGiven } from "../../src/document/open.js";
import { recognise } from "../../src/document/recognise.js";
import type { GivenFile, Surroundings } from "../../src/document/surroundings.js";
import { encodeEventFile } from "../support/event-file.js";
import { recordedShop } from "../support/recordings.js";
import { encodeOrderFile } from "../support/order-events.js";

const fixtures = fileURLToPath(new URL("../fixtures/studio/", import.meta.url));

function fixture(name: string): Uint8Array {
  const bytes = readFileSync(`${fixtures}${name}`);
  return name.endsWith(".gz") ? new Uint8Array(gunzipSync(bytes)) : new Uint8Array(bytes);
}

function given(name: string, bytes: Uint8Array | string): GivenFile {
  const content = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  return {
    name,
    size: content.length,
    bytes: { kind: "served", url: `file/${name}`, size: content.length },
    read: async (offset, length) => Promise.resolve(content.slice(offset, offset + length)),
    readNow: (target, offset) => {
      const part = content.subarray(offset, offset + target.length);
      target.set(part);
      return part.length;
    },
  };
}

const nowhere: Surroundings = {
  command: ["maptrap", "studio"],
  workingDirectory: "/work",
  symbolsOf: async () => Promise.resolve(undefined),
  factsFor: async () => Promise.resolve(undefined),
  readSource: () => undefined,
  progress: () => undefined,
};

async function messages(...files: readonly GivenFile[]): Promise<DocumentMessage[]> {
  const all: DocumentMessage[] = [];
  for await (const message of openGiven(files, nowhere)) {
    all.push(message);
  }
  return all;
}

/** The documents as they are in the end, by handle. */
async function documents(...files: readonly GivenFile[]): Promise<StudioDocument[]> {
  const last = new Map<string, StudioDocument>();
  for (const message of await messages(...files)) {
    if (message.kind === "document") {
      last.set(message.document.handle, message.document);
    }
  }
  return [...last.values()];
}

/** Which parts a document has. */
function partsOf(document: StudioDocument): string[] {
  const { case: incident, recordings, trace, maps, code, programs, model } = document;
  return Object.entries({ case: incident, trace, code, model })
    .filter(([, part]) => part !== null)
    .map(([name]) => name)
    .concat(
      Object.entries({ recordings, maps, programs })
        .filter(([, parts]) => parts.length > 0)
        .map(([name]) => name),
    );
}

const kinds: readonly (readonly [string, readonly string[]])[] = [
  ["trap-case.json.gz", ["case"]],
  ["stop-1.23.json.gz", ["case"]],
  ["trace-1.27.json.gz", ["trace"]],
  ["map-1.23.json.gz", ["maps"]],
  ["map-1.27.json.gz", ["maps"]],
  ["asm-1.27.json.gz", ["code"]],
  ["explore.json.gz", ["model"]],
  ["model-run.json.gz", ["model"]],
  ["crash-1.27.txt", ["case"]],
];
const eventFile = encodeEventFile(recordedShop);

describe("what a file is", () => {
  it.each(kinds)("%s is recognised, under a wrong name and packed too", async (name, parts) => {
    const bytes = fixture(name);
    for (const file of [
      given(name, bytes),
      given("photo.png", bytes),
      given("x.maptrap", new Uint8Array(gzipSync(bytes))),
    ]) {
      const [document, ...others] = await documents(file);
      expect(document && partsOf(document)).toEqual(parts);
      expect(others).toEqual([]);
      expect(document?.title).toBe(file.name);
    }
  });

  it("an event file is one, whatever it is called", async () => {
    expect(await recognise(given("notes.txt", eventFile))).toEqual({ kind: "event file" });
    const [document] = await documents(given("notes.txt", eventFile));
    expect(document && partsOf(document)).toEqual(["case", "recordings"]);
    expect(document?.recordings[0]?.bytes).toMatchObject({ kind: "served", url: "file/notes.txt" });
  });

  it("a packed event file keeps its bytes in the document", async () => {
    const packed = new Uint8Array(gzipSync(eventFile));
    const [document] = await documents(given("shop.maptrap.gz", packed));
    const bytes = document?.recordings[0]?.bytes;
    expect(bytes?.kind).toBe("embedded");
    const base64 = bytes?.kind === "embedded" ? bytes.base64 : "";
    expect(gunzipSync(Buffer.from(base64, "base64")).equals(eventFile)).toBe(true);
  });

  it("JSON is known with its keys in another order, and in UTF-16 as PowerShell writes it", async () => {
    const value: unknown = JSON.parse(new TextDecoder().decode(fixture("map-1.23.json.gz")));
    const turned = JSON.stringify(Object.fromEntries(Object.entries(value as object).toReversed()));
    const wide = new Uint8Array(Buffer.from(`\ufeff${turned}`, "utf16le"));
    const [first, second] = [await documents(given("a", turned)), await documents(given("b", wide))];
    expect(first.map(partsOf)).toEqual([["maps"]]);
    expect(second.map(partsOf)).toEqual([["maps"]]);
  });

  it.each([
    ["another version", { version: 7 }, /is of version 7 of its format; this maptrap reads version 1/],
    [
      "a time that cannot be",
      { end: { why: "exited", status: 0, signal: null, seconds: 1e300 } },
      /end\.seconds/,
    ],
    [
      "a time before the beginning",
      { end: { why: "exited", status: 0, signal: null, seconds: -1 } },
      /end\.seconds/,
    ],
  ])("a trace with %s is refused, with the reason", async (_, change, reason) => {
    const trace = JSON.parse(new TextDecoder().decode(fixture("trace-1.27.json.gz"))) as object;
    const all = await messages(given("trace.json", JSON.stringify({ ...trace, ...change })));
    const [failure] = all.filter((message) => message.kind === "failure");
    expect(failure?.sentence).toMatch(reason);
    expect(failure?.wayOut).toContain("make it again");
  });

  it("a log of JSON lines is a text, and its crash is found", async () => {
    const crash = new TextDecoder().decode(fixture("crash-1.27.txt"));
    const lines = crash
      .trimEnd()
      .split("\n")
      .map((log) => JSON.stringify({ log: `${log}\n`, stream: "stderr", time: "2026-01-01T00:00:00Z" }));
    const [document] = await documents(given("pod.json", `${lines.join("\n")}\n`));
    expect(document?.case?.observations[0]?.kind).toBe("crash");
  });

  it("an exploration and a comparison begin as they were made", async () => {
    const file = JSON.parse(new TextDecoder().decode(fixture("explore.json.gz"))) as object;
    const plan = { kind: "preemptions", most: 3 };
    const [explored] = await documents(given("explore.json", JSON.stringify({ ...file, plan })));
    expect(explored?.model).toMatchObject({ begin: "explore", plan });
    expect(explored?.model?.runs).toBeUndefined();
    const comparison = { ...file, format: "maptrap model compare", plan: undefined, runs: 50 };
    const [compared] = await documents(given("compare.json", JSON.stringify(comparison)));
    expect(compared?.model).toMatchObject({ begin: "compare", runs: 50 });
  });

  it("a program of the model is one", async () => {
    const [document] = await documents(given("p.txt", "map m {1: 2}\na: m[1]=2 | b: _=m[1]\n"));
    expect(document?.model).toMatchObject({ label: "p.txt", begin: "explore", token: null });
  });
});

describe("what belongs together", () => {
  it("event files and texts make one case", async () => {
    const crash = fixture("crash-1.27.txt");
    const [made, ...others] = await documents(given("crash.log", crash), given("shop.maptrap", eventFile));
    expect(others).toEqual([]);
    expect(made).toMatchObject({ handle: "d0", recordings: [{ evidence: "e0" }] });
    expect(made?.case?.evidence.map(({ kind, path }) => [kind, path])).toEqual([
      ["event-file", "shop.maptrap"],
      ["crash-text", "crash.log"],
    ]);
  });

  it("a large recording is there first, and its case comes afterwards", async () => {
    // What follows the rings belongs to no one.
    const large = new Uint8Array(33 * 1024 * 1024);
    large.set(eventFile);
    const all = await messages(given("shop.maptrap", large));
    const made = all.map((message) => (message.kind === "document" ? message.document : null));
    expect(made.map((one) => one?.handle)).toEqual(["d0", "d0"]);
    expect(made[0]).toMatchObject({ case: null, recordings: [{ evidence: "e0" }] });
    expect(made[1]?.case?.evidence.map(({ kind, path }) => [kind, path])).toEqual([
      ["event-file", "shop.maptrap"],
    ]);
  });

  it("maps make one document in their order, and others one each", async () => {
    const found = await documents(
      given("later.json", fixture("map-1.27.json.gz")),
      given("case.json", fixture("trap-case.json.gz")),
      given("earlier.json", fixture("map-1.23.json.gz")),
    );
    expect(found.map(partsOf)).toEqual([["maps"], ["case"]]);
    expect(found[0]?.maps.map(({ file }) => file)).toEqual(["later.json", "earlier.json"]);
  });

  it("order events are read through pieces", async () => {
    const bytes = encodeOrderFile([]);
    const [document] = await documents(given("order.maptrap", bytes));
    expect(document?.case?.evidence[0]).toMatchObject({ kind: "event-file", mode: "order" });
  });

  it("a file that cannot be opened does not stop the others, and says what to do", async () => {
    const all = await messages(
      given("cut.maptrap", eventFile.slice(0, 3000)),
      given("nothing.txt", ""),
      given("prose.txt", "The quick brown fox jumps over the lazy dog.\n"),
      given("memory.bin", new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0])),
      given("newer.json", JSON.stringify({ format: "maptrap weather", version: 1 })),
      given("damaged.json", JSON.stringify({ format: "maptrap-gdb-trace", version: 1, events: 3 })),
      given("good.maptrap", eventFile),
    );
    const failures = all.filter((message) => message.kind === "failure");
    const names = failures.map(({ name }) => name).toSorted();
    expect(names).toEqual(["cut.maptrap", "damaged.json", "memory.bin", "newer.json", "nothing.txt"]);
    expect(failures.find(({ name }) => name === "memory.bin")?.wayOut).toContain("maptrap gdb core");
    for (const { name, sentence, wayOut } of failures) {
      expect(sentence).not.toContain(name);
      expect(wayOut).toBeTruthy();
    }
    const last = all.findLast((message) => message.kind === "document");
    expect(last?.kind === "document" ? last.document.case?.evidence.map(({ path }) => path) : []).toEqual([
      "good.maptrap",
      "prose.txt",
    ]);
  });

  it.each([
    ["ends early", (text: string) => text.slice(0, -4), "copy it again as a whole"],
    ["is damaged", (text: string) => text.replace(`"version":`, `"version";`), "copy it again as a whole"],
    [
      "for which there is no view",
      () => JSON.stringify({ format: "maptrap-comparison", version: 1 }),
      "maptrap compare prints it",
    ],
  ])("JSON of maptrap that %s is told to be that", async (what, change, wayOut) => {
    const text = JSON.stringify({ format: "maptrap-gdb-trace", version: 1, events: [] });
    const [failure] = await messages(given("one.json", change(text)));
    expect(failure).toMatchObject({ kind: "failure", name: "one.json" });
    expect(failure?.kind === "failure" ? failure.sentence : "").toContain(what);
    expect(failure?.kind === "failure" ? failure.wayOut : "").toContain(wayOut);
  });

  it("a recording that is too large for where it is opened is in the timeline only, and a note says so", async () => {
    const small = { ...nowhere, largestRecording: eventFile.length - 1 };
    const all: DocumentMessage[] = [];
    for await (const message of openGiven([given("shop.maptrap", eventFile)], small)) {
      all.push(message);
    }
    const last = all.at(-1);
    expect(last?.kind === "document" ? partsOf(last.document) : []).toEqual(["recordings"]);
    expect(last?.kind === "document" ? last.document.notes[0] : "").toContain("maptrap studio shop.maptrap");
  });

  it("prose alone is no case", async () => {
    const [message] = await messages(given("prose.txt", "Nothing to see.\n"));
    expect(message).toMatchObject({ kind: "failure", name: "prose.txt" });
  });
});

/** Whether all went well: documents and failures that are meant to be read, and no mistake of ours. */
async function expectHonest(bytes: Uint8Array): Promise<void> {
  for (const message of await messages(given("x", bytes))) {
    if (message.kind === "failure") {
      expect(message.sentence).not.toContain("could not be opened");
    }
  }
}

describe("hostile bytes", () => {
  it("random ones never throw", async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), expectHonest), { numRuns: 60 });
  });

  it("real files that are cut or changed anywhere never throw", async () => {
    const files = [eventFile, encodeOrderFile([]), ...kinds.map(([name]) => fixture(name))].filter(
      ({ length }) => length < 300_000,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), { maxLength: 6 }),
        fc.boolean(),
        async (whole, share, changes, packed) => {
          const bytes = whole.slice(0, Math.ceil(whole.length * (share < 0.5 ? 1 : share)));
          for (const [at, value] of changes) {
            bytes[Math.floor(at * bytes.length)] = value;
          }
          await expectHonest(
            packed ? new Uint8Array(gzipSync(bytes)).slice(0, Math.ceil(bytes.length * share)) : bytes,
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});
