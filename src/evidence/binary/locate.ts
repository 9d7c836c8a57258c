/**
 * Finds Go's tables in an executable: by the sections' names where they are there, by what the tables look like where
 * they are not.
 */
import { buildInfoAlignment, buildInfoMagic } from "../../golang/buildinfo.js";
import { headerSize, magicPatterns, parseHeader, type PclntabHeader } from "../../golang/pclntab/header.js";
import { GoTableError } from "../../golang/pclntab/errors.js";
import { matchModuleData, type ModuleData, moduleWordCount } from "../../golang/pclntab/moduledata.js";
import { Pclntab } from "../../golang/pclntab/table.js";
import { BinaryError } from "./errors.js";
import { type ExecutableImage, readMemory, type Region, sectionNamed, segmentFrom } from "./image.js";
import { findInRegion } from "./search.js";
import type { ByteSource } from "./source.js";

/** Names of the section: ELF, ELF built as PIE up to Go 1.25, Mach-O. Measured with readelf on 1.19 to 1.27. */
const tableSections: readonly string[] = [".gopclntab", ".data.rel.ro.gopclntab", "__gopclntab"];

/** Names of the section of the build information: ELF, Mach-O. */
const buildInfoSections: readonly string[] = [".go.buildinfo", "__go_buildinfo"];

/** A function table and where it was found. */
export interface LocatedTable {
  readonly table: Pclntab;
  /** Address of the table, as the linker laid it out. */
  readonly address: bigint;
}

/** A table that begins where a region begins. */
function tableIn(source: ByteSource, region: Region): LocatedTable {
  return { table: new Pclntab(source.read(region.fileOffset, region.size)), address: region.address };
}

/** Whether what is at the start of a region could be a table; says so without reading all of it. */
function looksLikeTable(source: ByteSource, region: Region): boolean {
  if (region.size < headerSize) {
    return false;
  }
  try {
    return parseHeader(source.read(region.fileOffset, headerSize), region.size).functionCount > 0;
  } catch (error) {
    if (error instanceof GoTableError) {
      return false;
    }
    throw error;
  }
}

/** Tables in a segment, by their first bytes. A program can hold these bytes as a constant too, so each is tried. */
function searchSegment(
  source: ByteSource,
  segment: Region,
  image: ExecutableImage,
): LocatedTable | undefined {
  for (const pattern of magicPatterns) {
    for (const address of findInRegion(source, segment, pattern, 8)) {
      const region = segmentFrom(image, address);
      if (region === undefined || !looksLikeTable(source, region)) {
        continue;
      }
      try {
        return tableIn(source, region);
      } catch (error) {
        if (!(error instanceof GoTableError)) {
          throw error;
        }
      }
    }
  }
  return undefined;
}

/**
 * Finds the function table.
 *
 * @throws BinaryError when there is none
 * @throws GoTableError when the section that should hold it is damaged
 */
export function locateTable(source: ByteSource, image: ExecutableImage): LocatedTable {
  const section = sectionNamed(image, tableSections);
  if (section !== undefined) {
    return tableIn(source, section);
  }
  for (const segment of image.segments) {
    const found = searchSegment(source, segment, image);
    if (found !== undefined) {
      return found;
    }
  }
  throw new BinaryError(
    source.name,
    "it holds no Go function table: it is not a Go program, or it is packed",
    0,
  );
}

/** Addresses at which a word has this value: in the file, or written by the loader. */
function* placesOfWord(source: ByteSource, image: ExecutableImage, value: bigint): Generator<bigint> {
  const pattern = new Uint8Array(8);
  new DataView(pattern.buffer).setBigUint64(0, value, true);
  for (const segment of image.segments.filter((one) => one.writable)) {
    yield* findInRegion(source, segment, pattern, 8);
  }
  yield* image.relocations().placesOf(value);
}

/** Words at an address, as they are once the loader is done; undefined when they are not all in the file. */
function readWords(
  source: ByteSource,
  image: ExecutableImage,
  address: bigint,
  count: number,
): BigUint64Array | undefined {
  const bytes = readMemory(source, image, address, count * 8);
  if (bytes === undefined) {
    return undefined;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = BigUint64Array.from({ length: count }, (_, index) => view.getBigUint64(index * 8, true));
  image.relocations().apply(address, words);
  return words;
}

/** More places than a real program has: one is the rule, as nothing else points to the table's start. */
const maxPlaces = 64;

/** Module data and where it is. */
export interface LocatedModuleData extends ModuleData {
  /** Its address, as the linker laid it out. */
  readonly address: bigint;
}

/** Finds the module data; undefined when nothing in the writable memory looks like it. */
export function locateModuleData(
  source: ByteSource,
  image: ExecutableImage,
  header: PclntabHeader,
  tableAddress: bigint,
): LocatedModuleData | undefined {
  let tried = 0;
  for (const place of placesOfWord(source, image, tableAddress)) {
    const words = readWords(source, image, place, moduleWordCount);
    const found = words === undefined ? undefined : matchModuleData(words, header, tableAddress);
    if (found !== undefined) {
      return { ...found, address: place };
    }
    if (++tried >= maxPlaces) {
      return undefined;
    }
  }
  return undefined;
}

/** The build information's bytes from its magic to the end of what holds it; undefined when there is none. */
export function locateBuildInfo(source: ByteSource, image: ExecutableImage): Uint8Array | undefined {
  const section = sectionNamed(image, buildInfoSections);
  const places = section === undefined ? image.segments.filter((segment) => segment.writable) : [section];
  for (const place of places) {
    for (const address of findInRegion(source, place, buildInfoMagic, buildInfoAlignment)) {
      const skipped = Number(address - place.address);
      // The largest text is bounded by the reader; a segment can be much larger than that.
      return source.read(place.fileOffset + skipped, Math.min(place.size - skipped, 1 << 25));
    }
  }
  return undefined;
}
