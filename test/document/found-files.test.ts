import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { openGiven } from "../../src/document/open.js";
import { UnreadableFileError } from "../../src/document/opening/given-file.js";
import type { FoundIn, GivenFile } from "../../src/document/surroundings.js";
import { encodeEventFile } from "../support/event-file.js";
import { recordedShop } from "../support/recordings.js";

const fixtures = fileURLToPath(new URL("../fixtures/studio/", import.meta.url));
const crash = new Uint8Array(readFileSync(`${fixtures}crash-1.27.txt`));
const trapCase = new Uint8Array(readFileSync(`${fixtures}trap-case.json.gz`));
const shop: FoundIn = { folder: "shop", isSource: false };

function found(
  name: string,
  bytes: Uint8Array | string | null,
  foundIn: FoundIn | undefined = shop,
): GivenFile {
  const content = typeof bytes === "string" ? new TextEncoder().encode(bytes) : (bytes ?? new Uint8Array(1));
  return {
    name,
    size: content.length,
    foundIn,
    bytes: { kind: "served", url: `file/${name}`, size: content.length },
    read: async (offset, length) =>
      bytes === null
        ? Promise.reject(new UnreadableFileError(name))
        : Promise.resolve(content.slice(offset, offset + length)),
    readNow: (target, offset) => {
      const part = content.subarray(offset, offset + target.length);
      target.set(part);
      return part.length;
    },
  };
}

/** Titles of the documents, and what could not be opened. */
async function opened(...files: readonly GivenFile[]): Promise<string[]> {
  const all = new Map<string, string>();
  const messages = openGiven(files, {
    command: ["maptrap", "studio"],
    workingDirectory: ".",
    symbolsOf: async () => Promise.resolve(undefined),
    factsFor: async () => Promise.resolve(undefined),
    readSource: () => undefined,
    progress: () => undefined,
  });
  for await (const message of messages) {
    if (message.kind === "document") {
      all.set(message.document.handle, message.document.title);
    } else if (message.kind === "failure") {
      all.set(message.sentence, `${message.name} ${message.sentence}`);
    }
  }
  return [...all.values()];
}

describe("files of a folder", () => {
  it("evidence is opened, packed and in UTF-16 too, and all else passed over without a word", async () => {
    const wide = new Uint8Array(Buffer.from(`\ufeff${new TextDecoder().decode(crash)}`, "utf16le"));
    expect(
      await opened(
        found("shop/notes", "nothing of interest\n"),
        found("shop/crash.log", crash),
        found("shop/old.log.gz", new Uint8Array(gzipSync(crash))),
        found("shop/windows.txt", wide),
        found("shop/package.json", '{"name": "shop", "format": 1}'),
        found("shop/case", trapCase),
        found("shop/page", "<!doctype html><p>hello"),
        found("shop/other", "\x7fELF and nothing else"),
        found("shop/empty", ""),
        found(
          "shop/noise",
          Uint8Array.from({ length: 9999 }, (_, at) => (at * 7) % 251),
        ),
      ),
    ).toEqual(["shop/crash.log", "shop/old.log.gz", "shop/windows.txt", "shop/case"]);
  });

  it("a crash anywhere in a long log is found, a torn sign too", async () => {
    const text = new TextDecoder().decode(crash);
    for (const before of [262_140, 3_000_000]) {
      const log = `${"x".repeat(99)}\n`.repeat(before / 100).padEnd(before, "\n");
      expect(await opened(found("shop/long.log", `${log}${text}`))).toEqual(["shop/long.log"]);
    }
  });

  it("event files, and the texts beside them, make one case", async () => {
    const events = encodeEventFile(recordedShop);
    expect(
      await opened(
        found("shop/a.maptrap", events),
        found("shop/README", "hello"),
        found("shop/a.log", crash),
      ),
    ).toEqual(["shop/a.maptrap"]);
  });

  it("a folder with nothing is named once; one with source was not given for nothing", async () => {
    const files = ["a", "b"].map((name) => found(`shop/${name}`, "nothing"));
    expect(await opened(...files)).toEqual([
      "shop is a folder with nothing that can be opened: 2 files looked at",
    ]);
    expect(await opened(found("shop/a", "nothing", { ...shop, isSource: true }))).toEqual([]);
  });

  it("what cannot be read is counted", async () => {
    expect(await opened(found("shop/a", null), found("shop/b", null), found("shop/c.log", crash))).toEqual([
      "shop 2 files in it could not be read",
      "shop/c.log",
    ]);
    expect(await opened({ ...found("a.log", null), foundIn: undefined })).toEqual([
      "a.log cannot be read: it is gone, was changed since, or may not be read",
    ]);
  });

  it("no more than a hundred become documents", async () => {
    const many = Array.from({ length: 103 }, (_, index) => found(`shop/${index}.log`, crash));
    const all = await opened(...many);
    expect(all).toHaveLength(101);
    expect(all[0]).toContain("100 files were opened, 3 were not");
  });
});
