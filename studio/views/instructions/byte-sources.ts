/** A program's bytes in a worker: read in ranges where they are, so that what is not needed of a large program is never in memory. */
import { MaptrapError } from "../../../src/base/errors.js";
import type { Bytes } from "../../../src/document/document.js";
import { boundedSource, type ByteSource, memorySource } from "../../../src/evidence/binary/source.js";
import { unpacked } from "../../parts/byte-source.js";

/** Only workers have it; the page's types do not know it. */
declare const FileReaderSync: new () => { readAsArrayBuffer(blob: Blob): ArrayBuffer };

/**
 * Makes the source. Of served bytes and blobs, ranges are read when they are asked for, synchronously as the readers want it: a
 * worker may wait.
 *
 * @throws MaptrapError when the bytes cannot be had
 */
export async function byteSource(name: string, bytes: Bytes): Promise<ByteSource> {
  switch (bytes.kind) {
    case "served":
      return boundedSource(name, bytes.size, (offset, length) => servedRange(bytes.url, offset, length));
    case "blob":
      return blobSource(name, bytes.blob);
    case "held":
      return memorySource(name, bytes.bytes);
    case "embedded":
      return memorySource(name, await embedded(name, bytes));
    default:
      return bytes satisfies never;
  }
}

function blobSource(name: string, blob: Blob): ByteSource {
  const reader = new FileReaderSync();
  return boundedSource(name, blob.size, (offset, length) => {
    try {
      return new Uint8Array(reader.readAsArrayBuffer(blob.slice(offset, offset + length)));
    } catch (error) {
      throw new MaptrapError(`${name} cannot be read any more`, {
        cause: error,
        wayOut: "it was changed or removed since it was opened: open it again",
      });
    }
  });
}

function servedRange(url: string, offset: number, length: number): Uint8Array {
  if (length === 0) {
    return new Uint8Array();
  }
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  request.responseType = "arraybuffer";
  request.setRequestHeader("range", `bytes=${offset}-${offset + length - 1}`);
  try {
    request.send();
  } catch (error) {
    throw unreachable(error);
  }
  const { response } = request as { readonly response: unknown };
  if (!(response instanceof ArrayBuffer) || (request.status !== 206 && request.status !== 200)) {
    throw unreachable(new Error(`status ${request.status}`));
  }
  // A server that does not know ranges gives everything.
  const found = request.status === 206 ? new Uint8Array(response) : new Uint8Array(response).subarray(offset);
  if (found.length < length) {
    throw new MaptrapError("the program became shorter while it was read", { wayOut: "open it again" });
  }
  return found.subarray(0, length);
}

function unreachable(cause: unknown): MaptrapError {
  return new MaptrapError("the program's bytes cannot be fetched any more", {
    cause,
    wayOut:
      "see that the command maptrap studio still runs and the program is still there, and load the page again",
  });
}

/** What is within the page, all of it. */
async function embedded(name: string, bytes: Bytes & { readonly kind: "embedded" }): Promise<Uint8Array> {
  const damaged = (cause?: unknown): MaptrapError =>
    new MaptrapError(`the bytes of ${name} within this page are damaged`, {
      cause,
      wayOut: "make the page again from the program",
    });
  let whole: Uint8Array;
  try {
    whole = await unpacked(bytes);
  } catch (error) {
    throw damaged(error);
  }
  if (whole.length !== bytes.size) {
    throw damaged();
  }
  return whole;
}
