/**
 * Where a step stands in Go's source: function, phase, and what it does, in words a Go developer knows.
 *
 * A step carries the number of its site only; the texts are looked up when a person is to see them. Sites are made once,
 * when the module of a map function is loaded.
 */

/** Number of a site. */
export type SiteId = number;

/** What a person is told of a step. */
export interface Site {
  /** Go's own name: `mapassign_fast64`. */
  readonly function: string;
  /** What the function is at: `check`, `find`, `grow`, `insert`, `finish` … */
  readonly phase: string;
  /** `load h.flags`, `store b.tophash[3]` */
  readonly text: string;
}

const sites: Site[] = [{ function: "", phase: "", text: "" }];

/** A site of its own. */
export function site(functionName: string, phase: string, text: string): SiteId {
  sites.push({ function: functionName, phase, text });
  return sites.length - 1;
}

/**
 * Sites for the elements of an array, one after the other: `load b.tophash[#]` with # from 0 to count - 1.
 *
 * @returns the first; that of element i is the result + i
 */
export function sitesOfArray(functionName: string, phase: string, text: string, count = 8): SiteId {
  const first = sites.length;
  for (let index = 0; index < count; index++) {
    site(functionName, phase, text.replace("#", String(index)));
  }
  return first;
}

/** The texts of a site. */
export function siteAt(id: SiteId): Site {
  return sites[id] ?? { function: "", phase: "", text: "unknown" };
}
