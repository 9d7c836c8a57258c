/** Facts: a word that says what something is, and what is known of it. The text report draws them in lines, the page in a list. */

/** One fact. */
export interface Fact {
  /** `map`, `seen`. */
  readonly label: string;
  readonly text: string;
}

/** How wide the labels of facts are, with their colon and a blank. */
const labelWidth = 7;

/** `map:   map[string]int at 0xc000012345`. */
export function factLine({ label, text }: Fact): string {
  return `${`${label}: `.padEnd(labelWidth)}${text}`;
}

/** A label, for what is broken into lines by its caller. */
export function labelled(label: string): string {
  return factLine({ label, text: "" });
}
