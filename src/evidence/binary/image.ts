/**
 * What all kinds of executables have in common: pieces of the file that are loaded to addresses.
 *
 * The format's own reader (elf.ts, macho.ts, pe.ts) makes an {@link ExecutableImage}; everything after that knows
 * nothing of the format.
 */
import type { ByteSource } from "./source.js";

/** A piece of the file that is loaded to memory. */
export interface Region {
  /** The section's name; empty for segments. */
  readonly name: string;
  /** Where it is loaded, as the linker laid it out. */
  readonly address: bigint;
  /** Where it is in the file, in bytes. */
  readonly fileOffset: number;
  /** How many bytes of it are in the file. */
  readonly size: number;
  /** Whether the program may write to it. */
  readonly writable: boolean;
}

/** A piece of the file that is loaded as a whole, with memory after it that begins as zeros. */
export interface LoadedRegion extends Region {
  /** How much memory it takes, in bytes: what comes after {@link size} is not in the file. */
  readonly memorySize: number;
}

/** Words of memory that are not in the file as such: the loader writes them. */
export interface Relocations {
  /** Where the loader writes this address (an address of the link). */
  placesOf(target: bigint): readonly bigint[];
  /** Writes what the loader would write into words that were read at an address. */
  apply(address: bigint, words: BigUint64Array): void;
  /** Goes through all of them: where the loader writes, and which address of the link it writes there. */
  each(write: (place: number, target: number) => void): void;
}

/** An executable, as far as it matters here. */
export interface ExecutableImage {
  readonly format: "ELF" | "Mach-O" | "PE";
  readonly architecture: "amd64" | "arm64";
  /** Where the program starts, as the linker laid it out; undefined where it was not read. */
  readonly entry: bigint | undefined;
  /** Whether the loader chooses where it goes (PIE): then addresses are those of the link plus one number. */
  readonly movable: boolean;
  /** What the loader loads. */
  readonly segments: readonly LoadedRegion[];
  /** Where notes lie (ELF), build identifiers among them. */
  readonly notes: readonly Region[];
  /** Named parts of the segments; empty when their names were removed. */
  readonly sections: readonly Region[];
  /** Reads the list of relocations, when it is asked for. */
  relocations(): Relocations;
}

/** For executables whose words are in the file as they are meant. */
export const noRelocations: Relocations = {
  placesOf: () => [],
  apply: () => undefined,
  each: () => undefined,
};

/** The segment that holds an address, or undefined. */
export function segmentAt(image: ExecutableImage, address: bigint): Region | undefined {
  return image.segments.find(
    (segment) => address >= segment.address && address < segment.address + BigInt(segment.size),
  );
}

/** The part of a segment from an address to the segment's end, or undefined when the address is in none. */
export function segmentFrom(image: ExecutableImage, address: bigint): Region | undefined {
  const segment = segmentAt(image, address);
  if (segment === undefined) {
    return undefined;
  }
  const skipped = Number(address - segment.address);
  return { ...segment, address, fileOffset: segment.fileOffset + skipped, size: segment.size - skipped };
}

/** Reads memory by its address, as it is in the file; undefined when it is not all in one segment. */
export function readMemory(
  source: ByteSource,
  image: ExecutableImage,
  address: bigint,
  length: number,
): Uint8Array | undefined {
  const region = segmentFrom(image, address);
  return region === undefined || length > region.size ? undefined : source.read(region.fileOffset, length);
}

/** The first section with one of these names. */
export function sectionNamed(image: ExecutableImage, names: readonly string[]): Region | undefined {
  return image.sections.find((section) => names.includes(section.name));
}
