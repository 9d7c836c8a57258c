/**
 * Keeping test binaries. `go test` deletes a package's test binary once it has run, but the binary is needed afterwards to
 * turn PCs into lines. So `go test` is given an -exec program, a small sh script that puts a link to the binary (or a copy)
 * into a folder of ours and then becomes the test. The test itself runs from where `go test` put it, unchanged.
 */
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { joinFlags, splitFlags } from "../golang/goflags.js";

/** A test binary that was kept. */
export interface KeptBinary {
  /** Where it is now. */
  readonly file: string;
  /** Where `go test` had put it: the path of the executable as the test process knew it. */
  readonly original: string;
  /** Folder of the package, where the test ran. */
  readonly folder: string;
}

/**
 * Writes the -exec program.
 *
 * @param folder private folder for the script and the binaries; one for each run
 * @param usersExec the user's own -exec, which is run by the script
 * @returns the value for -exec
 */
export async function makeKeeper(folder: string, usersExec: string | undefined): Promise<string> {
  const usersWords = splitFlags(usersExec ?? "", true);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const script = path.join(folder, "keep");
  await writeFile(script, keeperScript(usersWords.length + 1));
  await chmod(script, 0o700);
  return joinFlags([script, ...usersWords], true);
}

/** The script holds no text of the user's: its folder is where it lies, and the binary is an argument. */
function keeperScript(binaryAt: number): string {
  return `#!/bin/sh
# Made by maptrap: keeps the test binary, then runs it.
kept="\${0%/*}/$$"
eval "binary=\\\${${binaryAt}}"
if mkdir "$kept"; then
  printf '%s' "$binary" > "$kept/original"
  printf '%s' "$PWD" > "$kept/folder"
  ln "$binary" "$kept/binary" 2>/dev/null || cp "$binary" "$kept/binary"
fi
exec "$@"
`;
}

/** Which test binaries were kept in a folder. */
export async function keptBinaries(folder: string): Promise<KeptBinary[]> {
  const kept: KeptBinary[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) {
      const place = path.join(folder, entry.name);
      const [original, testFolder] = await Promise.all([
        readText(place, "original"),
        readText(place, "folder"),
      ]);
      kept.push({ file: path.join(place, "binary"), original, folder: testFolder });
    }
  }
  return kept;
}

/** Empty where the script was killed before it had written the file. */
async function readText(folder: string, name: string): Promise<string> {
  return (await readdir(folder)).includes(name) ? readFile(path.join(folder, name), "utf8") : "";
}
