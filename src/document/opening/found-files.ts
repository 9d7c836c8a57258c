/**
 * Files that nobody named: they lay in a folder that was given. What is evidence among them is opened, as if it had been named; all else
 * is passed over without a word, and only where nothing was found that is said.
 */
import { TextDecoder } from "node:util";
import { MaptrapError } from "../../base/errors.js";
import { Unpacker } from "../../evidence/crashtext/unpack.js";
import { many } from "../../report/text/table.js";
import { documentsInPage } from "../documents-in-page.js";
import type { DocumentMessage } from "../document.js";
import { decodeText, lookedAt } from "../recognise.js";
import type { GivenFile } from "../surroundings.js";
import { piecesOfFile, readWhole, UnreadableFileError } from "./given-file.js";
import { type SortedFile, sortFile, whatCanBeOpened } from "./sort-files.js";

/** So much of a text is searched for signs of a crash, in bytes; of all texts together. */
const searchedOfOne = 64 * 1024 * 1024;
const searchedOfAll = 512 * 1024 * 1024;
/** So much of one piece is looked at again with the next: a sign may be torn. */
const overlap = 256;
/** A page that is larger is not looked into. */
const largestPage = 64 * 1024 * 1024;
/** A larger file of JSON is read only where its beginning tells that it is of maptrap. */
const largestJson = 16 * 1024 * 1024;
/** So many files of folders become documents; event files make one together. */
const mostOpened = 100;

/**
 * What every text has from which something can be read: a headline of Go, the first line of a goroutine, a report of the race detector
 * or of the probe, a line of GODEBUG=gctrace=1. Colours, prefixes and line breaks of terminals do not come within them.
 */
const sign =
  /fatal error: |\bpanic: |goroutine \d+ (?:gp=\S+ )?(?:m=\S+ )?(?:mp=\S+ )?\[|WARNING: DATA RACE|\(maptrap|maptrap: |\bgc \d+ @\d/;

/** What was found in folders. */
export class FoundFiles {
  readonly #folders = new Map<string, FolderSeen>();
  #left = searchedOfAll;
  #opened = 0;
  #notOpened = 0;

  /**
   * Looks at a file that lay in a folder, and sorts it.
   *
   * @returns undefined where it is nothing that can be opened
   */
  async look(file: GivenFile): Promise<SortedFile | undefined> {
    const { foundIn } = file;
    const seen = this.#seenIn(foundIn?.folder ?? "");
    seen.isSource ||= foundIn?.isSource === true;
    seen.looked++;
    try {
      const sorted = (await isForeignJson(file)) ? undefined : await sortFile(file);
      if (sorted === undefined || !(await this.#isEvidence(sorted))) {
        return undefined;
      }
      seen.kept++;
      if (sorted.kind === "event file") {
        return sorted;
      }
      if (this.#opened >= mostOpened) {
        this.#notOpened++;
        return undefined;
      }
      this.#opened++;
      return sorted;
    } catch (error) {
      // A program of another language, a core, something empty: nobody asked for it.
      if (!(error instanceof MaptrapError)) {
        throw error;
      }
      seen.unreadable += error instanceof UnreadableFileError ? 1 : 0;
      return undefined;
    }
  }

  /** What has to be said in the end. */
  failures(): DocumentMessage[] {
    const failures = [...this.#folders].flatMap(([name, seen]) => failuresIn(name, seen));
    return this.#notOpened === 0
      ? failures
      : [
          ...failures,
          {
            kind: "failure",
            name: [...this.#folders.keys()].join(", "),
            sentence: `holds more than can be shown at once: ${mostOpened} files were opened, ${this.#notOpened} were not`,
            wayOut: "drop the files that matter",
          },
        ];
  }

  #seenIn(folder: string): FolderSeen {
    const known = this.#folders.get(folder) ?? { looked: 0, kept: 0, unreadable: 0, isSource: false };
    this.#folders.set(folder, known);
    return known;
  }

  async #isEvidence(sorted: SortedFile): Promise<boolean> {
    switch (sorted.kind) {
      case "json":
      case "large map":
      case "event file":
      case "executable":
      case "program":
        return true;
      case "page":
        return sorted.file.size <= largestPage && documentsInPage(await textOf(sorted.file)) !== undefined;
      case "text":
        return !sorted.binary && (await this.#hasSign(sorted.file));
      default:
        return sorted satisfies never;
    }
  }

  async #hasSign(file: GivenFile): Promise<boolean> {
    let before = "";
    let searched = 0;
    for await (const piece of new Unpacker(searchedOfOne).unpack(piecesOfFile(file))) {
      // A sign is plain ASCII in UTF-8 and, without the zeros between, in UTF-16.
      const text = before + latin.decode(piece).replaceAll("\0", "");
      if (sign.test(text)) {
        return true;
      }
      before = text.slice(-overlap);
      searched += piece.length;
      this.#left -= piece.length;
      if (searched >= searchedOfOne || this.#left <= 0) {
        return false;
      }
    }
    return false;
  }
}

const latin = new TextDecoder("latin1");

/** Whether it is a large file of JSON that does not begin as those of maptrap do: it would be parsed for nothing. */
async function isForeignJson(file: GivenFile): Promise<boolean> {
  if (file.size <= largestJson) {
    return false;
  }
  const start = latin.decode(await file.read(0, lookedAt)).replaceAll("\0", "");
  return /^[^\w]*\{\s*"/.test(start) && !start.includes("maptrap") && !sign.test(start);
}

async function textOf(file: GivenFile): Promise<string> {
  return decodeText(await readWhole(file), true);
}

interface FolderSeen {
  looked: number;
  kept: number;
  unreadable: number;
  isSource: boolean;
}

function failuresIn(name: string, { looked, kept, unreadable, isSource }: FolderSeen): DocumentMessage[] {
  const failures: DocumentMessage[] = [];
  if (unreadable > 0) {
    failures.push({
      kind: "failure",
      name,
      sentence: `${many(unreadable, "file")} in it could not be read`,
      wayOut: "see that they are there, and that you may read them",
    });
  }
  if (kept === 0 && !isSource) {
    failures.push({
      kind: "failure",
      name,
      sentence: `is a folder with nothing that can be opened: ${many(looked, "file")} looked at`,
      wayOut: whatCanBeOpened,
    });
  }
  return failures;
}
