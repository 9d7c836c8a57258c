import { describe, expect, it } from "vitest";
import { MaptrapError } from "../../src/base/errors.js";
import { packMap } from "../../src/document/block-packer.js";
import type { DocumentMessage } from "../../src/document/document.js";
import type { MapJson } from "../../src/document/map-schema.js";
import { openGiven } from "../../src/document/open.js";
import { largeMapFile, readMapLines } from "../../src/document/opening/map-lines.js";
import { decodeBlocks } from "../../src/document/packed-bytes.js";
import type { PackedBlocks } from "../../src/document/packed-blocks.js";
import { mapJson, mapJsonPieces } from "../../src/report/json/map.js";
import type { GivenFile } from "../../src/document/surroundings.js";
import { growingMap } from "../support/made-maps.js";
import { classic, filled, jsonOf, swiss } from "../studio/memory/made.js";

/** A map in the layout of `maptrap map --json`. */
function laidOut(map: MapJson): string {
  const { blocks, oldBlocks, tables, ...rest } = map;
  const around = {
    format: "maptrap map",
    version: 1,
    subject: "main.é",
    source: { kind: "process", pid: 1, executable: "/x" },
    stoodStill: true,
    typeSource: "given",
    notes: [],
  };
  const fields = (all: object, space: string): string =>
    Object.entries(all)
      .map(([name, value]) => `${space}"${name}": ${JSON.stringify(value)},\n`)
      .join("");
  const list = (all: readonly unknown[]): string =>
    `[${all.map((one, index) => `${index === 0 ? "" : ","}\n      ${JSON.stringify(one)}`).join("")}]`;
  return `{\n${fields(around, "  ")}  "map": {\n${fields(rest, "    ")}    "blocks": ${list(blocks)},\n    "oldBlocks": ${list(oldBlocks)},\n    "tables": ${list(tables)}\n  }\n}\n`;
}

function fileOf(text: string, most = Number.MAX_SAFE_INTEGER): GivenFile {
  const bytes = new TextEncoder().encode(text);
  return {
    name: "map.json",
    size: bytes.length,
    bytes: { kind: "served", url: "file/0", size: bytes.length },
    read: async (offset, length) => Promise.resolve(bytes.slice(offset, offset + Math.min(most, length))),
    readNow: () => 0,
  };
}

const read = async (text: string, most?: number) => readMapLines(fileOf(text, most), () => undefined);

function blocksOf(part: Awaited<ReturnType<typeof read>>): PackedBlocks {
  if (part?.packed?.kind !== "held") {
    throw new Error("it was not read");
  }
  return decodeBlocks(part.packed.bytes, part.map);
}

describe("the file of a large map", () => {
  it.each([
    ["classic", jsonOf(filled(classic, 53))],
    ["swiss", jsonOf(filled(swiss, 1300))],
  ])("is read line by line, wherever its pieces end: %s", async (_, map) => {
    const text = laidOut(map);
    const packed = packMap(map);
    for (const most of [undefined, 1 << 16, 4099, 977]) {
      const part = await read(text, most);
      expect(part).toMatchObject({ title: "main.é", notes: [], map: packed.map });
      expect(blocksOf(part).columns).toEqual(packed.blocks.columns);
      expect(blocksOf(part).lists).toEqual(packed.blocks.lists);
    }
  });

  it("is what maptrap map prints, with each slot", async () => {
    const map = growingMap();
    const around = { format: "maptrap map", version: 1, subject: "m", source: {}, stoodStill: true };
    const pieces = [...mapJsonPieces({ ...around, typeSource: "given", notes: ["n"] }, map)].join("");
    const part = await read(pieces);
    expect(part).toMatchObject({ title: "m", notes: ["n"] });
    const all = JSON.parse(JSON.stringify(mapJson(map))) as MapJson;
    const found = blocksOf(part);
    expect(Array.from({ length: found.count }, (_, at) => found.at(at))).toEqual([
      ...all.blocks,
      ...all.oldBlocks,
    ]);
  });

  it("is left to whoever reads it whole, where it is laid out in another way", async () => {
    const map = jsonOf(filled(classic, 53));
    const text = laidOut(map);
    const value: unknown = JSON.parse(text);
    expect(await read(JSON.stringify(value))).toBeUndefined();
    expect(await read(JSON.stringify(value, undefined, 2))).toBeUndefined();
    expect(await read(text.replace('    "oldBlocks": [', '    "oldBlocks":  ['))).toBeUndefined();
    expect(await read(text.replace(/^ {4}"shape".*\n/m, ""))).toBeUndefined();
    expect(await read(`${text}x`)).toBeUndefined();
  });

  it("is damaged where a block is none, and says which", async () => {
    const map = jsonOf(filled(classic, 53));
    const text = laidOut(map);
    await expect(read(text.replace(/("index":3,.*?)"mark":\d+/, '$1"mark":"x"'))).rejects.toThrow(
      /map\.json is damaged.*: map\.blocks\.3\.slots\.0\.mark: /,
    );
    await expect(read(text.replace('"count": 53', '"count": "many"'))).rejects.toThrow(/map\.count/);
  });

  it("never fails in another way, wherever it is cut", async () => {
    const text = laidOut(jsonOf(filled(classic, 20)));
    for (let length = 0; length < text.length; length += 7) {
      try {
        expect(await read(text.slice(0, length))).toBeUndefined();
      } catch (error) {
        expect(error).toBeInstanceOf(MaptrapError);
      }
    }
  });
});

describe("a large map that is opened", () => {
  const map = jsonOf(filled(classic, 53));
  const [block] = map.blocks;
  const blocks = Array.from({ length: 4200 }, (_, index) => ({ ...block!, index }));
  const large = { ...map, blocks };

  async function opened(text: string): Promise<readonly DocumentMessage[]> {
    const all: DocumentMessage[] = [];
    const surroundings = {
      command: [],
      workingDirectory: ".",
      symbolsOf: async () => Promise.resolve(undefined),
      factsFor: async () => Promise.resolve(undefined),
      readSource: () => undefined,
      progress: (said: string, share: number | null) => all.push({ kind: "progress", text: said, share }),
    };
    for await (const message of openGiven([fileOf(text)], surroundings)) {
      all.push(message);
    }
    return all;
  }

  it("comes with its blocks in columns, in whatever layout, and says how far it is", async () => {
    const text = laidOut(large);
    expect(text.length).toBeGreaterThan(largeMapFile);
    for (const layout of [text, JSON.stringify(JSON.parse(text))]) {
      const messages = await opened(layout);
      const document = messages.flatMap((one) => (one.kind === "document" ? [one.document] : []))[0];
      const [part] = document?.maps ?? [];
      expect(part).toMatchObject({
        title: "main.é",
        file: "map.json",
        map: { blocks: [], count: map.count },
      });
      expect(blocksOf(part).lists).toEqual([4200, map.oldBlocks.length]);
      expect(blocksOf(part).at(4199)).toEqual(blocks[4199]);
    }
    expect((await opened(text)).some((one) => one.kind === "progress" && one.share !== null)).toBe(true);
  });

  it("is a failure with a way out where it is cut", async () => {
    const messages = await opened(laidOut(large).slice(0, -9));
    expect(messages.at(-1)).toMatchObject({ kind: "failure", name: "map.json" });
    expect(messages.some(({ kind }) => kind === "document")).toBe(false);
  });
});
