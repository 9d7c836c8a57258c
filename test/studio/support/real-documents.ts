/** Documents of every kind, opened from files that real commands made (test/fixtures/studio), and from a recording that is made here. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import type { StudioDocument } from "../../../src/document/document.js";
import { openGiven } from "../../../src/document/open.js";
import type { GivenFile } from "../../../src/document/surroundings.js";
import { encodeEventFile } from "../../support/event-file.js";
import { shop } from "../../support/incidents.js";
import { recordedShop } from "../../support/recordings.js";
import { raceText } from "../../support/shop-crash.js";
import { repositoryRoot } from "../../support/toolchains.js";

const folder = path.join(repositoryRoot, "test/fixtures/studio");

/** The files, by name. */
function realFiles(): ReadonlyMap<string, Buffer> {
  const packed = ["trap-case.json", "explore.json", "model-run.json"];
  const ofBoth = ["stop", "trace", "map", "asm"].flatMap((kind) => [
    `${kind}-1.23.json`,
    `${kind}-1.27.json`,
  ]);
  return new Map([
    ...[...packed, ...ofBoth].map(
      (name) => [name, gunzipSync(readFileSync(path.join(folder, `${name}.gz`)))] as const,
    ),
    ["crash-1.23.txt", readFileSync(path.join(folder, "crash-1.23.txt"))] as const,
    ["crash-1.27.txt", readFileSync(path.join(folder, "crash-1.27.txt"))] as const,
    ["race.txt", Buffer.from(raceText)] as const,
    ["shop.maptrap", Buffer.from(encodeEventFile(recordedShop))] as const,
  ]);
}

/** A file that is in memory, and goes into the page whole. */
export function givenFile(name: string, bytes: Uint8Array): GivenFile {
  return {
    name,
    size: bytes.length,
    bytes: { kind: "embedded", base64: gzipSync(bytes).toString("base64"), size: bytes.length },
    read: async (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
    readNow: (target, offset) => {
      const part = bytes.subarray(offset, offset + target.length);
      target.set(part);
      return part.length;
    },
  };
}

/**
 * Opens files, as one document each where they are not opened together.
 *
 * @throws Error with what could not be opened
 */
export async function openedDocuments(files: readonly GivenFile[]): Promise<StudioDocument[]> {
  const documents = new Map<string, StudioDocument>();
  const messages = openGiven(files, {
    command: ["maptrap", "studio"],
    workingDirectory: "/home/ada",
    symbolsOf: async () => Promise.resolve({ ...shop, goVersion: recordedShop.header.goVersion }),
    factsFor: async () => Promise.resolve(undefined),
    readSource: () => undefined,
    progress: () => undefined,
  });
  for await (const message of messages) {
    if (message.kind === "failure") {
      throw new Error(`${message.name} ${message.sentence}`);
    }
    if (message.kind === "document") {
      documents.set(message.document.handle, message.document);
    }
  }
  return [...documents.values()];
}

/**
 * Documents with the handles that the page gives them: d0, d1 …
 *
 * @param names the files, in this order; when left out, one of each kind, and of each kind of map
 */
export async function realDocuments(names?: readonly string[]): Promise<StudioDocument[]> {
  const files = realFiles();
  const documents: StudioDocument[] = [];
  for (const name of names ?? files.keys()) {
    const bytes = files.get(name);
    if (bytes === undefined) {
      throw new Error(`there is no file ${name}`);
    }
    for (const document of await openedDocuments([givenFile(name, bytes)])) {
      documents.push({ ...document, handle: `d${documents.length}` });
    }
  }
  return documents;
}
