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

/** For each folder of src/, what it may import besides itself. */
export type LayerTable = Readonly<Record<string, readonly string[]>>;
