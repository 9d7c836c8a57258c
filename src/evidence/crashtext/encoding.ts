/**
 * From bytes as they were stored to bytes of UTF-8: UTF-16 with or without a byte order mark is recognised by its first
 * bytes and converted; everything else passes as it is.
 */
import { Buffer } from "node:buffer";
import { TextDecoder } from "node:util";

/** How a text is encoded. */
export type TextEncoding = "UTF-8" | "UTF-16LE" | "UTF-16BE";

/** So many bytes are looked at to tell the encoding. */
const looked = 256;

/** Converts a stream of bytes; characters may be split between pieces. */
export class Utf8Converter {
  #encoding: TextEncoding | null = null;
  #start: Buffer = Buffer.alloc(0);
  #decoder: TextDecoder | null = null;
  #odd: Buffer = Buffer.alloc(0);

  /** The encoding, once it is known. */
  get encoding(): TextEncoding | null {
    return this.#encoding;
  }

  /** Takes the next bytes; gives bytes of UTF-8. */
  push(bytes: Buffer): Buffer {
    if (this.#encoding !== null) {
      return this.#convert(bytes);
    }
    this.#start = this.#start.length === 0 ? bytes : Buffer.concat([this.#start, bytes]);
    return this.#start.length < 4 ? Buffer.alloc(0) : this.#begin();
  }

  /** No more bytes come, or none for now. */
  flush(): Buffer {
    if (this.#encoding === null && this.#start.length > 0) {
      return this.#begin();
    }
    return Buffer.alloc(0);
  }

  #begin(): Buffer {
    const start = this.#start;
    this.#start = Buffer.alloc(0);
    const { encoding, mark } = encodingOf(start);
    this.#encoding = encoding;
    this.#decoder = encoding === "UTF-8" ? null : new TextDecoder("utf-16le");
    return this.#convert(start.subarray(mark));
  }

  #convert(bytes: Buffer): Buffer {
    if (this.#decoder === null) {
      return bytes;
    }
    if (this.#encoding === "UTF-16LE") {
      return Buffer.from(this.#decoder.decode(bytes, { stream: true }));
    }
    const whole = this.#odd.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#odd, bytes]);
    const even = whole.subarray(0, whole.length & ~1);
    this.#odd = Buffer.from(whole.subarray(even.length));
    return Buffer.from(this.#decoder.decode(even.swap16(), { stream: true }));
  }
}

function encodingOf(start: Buffer): { readonly encoding: TextEncoding; readonly mark: number } {
  if (start[0] === 0xff && start[1] === 0xfe) {
    return { encoding: "UTF-16LE", mark: 2 };
  }
  if (start[0] === 0xfe && start[1] === 0xff) {
    return { encoding: "UTF-16BE", mark: 2 };
  }
  if (start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf) {
    return { encoding: "UTF-8", mark: 3 };
  }
  return { encoding: guess(start.subarray(0, looked)), mark: 0 };
}

/** Without a mark: text that is mostly of Latin letters has every other byte zero in UTF-16. */
function guess(start: Buffer): TextEncoding {
  const pairs = start.length >> 1;
  let evenZeros = 0;
  let oddZeros = 0;
  for (let i = 0; i < pairs * 2; i += 2) {
    evenZeros += start[i] === 0 ? 1 : 0;
    oddZeros += start[i + 1] === 0 ? 1 : 0;
  }
  if (pairs >= 2 && oddZeros > pairs * 0.7 && evenZeros === 0) {
    return "UTF-16LE";
  }
  return pairs >= 2 && evenZeros > pairs * 0.7 && oddZeros === 0 ? "UTF-16BE" : "UTF-8";
}
