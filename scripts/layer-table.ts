/**
 * Which folder of src/ may import which.
 *
 *     base ← golang ← gomap, case ← evidence, probe ← analysis ← report ← document ← cli
 *
 * Each may import what stands to its left; folders with a comma between them are siblings and do not know each other. A
 * folder that is not listed here fails the check. An entry may be narrower than a folder of src/: "evidence/ring" is that
 * folder only. "." stands for the files directly in src/.
 */
export const layers: LayerTable = {
  base: [],
  golang: ["base"],
  gomap: ["base", "golang"],
  case: ["base", "golang"],
  evidence: ["base", "golang", "gomap", "case"],
  // The one exception among siblings: the probe's own runs are planned from what its event files say.
  probe: ["base", "golang", "gomap", "case", "evidence/ring"],
  analysis: ["base", "golang", "gomap", "case", "evidence", "probe"],
  report: ["base", "golang", "gomap", "case", "evidence", "probe", "analysis"],
  document: ["base", "golang", "gomap", "case", "evidence", "probe", "analysis", "report"],
  cli: ["base", "golang", "gomap", "case", "evidence", "probe", "analysis", "report", "document"],
  ".": ["base", "golang", "gomap", "case", "evidence", "probe", "analysis", "report", "document", "cli"],
};

/** Which folder of studio/ may import which. All of it may import src/, but for src/cli (`studioOutside`). */
export const studioLayers: LayerTable = {
  style: [],
  browser: [],
  page: [],
  parts: ["page"],
  opening: ["page", "parts"],
  views: ["page", "parts"],
  app: ["page", "parts", "opening", "views"],
  ".": [],
};

/** What the page may import of src/: all that stands to the left of the command line. */
export const studioOutside: readonly string[] = Object.keys(layers)
  .filter((folder) => folder !== "cli" && folder !== ".")
  .map((folder) => `src/${folder}`);

/** For each folder of a tree, what it may import besides itself. */
export type LayerTable = Readonly<Record<string, readonly string[]>>;
