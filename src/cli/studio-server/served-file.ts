/** A file that was given: opened once, and served from what was opened, whatever its name stands for later. */
import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { MaptrapError } from "../../base/errors.js";
import { readFully } from "../../base/read-fully.js";

/** Bytes that are read in one go. */
const pieceSize = 1024 * 1024;

/** A file is not what it was when it was opened. */
export class FileChangedError extends MaptrapError {
  constructor(name: string) {
    super(`${name} was changed since it was opened`, { wayOut: "start maptrap studio again" });
  }
}

/** A file that is not a regular one. Exit status 2. */
export class NotARegularFileError extends MaptrapError {
  constructor(name: string) {
    super(`${name} is not a regular file`, {
      wayOut: "what comes from a pipe is read from standard input: … | maptrap studio -",
      exitStatus: 2,
    });
  }
}

/** An open file. */
export class ServedFile {
  private constructor(
    /** As it was given. */
    readonly name: string,
    /** Bytes, when it was opened: later ones are not served. */
    readonly size: number,
    /** Where it was opened. */
    readonly path: string,
    private readonly handle: FileHandle,
    /** When it was last changed, in milliseconds of Unix time. */
    readonly modified: number,
  ) {}

  /**
   * Opens a file.
   *
   * @param name as it is shown; also the path, unless one is given
   * @throws NotARegularFileError, FileChangedError, and what the system says
   */
  static async open(name: string, path = name): Promise<ServedFile> {
    const asked = await stat(path);
    if (!asked.isFile()) {
      // To open a pipe would wait for somebody to write into it.
      throw new NotARegularFileError(name);
    }
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = await handle.stat();
      if (found.dev !== asked.dev || found.ino !== asked.ino) {
        throw new FileChangedError(name);
      }
      return new ServedFile(name, found.size, path, handle, found.mtimeMs);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /**
   * Reads bytes from an offset on, fewer at the end only.
   *
   * @throws what the system says
   */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const target = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
    let filled = 0;
    while (filled < target.length) {
      const { bytesRead } = await this.handle.read(target, filled, target.length - filled, offset + filled);
      if (bytesRead === 0) {
        break;
      }
      filled += bytesRead;
    }
    return target.subarray(0, filled);
  }

  /**
   * Fills `target` from an offset on, at once.
   *
   * @returns how many bytes there were
   * @throws what the system says
   */
  readNow(target: Uint8Array, offset: number): number {
    const wanted = Math.max(0, Math.min(target.length, this.size - offset));
    return readFully(this.handle.fd, target.subarray(0, wanted), offset);
  }

  /**
   * Sees that the file is as it was.
   *
   * @throws FileChangedError
   */
  async check(): Promise<void> {
    const found = await this.handle.stat();
    if (found.size !== this.size || found.mtimeMs !== this.modified) {
      throw new FileChangedError(this.name);
    }
  }

  /**
   * Gives a range piece by piece.
   *
   * @throws FileChangedError when it has become shorter meanwhile
   */
  async *pieces(start: number, end: number): AsyncGenerator<Uint8Array> {
    for (let at = start; at < end;) {
      // Not set to zero first: that would cost as much as reading it.
      const piece = Buffer.allocUnsafeSlow(Math.min(pieceSize, end - at));
      const { bytesRead } = await this.handle.read(piece, 0, piece.length, at);
      if (bytesRead === 0) {
        throw new FileChangedError(this.name);
      }
      yield piece.subarray(0, bytesRead);
      at += bytesRead;
    }
  }

  /** Lets go of it. */
  async close(): Promise<void> {
    await this.handle.close();
  }
}
