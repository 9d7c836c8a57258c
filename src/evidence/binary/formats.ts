/**
 * Tells the kinds of executables apart by their first bytes.
 */
import { isElf, readElf } from "./elf.js";
import { BinaryError } from "./errors.js";
import type { ExecutableImage } from "./image.js";
import { isMachO, readMachO } from "./macho.js";
import { isPe, readPe } from "./pe.js";
import type { ByteSource } from "./source.js";

/** The formats that are read. To add one: a file with these two functions, and a line here. */
const formats: readonly {
  readonly is: (start: Uint8Array) => boolean;
  readonly read: (source: ByteSource) => ExecutableImage;
}[] = [
  { is: isElf, read: readElf },
  { is: isMachO, read: readMachO },
  { is: isPe, read: readPe },
];

/** First bytes of files that are executables of a kind that is not read. */
const others: readonly (readonly [number, string])[] = [
  [0xcafebabe, "Mach-O for several machines in one file"],
  [0xfeedface, "big-endian Mach-O"],
  [0xfeedfacf, "big-endian Mach-O"],
  [0xcefaedfe, "32-bit Mach-O"],
  [0x0061736d, "WebAssembly"],
  [0x01f70000, "XCOFF"],
];

/**
 * Reads the directory of an executable.
 *
 * @throws BinaryError when it is none, or of a kind that is not supported
 */
export function readImage(source: ByteSource): ExecutableImage {
  const start = source.read(0, Math.min(4, source.size));
  const format = formats.find(({ is }) => is(start));
  if (format !== undefined) {
    return format.read(source);
  }
  const magic = start.reduce((value, byte) => value * 256 + byte, 0);
  const other = others.find(([value]) => value === magic);
  throw new BinaryError(
    source.name,
    other === undefined ? "it is not an executable" : `not supported yet: ${other[1]}`,
    0,
  );
}
