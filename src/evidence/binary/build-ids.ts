/**
 * Identifiers by which a build is known again, from an ELF file's notes.
 *
 * A note is: u32 size of its name, u32 size of its content, u32 type, the name, the content; both padded to four bytes.
 *
 * Sources: the System V ABI, chapter 5, "Note Section"; types measured with readelf on Go 1.19 to 1.27.
 */

/** Identifiers of a build. */
export interface BuildIds {
  /** What `go tool buildid` prints; undefined where it is not there (`-ldflags=-buildid=`). */
  readonly go: string | undefined;
  /** GNU build identifier in hexadecimal digits: there from Go 1.24 on, and where a C linker was used. */
  readonly gnu: string | undefined;
}

/** One note. */
export interface Note {
  readonly owner: string;
  readonly type: number;
  readonly content: Uint8Array;
}

const align = (size: number): number => Math.ceil(size / 4) * 4;

/**
 * Reads notes one after another, as far as they are whole.
 *
 * @param bytes of a segment of notes
 */
export function* notes(bytes: Uint8Array): Generator<Note> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 12 <= bytes.length;) {
    const nameSize = view.getUint32(at, true);
    const contentSize = view.getUint32(at + 4, true);
    const type = view.getUint32(at + 8, true);
    const name = at + 12;
    const content = name + align(nameSize);
    if (content + contentSize > bytes.length) {
      return;
    }
    const owner = latin1(bytes.subarray(name, name + nameSize)).replace(/\0+$/, "");
    yield { owner, type, content: bytes.subarray(content, content + contentSize) };
    at = content + align(contentSize);
  }
}

/** Each byte as the character of its number. */
function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

function hexadecimal(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** NT_GNU_BUILD_ID, and the type of Go's own note. */
const gnuBuildId = 3;
const goBuildId = 4;

/**
 * Finds the identifiers among some notes.
 *
 * @param segments of notes
 */
export function buildIds(segments: readonly Uint8Array[]): BuildIds {
  const all = segments.flatMap((bytes) => [...notes(bytes)]);
  const go = all.find(({ owner, type }) => owner === "Go" && type === goBuildId);
  const gnu = all.find(({ owner, type }) => owner === "GNU" && type === gnuBuildId);
  return {
    go: go === undefined ? undefined : latin1(go.content),
    gnu: gnu === undefined ? undefined : hexadecimal(gnu.content),
  };
}
