import type { FactsIndex } from "../peer/facts-index.js";
import { RootFinder } from "../peer/roots.js";
import { SourceMatch } from "../peer/source-match.js";

/** The source, ready to be asked. */
export class CaseSource {
  readonly match: SourceMatch;
  readonly roots: RootFinder;

  constructor(readonly index: FactsIndex) {
    this.match = new SourceMatch(index);
    this.roots = new RootFinder(index);
  }
}
