import { Buffer as NodeBuffer } from "node:buffer";
import { readFileSync } from "node:fs";
import nodePath from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Buffer } from "../../../studio/browser/buffer.js";
import path from "../../../studio/browser/path.js";
import { createGunzip } from "../../../studio/browser/zlib.js";
import { exampleFiles, exampleText } from "../../../studio/opening/example.js";

const folder = (name: string): string => fileURLToPath(new URL(`../../../${name}`, import.meta.url));

describe("the page's Buffer", () => {
  const bytes = fc.uint8Array({ maxLength: 300 });
  it("finds bytes where Node's does", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(2), { maxLength: 60 }),
        fc.array(fc.nat(2), { maxLength: 5 }),
        fc.nat(70),
        (all, part, at) => {
          const [mine, node] = [Buffer.from(all), NodeBuffer.from(all)];
          expect(mine.indexOf(Buffer.from(part), at)).toBe(node.indexOf(NodeBuffer.from(part), at));
          expect(mine.indexOf(part[0] ?? 0, at)).toBe(node.indexOf(part[0] ?? 0, at));
        },
      ),
    );
  });

  it("makes the text that Node's makes, and parts that are views", () => {
    fc.assert(
      fc.property(bytes, fc.nat(300), fc.nat(300), (all, from, to) => {
        const [mine, node] = [Buffer.from(all), NodeBuffer.from(all)];
        for (const encoding of ["utf8", "latin1", "hex", "base64"] as const) {
          expect(mine.toString(encoding, from, to)).toBe(node.toString(encoding, from, to));
        }
        expect(mine.subarray(1).toString()).toBe(node.subarray(1).toString());
        expect(Array.from(Buffer.concat([mine, mine]))).toEqual(Array.from(NodeBuffer.concat([node, node])));
        const [target, other] = [Buffer.alloc(9), NodeBuffer.alloc(9)];
        expect(mine.copy(target, 2, from, to)).toBe(node.copy(other, 2, Math.min(from, all.length), to));
        expect([...target]).toEqual([...other]);
      }),
    );
  });

  it("makes bytes of text as Node's does", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect([...Buffer.from(text)]).toEqual([...NodeBuffer.from(text)]);
        expect(Buffer.byteLength(text)).toBe(NodeBuffer.byteLength(text));
      }),
    );
  });
});

describe("the page's path", () => {
  it("does what Node's does", () => {
    const part = fc.constantFrom(
      "",
      "/",
      ".",
      "..",
      "a",
      "b.go",
      "/shop",
      "a/b",
      "./a",
      "../a",
      "a//b",
      "c/",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }), (parts) => {
        expect(path.join(...parts)).toBe(nodePath.posix.join(...parts));
        expect(path.resolve("/", ...parts)).toBe(nodePath.posix.resolve("/", ...parts));
        const joined = nodePath.posix.normalize(parts.join("/"));
        expect(path.dirname(joined)).toBe(nodePath.posix.dirname(joined));
        expect(path.basename(joined, ".go")).toBe(nodePath.posix.basename(joined, ".go"));
        expect(path.extname(joined)).toBe(nodePath.posix.extname(joined));
      }),
    );
  });
});

describe("the page's gunzip", () => {
  async function unpacked(packed: Uint8Array, piece: number): Promise<{ bytes: Uint8Array; whole: boolean }> {
    const gunzip = createGunzip();
    const parts: Uint8Array[] = [];
    gunzip.on("data", (part) => parts.push(part as Uint8Array));
    let closed = false;
    gunzip.once("close", () => (closed = true));
    for (let at = 0; at < packed.length && !closed; at += piece) {
      await new Promise<void>((resolve) => {
        gunzip.once("close", () => resolve());
        gunzip.write(packed.subarray(at, at + piece), resolve);
      });
    }
    let whole = false;
    gunzip.once("end", () => (whole = true));
    gunzip.end();
    return { bytes: Buffer.concat(parts), whole };
  }

  const text = NodeBuffer.from("goroutine 7 [running]:\n".repeat(2000));

  it("unpacks in pieces of any size, and files of several members", async () => {
    const two = NodeBuffer.concat([gzipSync(text), gzipSync(text)]);
    for (const piece of [1, 7, 100_000]) {
      const { bytes, whole } = await unpacked(two, piece);
      expect(NodeBuffer.from(bytes).equals(NodeBuffer.concat([text, text]))).toBe(true);
      expect(whole).toBe(true);
    }
  });

  it("gives what there is of a file that is cut, and says so", async () => {
    const packed = gzipSync(text);
    const { bytes, whole } = await unpacked(packed.subarray(0, packed.length - 20), 16);
    expect(bytes.length).toBeGreaterThan(0);
    expect(text.subarray(0, bytes.length).equals(bytes)).toBe(true);
    expect(whole).toBe(false);
  });
});

describe("the example", () => {
  it("is a recorded text, with the source that it is of", () => {
    const recorded = JSON.parse(
      gunzipSync(readFileSync(folder("test/fixtures/crash-texts/examples/config-reload.json.gz"))).toString(),
    ) as { texts: { name: string; text: string }[] };
    expect(recorded.texts.find(({ name }) => name === "config-reload/go1.24/all/plain/1")?.text).toBe(
      exampleText,
    );
    for (const [name, content] of Object.entries(exampleFiles)) {
      expect(content).toBe(readFileSync(folder(`examples/config-reload/${name}`), "utf8"));
    }
  });
});
