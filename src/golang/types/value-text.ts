/** Text that is put together piece by piece up to a limit, so that what it is made of may be of any size. */
export class ValueText {
  #text = "";
  #full = false;
  #unreadable = false;
  #steps = 0;
  readonly #longest: number;
  readonly #mostSteps: number;

  /**
   * @param longest how many characters
   * @param mostSteps how many pieces, and so how many reads of memory at most
   */
  constructor(longest: number, mostSteps: number) {
    this.#longest = longest;
    this.#mostSteps = mostSteps;
  }

  get text(): string {
    return this.#full ? `${this.#text}…` : this.#text;
  }

  /** Whether nothing more is taken. */
  get full(): boolean {
    return this.#full;
  }

  /** Whether some of the value could not be read. */
  get unreadable(): boolean {
    return this.#unreadable;
  }

  add(piece: string): void {
    if (this.#full) {
      return;
    }
    this.#steps++;
    const left = this.#longest - this.#text.length;
    if (piece.length > left || this.#steps > this.#mostSteps) {
      // A pair of surrogates stays together.
      this.#text += piece.slice(0, left).replace(/[\ud800-\udbff]$/, "");
      this.#full = true;
      return;
    }
    this.#text += piece;
  }

  /** Says in the text that something cannot be read. */
  addUnreadable(what: string): void {
    this.#unreadable = true;
    this.add(`(${what})`);
  }
}
