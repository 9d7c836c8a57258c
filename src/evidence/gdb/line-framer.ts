/** Parts a stream of bytes into lines: on the bytes, so that no character is torn where two pieces meet. */

/** The longest line that is kept. GDB's own are far shorter; a list of 100,000 threads is some 30 MB. */
export const longestLine = 64 * 1024 * 1024;

/** Takes pieces of any size, and gives whole lines without their line ends. */
export class LineFramer {
  /** How many lines were longer than the limit; what they held is lost. */
  dropped = 0;
  readonly #limit: number;
  readonly #onLine: (line: Uint8Array) => void;
  /** Pieces of the unfinished line. */
  #pieces: Uint8Array[] = [];
  #length = 0;
  #tooLong = false;

  /**
   * @param onLine called with each line; the bytes may be those of the piece itself
   * @param limit how many bytes of an unfinished line are kept
   */
  constructor(onLine: (line: Uint8Array) => void, limit = longestLine) {
    this.#onLine = onLine;
    this.#limit = limit;
  }

  push(piece: Uint8Array): void {
    let start = 0;
    for (;;) {
      const end = piece.indexOf(0x0a, start);
      if (end === -1) {
        break;
      }
      this.#add(piece.subarray(start, end));
      this.#finish();
      start = end + 1;
    }
    if (start < piece.length) {
      // The stream may use the piece's memory again.
      this.#add(piece.slice(start));
    }
  }

  /** The end of the stream: what stands there without a line end is a line, too. */
  end(): void {
    if (this.#length > 0 || this.#tooLong) {
      this.#finish();
    }
  }

  #add(bytes: Uint8Array): void {
    if (this.#tooLong || bytes.length === 0) {
      return;
    }
    if (this.#length + bytes.length > this.#limit) {
      this.#tooLong = true;
      this.#pieces = [];
      this.#length = 0;
      return;
    }
    this.#pieces.push(bytes);
    this.#length += bytes.length;
  }

  #finish(): void {
    const [first] = this.#pieces;
    const line =
      this.#pieces.length === 1 && first !== undefined ? first : joined(this.#pieces, this.#length);
    const tooLong = this.#tooLong;
    this.#pieces = [];
    this.#length = 0;
    this.#tooLong = false;
    if (tooLong) {
      this.dropped++;
      return;
    }
    this.#onLine(line.at(-1) === 0x0d ? line.subarray(0, -1) : line);
  }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
