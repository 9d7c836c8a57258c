/** What Linux says of a process or thread in `/proc/…/stat`. */

/**
 * The fields behind the name, from the state's letter on (see proc(5)). The name stands in parentheses and may hold anything, also
 * parentheses.
 */
export function statFields(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}
