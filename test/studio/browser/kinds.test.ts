import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildCrashCase } from "../../../src/analysis/crash/build-crash-case.js";
import { decodeCaseValue } from "../../../src/case/file.js";
import { readCaseText } from "../../../src/document/opening/read-text.js";
import { loadOtherTexts } from "../../support/crash-texts/load.js";
import { loadTwoSidedTexts } from "../../support/crash-texts/two-sided.js";
import { manglers } from "../../support/mangle/all.js";
import { Random } from "../../support/mangle/random.js";
import { maptrap } from "../../support/maptrap-command.js";
import { withStudio } from "../support/browser.js";
import { dropPaths, type MadeDocument, madeDocuments, timeless, watchWorkers } from "../support/dropping.js";

const fixtures = fileURLToPath(new URL("../../fixtures/", import.meta.url));

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "kinds-"));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

/** Drops files all at once, each under a number as its name, and gives what the page made of them by name. */
async function opened(files: readonly Uint8Array[]): Promise<ReadonlyMap<string, MadeDocument>> {
  const here = await mkdtemp(path.join(folder, "drop-"));
  const names = files.map((_, index) => String(index));
  await Promise.all(files.map(async (bytes, index) => writeFile(path.join(here, names[index] ?? ""), bytes)));
  let documents: readonly MadeDocument[] = [];
  await withStudio([], async (page) => {
    await watchWorkers(page);
    await dropPaths(
      page,
      names.map((name) => path.join(here, name)),
    );
    documents = await madeDocuments(page);
  });
  return new Map(documents.map((document) => [document.title, document]));
}

/** What `maptrap explain --no-source --json` makes of a text. */
async function explained(name: string, bytes: Uint8Array): Promise<unknown> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(bytes);
  }
  const texts = [await readCaseText(name, pieces())];
  const incident = buildCrashCase({ command: [], workingDirectory: "", texts, source: undefined });
  return JSON.parse(JSON.stringify(incident));
}

/** Texts as they come, each with its name: every way in which the world mangles them, encodes them and packs them. */
async function allTexts(): Promise<readonly (readonly [string, Uint8Array])[]> {
  const crash = await readFile(`${fixtures}studio/crash-1.23.txt`, "utf8");
  const twoSided = ["race", "probe", "record"].map((tool) => {
    const found = loadTwoSidedTexts().find((one) => one.tool === tool);
    return [tool, found?.text ?? ""] as const;
  });
  const others = loadOtherTexts();
  const recipes = [...new Map(others.map(({ name, text }) => [name.split("/")[0] ?? name, text]))];
  const garbage = ["crash-1.19", "crash-1.27", "forced-1.24"].map(
    async (name) => [name, await readFile(`${fixtures}gctrace/${name}.txt`)] as const,
  );
  const plain = [["crash", crash], ...twoSided, ...recipes] as const;
  const mangled = manglers.map(
    ({ name, mangle, applies = () => true }) =>
      [name, applies(crash) ? mangle(crash, new Random(7)) : crash] as const,
  );
  const bytes = (text: string): Buffer => Buffer.from(text);
  const wide = Buffer.from(`\ufeff${crash}`, "utf16le");
  const packed = gzipSync(crash);
  return [
    ...[...plain, ...mangled].map(([name, text]) => [name, bytes(text)] as const),
    ...(await Promise.all(garbage)),
    ["UTF-16, little end first", wide],
    ["UTF-16, big end first", Buffer.from(wide).swap16()],
    ["UTF-16 without a mark", wide.subarray(2)],
    ["UTF-16, packed", gzipSync(wide)],
    ["UTF-8 with a mark", bytes(`\ufeff${crash}`)],
    ["gzip", packed],
    ["gzip in gzip", gzipSync(packed)],
    ["gzip in two members", Buffer.concat([gzipSync(crash.slice(0, 300)), gzipSync(crash.slice(300))])],
    ["gzip that was cut", packed.subarray(0, packed.length - 20)],
    [
      "JSON of the journal, packed",
      gzipSync(mangled.find(([name]) => /journal.*JSON/i.test(name))?.[1] ?? crash),
    ],
    ["one JSON object with the text in it", bytes(JSON.stringify({ level: "error", msg: crash }))],
    ["an array of JSON", bytes(JSON.stringify(crash.split("\n").map((log) => ({ log }))))],
    ["an HTML page", bytes(`<!doctype html><html><body><pre>${crash}</pre></body></html>`)],
    ["bytes that are no text before it", Buffer.concat([Buffer.from([0, 1, 2, 255]), bytes(`\n${crash}`)])],
    ["a case in words", bytes(`$ maptrap explain crash.log\n${crash}`)],
  ];
}

