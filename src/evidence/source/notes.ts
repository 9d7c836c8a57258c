/** Sentences about what was not handled. */

const shown = 5;

/** Some of the names, and how many more there are. */
export function some(names: readonly string[]): string {
  return names.length <= shown
    ? names.join(", ")
    : `${names.slice(0, shown).join(", ")} and ${names.length - shown} more`;
}

/** A sentence with some names, or none when there are no names. */
export function noteOf(sentence: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${sentence}: ${some(names)}.`];
}
