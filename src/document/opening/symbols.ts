/** Symbols of Go executables: those that were given, or those that an event file names. */
import { BinaryError } from "../../evidence/binary/errors.js";
import { type GoBinary, readGoBinary } from "../../evidence/binary/open.js";
import { boundedSource, type ByteSource } from "../../evidence/binary/source.js";
import type { EventFile } from "../../evidence/ring/format.js";
import { misfitOf } from "../../evidence/ring/stacks.js";
import type { Symbolizer } from "../../evidence/ring/symbolizer.js";
import { plainAtomicsAreCalls } from "../../golang/plain-atomics.js";
import type { GivenFile, Surroundings } from "../surroundings.js";

/** The symbols of an executable. */
export function symbolizerOf(binary: GoBinary): Symbolizer {
  return {
    goVersion: binary.goVersion ?? "",
    modulePath: binary.modulePath,
    identity: binary.identity,
    plainAtomics: plainAtomicsAreCalls(binary.buildSettings),
    symbolize: (offset) => binary.symbolize(offset),
    symbolizeInnermost: (offset) => binary.symbolizeInnermost(offset),
    symbolizeEntry: (offset) => binary.functionAt(offset),
  };
}

/** A file that was given, as an executable is read. */
export function executableSource(file: GivenFile): ByteSource {
  return boundedSource(file.name, file.size, (offset, length) => {
    const bytes = new Uint8Array(length);
    const found = file.readNow(bytes, offset);
    if (found < length) {
      throw new BinaryError(file.name, "the file became shorter while it was read", offset + found);
    }
    return bytes;
  });
}

/** An executable that was given. */
export interface GivenExecutable {
  readonly file: GivenFile;
  readonly symbols: Symbolizer;
}

/**
 * Reads an executable that was given.
 *
 * @throws BinaryError when it is none of Go, or cannot be read
 */
export function readExecutable(file: GivenFile): GivenExecutable {
  return { file, symbols: symbolizerOf(readGoBinary(executableSource(file))) };
}

/**
 * The symbols for an event file: of the executable that was given with it, else of the one that it names.
 *
 * One that does not fit is only taken when nothing else is there: the evidence then says why it does not.
 */
export async function symbolsFor(
  eventFile: EventFile,
  given: readonly GivenExecutable[],
  surroundings: Pick<Surroundings, "symbolsOf">,
): Promise<Symbolizer | undefined> {
  const { executable } = eventFile.header;
  const isNamed = ({ file }: GivenExecutable): boolean => baseOf(file.name) === baseOf(executable);
  // An executable that says nothing of its identity fits to nearly everything: so one of the same name comes first.
  const fitting = given
    .toSorted((one, other) => Number(isNamed(other)) - Number(isNamed(one)))
    .find(({ symbols }) => misfitOf(eventFile, symbols) === undefined);
  return (
    fitting?.symbols ??
    (await surroundings.symbolsOf(executable)) ??
    (given.length === 1 ? given[0]?.symbols : given.find(isNamed)?.symbols)
  );
}

function baseOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}
