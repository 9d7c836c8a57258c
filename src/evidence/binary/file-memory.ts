/**
 * Memory of an executable that does not run: what the loader would put there.
 */
import type { Address, Memory } from "../../golang/memory.js";
import { type ExecutableImage, noRelocations, type Relocations } from "./image.js";
import type { ByteSource } from "./source.js";

/** A piece of memory with its bytes. */
interface Piece {
  readonly start: number;
  readonly writable: boolean;
  /** As the file has them. */
  readonly bytes: Uint8Array;
}

/** The segments of an executable, read once, at the addresses that they have in the running program. */
export class FileMemory implements Memory {
  readonly #bias: number;
  readonly #pieces: readonly Piece[];
  readonly #constant: readonly Piece[];
  readonly #relocations: Relocations;
  /** The pieces once the loader has written its addresses into them; made when they are asked for. */
  #loaded: readonly Piece[] | undefined;

  /**
   * @param bias what the loader added to the addresses of the link
   */
  constructor(source: ByteSource, image: ExecutableImage, bias: number) {
    this.#bias = bias;
    this.#pieces = image.segments
      .filter((segment) => segment.size > 0)
      .map((segment) => ({
        start: Number(segment.address) + bias,
        writable: segment.writable,
        bytes: source.read(segment.fileOffset, segment.size),
      }));
    this.#constant = this.#pieces.filter(({ writable }) => !writable);
    this.#relocations = image.movable ? image.relocations() : noRelocations;
  }

  /** The bytes as the loader leaves them: addresses are those of the running program. */
  read(address: Address, length: number): Uint8Array | undefined {
    return within(this.#withAddresses(), address, length);
  }

  /**
   * What no one writes to while the program runs: the same in every process and at any time.
   *
   * @param atMost how many bytes
   * @returns the bytes from an address on, as far as they are such; undefined when the first one is none
   */
  constantFrom(address: Address, atMost: number): Uint8Array | undefined {
    const piece = this.#constant.find(
      ({ start, bytes }) => address >= start && address < start + bytes.length,
    );
    return piece?.bytes.subarray(address - piece.start, address - piece.start + atMost);
  }

  /** The bytes as the file has them. */
  readFile(address: Address, length: number): Uint8Array | undefined {
    return within(this.#pieces, address, length);
  }

  #withAddresses(): readonly Piece[] {
    if (this.#loaded !== undefined) {
      return this.#loaded;
    }
    // What the loader writes to is writable, if only for it.
    const pieces = this.#pieces.map((piece) =>
      piece.writable ? { ...piece, bytes: piece.bytes.slice() } : piece,
    );
    const written = pieces.filter(({ writable }) => writable);
    const views = written.map(({ bytes }) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    this.#relocations.each((place, target) => {
      const at = place + this.#bias;
      const index = written.findIndex(({ start, bytes }) => at >= start && at + 8 <= start + bytes.length);
      const moved = target + this.#bias;
      if (index >= 0 && Number.isSafeInteger(moved) && moved >= 0) {
        views[index]?.setBigUint64(at - (written[index]?.start ?? 0), BigInt(moved), true);
      }
    });
    this.#loaded = pieces;
    return pieces;
  }
}

function within(pieces: readonly Piece[], address: Address, length: number): Uint8Array | undefined {
  if (!Number.isSafeInteger(address) || !Number.isSafeInteger(length) || length < 0) {
    return undefined;
  }
  for (const { start, bytes } of pieces) {
    if (address >= start && address + length <= start + bytes.length) {
      return bytes.subarray(address - start, address - start + length);
    }
  }
  return undefined;
}
