import { randomBytes } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { Embedding } from "../../src/cli/embed-bytes.js";
import { emptyDocument } from "../../src/document/document.js";

const served = (size: number) => ({ kind: "served", url: "file/0", size }) as const;

describe("Embedding", () => {
  it("puts recordings into a document, and takes programs out of it with a note", async () => {
    const bytes = new TextEncoder().encode("a recording ".repeat(100));
    const document = await new Embedding(async () => Promise.resolve(bytes)).embed({
      ...emptyDocument("d0", "x"),
      recordings: [{ evidence: "e0", bytes: served(bytes.length), places: [] }],
      programs: [{ name: "server", bytes: served(1024) }],
    });
    const [recording] = document.recordings;
    const packed = recording?.bytes.kind === "embedded" ? recording.bytes.base64 : "";
    expect(new Uint8Array(gunzipSync(Buffer.from(packed, "base64")))).toEqual(bytes);
    expect([document.programs, document.notes]).toEqual([
      [],
      [expect.stringMatching(/^the program server \(1\.0 KiB\) is not in this page; maptrap asm --html/)],
    ]);
  });

  it("leaves out what has no room, and says so", async () => {
    const embedding = new Embedding(
      async ({ size }) => Promise.resolve(new Uint8Array(randomBytes(size))),
      5000,
    );
    const recording = (evidence: string) => ({ evidence, bytes: served(3000), places: [] });
    const document = await embedding.embed({
      ...emptyDocument("d0", "x"),
      recordings: [recording("e0"), recording("e1")],
    });
    expect(document.recordings.map(({ evidence }) => evidence)).toEqual(["e0"]);
    expect(document.notes).toEqual([expect.stringMatching(/^the recording of e1 .* is not in this page/)]);
  });
});
