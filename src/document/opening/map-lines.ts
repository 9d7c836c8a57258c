/**
 * A large map's file, read line by line: each field, bucket and table has a line of its own (src/report/json/map.ts), so
 * that a million slots never are objects at the same time, and the file may be larger than a text can be.
 */
import { TextDecoder } from "node:util";
import { z } from "zod";
import { parseJson } from "../../base/json.js";
import { BlockPacker } from "../block-packer.js";
import type { MapPart } from "../document.js";
import { mapDocumentSchema, mapSchema } from "../map-schema.js";
import { encodeBlocks } from "../packed-bytes.js";
import type { GivenFile } from "../surroundings.js";
import { checked, DamagedFileError } from "./checked.js";
import { GivenFileError } from "./given-file.js";

/** From this size on a map is read in this way, in bytes. */
export const largeMapFile = 1 << 20;

/** How much is read at a time, in bytes. */
const pieceSize = 4 << 20;
/** No line of such a file is longer, in characters: a table has 128 groups at the most. */
const longestLine = 64 << 20;
/** The most that is kept of a map, in bytes: a page can hold it. */
const mostBytes = 1 << 30;

/** Whether a file begins as such a one does. */
export function beginsAsMap(beginning: string): boolean {
  return beginning.startsWith('{\n  "format": "maptrap map",\n  "version": 1,\n');
}

/** What was read. */
export type ReadMap = Omit<MapPart, "file">;

/**
 * Reads it.
 *
 * @returns undefined where the file is not laid out in lines, though it may hold a map
 * @throws DamagedFileError where it is laid out so, and does not hold a map; GivenFileError where it is too large
 */
export async function readMapLines(
  file: GivenFile,
  onProgress: (share: number) => void,
): Promise<ReadMap | undefined> {
  const lines = new MapLines(file.name);
  const decoder = new TextDecoder();
  let rest = "";
  for (let at = 0; at < file.size;) {
    const piece = await file.read(at, Math.min(pieceSize, file.size - at));
    if (piece.length === 0) {
      throw new GivenFileError(`${file.name} became shorter while it was read`);
    }
    at += piece.length;
    const text = rest + decoder.decode(piece, { stream: true });
    let start = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
      if (!lines.take(text.slice(start, end))) {
        return undefined;
      }
      start = end + 1;
    }
    rest = text.slice(start);
    if (rest.length > longestLine) {
      return undefined;
    }
    onProgress(at / file.size);
  }
  return lines.take(rest) ? lines.finish() : undefined;
}

/** The lists, in the order in which they stand in the file. */
const lists = ["blocks", "oldBlocks", "tables"] as const;

/** What each line means. */
class MapLines {
  /** All but what is in the lists. */
  readonly #frame: string[] = [];
  readonly #tables: unknown[] = [];
  #packer: BlockPacker | undefined;
  /** How many of the lists have begun, and whether the last of them goes on. */
  #begun = 0;
  #within = false;
  #inList = 0;

  constructor(readonly name: string) {}

  /** Takes a line; false where the file is not laid out as it should be. */
  take(line: string): boolean {
    if (this.#within) {
      return this.#element(line);
    }
    const list = /^ {4}"(?<name>blocks|oldBlocks|tables)": \[(?<empty>\],?)?$/.exec(line);
    if (list === null) {
      this.#frame.push(line);
      return true;
    }
    if (list.groups?.["name"] !== lists[this.#begun] || !this.#begin()) {
      return false;
    }
    this.#within = list.groups?.["empty"] === undefined;
    if (this.#within) {
      this.#frame.push(line);
    } else {
      this.#end(line);
    }
    return true;
  }

  /** What was read; undefined where it is no JSON. */
  finish(): ReadMap | undefined {
    const value = parseJson(this.#frame.join("\n"));
    if (
      this.#begun < lists.length ||
      this.#within ||
      value instanceof SyntaxError ||
      this.#packer === undefined
    ) {
      return undefined;
    }
    const { subject, map, notes } = checked(mapDocumentSchema, withTables(value, this.#tables), this.name);
    if (JSON.stringify(map.shape) !== JSON.stringify(this.#packer.shape)) {
      return undefined;
    }
    const blocks = this.#packer.finish();
    const bytes = encodeBlocks(blocks);
    return { title: subject, map, notes, packed: { kind: "held", bytes, size: bytes.length } };
  }

  #begin(): boolean {
    this.#begun += 1;
    this.#inList = 0;
    if (this.#packer === undefined) {
      const line = this.#frame.find((one) => one.startsWith('    "shape": ')) ?? "";
      const shape = mapSchema.shape.shape.safeParse(parseJson(line.slice(13).replace(/,$/, "")));
      if (line === "" || !shape.success) {
        return false;
      }
      this.#packer = new BlockPacker(shape.data);
    }
    return true;
  }

  #end(line: string): void {
    this.#frame.push(line);
    this.#within = false;
    if (lists[this.#begun - 1] !== "tables") {
      this.#packer?.endList();
    }
  }

  #element(line: string): boolean {
    const { length } = line;
    const isLast = !line.endsWith("},");
    const end = isLast ? length - (line.endsWith(",") ? 2 : 1) : length - 1;
    const value =
      line.startsWith("      {") && line[end - 1] === "}" ? parseJson(line.slice(6, end)) : undefined;
    if (value === undefined || value instanceof SyntaxError || this.#packer === undefined) {
      return false;
    }
    this.#keep(value, this.#packer);
    if (isLast) {
      this.#end(line.slice(end));
    }
    return !isLast || line[end] === "]";
  }

  #keep(value: unknown, packer: BlockPacker): void {
    const list = lists[this.#begun - 1] ?? "blocks";
    const number = this.#inList++;
    if (list === "tables") {
      for (const [group, block] of groupsOf(value).entries()) {
        this.#add(block, packer, `${list}.${number}.groups.${group}`);
      }
      packer.endList();
      this.#tables.push(withoutGroups(value));
    } else {
      this.#add(value, packer, `${list}.${number}`);
    }
    if (packer.size > mostBytes) {
      throw new GivenFileError(`${this.name} is a map of more than a page can be given`, {
        wayOut: "maptrap map --slots N shows a part of it",
      });
    }
  }

  #add(block: unknown, packer: BlockPacker, place: string): void {
    try {
      packer.add(block);
    } catch (error) {
      if (!(error instanceof z.ZodError)) {
        throw error;
      }
      const [issue] = error.issues;
      const where = ["map", place, ...(issue?.path ?? []).map(String)].join(".");
      throw new DamagedFileError(this.name, `${where}: ${issue?.message ?? "its shape is another"}`);
    }
  }
}

function groupsOf(table: unknown): readonly unknown[] {
  return typeof table === "object" && table !== null && "groups" in table && Array.isArray(table.groups)
    ? table.groups
    : [];
}

/** The table with an empty list; where there was none, none, which does not pass the check that follows. */
function withoutGroups(table: unknown): unknown {
  return typeof table === "object" && table !== null && "groups" in table && Array.isArray(table.groups)
    ? { ...table, groups: [] }
    : table;
}

function withTables(value: unknown, tables: readonly unknown[]): unknown {
  return typeof value === "object" &&
    value !== null &&
    "map" in value &&
    typeof value.map === "object" &&
    value.map !== null
    ? { ...value, map: { ...value.map, tables } }
    : value;
}
