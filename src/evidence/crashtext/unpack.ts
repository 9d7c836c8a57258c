/** Unpacks gzip where a text is packed. What is damaged or cut is given up to there. */
import { Buffer } from "node:buffer";
import { setImmediate } from "node:timers";
import { createGunzip, type Gunzip } from "node:zlib";

/** So much is unpacked at a time; it can become a thousand times as much. */
const pieceLength = 16_384;

/** Unpacks one stream, or passes it by. */
export class Unpacker {
  #packed = false;
  #cut: string | null = null;

  /** @param maxBytes how much is unpacked at most */
  constructor(private readonly maxBytes: number) {}

  /** Whether the text was packed. */
  get packed(): boolean {
    return this.#packed;
  }

  /** Why the text is not whole: a packed one that ends early, is damaged, or is too large; null when it is. */
  get cut(): string | null {
    return this.#cut;
  }

  /** Gives the bytes of the text. */
  async *unpack(input: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    let start = Buffer.alloc(0);
    let known = false;
    const iterator = input[Symbol.asyncIterator]();
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      if (known) {
        yield next.value;
        continue;
      }
      start = Buffer.concat([start, next.value]);
      if (start.length < 3) {
        continue;
      }
      if (isGzip(start)) {
        this.#packed = true;
        yield* this.#gunzip(prepend(start, iterator));
        return;
      }
      known = true;
      yield start;
    }
    if (!known && start.length > 0) {
      yield start;
    }
  }

  async *#gunzip(input: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    const gunzip = createGunzip();
    let unpacked: Buffer[] = [];
    let failed = false;
    gunzip.on("data", (chunk: Buffer) => unpacked.push(chunk));
    // Also reported to whoever waits for the write; without a listener it would end the process.
    gunzip.on("error", () => (failed = true));
    let room = this.maxBytes;
    const take = () => {
      const chunks = Buffer.concat(unpacked).subarray(0, Math.max(0, room));
      room -= unpacked.reduce((sum, chunk) => sum + chunk.length, 0);
      unpacked = [];
      return chunks;
    };
    try {
      for await (const piece of smallPieces(input)) {
        await written(gunzip, piece);
        yield take();
        if (failed || room < 0) {
          break;
        }
      }
      if (!failed && room >= 0) {
        failed = !(await ended(gunzip));
        yield take();
      }
    } finally {
      gunzip.destroy();
    }
    if (room < 0) {
      this.#cut = `the unpacked text is longer than ${this.maxBytes} bytes`;
    } else if (failed) {
      this.#cut = "the packed text is cut or damaged";
    }
  }
}

/** Resolves when a piece was unpacked, or could not be: then the stream closes, and nobody is called back. */
async function written(gunzip: Gunzip, piece: Uint8Array): Promise<void> {
  await new Promise<void>((resolve) => {
    gunzip.once("close", resolve);
    gunzip.write(piece, () => {
      gunzip.off("close", resolve);
      // What was unpacked is handed out in the turns that follow.
      setImmediate(resolve);
    });
  });
}

/** Whether the packed text was whole. */
async function ended(gunzip: Gunzip): Promise<boolean> {
  return new Promise<boolean>((resolve) => {
    gunzip.once("end", () => {
      resolve(true);
    });
    gunzip.once("close", () => {
      resolve(false);
    });
    gunzip.end();
  });
}

async function* smallPieces(input: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  for await (const piece of input) {
    for (let at = 0; at < piece.length; at += pieceLength) {
      yield piece.subarray(at, at + pieceLength);
    }
  }
}

function isGzip(start: Buffer): boolean {
  return start[0] === 0x1f && start[1] === 0x8b && start[2] === 8;
}

async function* prepend(start: Buffer, rest: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  yield start;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
    yield next.value;
  }
}

/** A text that is given as a whole, or that comes in pieces, as pieces of bytes. */
export async function* piecesOf(
  input: Uint8Array | string | AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  if (typeof input === "string") {
    yield Buffer.from(input);
  } else if (input instanceof Uint8Array) {
    yield input;
  } else {
    yield* input;
  }
}
