import picocolors from "picocolors";

/** Turns text into text that stands out; or leaves it as it is. */
export type Paint = (text: string) => string;

/** The few colours of the report. */
export interface Colours {
  readonly headline: Paint;
  readonly sideA: Paint;
  readonly sideB: Paint;
  readonly marked: Paint;
  readonly quiet: Paint;
}

/** Makes the colours of a report. */
export function coloursOf(enabled: boolean): Colours {
  const { bold, red, cyan, yellow, dim } = picocolors.createColors(enabled);
  return {
    headline: (text) => bold(red(text)),
    sideA: (text) => bold(yellow(text)),
    sideB: (text) => bold(cyan(text)),
    marked: bold,
    quiet: dim,
  };
}