describe("whatever maptrap explain reads", () => {
  it("is the same case in the page", async () => {
    const all = await allTexts();
    expect(all.length).toBeGreaterThan(120);
    const documents = await opened(all.map(([, bytes]) => bytes));
    let shown = 0;
    for (const [index, [name, bytes]] of all.entries()) {
      const expected = await explained(String(index), bytes);
      const made = documents.get(String(index))?.case ?? null;
      const isNothing = (expected as { observations: unknown[] }).observations.length === 0;
      shown += isNothing ? 0 : 1;
      expect(timeless(made), name).toEqual(timeless(isNothing ? null : expected));
    }
    expect(shown).toBeGreaterThan(all.length - 6);
  });
});

describe("whatever maptrap prints with --json", () => {
  it("is the same document in the page, packed and in UTF-16 too", async () => {
    const program = path.join(folder, "p.txt");
    await mkdir(folder, { recursive: true });
    await writeFile(program, "map m {1: 2}\na: m[1]=2 | b: _=m[1]\n");
    const printed = async (...args: string[]): Promise<Buffer> =>
      Buffer.from((await maptrap([...args, "--json"])).stdout);
    const run = await printed("model", "run", program, "--seed", "3");
    const token = (JSON.parse(run.toString()) as { token: string }).token;
    const fixture = async (name: string): Promise<Buffer> =>
      gunzipSync(await readFile(`${fixtures}studio/${name}.json.gz`));
    const all: readonly (readonly [string, keyof MadeDocument, Buffer])[] = [
      ["gdb trace, classic", "trace", await fixture("trace-1.23")],
      ["gdb trace, swiss", "trace", await fixture("trace-1.27")],
      ["asm, classic", "code", await fixture("asm-1.23")],
      ["asm, swiss", "code", await fixture("asm-1.27")],
      ["case of a stop, classic", "case", await fixture("stop-1.23")],
      ["case of a stop, swiss", "case", await fixture("stop-1.27")],
      ["case of a trap", "case", await fixture("trap-case")],
      ["model run", "model", run],
      ["model replay", "model", await printed("model", "replay", program, token, "--seed", "3")],
      ["model explore", "model", await printed("model", "explore", program)],
      ["model compare", "model", await printed("model", "compare", program)],
    ];
    const variants = all.flatMap(([name, part, bytes]) => [
      [name, part, bytes, bytes] as const,
      [`${name}, packed`, part, bytes, gzipSync(bytes)] as const,
      [`${name}, UTF-16`, part, bytes, Buffer.from(`\ufeff${bytes.toString()}`, "utf16le")] as const,
    ]);
    const documents = await opened(variants.map(([, , , bytes]) => bytes));
    for (const [index, [name, part, bytes]] of variants.entries()) {
      const made = documents.get(String(index))?.[part];
      const value: unknown = JSON.parse(bytes.toString());
      if (part === "model") {
        expect(made, name).toMatchObject({
          program: (value as { program: string }).program,
          settings: (value as { settings: unknown }).settings as object,
        });
      } else {
        expect(made, name).toEqual(part === "case" ? decodeCaseValue(value, name) : value);
      }
    }
  });

  it("maps are states of one, in their order", async () => {
    const names = ["map-1.23", "map-1.27"];
    const files = await Promise.all(
      names.map(async (name) => gunzipSync(await readFile(`${fixtures}studio/${name}.json.gz`))),
    );
    const [document, ...others] = [
      ...(await opened([...files, ...files.map((one) => gzipSync(one))])).values(),
    ];
    expect(others).toEqual([]);
    const maps = files.map((bytes) => (JSON.parse(bytes.toString()) as { map: unknown }).map);
    expect(document?.maps.map((one) => (one as { map: unknown }).map)).toEqual([...maps, ...maps]);
  });
});
