/** Tells on a terminal what takes long. Elsewhere it is silent. */

/** A line of progress that is replaced by the next one. */
export interface Progress {
  /** Shows what is being done now. */
  say(text: string): void;
  /** Shows a line that stays. */
  note(text: string): void;
  /** Takes the line away; to be called before anybody else writes to the terminal. */
  clear(): void;
}

/** Progress on a stream; silent when the stream is not a terminal. */
export function progressOn(stream: Pick<NodeJS.WriteStream, "isTTY" | "write">): Progress {
  if (!stream.isTTY) {
    return { say: () => undefined, note: () => undefined, clear: () => undefined };
  }
  let shown = false;
  const clear = (): void => {
    if (shown) {
      stream.write("\r\x1b[K");
      shown = false;
    }
  };
  return {
    say(text) {
      clear();
      stream.write(`maptrap: ${text}`);
      shown = true;
    },
    note(text) {
      clear();
      stream.write(`maptrap: ${text}\n`);
    },
    clear,
  };
}
