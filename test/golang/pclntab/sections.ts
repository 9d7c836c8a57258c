import { readFileSync, writeFileSync } from "node:fs";

/**
 * Removes the section headers of an ELF file in memory, as `strip --strip-section-headers` of newer binutils does: the
 * file's header says that there are none.
 *
 * @param bytes the file, changed in place
 */
export function withoutSectionHeadersIn(bytes: Uint8Array): void {
  // e_shoff; e_shentsize, e_shnum and e_shstrndx.
  bytes.fill(0, 0x28, 0x30);
  bytes.fill(0, 0x3a, 0x40);
}

/**
 * The same for a file.
 *
 * @param file the file, changed in place
 */
export function withoutSectionHeaders(file: string): void {
  const bytes = readFileSync(file);
  withoutSectionHeadersIn(bytes);
  writeFileSync(file, bytes);
}
