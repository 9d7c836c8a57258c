/** JSON of strangers. */

/** The value of a text, or the SyntaxError that says why it has none: as a value, that is in no text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) {
      return error;
    }
    throw error;
  }
}
