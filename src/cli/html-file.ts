/** The file of `--html`: the page of the studio with documents in it. */
import { randomBytes } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { sanitizeTerminal } from "../base/text.js";
import { type DocumentMessage, emptyDocument, type StudioDocument } from "../document/document.js";
import { pageHtml, type SinglePage } from "../document/page.js";
import {
  orRefused,
  OutputFileError,
  type OutputKind,
  outputTarget,
  type OutputTarget,
} from "./output-file.js";
import { readSinglePage } from "./studio-server/page-files.js";

/** So much text is gathered before it is written, in characters. */
const pieceSize = 1 << 20;

/** How sentences name it. */
const kind: OutputKind = { what: "the page", option: "--html" };

/** What of a document there is. */
export type DocumentParts = Partial<Omit<StudioDocument, "format" | "version" | "handle" | "title">>;

/** What a document of a command is called: the call, without what it says of the page. */
export function titleOf(call: readonly string[]): string {
  return call
    .filter((word, index) => word !== "--html" && call[index - 1] !== "--html" && !word.startsWith("--html="))
    .join(" ");
}

/** A document, as it goes into the file. */
export function documentOf(title: string, parts: DocumentParts, number = 0): StudioDocument {
  return { ...emptyDocument(`d${number}`, title), ...parts };
}

/** A place for a page that can be written to, as far as one can know beforehand. */
export class HtmlFile {
  private constructor(
    /** As it was asked for. */
    readonly name: string,
    private readonly target: OutputTarget,
    private readonly page: SinglePage,
  ) {}

  /**
   * Sees that the file can be written, before work begins that may take long.
   *
   * @param name undefined where none was asked for
   * @throws OutputFileError, PageMissingError
   */
  static async at(name: string | undefined, workingDirectory: string): Promise<HtmlFile | undefined> {
    if (name === undefined) {
      return undefined;
    }
    if (name === "-") {
      throw new OutputFileError(name, kind, "the report has standard output for itself (./- is a file)");
    }
    const page = readSinglePage();
    const target = await outputTarget(name, workingDirectory, kind);
    if (target.special) {
      throw new OutputFileError(name, kind, "it is not a regular file");
    }
    const trial = await orRefused(name, kind, () => Temporary.open(target));
    await trial.drop();
    return new HtmlFile(name, target, page);
  }

  /**
   * Writes the file, whole or not at all, and says where it is.
   *
   * @throws OutputFileError
   */
  async write(documents: readonly StudioDocument[]): Promise<void> {
    await this.writeMessages(documents.map((document) => ({ kind: "document", document })));
  }

  /** As {@link write}, also with what could not be opened. */
  async writeMessages(messages: readonly DocumentMessage[]): Promise<void> {
    const file = await orRefused(this.name, kind, () => Temporary.open(this.target));
    try {
      await orRefused(this.name, kind, () => file.write(pageHtml(this.page, [...messages, { kind: "end" }])));
    } catch (error) {
      await file.drop();
      throw error;
    }
    process.stderr.write(`maptrap: the page is in ${sanitizeTerminal(this.name)}\n`);
  }
}

/** A file beside another one, which takes its place when it is complete. */
class Temporary {
  private constructor(
    private readonly handle: FileHandle,
    private readonly name: string,
    private readonly target: string,
  ) {}

  static async open({ file, mode }: OutputTarget): Promise<Temporary> {
    const name = path.join(path.dirname(file), `.maptrap-${randomBytes(6).toString("hex")}.html`);
    // Who could not read the file before cannot do so afterwards, or meanwhile.
    const temporary = new Temporary(await open(name, "wx", mode ?? 0o666), name, file);
    if (mode !== undefined) {
      // What the umask took away.
      await temporary.handle.chmod(mode);
    }
    return temporary;
  }

  async write(pieces: Iterable<string>): Promise<void> {
    let gathered = "";
    for (const piece of pieces) {
      gathered += piece;
      if (gathered.length >= pieceSize) {
        await this.handle.writeFile(gathered);
        gathered = "";
      }
    }
    await this.handle.writeFile(gathered);
    await this.handle.close();
    await rename(this.name, this.target);
  }

  /** Takes it away again. */
  async drop(): Promise<void> {
    // It may be closed already.
    await this.handle.close().catch(() => undefined);
    await rm(this.name, { force: true });
  }
}
